package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Request;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What SLAVEOF may say: nobody follows itself, a stranger, one that is down, or its own follower;
 * nobody is promoted but the one that was selected, with a vote that is on disk; and a promotion is
 * told only when it is proven.
 */
final class OrderRules {
    private final World world;
    private final Invariants invariants;

    /** When each sentinel last told a node to be a master. */
    private final Map<SentinelMachine, Long> promotedAt = new HashMap<>();

    private int toldStrangers;

    /** A node that only one sign tells to be foreign may be told to follow, as by Redis. */
    boolean oneSignIsEnough = true;

    OrderRules(World world, Invariants invariants) {
        this.world = world;
        this.invariants = invariants;
    }

    /** How often a server of another group, not known as such, was told to follow. */
    int toldStrangers() {
        return toldStrangers;
    }

    /** Whom a request tells its target to follow: nobody is a promotion. */
    static Optional<Optional<Address>> orderIn(Request request) {
        return switch (request) {
            case Request.ReplicaOf(var master) -> Optional.of(master);
            case Request.ReplicaOfAlone(var master) -> Optional.of(master);
            default -> Optional.empty();
        };
    }

    /** A step decided to ask that; it may leave later, when more is known. */
    void decided(SentinelMachine sentinel, Request request, Knowledge known) {
        orderIn(request)
                .flatMap(master -> master)
                .ifPresent(
                        master ->
                                invariants.demand(
                                        !known.down.contains(world.identity(master)),
                                        "no node is told to follow one that is down",
                                        () -> sentinel + " points a node at " + master));
    }

    /** The order leaves. */
    void sending(SentinelMachine from, Machine target, Optional<Address> master, Knowledge known) {
        stranger(from, target, master, known);
        if (master.isPresent()) {
            follows(from, target, master.get(), known);
        } else {
            promotes(from, target, known);
        }
    }

    private void stranger(
            SentinelMachine from, Machine target, Optional<Address> master, Knowledge known) {
        if (target instanceof DataNode node && node.isForeign()) {
            if (!isCopied(node) && (oneSignIsEnough || known.foreign.contains(node.runId()))) {
                invariants.broken(
                        "no stranger is told anything (G5)",
                        "%s tells %s to follow %s".formatted(from, target, master));
            } else {
                toldStrangers++;
                world.tell(from, "tells a stranger to follow", target);
            }
        }
    }

    /** A node of ours has its data, by a replica of a replica: by G5 it is kin since. */
    private boolean isCopied(DataNode stranger) {
        return world.dataNodes().stream()
                .filter(node -> !node.isForeign())
                .anyMatch(node -> node.hasFollowed(stranger.replicationId()));
    }

    private void follows(SentinelMachine from, Machine target, Address told, Knowledge known) {
        var master = world.identity(told);
        invariants.demand(
                !master.equals(target.address),
                "no node follows itself",
                () -> "%s tells %s to follow itself".formatted(from, target));
        invariants.demand(
                world.dataNodeAt(master).isPresent(),
                "no node follows a stranger",
                () -> "%s tells %s to follow %s".formatted(from, target, told));
        invariants.demand(
                // Where sentinels of Redis took an epoch twice each side undoes the other for a
                // while.
                !followsAsTold(master, target.address, known) || invariants.redisHasBroken(),
                "no node is told to follow its follower",
                () -> "%s tells %s to follow %s".formatted(from, target, told));
    }

    /** By the last INFO that came to that sentinel. */
    private boolean followsAsTold(Address node, Address master, Knowledge known) {
        for (var entry : known.info.entrySet()) {
            if (entry.getKey().address.equals(node)) {
                return entry.getValue()
                        .masterAddress()
                        .map(world::identity)
                        .equals(Optional.of(master));
            }
        }
        return false;
    }

    private void promotes(SentinelMachine from, Machine target, Knowledge known) {
        var group =
                from.masterNames().stream()
                        .filter(m -> target.address.equals(known.selected.get(m)))
                        .findFirst();
        invariants.demand(
                group.isPresent(),
                "only the selected replica is promoted",
                () -> "%s promotes %s, it selected %s".formatted(from, target, known.selected));
        group.ifPresent(master -> promotes(from, target, master, known));
    }

    private void promotes(SentinelMachine from, Machine target, String master, Knowledge known) {
        var term = known.lastVote.getOrDefault(master, new Term(master, 0));
        long saved = from.leaderEpochOnDisk(master);
        invariants.demand(
                saved >= term.epoch() && term.epoch() > 0,
                "no promotion without a durable vote",
                () ->
                        "%s promotes %s in epoch %d, its disk knows of a vote in %d"
                                .formatted(from, target, term.epoch(), saved));
        promotedAt.put(from, world.queue.now());
        invariants.leaders.promotes(from, target, term, known);
        invariants.secondTargets.promotes(from, target, term, known);
    }

    /** {@code +promoted-slave}: the node has been a master since it was told so (guard G22). */
    void proven(SentinelMachine sentinel, Address node) {
        long since = promotedAt.getOrDefault(sentinel, 0L);
        invariants.demand(
                world.dataNodeAt(node).filter(n -> n.wasMasterSince(since)).isPresent(),
                "no promotion is told without its proof (G22)",
                () -> "%s says that %s is promoted".formatted(sentinel, node));
    }
}
