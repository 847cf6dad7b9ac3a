package dev.vedette.sentinel.conf;

import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelOptions;
import dev.vedette.sentinel.core.SentinelState;

import java.util.List;
import java.util.Optional;

/**
 * What the {@code sentinel} lines of a conf say, before anything is made up that they lack.
 *
 * @param myId absent on the first start
 */
record SentinelSection(
        Optional<SentinelId> myId,
        long currentEpoch,
        SentinelOptions options,
        List<SentinelState.Master> masters) {}
