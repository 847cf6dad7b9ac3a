package dev.vedette.sentinel.core;

import java.time.Instant;

/**
 * Points the siblings at the master that we promoted, {@code parallel-syncs} at a time (Redis
 * {@code sentinelFailoverReconfNextSlave}), and tells when it is over. A newer failover or
 * configuration cancels it.
 */
final class Repointer {
    private final Outbox out;
    private final Deployment deployment;
    private final Requests requests;

    Repointer(Outbox out, Deployment deployment, Requests requests) {
        this.out = out;
        this.deployment = deployment;
        this.requests = requests;
    }

    void look(MonitoredMaster master, Alarm alarm) {
        if (master.repointing != null) {
            pointNext(master, master.repointing, alarm);
            endIfOver(master, master.repointing, alarm);
        }
    }

    private void pointNext(MonitoredMaster master, Repointing the, Alarm alarm) {
        var siblings = the.of(master);
        for (var sibling : siblings) {
            if (sibling.reconf == Replica.Reconf.SENT
                    && alarm.passed(
                            sibling.reconfSentAt.plus(
                                    deployment.pace.of(Period.REPLICA_RECONF_TIMEOUT)))) {
                out.publish(Events.reconfTimedOut(sibling));
                sibling.reconf = Replica.Reconf.DONE;
            }
        }
        long busy = siblings.stream().filter(Replica::reconfiguring).count();
        for (var sibling : siblings) {
            if (busy < master.options.parallelSyncs()
                    && sibling.reconf == Replica.Reconf.NONE
                    && point(sibling, alarm.now())) {
                out.publish(Events.reconfSent(sibling));
                busy++;
            }
        }
    }

    private void endIfOver(MonitoredMaster master, Repointing the, Alarm alarm) {
        if (master.subjectivelyDown) {
            // The end needs a new master that lives.
            return;
        }
        var siblings = the.of(master);
        boolean timeout = alarm.passed(the.since().plus(master.options.failoverTimeout()));
        boolean done =
                siblings.stream()
                        .allMatch(r -> r.reconf == Replica.Reconf.DONE || r.subjectivelyDown);
        if (timeout) {
            out.publish(Events.failoverTimedOut(master, the.from()));
        }
        if (timeout || done) {
            out.publish(Events.failoverEnded(master, the.from()));
            if (timeout) {
                pointTheRest(siblings, alarm.now());
            }
            cancel(master);
        }
    }

    private void pointTheRest(Iterable<Replica> siblings, Instant now) {
        for (var sibling : siblings) {
            if (sibling.reconf == Replica.Reconf.NONE && point(sibling, now)) {
                out.publish(Events.reconfSentAtTheEnd(sibling));
            }
        }
    }

    private boolean point(Replica sibling, Instant now) {
        if (!requests.follow(sibling)) {
            return false;
        }
        sibling.reconf = Replica.Reconf.SENT;
        sibling.reconfSentAt = now;
        return true;
    }

    /** What INFO of a replica tells of its way to the new master. */
    void progress(Replica replica) {
        if (replica.master().repointing == null) {
            return;
        }
        if (replica.reconf == Replica.Reconf.SENT && replica.follows(replica.master())) {
            replica.reconf = Replica.Reconf.IN_PROGRESS;
            out.publish(Events.reconfInProgress(replica));
        }
        if (replica.reconf == Replica.Reconf.IN_PROGRESS && replica.masterLinkUp) {
            replica.reconf = Replica.Reconf.DONE;
            out.publish(Events.reconfDone(replica));
        }
    }

    /** Whoever still waits for its turn is left to the rule that mends a wrong master. */
    void cancel(MonitoredMaster master) {
        if (master.repointing != null) {
            master.repointing.of(master).forEach(r -> r.reconf = Replica.Reconf.NONE);
            master.repointing = null;
            out.changed();
        }
    }
}
