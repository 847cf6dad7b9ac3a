package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Makes, moves and forgets what we watch: masters, their replicas, the other sentinels. */
final class Registry {
    /** For how many hello periods peers that were known before still count (guard G21). */
    private static final int DISCOVERY_PERIODS = 3;

    /** Nodes and sentinels of one master, far beyond any group: who lies must not fill memory. */
    private static final int MOST_REPLICAS = 256;

    private static final int MOST_PEERS = 256;

    private final Deployment deployment;
    private final Outbox out;
    private final Agenda agenda;
    private final LinkKeeper links;
    private final Unconfirmed unconfirmed;

    Registry(
            Deployment deployment,
            Outbox out,
            Agenda agenda,
            LinkKeeper links,
            Unconfirmed unconfirmed) {
        this.deployment = deployment;
        this.out = out;
        this.agenda = agenda;
        this.links = links;
        this.unconfirmed = unconfirmed;
    }

    // ---- masters

    MonitoredMaster add(SentinelState.Master loaded, Instant now) {
        var master =
                new MonitoredMaster(
                        loaded.name(),
                        loaded.address(),
                        loaded.quorum(),
                        loaded.options(),
                        loaded.configEpoch(),
                        loaded.leaderEpoch(),
                        deployment.names,
                        new Link(loaded.address(), true, now),
                        now);
        deployment.masters.put(master.name, master);
        master.lineage.restore(loaded.ancestry());
        loaded.replicas().forEach(address -> addReplica(master, address, now));
        loaded.ancestry().siblings().stream()
                .flatMap(address -> Optional.ofNullable(master.replicas.get(address)).stream())
                .forEach(replica -> replica.siblingOfMaster = true);
        master.keptAncestry = master.ancestry();
        loaded.peers().stream()
                .filter(peer -> !peer.id().equals(deployment.myId))
                .forEach(peer -> addPeer(master, peer.id(), peer.address(), now));
        agenda.touch(master);
        return master;
    }

    void remove(MonitoredMaster master) {
        master.instances().forEach(links::release);
        deployment.masters.remove(master.name);
        agenda.forget(master);
    }

    // ---- replicas

    /** Empty when it is seen already, or is no address that we may follow. */
    Optional<Replica> addReplica(MonitoredMaster master, Address address, Instant now) {
        if (deployment.names.same(master.address, address)) {
            return Optional.empty();
        }
        var twin = known(master, address);
        if (twin.filter(old -> !betterNamed(old, address)).isPresent()) {
            var seenAgain = twin.filter(Replica::hidden);
            seenAgain.ifPresent(replica -> Unconfirmed.confirm(replica, now));
            return seenAgain;
        }
        if (twin.isEmpty() && master.replicas.size() >= MOST_REPLICAS) {
            return Optional.empty();
        }
        if (!deployment.names.usable(address.host())) {
            out.log(Event.Level.WARNING, "Failed to resolve hostname '" + address.host() + "'");
            return Optional.empty();
        }
        twin.ifPresent(this::forget);
        var replica = new Replica(master, address, new Link(address, true, now), now);
        master.replicas.put(address, replica);
        return Optional.of(replica);
    }

    private Optional<Replica> known(MonitoredMaster master, Address address) {
        return master.replicas.values().stream()
                .filter(replica -> deployment.names.same(replica.address, address))
                .findFirst();
    }

    /** What was known by its address alone, and is told by a name now, is known by that. */
    private static boolean betterNamed(Replica old, Address told) {
        return NameBook.isIp(old.address.host())
                && !NameBook.isIp(told.host())
                && !old.master().failingOver()
                && old.master().repointing == null;
    }

    private void forget(Replica replica) {
        links.release(replica);
        replica.master().replicas.remove(replica.address);
        out.persist();
    }

    /** That address in the form in which we know the node there, such as by its name. */
    Address asKnown(MonitoredMaster master, Address told) {
        return known(master, told).map(replica -> replica.address).orElse(told);
    }

    /**
     * A name stands for another address now. What was known there by address alone may be a node
     * that we know by its name: one process has one entry.
     */
    void moved(String name, Instant now) {
        for (var master : List.copyOf(deployment.masters.values())) {
            agenda.touch(master);
            if (!master.failingOver() && master.repointing == null) {
                forgetTwins(master, name);
            }
        }
    }

    private void forgetTwins(MonitoredMaster master, String name) {
        var named = new ArrayList<Address>(List.of(master.address));
        master.replicas.keySet().stream()
                .filter(address -> address.host().equalsIgnoreCase(name))
                .forEach(named::add);
        for (var replica : List.copyOf(master.replicas.values())) {
            boolean twin =
                    NameBook.isIp(replica.address.host())
                            && named.stream()
                                    .anyMatch(at -> deployment.names.same(at, replica.address));
            if (twin) {
                out.log(
                        Event.Level.NOTICE,
                        "known by name: replica=" + replica.address + " name=" + name);
                forget(replica);
            }
        }
    }

    // ---- sentinels

    /** Whether one more sentinel may be known under that master. */
    static boolean takesPeers(MonitoredMaster master) {
        return master.peers.size() < MOST_PEERS;
    }

    /** One sentinel under several masters has one link, as long as it is at one address. */
    Peer addPeer(MonitoredMaster master, SentinelId id, Address address, Instant now) {
        var link =
                deployment.masters.values().stream()
                        .filter(other -> other != master)
                        .flatMap(other -> Optional.ofNullable(other.peers.get(id)).stream())
                        .map(twin -> twin.link)
                        .filter(shared -> deployment.names.same(shared.target, address))
                        .findFirst()
                        .orElseGet(() -> new Link(address, false, now));
        var peer = new Peer(master, id, address, link, now);
        master.peers.put(id, peer);
        return peer;
    }

    void removePeer(MonitoredMaster master, SentinelId id) {
        var peer = master.peers.remove(id);
        if (peer != null) {
            links.release(peer);
            agenda.touch(master);
        }
    }

    /** Copies the new address of a sentinel to its entries under other masters. */
    int movePeerElsewhere(Peer moved) {
        int matches = 0;
        for (var master : deployment.masters.values()) {
            var twin = master.peers.get(moved.id);
            if (twin != null && twin != moved) {
                twin.address = moved.address;
                links.share(twin, moved.link);
                agenda.touch(master);
                matches++;
            }
        }
        return matches;
    }

    // ---- switch and reset

    /**
     * The master is somewhere else now: everybody else becomes a replica of it, the old master
     * last; the connections to all data nodes but the new master start anew, the sentinels stay
     * (Redis {@code sentinelResetMasterAndChangeAddress}, which keeps not even that one).
     *
     * @param before the config epoch under which the old address was the master's
     */
    void switchTo(MonitoredMaster master, Address address, long before, Instant now) {
        out.persist();
        unconfirmed.dropStrays(master);
        var from = master.address;
        var promoted = Optional.ofNullable(master.replicas.remove(address));
        var others = List.copyOf(master.replicas.values());
        others.forEach(links::release);
        master.replicas.clear();
        move(master, address, promoted, Optional.empty(), now);
        // Asked at once: what it tells of its data decides later whose copy is older.
        master.infoAt = Periods.NEVER;
        for (var old : others) {
            addReplica(master, old.address, now)
                    .ifPresent(
                            replica -> {
                                replica.masteredUnder = old.masteredUnder;
                                replica.siblingOfMaster =
                                        old.siblingOfMaster || old.followedAs.isPresent();
                                out.publish(Events.replicaFound(replica));
                            });
        }
        addReplica(master, from, now)
                .ifPresent(
                        deposed -> {
                            deposed.masteredUnder = OptionalLong.of(before);
                            out.publish(Events.replicaFound(deposed));
                        });
        speakOf(master);
    }

    /**
     * The replica that we promoted is the master now. Its siblings keep their links and their
     * facts: they are to be pointed at it.
     */
    void switchToPromoted(MonitoredMaster master, Replica promoted, long before, Instant now) {
        out.persist();
        var from = master.address;
        unconfirmed.dropStrays(master);
        master.replicas.remove(promoted.address);
        move(master, promoted.address, Optional.of(promoted), promoted.runId, now);
        for (var sibling : master.replicas.values()) {
            sibling.unconfirmedSince = null;
            sibling.reconf = Replica.Reconf.NONE;
            sibling.masterChanges();
            sibling.masterAddressSince = now;
            out.publish(Events.replicaFound(sibling));
        }
        // It told so in the proof of its promotion.
        promoted.history.ifPresent(master.lineage::masterTold);
        master.repointing = new Repointing(from, now, Set.copyOf(master.replicas.keySet()));
        addReplica(master, from, now)
                .ifPresent(
                        deposed -> {
                            deposed.masteredUnder = OptionalLong.of(before);
                            deposed.deposedHere = true;
                            out.publish(Events.replicaFound(deposed));
                        });
        speakOf(master);
    }

    /**
     * Who was promoted has just sent its clients away, so the link to it is new already. It is
     * kept, lest clients find the new master disconnected, and it make the handshakes of TLS once
     * more while all of them come.
     */
    private void move(
            MonitoredMaster master,
            Address address,
            Optional<Replica> promoted,
            Optional<String> runId,
            Instant now) {
        master.address = address;
        promoted.ifPresentOrElse(
                before -> links.inherit(master, before, now), () -> links.renew(master, now));
        master.firstRunId = runId;
        master.lineage.switched();
        clear(master, now);
        master.downSince = Periods.NEVER;
        master.objectivelyDownSince = Periods.NEVER;
        // What peers said was about the old address (guard G10).
        master.peers.values().forEach(Peer::masterMoved);
    }

    /** From the end of the write on, the present address is what clients are told. */
    void speakOf(MonitoredMaster master) {
        out.whenAttempted(out.persist(), _ -> master.spokenAddress = master.address);
    }

    /**
     * RESET: sentinels and failover are forgotten and replicas hidden, the address and the ledger
     * stay.
     */
    void reset(MonitoredMaster master, Instant now) {
        countPeersBefore(master, now);
        unconfirmed.hideAll(master, now);
        master.lineage.forget();
        master.peers.values().forEach(links::release);
        master.peers.clear();
        links.renew(master, now);
        clear(master, now);
        master.since = now;
        master.spokenAddress = master.address;
        out.publish(Events.reset(master));
        agenda.touch(master);
    }

    private void countPeersBefore(MonitoredMaster master, Instant now) {
        master.peersBefore = Math.max(master.peersBefore, master.peers.size());
        master.peersBeforeUntil =
                now.plus(deployment.pace.times(Period.PUBLISH, DISCOVERY_PERIODS));
        if (master.peersBefore == 0) {
            master.noElectionBefore = master.peersBeforeUntil;
        }
    }

    /** A master of which nothing is known yet: first its sentinels must find each other. */
    void awaitPeers(MonitoredMaster master, Instant now) {
        countPeersBefore(master, now);
    }

    void forgetPeersBefore(MonitoredMaster master, Alarm alarm) {
        if (master.peersBefore > 0 && alarm.passed(master.peersBeforeUntil)) {
            master.peersBefore = 0;
        }
    }

    private void clear(MonitoredMaster master, Instant now) {
        master.failover = new Failover.Idle();
        master.repointing = null;
        master.attemptedAt = Periods.NEVER;
        master.retryAt = null;
        master.subjectivelyDown = false;
        master.objectivelyDown = false;
        master.scriptKillSent = false;
        master.crashed = false;
        master.patientUntil = Periods.NEVER;
        master.rebootingSince = null;
        master.runId = Optional.empty();
        master.roleReported = InstanceInfo.Role.MASTER;
        master.roleReportedAt = now;
        master.upstream = Optional.empty();
        master.infoAskedAt = Periods.NEVER;
        master.ledger.forgetCandidate();
        out.changed();
    }
}
