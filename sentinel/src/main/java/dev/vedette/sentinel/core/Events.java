package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Event.Level;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The words of every event: name, level and payload as Redis sends them ({@code sentinelEvent}).
 */
final class Events {
    private Events() {}

    // ---- the master's list

    static Event monitored(MonitoredMaster master) {
        return about(Level.WARNING, "+monitor", master, " quorum " + master.quorum);
    }

    static Event removed(MonitoredMaster master) {
        return about(Level.WARNING, "-monitor", master, "");
    }

    static Event optionSet(MonitoredMaster master, String words) {
        return about(Level.WARNING, "+set", master, " " + words);
    }

    static Event reset(MonitoredMaster master) {
        return about(Level.WARNING, "+reset-master", master, "");
    }

    // ---- discovery

    static Event replicaFound(Replica replica) {
        return about(Level.NOTICE, "+slave", replica, "");
    }

    static Event sentinelFound(Peer peer) {
        return about(Level.NOTICE, "+sentinel", peer, "");
    }

    static Event sentinelMoved(MonitoredMaster master, SentinelId id, Address to) {
        var at = master.names.shown(to);
        return about(
                Level.NOTICE,
                "+sentinel-address-switch",
                master,
                " ip " + at.host() + " port " + at.port() + " for " + id);
    }

    static Event sentinelMovedElsewhere(Peer peer, int matches) {
        return about(
                Level.NOTICE,
                "+sentinel-address-update",
                peer,
                " " + matches + " additional matching instances");
    }

    static Event sentinelAddressTaken(Peer old) {
        return about(Level.NOTICE, "+sentinel-invalid-addr", old, "");
    }

    // ---- health

    static Event subjectivelyDown(Instance instance) {
        return about(Level.WARNING, "+sdown", instance, "");
    }

    static Event subjectivelyUp(Instance instance) {
        return about(Level.WARNING, "-sdown", instance, "");
    }

    static Event objectivelyDown(MonitoredMaster master, int agree) {
        return about(Level.WARNING, "+odown", master, " #quorum " + agree + "/" + master.quorum);
    }

    static Event objectivelyUp(MonitoredMaster master) {
        return about(Level.WARNING, "-odown", master, "");
    }

    /** Ours: it was held for down, and a failover was begun, but it answers. */
    static Event flapping(MonitoredMaster master) {
        return about(
                Level.WARNING,
                "+flapping",
                master,
                " silence must last "
                        + Periods.times(master.options.downAfter(), 2).toMillis()
                        + " ms");
    }

    /** Ours: no failover could be agreed upon now. */
    static Event quorumLost(MonitoredMaster master, int usable) {
        return about(Level.WARNING, "+quorum-lost", master, quorumFigures(master, usable));
    }

    static Event quorumBack(MonitoredMaster master, int usable) {
        return about(Level.WARNING, "-quorum-lost", master, quorumFigures(master, usable));
    }

    private static String quorumFigures(MonitoredMaster master, int usable) {
        return " usable "
                + usable
                + " quorum "
                + master.quorum
                + " majority "
                + QuorumRule.majority(master);
    }

    static Event rebooted(DataNode node) {
        return about(Level.NOTICE, "+reboot", node, "");
    }

    static Event roleChanged(DataNode node) {
        var role = node.roleReported;
        return about(
                Level.VERBOSE,
                role == node.role() ? "+role-change" : "-role-change",
                node,
                " new reported role is " + (role == InstanceInfo.Role.MASTER ? "master" : "slave"));
    }

    static Event convertedToReplica(Replica replica) {
        return about(Level.NOTICE, "+convert-to-slave", replica, "");
    }

    /** Ours: it refused the transaction because of that command, so SLAVEOF was sent alone. */
    static Event orderedAlone(Replica replica, Input.Discarded by) {
        return about(
                Level.WARNING, "+slaveof-alone", replica, " #" + by.command() + ": " + by.error());
    }

    /** Ours: the node may be, or is, of another group (guard G5); absent when that was said. */
    static Optional<Event> kinship(Replica replica) {
        var kinship = replica.master().kinship;
        return kinship.news(replica)
                .map(
                        verdict ->
                                about(
                                        Level.WARNING,
                                        verdict == Kinship.Verdict.FOREIGN
                                                ? "-foreign-instance"
                                                : "-unknown-instance",
                                        replica,
                                        " #" + kinship.words(replica)));
    }

    static Event replicaConfFixed(Replica replica) {
        return about(Level.NOTICE, "+fix-slave-config", replica, "");
    }

    static Event linkFailed(Instance instance, LinkSpec.Kind kind, String detail) {
        return about(
                Level.DEBUG,
                kind == LinkSpec.Kind.COMMAND
                        ? "-cmd-link-reconnection"
                        : "-pubsub-link-reconnection",
                instance,
                " #" + detail);
    }

    static Event tiltEntered() {
        return new Event(Level.WARNING, "+tilt", "#tilt mode entered", Optional.empty());
    }

    static Event tiltExited() {
        return new Event(Level.WARNING, "-tilt", "#tilt mode exited", Optional.empty());
    }

    // ---- election

    static Event newEpoch(MonitoredMaster master, long epoch) {
        return event(Level.WARNING, "+new-epoch", Long.toString(epoch), master);
    }

    /** Ours: an epoch that is too high to be true, and is not adopted (guard G14). */
    static Event epochJump(MonitoredMaster master, long epoch, SentinelId by) {
        return about(Level.WARNING, "-epoch-jump", master, " epoch " + epoch + " named by " + by);
    }

    static Event voted(MonitoredMaster master, SentinelId candidate, long epoch) {
        return event(Level.WARNING, "+vote-for-leader", candidate + " " + epoch, master);
    }

    static Event tryFailover(MonitoredMaster master) {
        return about(Level.WARNING, "+try-failover", master, "");
    }

    static Event elected(MonitoredMaster master) {
        return about(Level.WARNING, "+elected-leader", master, "");
    }

    // ---- failover

    static Event selectReplica(MonitoredMaster master) {
        return about(Level.WARNING, "+failover-state-select-slave", master, "");
    }

    static Event selectedReplica(Replica replica) {
        return about(Level.WARNING, "+selected-slave", replica, "");
    }

    static Event sendSlaveofNoOne(Replica replica) {
        return about(Level.NOTICE, "+failover-state-send-slaveof-noone", replica, "");
    }

    static Event waitPromotion(Replica replica) {
        return about(Level.NOTICE, "+failover-state-wait-promotion", replica, "");
    }

    static Event promoted(Replica replica) {
        return about(Level.WARNING, "+promoted-slave", replica, "");
    }

    static Event reconfReplicas(MonitoredMaster master) {
        return about(Level.WARNING, "+failover-state-reconf-slaves", master, "");
    }

    static Event reconfSent(Replica replica) {
        return about(Level.NOTICE, "+slave-reconf-sent", replica, "");
    }

    static Event reconfInProgress(Replica replica) {
        return about(Level.NOTICE, "+slave-reconf-inprog", replica, "");
    }

    static Event reconfDone(Replica replica) {
        return about(Level.NOTICE, "+slave-reconf-done", replica, "");
    }

    static Event reconfSentAtTheEnd(Replica replica) {
        return about(Level.NOTICE, "+slave-reconf-sent-be", replica, "");
    }

    static Event reconfTimedOut(Replica replica) {
        return about(Level.NOTICE, "-slave-reconf-sent-timeout", replica, "");
    }

    static Event failoverTimedOut(MonitoredMaster master, Address from) {
        return event(Level.WARNING, "+failover-end-for-timeout", describe(master, from), master);
    }

    static Event failoverEnded(MonitoredMaster master, Address from) {
        return event(Level.WARNING, "+failover-end", describe(master, from), master);
    }

    static Event abortNotElected(MonitoredMaster master) {
        return about(Level.WARNING, "-failover-abort-not-elected", master, "");
    }

    /** Ours: what the abort of Redis's name does not say. */
    static Event notElectedBecause(MonitoredMaster master, int votes, Instant now) {
        var unreachable =
                master.peers.values().stream()
                        .filter(peer -> !peer.live())
                        .map(
                                peer ->
                                        peer.id
                                                + " "
                                                + spaced(peer.address)
                                                + " for "
                                                + Duration.between(peer.link.availableAt, now)
                                                        .toMillis()
                                                + " ms")
                        .collect(Collectors.joining(", "));
        return about(
                Level.NOTICE,
                "-failover-abort-reason",
                master,
                " not-elected votes "
                        + votes
                        + " needed "
                        + QuorumRule.needed(master)
                        + " unreachable "
                        + (unreachable.isEmpty() ? "none" : unreachable));
    }

    /** Ours: each replica, and the rule that refused it. */
    static Event noGoodReplicaBecause(
            MonitoredMaster master, List<ReplicaSelection.Refused> refused) {
        var reasons =
                refused.stream()
                        .map(r -> spaced(r.candidate().address()) + " " + r.rule().words())
                        .collect(Collectors.joining(", "));
        return about(
                Level.NOTICE,
                "-failover-abort-reason",
                master,
                " no-good-slave " + (reasons.isEmpty() ? "no replica is known" : reasons));
    }

    /** Ours: the master answered before anybody was told to take its place. */
    static Event masterAnswers(MonitoredMaster master) {
        return about(Level.NOTICE, "-failover-abort-reason", master, " master-answers");
    }

    /** Ours: another sentinel may promote a node any moment, or has promoted one. */
    static Event anotherLeads(MonitoredMaster master) {
        return about(Level.NOTICE, "-failover-abort-reason", master, " another-leads");
    }

    /** Ours: this process, or the machine, slept in the middle of it. */
    static Event leaderSlept(MonitoredMaster master, Duration slept) {
        return about(
                Level.NOTICE,
                "-failover-abort-reason",
                master,
                " own-pause of " + slept.toMillis() + " ms");
    }

    static Event abortNoGoodReplica(MonitoredMaster master) {
        return about(Level.WARNING, "-failover-abort-no-good-slave", master, "");
    }

    static Event abortReplicaTimeout(MonitoredMaster master) {
        return about(Level.WARNING, "-failover-abort-slave-timeout", master, "");
    }

    /** Ours: a peer names another master under the config epoch that we have. */
    static Event configConflict(Peer peer) {
        var master = peer.master();
        return about(
                Level.WARNING,
                "+config-conflict",
                master,
                " epoch "
                        + master.configEpoch
                        + " here "
                        + spaced(master.address)
                        + " there "
                        + peer.named.map(named -> spaced(named.address())).orElse("?")
                        + " named by "
                        + peer.id);
    }

    /** Ours: an election that settles it, and promotes nobody. */
    static Event configClaim(MonitoredMaster master) {
        return about(Level.WARNING, "+config-claim", master, "");
    }

    /** Ours: that election had no winner; there will be another. */
    static Event configClaimFailed(MonitoredMaster master) {
        return about(Level.WARNING, "-config-claim", master, "");
    }

    static Event configUpdateFrom(Peer peer) {
        return about(Level.WARNING, "+config-update-from", peer, "");
    }

    static Event switched(MonitoredMaster master, Address from, Address to) {
        return event(
                Level.WARNING,
                "+switch-master",
                master.name
                        + " "
                        + spaced(master.names.shown(from))
                        + " "
                        + spaced(master.names.shown(to)),
                master);
    }

    /** Ours: Redis is silent here, and looks for the cause are long. */
    static Event commandDenied(Instance instance, String command, String error) {
        return about(Level.WARNING, "-command-denied", instance, " " + command + " " + error);
    }

    // ---- form

    private static Event about(Level level, String name, Instance instance, String more) {
        // Of whom others must not know only the log for debugging tells.
        return event(
                instance.hidden() ? Level.DEBUG : level,
                name,
                describe(instance) + more,
                instance.master());
    }

    private static Event event(Level level, String name, String payload, MonitoredMaster master) {
        return new Event(
                level,
                name,
                payload,
                Optional.of(master.name),
                level == Level.WARNING ? master.options.notificationScript() : Optional.empty());
    }

    /** {@code slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6379} and the like. */
    private static String describe(Instance instance) {
        var master = instance.master();
        var own = instance.kind() + " " + instance.name() + " " + spaced(instance.shownAddress());
        return instance == master
                ? own
                : own + " @ " + master.name + " " + spaced(master.shownAddress());
    }

    private static String describe(MonitoredMaster master, Address at) {
        return master.kind() + " " + master.name + " " + spaced(master.names.shown(at));
    }

    private static String spaced(Address address) {
        return address.host() + " " + address.port();
    }
}
