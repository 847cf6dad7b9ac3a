package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.SentinelState;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Guard G1 from outside: a node that says it is a master is made a replica sooner than by Redis
 * only if it is a master that was deposed, and what the sentinel was told since shows that all
 * others know that.
 */
final class DemotionRule {
    static final String RULE =
            "nobody is demoted at once but a deposed master that all know as such (G1)";

    private static final long REDIS_WAIT = 8_000_000;

    private record Word(long at, Address master, long configEpoch, boolean busy) {}

    /** What one life of one sentinel was told. */
    private static final class Told {
        /** Since when nodes say that they are masters, and when they last said so. */
        private final Map<Address, Long> claimedAt = new HashMap<>();

        private final Map<Address, Long> saidMasterAt = new HashMap<>();

        /** Masters that it switched away from, as long as they did not call themselves replicas. */
        private final Set<Address> deposed = new HashSet<>();

        /**
         * It switched away from an address that a name server had made up: which node its conf
         * means by that name is not seen from outside.
         */
        private boolean deposedSomebody;

        private final Map<Address, Word> reports = new HashMap<>();
        private final Map<Address, Word> hellos = new HashMap<>();
    }

    private final World world;
    private final Invariants invariants;
    private final Map<SentinelMachine, Told> told = new HashMap<>();

    DemotionRule(World world, Invariants invariants) {
        this.world = world;
        this.invariants = invariants;
    }

    void started(SentinelMachine sentinel) {
        told.put(sentinel, new Told());
    }

    private Told toldTo(SentinelMachine sentinel) {
        return told.computeIfAbsent(sentinel, _ -> new Told());
    }

    void answered(SentinelMachine sentinel, Machine from, Wire reply) {
        if (reply instanceof Wire.Informed(var info)) {
            informed(toldTo(sentinel), from.address, info);
        } else if (reply instanceof Wire.Described(var report)) {
            described(toldTo(sentinel), from.address, report);
        }
    }

    private void informed(Told known, Address node, InstanceInfo info) {
        if (info.role().equals(Optional.of(InstanceInfo.Role.MASTER))) {
            known.claimedAt.putIfAbsent(node, world.queue.now());
            known.saidMasterAt.put(node, world.queue.now());
        } else {
            known.claimedAt.remove(node);
            known.saidMasterAt.remove(node);
            known.deposed.remove(node);
        }
    }

    private void described(Told known, Address peer, Optional<MasterReport> report) {
        report.ifPresentOrElse(
                r ->
                        known.reports.put(
                                peer,
                                new Word(
                                        world.queue.now(),
                                        world.identity(r.address()),
                                        r.configEpoch(),
                                        r.failover() != FailoverPhase.NONE)),
                () -> known.reports.remove(peer));
    }

    void helloHeard(SentinelMachine sentinel, Hello hello) {
        if (!hello.id().equals(sentinel.id)) {
            toldTo(sentinel)
                    .hellos
                    .put(
                            world.identity(hello.sentinel()),
                            new Word(
                                    world.queue.now(),
                                    world.identity(hello.master()),
                                    hello.configEpoch(),
                                    false));
        }
    }

    /** {@code +switch-master}: name, old address, new address. */
    void switched(SentinelMachine sentinel, String[] words) {
        var known = toldTo(sentinel);
        var from = identity(words[1], words[2]);
        known.deposed.add(from);
        known.deposedSomebody |= world.dataNodeAt(from).isEmpty();
        known.claimedAt.remove(from);
        known.deposed.remove(identity(words[3], words[4]));
    }

    /** {@code +convert-to-slave}: the node, and behind {@code @} its master. */
    void demotes(SentinelMachine sentinel, String[] words) {
        var target = identity(words[2], words[3]);
        var master = identity(words[6], words[7]);
        var known = toldTo(sentinel);
        var claimedAt = known.claimedAt.get(target);
        if (claimedAt == null || world.queue.now() - claimedAt > REDIS_WAIT) {
            return;
        }
        var state = sentinel.state().master(Simulation.GROUP).orElseThrow();
        demand(
                known.deposed.contains(target) || known.deposedSomebody,
                sentinel + " demotes " + target + ", which was not its master before");
        demand(
                known.saidMasterAt.getOrDefault(master, -1L) >= claimedAt,
                "%s demotes %s, %s did not say since that it is a master"
                        .formatted(sentinel, target, master));
        long naming =
                1
                        + state.peers().stream()
                                .filter(p -> names(known, p, claimedAt, master, state))
                                .count();
        demand(
                naming >= (state.peers().size() + 1) / 2 + 1,
                "%s demotes %s, only %d sentinels name %s"
                        .formatted(sentinel, target, naming, master));
        demand(
                known.reports.values().stream()
                        .filter(word -> word.at() >= claimedAt)
                        .noneMatch(Word::busy),
                "%s demotes %s, another failover is in progress".formatted(sentinel, target));
    }

    private Address identity(String host, String port) {
        return world.identity(new Address(host, Integer.parseInt(port)));
    }

    private boolean names(
            Told known,
            SentinelState.Peer peer,
            long since,
            Address master,
            SentinelState.Master state) {
        var at = world.identity(peer.address());
        // The same word may come late by another node: what names the present one stands.
        return Stream.of(known.reports, known.hellos)
                .flatMap(words -> Optional.ofNullable(words.get(at)).stream())
                .filter(word -> word.at() >= since)
                .filter(word -> word.master().equals(master))
                .anyMatch(word -> word.configEpoch() == state.configEpoch());
    }

    private void demand(boolean holds, String what) {
        invariants.demand(holds, RULE, () -> what);
    }
}
