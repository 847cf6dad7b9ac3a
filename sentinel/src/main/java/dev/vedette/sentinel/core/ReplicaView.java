package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.util.Optional;

/**
 * One replica of a master at one moment.
 *
 * @param infoAge age of the last INFO reply, absent when there was none
 * @param roleReported what it said that it is, in its last INFO
 * @param masterLinkDownFor as the replica reported it: minus one second when it never synced
 * @param masterAddress whom it says that it follows, absent when unknown
 * @param announced {@code replica_announced}: SENTINEL REPLICAS leaves out those that say 0
 * @param infoText the last INFO reply when it is asked, for INFO-CACHE
 */
public record ReplicaView(
        InstanceView instance,
        Optional<Duration> infoAge,
        InstanceInfo.Role roleReported,
        Duration roleReportedFor,
        Duration masterLinkDownFor,
        boolean masterLinkUp,
        Optional<Address> masterAddress,
        int priority,
        long offset,
        boolean announced,
        KeptText infoText) {}
