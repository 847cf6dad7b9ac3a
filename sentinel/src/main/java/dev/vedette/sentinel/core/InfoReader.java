package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What INFO of a data node teaches, and what follows (Redis {@code sentinelRefreshInstanceInfo}).
 */
final class InfoReader {
    /** INFO comes to some kilobytes; a longer one is read, but not kept for INFO-CACHE. */
    private static final int LONGEST_KEPT = 256 * 1024;

    private final Deployment deployment;
    private final Outbox out;
    private final Agenda agenda;
    private final Lookups lookups;
    private final Requests requests;
    private final Registry registry;
    private final FailoverMachine failover;
    private final Repointer repointer;
    private final Demotion demotion;

    InfoReader(
            Deployment deployment,
            Outbox out,
            Agenda agenda,
            Lookups lookups,
            Requests requests,
            Registry registry,
            FailoverMachine failover,
            Repointer repointer,
            Demotion demotion) {
        this.deployment = deployment;
        this.out = out;
        this.agenda = agenda;
        this.lookups = lookups;
        this.requests = requests;
        this.registry = registry;
        this.failover = failover;
        this.repointer = repointer;
        this.demotion = demotion;
    }

    void read(DataNode node, InstanceInfo info, Link.InfoAsked asked, Instant now) {
        if (info.text().length() <= LONGEST_KEPT) {
            node.infoText.set(info.text());
        } else {
            node.infoText.forget();
        }
        node.infoAt = now;
        node.infoAsOf = asked.at();
        node.infoNumber = asked.number();
        info.runId().ifPresent(runId -> readRunId(node, runId, now));
        if (node instanceof MonitoredMaster master) {
            discover(master, info, now);
        }
        if (info.role().isEmpty()) {
            return;
        }
        var role = info.role().get();
        node.history = info.history();
        node.holdsKeys = info.holdsKeys();
        node.listed = info.replicas();
        switch (node) {
            case MonitoredMaster master -> readUpstream(master, info, asked.at(), now);
            case Replica replica -> readReplication(replica, role, info, now);
        }
        if (role != node.roleReported) {
            readRoleChange(node, role, now);
        }
        readHistory(node, info);
        keepAncestry(node.master());
        node.master().kinship.infoRead(node, info);
        if (node instanceof Replica replica) {
            Events.kinship(replica).ifPresent(out::publish);
        }
        if (node instanceof Replica replica) {
            if (!deployment.tilt.active()) {
                act(replica, now);
            } else if (deployment.tilt.since().filter(asked.at()::isAfter).isPresent()) {
                provePromotion(replica, now);
            }
        }
    }

    // ---- facts

    private void readRunId(DataNode node, String runId, Instant now) {
        if (node.runId.isPresent() && !node.runId.get().equals(runId)) {
            out.publish(Events.rebooted(node));
            if (node instanceof MonitoredMaster master
                    && master.options.rebootDownAfter().isPositive()) {
                master.rebootingSince = now;
            }
        }
        node.runId = Optional.of(runId);
        if (node instanceof MonitoredMaster master && master.firstRunId.isEmpty()) {
            master.firstRunId = node.runId;
        }
    }

    private void discover(MonitoredMaster master, InstanceInfo info, Instant now) {
        var told = master.address;
        for (var address : info.replicas()) {
            lookups.whenKnown(
                    address.host(),
                    now,
                    later -> {
                        // It may have been switched or removed meanwhile.
                        if (deployment.masters.get(master.name) == master
                                && master.address.equals(told)) {
                            discover(master, address, later);
                        }
                    });
        }
    }

    private void discover(MonitoredMaster master, Address address, Instant now) {
        registry.addReplica(master, address, now)
                .ifPresent(
                        replica -> {
                            out.persist();
                            out.publish(Events.replicaFound(replica));
                            agenda.touch(master);
                        });
    }

    private void readUpstream(
            MonitoredMaster master, InstanceInfo info, Instant asked, Instant now) {
        var told = Upstream.told(master.upstream, info, asked);
        if (!told.equals(master.upstream)) {
            master.upstream = told;
            out.changed();
            // Known before it is compared.
            told.ifPresent(upstream -> lookups.whenKnown(upstream.address().host(), now, _ -> {}));
        }
    }

    private void readReplication(
            Replica replica, InstanceInfo.Role role, InstanceInfo info, Instant now) {
        replica.loading = info.loading();
        replica.syncing = info.syncing();
        if (role == InstanceInfo.Role.MASTER) {
            replica.masterLinkDownFor = Duration.ZERO;
            CrashRule.told(replica, Optional.empty());
            return;
        }
        replica.masteredUnder = OptionalLong.empty();
        replica.masterLinkDownFor = info.masterLinkDownFor();
        replica.masterLinkUp = info.masterLinkUp();
        if (info.masterAddress().isPresent()
                && !info.masterAddress().equals(replica.masterAddress)) {
            replica.masterAddress = info.masterAddress();
            replica.masterAddressSince = now;
            // Known before it is compared.
            lookups.whenKnown(info.masterAddress().get().host(), now, _ -> {});
        }
        CrashRule.told(replica, info.pulse());
        replica.priority = info.replicaPriority();
        replica.offset = info.replicaOffset();
        replica.announced = info.replicaAnnounced();
        if (replica.masterLinkUp) {
            replica.seenInSync = true;
            if (replica.follows(replica.master())) {
                replica.followedAs = replica.runId;
            }
        }
    }

    private static void readHistory(DataNode node, InstanceInfo info) {
        switch (node) {
            case MonitoredMaster master -> {
                if (master.roleReported == InstanceInfo.Role.MASTER && !info.loading()) {
                    info.history().ifPresent(master.lineage::masterTold);
                } else if (info.masterLinkUp()) {
                    // It copied another's data: what it wrote itself is gone, nobody lacks it.
                    master.lineage.forget();
                }
            }
            case Replica replica -> replica.master().lineage.replicaTold(replica);
        }
    }

    /** What makes copies older is known again after a restart. */
    private void keepAncestry(MonitoredMaster master) {
        var ancestry = master.ancestry();
        if (!ancestry.equals(master.keptAncestry)) {
            master.keptAncestry = ancestry;
            out.persist();
        }
    }

    private void readRoleChange(DataNode node, InstanceInfo.Role role, Instant now) {
        node.roleReported = role;
        node.roleReportedAt = now;
        if (role == InstanceInfo.Role.REPLICA && node instanceof Replica replica) {
            replica.masterAddressSince = now;
        }
        out.publish(Events.roleChanged(node));
    }

    // ---- consequences

    private void act(Replica replica, Instant now) {
        var master = replica.master();
        if (replica.roleReported == InstanceInfo.Role.MASTER) {
            if (!provePromotion(replica, now)) {
                demotion.byWaiting(replica, now);
            }
            return;
        }
        if (!replica.follows(master)) {
            fixMaster(replica, now);
        }
        repointer.progress(replica);
    }

    /**
     * Whether it is the one that we promote: then its word is taken, also in TILT if it was asked
     * since (guard G12): others wait for us to announce it.
     */
    private boolean provePromotion(Replica replica, Instant now) {
        var master = replica.master();
        if (replica.roleReported == InstanceInfo.Role.MASTER
                && master.failover instanceof Failover.WaitPromotion state
                && state.chosen() == replica) {
            failover.saysMaster(master, state, now);
            return true;
        }
        return false;
    }

    private void fixMaster(Replica replica, Instant now) {
        var master = replica.master();
        // Where our master was before its name moved nobody is whom it could want to follow.
        boolean strayed =
                replica.masterAddress
                        .filter(seen -> master.names.wasAt(master.address, seen))
                        .isPresent();
        var wait = strayed ? Duration.ZERO : master.options.failoverTimeout();
        if (demotion.looksSane(master, now)
                && Demotion.upFor(replica, wait, now)
                && replica.masterAddressSince.plus(wait).isBefore(now)
                && requests.follow(replica)) {
            out.publish(Events.replicaConfFixed(replica));
        }
    }
}
