package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What a restarted sentinel asks before it acts (guard G16). Its conf may be older than what it
 * said: restored from a backup, or from a disk that forgot. Whoever asked for its vote knows the
 * epoch of that vote; whoever leads a failover says so.
 *
 * <p>Until a majority answered, and everybody who can be asked, but at most for five seconds, it
 * begins nothing, demotes nobody and gives no vote. Clients are answered from the conf at once. One
 * that knows no other sentinel acts at once.
 */
final class Restart {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Deployment deployment;
    private final Outbox out;
    private final Requests requests;
    private final Election election;

    Restart(Deployment deployment, Outbox out, Requests requests, Election election) {
        this.deployment = deployment;
        this.out = out;
        this.requests = requests;
        this.election = election;
    }

    /** A master of the conf, with the sentinels that the conf knows. */
    static void of(MonitoredMaster master) {
        if (!master.peers.isEmpty()) {
            master.restartedAt = master.since;
        }
    }

    /**
     * We slept for so long that others may have replaced us: what we know is as old as a conf
     * (guard G19).
     */
    static void again(MonitoredMaster master, Instant now) {
        if (!master.peers.isEmpty()) {
            master.restartedAt = now;
        }
    }

    void look(MonitoredMaster master, Alarm alarm) {
        var since = master.restartedAt;
        if (since == null) {
            return;
        }
        for (var peer : master.peers.values()) {
            if (!peer.answeredReportSince(since) && !peer.owesReportSince(since)) {
                requests.askVotes(peer);
                requests.askMaster(peer, alarm.now());
            }
        }
        boolean over = alarm.passed(since.plus(LONGEST));
        if (over || enoughAnswered(master, since)) {
            master.restartedAt = null;
            out.changed();
        }
    }

    private static boolean enoughAnswered(MonitoredMaster master, Instant since) {
        var peers = master.peers.values();
        long answers = 1 + peers.stream().filter(p -> p.reportSince(since).isPresent()).count();
        // A RESET makes us forget whom we were to ask, not how many they are.
        return answers >= QuorumRule.majority(master)
                && peers.stream()
                        .filter(Peer::canBeAsked)
                        .allMatch(peer -> peer.answeredReportSince(since));
    }

    /** A failover of another counts as a vote that was given now. */
    void described(Peer peer, MasterReport report, Instant now) {
        var master = peer.master();
        if (master.restartedAt != null && report.failover() != FailoverPhase.NONE) {
            master.retryAt = null;
            master.attemptedAt = deployment.desynchronised(master, deployment.currentEpoch, now);
        }
    }

    /** In which epoch each sentinel voted last, as far as that peer knows. */
    void votesShown(Peer peer, Map<SentinelId, Long> votes, Instant now) {
        var master = peer.master();
        long ours = votes.getOrDefault(deployment.myId, 0L);
        if (ours > master.ledger.epoch() && election.adoptEpoch(master, ours, peer.id, now)) {
            out.log(
                    Event.Level.WARNING,
                    "the conf forgot a vote master="
                            + master.name
                            + " epoch="
                            + ours
                            + " saved="
                            + master.ledger.epoch()
                            + " known_by="
                            + peer.id);
            master.ledger.raise(ours, now);
            out.persist();
        }
    }
}
