package dev.vedette.sentinel.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The replicas that a RESET took away stay known for a while, unconfirmed: no reply, event or conf
 * tells of them and nothing is ordered of them, but a failover finds them. Otherwise a master that
 * dies before its next INFO has no replica that anybody knows.
 *
 * <pre>
 *   RESET --> unconfirmed --> listed by an INFO of the master, or needed: +slave
 *                 +---------> forgotten, when a later INFO of the master does not list it and it
 *                             does not say itself that it follows the master
 * </pre>
 */
final class Unconfirmed {
    private final Deployment deployment;
    private final Outbox out;
    private final LinkKeeper links;

    Unconfirmed(Deployment deployment, Outbox out, LinkKeeper links) {
        this.deployment = deployment;
        this.out = out;
        this.links = links;
    }

    /** Nobody is a replica any more until the master, or a failover, says so again. */
    void hideAll(MonitoredMaster master, Instant now) {
        // What is on its way to the chosen one must not promote it behind the RESET (guard G22).
        master.failover.promoted().ifPresent(chosen -> links.drop(chosen.link, true, now));
        for (var replica : master.replicas.values()) {
            replica.reconf = Replica.Reconf.NONE;
            if (replica.unconfirmedSince == null) {
                replica.unconfirmedSince = now;
            }
        }
    }

    /** Seen again: as new as one that was never known, but for what it told of its data. */
    static void confirm(Replica replica, Instant now) {
        replica.unconfirmedSince = null;
        replica.subjectivelyDown = false;
        replica.roleReportedAt = now;
        replica.masterAddressSince = now;
    }

    /** Those that follow the master are needed now, for a failover. */
    void confirmFollowers(MonitoredMaster master, Instant now) {
        for (var replica : master.replicas.values()) {
            if (replica.hidden() && usable(replica)) {
                out.persist();
                confirm(replica, now);
                out.publish(Events.replicaFound(replica));
            }
        }
    }

    /**
     * Whether it may serve in a failover: it says that it follows, and is nobody we know better.
     */
    static boolean usable(Replica replica) {
        return replica.roleReported == InstanceInfo.Role.REPLICA
                && replica.follows(replica.master())
                && !knownElsewhere(replica);
    }

    /** The same process is listed under another address. */
    private static boolean knownElsewhere(Replica replica) {
        return replica.runId.isPresent()
                && replica.master().replicas.values().stream()
                        .anyMatch(other -> !other.hidden() && other.runId.equals(replica.runId));
    }

    /** Forgets those who are not of the group any more. */
    void look(MonitoredMaster master, Alarm alarm) {
        List<Replica> gone = List.of();
        for (var replica : master.replicas.values()) {
            var since = replica.unconfirmedSince;
            if (since != null && over(replica, since, alarm)) {
                gone = new ArrayList<>(gone);
                gone.add(replica);
            }
        }
        gone.forEach(this::drop);
    }

    private boolean over(Replica replica, Instant since, Alarm alarm) {
        var master = replica.master();
        if (knownElsewhere(replica)) {
            return true;
        }
        // The INFO of the master that was asked then has not listed it, or it were confirmed.
        var fresh = since.plus(deployment.pace.of(Period.INFO));
        boolean unlisted =
                alarm.passed(fresh)
                        && master.roleReported == InstanceInfo.Role.MASTER
                        && !master.infoAsOf.isBefore(fresh);
        boolean answers =
                usable(replica) && !alarm.passed(replica.infoAt.plus(deployment.pace.infoTwice()));
        return unlisted && !answers && !master.failingOver();
    }

    /** Before the master becomes another: who followed it is of the group, the others are not. */
    void dropStrays(MonitoredMaster master) {
        List.copyOf(master.replicas.values()).stream()
                .filter(replica -> replica.hidden() && !usable(replica))
                .forEach(this::drop);
    }

    private void drop(Replica replica) {
        links.release(replica);
        replica.master().replicas.remove(replica.address);
        out.changed();
    }
}
