package dev.vedette.sentinel.core;

import java.time.Duration;
import java.util.Optional;

/**
 * One other sentinel of a master at one moment.
 *
 * @param lastHello age of its last hello about this master; of its discovery when there was none
 * @param votedLeader for whom it voted as far as its answers tell
 */
public record SentinelView(
        InstanceView instance,
        Duration lastHello,
        Optional<SentinelId> votedLeader,
        long votedLeaderEpoch) {}
