package dev.vedette.sentinel.conf;

import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.util.List;
import java.util.Optional;

/**
 * What the {@code sentinel} lines of a conf say, before anything is made up that they lack.
 *
 * @param myId absent on the first start
 * @param announcePort absent when the line is missing or says 0
 */
record SentinelSection(
        Optional<SentinelId> myId,
        long currentEpoch,
        Optional<String> announceHost,
        Optional<Integer> announcePort,
        boolean denyScriptsReconfig,
        Optional<String> peerUser,
        Optional<String> peerPass,
        List<SentinelState.Master> masters) {}
