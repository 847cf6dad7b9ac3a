package dev.vedette.sentinel.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How many sentinels must agree: the quorum on a failure, the majority on a leader. */
final class QuorumRule {
    private QuorumRule() {}

    /** Ourselves and the peers that said so. */
    static int holdForDown(MonitoredMaster master) {
        int agree = 1;
        for (var peer : master.peers.values()) {
            agree += peer.saysMasterDown ? 1 : 0;
        }
        return agree;
    }

    /** More than half of all sentinels ever known, dead or alive, ourselves included. */
    static int majority(int peers) {
        return (peers + 1) / 2 + 1;
    }

    /**
     * As {@link #majority(int)}. For a while after a RESET the peers that were known before count
     * too, or the first two that find each other were a majority (guard G21).
     */
    static int majority(MonitoredMaster master) {
        return majority(Math.max(master.peers.size(), master.peersBefore));
    }

    /**
     * The leader of that epoch, as far as we know (Redis {@code sentinelGetLeader}).
     *
     * @param own our own vote, absent as long as the disk does not know it
     */
    static Optional<SentinelId> leader(
            MonitoredMaster master, long epoch, Optional<SentinelId> own) {
        var votes = votes(master, epoch);
        own.ifPresent(candidate -> votes.merge(candidate, 1, Integer::sum));
        int needed = needed(master);
        return votes.entrySet().stream()
                .filter(entry -> entry.getValue() >= needed)
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    /** Whom most peers voted for in that epoch; among equals the smallest id. */
    static Optional<SentinelId> favourite(MonitoredMaster master, long epoch) {
        return votes(master, epoch).entrySet().stream()
                .max(
                        Map.Entry.<SentinelId, Integer>comparingByValue()
                                .thenComparing(
                                        Map.Entry.<SentinelId, Integer>comparingByKey().reversed()))
                .map(Map.Entry::getKey);
    }

    /** How many votes authorize a failover. */
    static int needed(MonitoredMaster master) {
        return Math.max(majority(master), master.quorum);
    }

    /** How many peers voted for that candidate in that epoch, as far as we know. */
    static int votesFor(MonitoredMaster master, SentinelId candidate, long epoch) {
        return votes(master, epoch).getOrDefault(candidate, 0);
    }

    private static Map<SentinelId, Integer> votes(MonitoredMaster master, long epoch) {
        var votes = new HashMap<SentinelId, Integer>();
        for (var peer : master.peers.values()) {
            if (peer.votedInEpoch == epoch) {
                peer.votedFor.ifPresent(candidate -> votes.merge(candidate, 1, Integer::sum));
            }
        }
        return votes;
    }
}
