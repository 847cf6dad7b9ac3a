package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fast detection (guard G4; {@code sentinel fast-detection}, off by default). A process that is
 * gone differs from one that is slow: its port refuses every connection. When each new one has been
 * refused for the whole hold, and every replica that can be reached says in an INFO asked after the
 * first refusal that it has lost the master, the master counts as crashed before down-after is
 * over.
 *
 * <p>A replica has lost it when its link is closed. A vedette-server also gives its replicas of the
 * same kind a sign of life every so often: then the link may stay, but three of them are missing,
 * and none was sent since the refusals began. One that came later is proof of the opposite: refused
 * are only we, by a firewall.
 *
 * <p>A closed connection alone proves nothing, and one that is taken within the hold ends all
 * suspicion. What this sentinel sees is its own opinion: the quorum decides as ever.
 */
final class CrashRule {
    private static final Duration SHORTEST_RECONNECT_PAUSE = Duration.ofMillis(10);

    /** Attempts to connect within the hold. */
    private static final int ATTEMPTS = 5;

    /** Signs of life that must be missing: each may be late for as long as one takes. */
    private static final int MISSING_BEATS = 3;

    private final Deployment deployment;
    private final Requests requests;

    CrashRule(Deployment deployment, Requests requests) {
        this.deployment = deployment;
        this.requests = requests;
    }

    /** Whether each attempt that fails is news, and not only the first. */
    static boolean countsFailures(Link link) {
        return link.owners.getFirst() instanceof MonitoredMaster master
                && master.options.fastDetection().isPresent();
    }

    /** How long to wait before the next connection may be refused. */
    static Duration reconnectPause(MonitoredMaster master) {
        var hold = master.options.fastDetection();
        if (hold.isEmpty() || master.link.refusedSince == null) {
            return Period.PING.usual();
        }
        return Periods.longer(Periods.part(hold.get(), ATTEMPTS), SHORTEST_RECONNECT_PAUSE);
    }

    /** Judges anew; once found crashed it stays so until it takes a connection. */
    void look(MonitoredMaster master, Alarm alarm) {
        var hold = master.options.fastDetection();
        var since = master.link.refusedSince;
        if (hold.isEmpty() || since == null) {
            master.crashed = false;
        } else if (!master.crashed) {
            Duration held = Duration.between(since, master.link.refusedAt);
            master.crashed =
                    replicasLostIt(master, since, alarm) && held.compareTo(hold.get()) >= 0;
        }
    }

    private boolean replicasLostIt(MonitoredMaster master, Instant since, Alarm alarm) {
        boolean allLostIt = true;
        for (var replica : master.replicas.values()) {
            boolean reachable = replica.link.command.isOpen() && !replica.subjectivelyDown;
            if (reachable && !lostIt(replica, since)) {
                allLostIt = false;
                ask(replica, since, alarm);
            }
        }
        return allLostIt
                && ReplicaSelection.of(master, deployment.pace, false, since, alarm.now())
                        .best()
                        .isPresent();
    }

    /** Not asked since, or in touch with the master, it speaks against a crash. */
    private static boolean lostIt(Replica replica, Instant since) {
        boolean following =
                replica.roleReported == InstanceInfo.Role.REPLICA
                        && replica.follows(replica.master())
                        && replica.masterLinkUp;
        return !replica.infoAsOf.isBefore(since) && (!following || hearsNothing(replica, since));
    }

    /**
     * Twice, the second time asked behind the first answer: a process that slept itself may answer
     * before it reads what its master sent meanwhile.
     */
    private static boolean hearsNothing(Replica replica, Instant since) {
        var countsFrom = replica.silenceCountsFrom;
        return countsFrom.isPresent()
                && replica.infoNumber >= countsFrom.getAsLong()
                && replica.pulse.filter(pulse -> !beatSince(replica, pulse, since)).isPresent();
    }

    /** Whether the last byte came too long after that moment to have been under way then. */
    private static boolean beatSince(Replica replica, InstanceInfo.Pulse pulse, Instant since) {
        return replica.infoAt.minus(pulse.lastByteAgo()).isAfter(since.plus(pulse.interval()));
    }

    /** What an INFO of that replica says of the heartbeat of the master that it follows. */
    static void told(Replica replica, Optional<InstanceInfo.Pulse> pulse) {
        replica.pulse = pulse;
        if (!showsSilence(replica)) {
            replica.silenceCountsFrom = OptionalLong.empty();
        } else if (replica.silenceCountsFrom.isEmpty()) {
            replica.silenceCountsFrom = OptionalLong.of(replica.infosAsked + 1);
        }
    }

    private static boolean showsSilence(Replica replica) {
        var hold = replica.master().options.fastDetection();
        return hold.isPresent()
                && replica.pulse
                        .filter(pulse -> pulse.lastByteAgo().compareTo(hold.get()) >= 0)
                        .filter(CrashRule::misses)
                        .isPresent();
    }

    private static boolean misses(InstanceInfo.Pulse pulse) {
        var missing = Periods.times(pulse.interval(), MISSING_BEATS);
        return pulse.lastByteAgo().compareTo(missing) >= 0;
    }

    /** At once, and as long as it is in touch with the master, behind each answer. */
    private void ask(Replica replica, Instant since, Alarm alarm) {
        boolean asked = !replica.infoAskedAt.isBefore(since);
        if (replica.link.writable()
                && replica.link.infos.isEmpty()
                && (!asked || alarm.passed(replica.infoAskedAt.plus(SHORTEST_RECONNECT_PAUSE)))) {
            requests.info(replica, alarm.now());
        }
    }
}
