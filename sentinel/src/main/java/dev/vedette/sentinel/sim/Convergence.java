package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.SentinelState;

import java.util.HashSet;
import java.util.Optional;

/** What "all is well" means once the faults have stopped. */
final class Convergence {
    private Convergence() {}

    /** The first thing that lacks, in words. */
    static Optional<String> lacking(Simulation sim) {
        var world = sim.world;
        for (var machine : world.machines()) {
            if (!machine.isRunning()) {
                return Optional.of(machine + " runs; it is " + machine.power());
            }
        }
        var masters = world.dataNodes().stream().filter(DataNode::isMaster).toList();
        if (masters.size() != 1) {
            return Optional.of("exactly one node is a master, not " + masters);
        }
        var master = masters.getFirst();
        for (var node : world.dataNodes()) {
            if (!node.equals(master) && !node.master().equals(Optional.of(master.address))) {
                return Optional.of(node + " follows " + master + ", not " + node.master());
            }
            if (!node.equals(master) && !node.isInSync()) {
                return Optional.of(node + " is in sync with its master");
            }
        }
        return disagreement(world, master.address);
    }

    /** Whether every sentinel knows every replica and every other sentinel. */
    static boolean allKnown(Simulation sim) {
        var world = sim.world;
        return world.sentinels().stream()
                .map(sentinel -> sentinel.view(Simulation.GROUP))
                .allMatch(
                        view ->
                                view.filter(
                                                v ->
                                                        v.replicas().size() + 1
                                                                        == world.dataNodes().size()
                                                                && v.sentinels().size() + 1
                                                                        == world.sentinels().size())
                                        .isPresent());
    }

    private static Optional<String> disagreement(World world, Address master) {
        var epochs = new HashSet<Long>();
        for (var sentinel : world.sentinels()) {
            var view = sentinel.view(Simulation.GROUP);
            if (view.isEmpty()) {
                return Optional.of(sentinel + " knows " + Simulation.GROUP);
            }
            if (!view.get().clientAddress().equals(master)) {
                return Optional.of(
                        sentinel + " names " + master + ", not " + view.get().clientAddress());
            }
            if (view.get().failover() != FailoverPhase.NONE) {
                return Optional.of(
                        sentinel + " is not in a failover; it is at " + view.get().failover());
            }
            epochs.add(view.get().configEpoch());
            if (!sentinel.disk
                    .durable()
                    .master(Simulation.GROUP)
                    .map(SentinelState.Master::address)
                    .equals(Optional.of(master))) {
                return Optional.of("the conf of " + sentinel + " names " + master);
            }
        }
        return epochs.size() == 1
                ? Optional.empty()
                : Optional.of("all sentinels have one config epoch, not " + epochs);
    }
}
