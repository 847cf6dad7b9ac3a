package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * When a candidate that was not elected may stand again sooner than by Redis (guard G2). Redis
 * waits for twice the failover-timeout, because in the epoch that it did not win another may have
 * won, and be at work. Here it stands again at once, if what it knows of the votes rules that out,
 * or if all who could have won can be asked whether they did.
 */
final class Rivals {
    private static final int SHORTEST_PAUSE_MILLIS = 150;
    private static final int LONGEST_PAUSE_MILLIS = 300;

    private final Deployment deployment;
    private final Election election;
    private final Requests requests;

    /** What those say who could have won an earlier epoch of an attempt. */
    enum Word {
        /** Some of them said nothing yet. */
        AWAITED,
        /** None of them leads anything. */
        CLEAR,
        /** One of them leads a failover that may promote a node, or has promoted one. */
        LEADS
    }

    Rivals(Deployment deployment, Election election, Requests requests) {
        this.deployment = deployment;
        this.election = election;
        this.requests = requests;
    }

    /** A moment that keeps two candidates apart. */
    Duration pause(MonitoredMaster master, long epoch) {
        return Duration.ofMillis(
                SHORTEST_PAUSE_MILLIS
                        + Jitter.below(
                                LONGEST_PAUSE_MILLIS - SHORTEST_PAUSE_MILLIS + 1L,
                                deployment.myId.text(),
                                epoch,
                                master.name));
    }

    /**
     * Against whom to stand again.
     *
     * @return absent as long as we may be elected, when nobody else got a vote (another epoch would
     *     not help), and when somebody who could have won cannot be asked
     */
    Optional<Set<SentinelId>> toStandAgainst(MonitoredMaster master, long epoch) {
        if (!election.hopeless(master, epoch) || !anotherHasVotes(master, epoch)) {
            return Optional.empty();
        }
        var rivals = couldHaveWon(master, epoch);
        boolean allCanBeAsked =
                rivals.stream()
                        .allMatch(
                                id ->
                                        Optional.ofNullable(master.peers.get(id))
                                                .filter(Peer::canBeAsked)
                                                .isPresent());
        return allCanBeAsked ? Optional.of(rivals) : Optional.empty();
    }

    private boolean anotherHasVotes(MonitoredMaster master, long epoch) {
        return master.peers.values().stream()
                .filter(peer -> peer.votedInEpoch == epoch)
                .anyMatch(
                        peer ->
                                peer.votedFor
                                        .filter(id -> !id.equals(deployment.myId))
                                        .isPresent());
    }

    /** Whoever has so many votes that those which we do not know could make a majority of them. */
    private Set<SentinelId> couldHaveWon(MonitoredMaster master, long epoch) {
        var votes = new HashMap<SentinelId, Integer>();
        master.peers.keySet().forEach(id -> votes.put(id, 0));
        int unknown = 0;
        for (var peer : master.peers.values()) {
            if (peer.votedInEpoch == epoch && peer.votedFor.isPresent()) {
                votes.merge(peer.votedFor.get(), 1, Integer::sum);
            } else {
                unknown++;
            }
        }
        int majority = QuorumRule.majority(master);
        var rivals = new HashSet<SentinelId>();
        for (var entry : votes.entrySet()) {
            if (!entry.getKey().equals(deployment.myId) && entry.getValue() + unknown >= majority) {
                rivals.add(entry.getKey());
            }
        }
        return rivals;
    }

    /** What they say when asked then or later; whoever was not asked since then is asked. */
    Word word(MonitoredMaster master, Set<SentinelId> rivals, Instant since, Instant now) {
        var word = Word.CLEAR;
        for (var id : rivals) {
            var peer = master.peers.get(id);
            var told = Optional.ofNullable(peer).flatMap(p -> p.reportSince(since));
            if (told.filter(report -> leads(master, report)).isPresent()) {
                return Word.LEADS;
            }
            if (told.isEmpty()) {
                word = Word.AWAITED;
                if (peer != null
                        && !peer.answeredReportSince(since)
                        && !peer.owesReportSince(since)) {
                    requests.askMaster(peer, now);
                }
            }
        }
        return word;
    }

    private static boolean leads(MonitoredMaster master, MasterReport report) {
        return switch (report.failover()) {
            case NONE, WAIT_START -> report.configEpoch() > master.configEpoch;
            case SELECT_SLAVE, SEND_SLAVEOF_NOONE, WAIT_PROMOTION, RECONF_SLAVES, UPDATE_CONFIG ->
                    true;
        };
    }
}
