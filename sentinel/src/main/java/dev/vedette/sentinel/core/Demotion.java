package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes a replica again of a node that says it is a master and is not ours (guard G1).
 *
 * <pre>
 *  says master
 *     |-- was our master under an older config epoch, never called itself a replica since, and
 *     |      has our data or none: all are asked, and asked again after 20, 40, 80 ... ms; at once when they agree
 *     +-- any other history: after four hello periods, for it may be a promotion by a leader whose
 *            word is on its way (Redis's rule, which holds for the former too)
 * </pre>
 *
 * <p>Until it is demoted it takes writes that nobody will ever see again.
 */
final class Demotion {
    /** A node that turned master by itself may be a promotion that we have not heard of yet. */
    private static final int REDIS_WAIT_HELLOS = 4;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    /** What was asked longer ago is no evidence any more. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Deployment deployment;
    private final Outbox out;
    private final Requests requests;
    private final Election election;

    Demotion(Deployment deployment, Outbox out, Requests requests, Election election) {
        this.deployment = deployment;
        this.out = out;
        this.requests = requests;
        this.election = election;
    }

    // ---- Redis's rule

    /** An INFO says master. */
    void byWaiting(Replica replica, Instant now) {
        var master = replica.master();
        if (master.failover.promoted().filter(p -> p == replica).isEmpty()
                && looksSane(master, now)
                && upFor(replica, redisWait(), now)
                && replica.roleReportedAt.plus(redisWait()).isBefore(now)) {
            demote(replica);
        }
    }

    private Duration redisWait() {
        return deployment.pace.times(Period.PUBLISH, REDIS_WAIT_HELLOS);
    }

    private boolean demote(Replica replica) {
        boolean sent = requests.follow(replica);
        if (sent) {
            out.publish(Events.convertedToReplica(replica));
        }
        return sent;
    }

    /** Held for a master, says so, is up, and said so lately and since it is our master. */
    boolean looksSane(MonitoredMaster master, Instant now) {
        return master.restartedAt == null
                && master.roleReported == InstanceInfo.Role.MASTER
                && master.conflictSince == null
                && !master.subjectivelyDown
                && !master.objectivelyDown
                && !master.infoAt.isBefore(master.roleReportedAt)
                && master.infoAt.plus(deployment.pace.infoTwice()).isAfter(now);
    }

    /**
     * It has been up for so long. Redis asks only that it did not go down within that time: a
     * sentinel that was cut off for longer would undo, in the moment when it is back, what the
     * others decided meanwhile, before it hears of that.
     */
    static boolean upFor(Replica replica, Duration time, Instant now) {
        return !replica.subjectivelyDown && replica.upSince.plus(time).isBefore(now);
    }

    // ---- at once

    void look(MonitoredMaster master, Alarm alarm) {
        for (var replica : master.replicas.values()) {
            if (!claims(replica)) {
                replica.inquiry = null;
            } else if (replica.inquiry == null) {
                begin(replica, alarm);
            } else {
                pursue(replica, replica.inquiry, alarm);
            }
        }
    }

    /** Deposed, and does not know it. */
    private static boolean claims(Replica replica) {
        var master = replica.master();
        return replica.roleReported == InstanceInfo.Role.MASTER
                && replica.masteredUnder.isPresent()
                && replica.masteredUnder.getAsLong() < master.configEpoch
                && !replica.hidden()
                // Another group's server may have come to its address (guard G5).
                && master.kinship.surelyOurs(replica)
                && !replica.subjectivelyDown
                && replica.link.command.isOpen()
                // SLAVEOF is refused while it loads.
                && !replica.link.loading
                && !master.failingOver();
    }

    /** Whoever led asks first; the others find it done, or do it one after the other. */
    private void begin(Replica replica, Alarm alarm) {
        var master = replica.master();
        var firstAt =
                replica.deposedHere
                        ? alarm.now()
                        : alarm.now()
                                .plus(
                                        Periods.times(
                                                election.step(master), 1 + election.rank(master)));
        replica.inquiry = new Replica.Inquiry(alarm.now(), Optional.empty(), firstAt, 0);
        out.changed();
    }

    private void pursue(Replica replica, Replica.Inquiry inquiry, Alarm alarm) {
        var now = alarm.now();
        if (inquiry.askedAt().isPresent()) {
            var askedAt = inquiry.askedAt().get();
            if (alarm.passed(askedAt.plus(FRESH))) {
                again(replica, inquiry, now);
            } else if (allAnswered(replica, askedAt, now)) {
                if (agreed(replica, inquiry, askedAt, now) && demote(replica)) {
                    // The effect, not up to ten seconds later.
                    requests.info(replica, now);
                }
                again(replica, inquiry, now);
            }
        } else if (!alarm.passed(inquiry.nextAt())) {
            return;
        } else if (inquiry.since().plus(redisWait()).isAfter(now)) {
            replica.inquiry =
                    new Replica.Inquiry(
                            inquiry.since(),
                            Optional.of(now),
                            inquiry.nextAt(),
                            inquiry.rounds() + 1);
            allAnswered(replica, now, now);
        }
    }

    private void again(Replica replica, Replica.Inquiry inquiry, Instant now) {
        var pause = FIRST_PAUSE;
        for (int i = 1; i < inquiry.rounds() && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
            pause = Periods.shorter(Periods.times(pause, 2), LONGEST_PAUSE);
        }
        replica.inquiry =
                new Replica.Inquiry(
                        inquiry.since(), Optional.empty(), now.plus(pause), inquiry.rounds());
        out.changed();
    }

    /** Asks whoever was not asked since then. */
    private boolean allAnswered(Replica replica, Instant since, Instant now) {
        var master = replica.master();
        boolean replicaTold = told(replica, since, now);
        boolean masterTold = told(master, since, now);
        boolean all = replicaTold && masterTold;
        for (var peer : master.peers.values()) {
            if (peer.canBeAsked() && !peer.answeredReportSince(since)) {
                all = false;
                if (!peer.owesReportSince(since)) {
                    requests.askMaster(peer, now);
                }
            }
        }
        return all;
    }

    /** A PING in front of INFO: its answer says whether the node loads. */
    private boolean told(DataNode node, Instant since, Instant now) {
        if (!node.infoAsOf.isBefore(since)) {
            return true;
        }
        var infos = node.link.infos;
        if (infos.isEmpty() || infos.getLast().at().isBefore(since)) {
            requests.ping(node.link, now);
            requests.info(node, now);
        }
        return false;
    }

    private boolean agreed(Replica replica, Replica.Inquiry inquiry, Instant askedAt, Instant now) {
        var master = replica.master();
        return looksSane(master, now)
                && !master.link.loading
                && master.runId.isPresent()
                && master.runId.equals(master.firstRunId)
                && nobodyElseMayPromote(master, askedAt, now)
                && namedByMajority(master, inquiry.since(), askedAt);
    }

    /**
     * Silence, and an error, are no answer. Whoever said that it was in a failover, and cannot be
     * asked any more, may be cut off from us and go on.
     */
    private static boolean nobodyElseMayPromote(
            MonitoredMaster master, Instant askedAt, Instant now) {
        var longest = Periods.times(master.options.failoverTimeout(), 2);
        return !master.ledger.isOpen(master.configEpoch, longest, now)
                && master.peers.values().stream()
                        .allMatch(
                                peer ->
                                        peer.canBeAsked()
                                                ? peer.reportSince(askedAt)
                                                        .filter(Demotion::idle)
                                                        .isPresent()
                                                : peer.reportSince(now.minus(longest))
                                                        .filter(report -> !idle(report))
                                                        .isEmpty());
    }

    private static boolean idle(MasterReport report) {
        return report.failover() == FailoverPhase.NONE;
    }

    private static boolean namedByMajority(MonitoredMaster master, Instant since, Instant askedAt) {
        var ours = master.configuration();
        long naming =
                1
                        + master.peers.values().stream()
                                .flatMap(peer -> peer.namedSince(since, askedAt).stream())
                                .filter(named -> named.epoch() == ours.epoch())
                                .filter(named -> master.names.same(named.address(), ours.address()))
                                .count();
        return naming >= QuorumRule.majority(master);
    }
}
