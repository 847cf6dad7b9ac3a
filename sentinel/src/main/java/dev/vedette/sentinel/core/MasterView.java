package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One monitored master at one moment, with all that is known below it.
 *
 * @param clientAddress the answer to GET-MASTER-ADDR-BY-NAME: from the promotion on the promoted
 *     replica, where {@code instance.address()} still is the old master
 * @param failover the state of the failover, {@link FailoverPhase#NONE} when there is none
 * @param infoAge age of the last INFO reply, absent when there was none
 * @param infoText the last INFO reply when it is asked, for INFO-CACHE
 */
public record MasterView(
        InstanceView instance,
        Address clientAddress,
        FailoverPhase failover,
        Optional<Duration> infoAge,
        InstanceInfo.Role roleReported,
        Duration roleReportedFor,
        long configEpoch,
        List<ReplicaView> replicas,
        List<SentinelView> sentinels,
        int quorum,
        MasterOptions options,
        KeptText infoText) {

    public MasterView {
        replicas = List.copyOf(replicas);
        sentinels = List.copyOf(sentinels);
    }

    public String name() {
        return instance.name();
    }

    /** Ourselves and the known sentinels that are not down, as CKQUORUM counts them. */
    public int usableSentinels() {
        return 1
                + (int)
                        sentinels.stream()
                                .filter(s -> !s.instance().has(InstanceFlag.S_DOWN))
                                .count();
    }

    /** How many votes authorize a failover: more than half of all known, dead or alive. */
    public int majority() {
        return (sentinels.size() + 1) / 2 + 1;
    }

    public boolean quorumReachable() {
        return usableSentinels() >= quorum;
    }

    public boolean majorityReachable() {
        return usableSentinels() >= majority();
    }
}
