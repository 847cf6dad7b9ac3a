package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Draws the picture of a master that commands and INFO show. */
final class Views {
    private final Instant now;

    Views(Instant now) {
        this.now = now;
    }

    MasterView master(MonitoredMaster master) {
        return new MasterView(
                instance(master, master.runId),
                master.names.shown(master.spokenAddress),
                master.failover.phase(),
                infoAge(master),
                master.roleReported,
                age(master.roleReportedAt),
                master.configEpoch,
                master.visibleReplicas().stream().map(this::replica).toList(),
                master.peers.values().stream().map(this::sentinel).toList(),
                master.quorum,
                master.options,
                master.infoText);
    }

    private ReplicaView replica(Replica replica) {
        return new ReplicaView(
                instance(replica, replica.runId),
                infoAge(replica),
                replica.roleReported,
                age(replica.roleReportedAt),
                replica.masterLinkDownFor,
                replica.masterLinkUp,
                replica.masterAddress,
                replica.priority,
                replica.offset,
                replica.announced,
                replica.infoText);
    }

    private SentinelView sentinel(Peer peer) {
        return new SentinelView(
                instance(peer, Optional.of(peer.id.text())),
                age(peer.helloHeardAt),
                peer.lastVotedFor(),
                peer.lastVotedIn());
    }

    private InstanceView instance(Instance instance, Optional<String> runId) {
        var link = instance.link;
        return new InstanceView(
                instance.name(),
                instance.shownAddress(),
                runId,
                flags(instance),
                link.pendingCommands,
                link.owners.size(),
                link.silentSince == null ? Duration.ZERO : age(link.silentSince),
                age(link.availableAt),
                age(link.repliedAt),
                instance.subjectivelyDown ? Optional.of(age(instance.downSince)) : Optional.empty(),
                instance instanceof MonitoredMaster m && m.objectivelyDown
                        ? Optional.of(age(m.objectivelyDownSince))
                        : Optional.empty(),
                instance.master().options.downAfter());
    }

    private static Set<InstanceFlag> flags(Instance instance) {
        var flags = EnumSet.noneOf(InstanceFlag.class);
        add(flags, InstanceFlag.S_DOWN, instance.subjectivelyDown);
        add(flags, InstanceFlag.DISCONNECTED, instance.link.disconnected());
        add(flags, InstanceFlag.SCRIPT_KILL_SENT, instance.scriptKillSent);
        switch (instance) {
            case MonitoredMaster master -> {
                var attempt = master.failover.attempt();
                flags.add(InstanceFlag.MASTER);
                add(flags, InstanceFlag.O_DOWN, master.objectivelyDown);
                add(flags, InstanceFlag.FAILOVER_IN_PROGRESS, attempt.isPresent());
                add(
                        flags,
                        InstanceFlag.FORCE_FAILOVER,
                        attempt.filter(Attempt::forced).isPresent());
                add(flags, InstanceFlag.MASTER_REBOOT, master.rebootingSince != null);
            }
            case Replica replica -> {
                flags.add(InstanceFlag.SLAVE);
                add(
                        flags,
                        InstanceFlag.PROMOTED,
                        replica.master().failover.promoted().filter(p -> p == replica).isPresent());
                add(flags, InstanceFlag.RECONF_SENT, replica.reconf == Replica.Reconf.SENT);
                add(
                        flags,
                        InstanceFlag.RECONF_INPROG,
                        replica.reconf == Replica.Reconf.IN_PROGRESS);
                add(flags, InstanceFlag.RECONF_DONE, replica.reconf == Replica.Reconf.DONE);
            }
            case Peer peer -> {
                flags.add(InstanceFlag.SENTINEL);
                add(flags, InstanceFlag.MASTER_DOWN, peer.saysMasterDown);
            }
        }
        return flags;
    }

    private static void add(Set<InstanceFlag> flags, InstanceFlag flag, boolean set) {
        if (set) {
            flags.add(flag);
        }
    }

    private Optional<Duration> infoAge(DataNode node) {
        return node.infoKnown() ? Optional.of(age(node.infoAt)) : Optional.empty();
    }

    private Duration age(Instant moment) {
        return Duration.between(moment, now);
    }
}
