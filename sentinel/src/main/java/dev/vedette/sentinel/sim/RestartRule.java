package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.SentinelState;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Guard G16 from outside: a sentinel that restarted votes, begins and demotes only when a majority
 * told it of what was before, or five seconds later.
 */
final class RestartRule {
    static final String RULE = "a restarted sentinel asks before it acts (G16)";

    private static final long LONGEST = 5_000_000;
    private static final Set<String> ACTS =
            Set.of("+vote-for-leader", "+try-failover", "+convert-to-slave", "+fix-slave-config");

    /** One life of one sentinel: since when, whom it knew, and who of them told it. */
    private record Life(long since, Set<Address> known, Set<Address> told) {}

    private final World world;
    private final Invariants invariants;
    private final Map<SentinelMachine, Life> lives = new HashMap<>();

    RestartRule(World world, Invariants invariants) {
        this.world = world;
        this.invariants = invariants;
    }

    void started(SentinelMachine sentinel) {
        var known = new HashSet<Address>();
        sentinel.disk
                .durable()
                .master(Simulation.GROUP)
                .ifPresent(
                        master ->
                                master.peers().stream()
                                        .map(SentinelState.Peer::address)
                                        .map(world::identity)
                                        .forEach(known::add));
        lives.put(sentinel, new Life(world.queue.now(), known, new HashSet<>()));
    }

    void answered(SentinelMachine sentinel, Machine from, Wire reply) {
        var life = lives.get(sentinel);
        if (life != null && reply instanceof Wire.Described) {
            life.told().add(from.address);
        }
    }

    /** What an operator monitors anew starts with what the sentinel knows by then (guard G21). */
    void removed(SentinelMachine sentinel) {
        lives.remove(sentinel);
    }

    void decided(SentinelMachine sentinel, String event) {
        var life = lives.get(sentinel);
        if (life == null || life.known().isEmpty() || !ACTS.contains(event)) {
            return;
        }
        int needed = (life.known().size() + 1) / 2 + 1;
        invariants.demand(
                life.told().size() + 1 >= needed || world.queue.now() - life.since() >= LONGEST,
                RULE,
                () ->
                        "%s says %s %d ms after its start, told by %s of %s"
                                .formatted(
                                        sentinel,
                                        event,
                                        (world.queue.now() - life.since()) / 1000,
                                        life.told(),
                                        life.known()));
    }
}
