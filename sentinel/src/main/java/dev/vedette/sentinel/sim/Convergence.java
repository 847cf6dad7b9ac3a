package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;

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
            if (!node.equals(master)
                    && !node.master().map(world::identity).equals(Optional.of(master.address))) {
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
        return world.allSentinels().stream()
                .allMatch(
                        sentinel ->
                                sentinel.knows(
                                        world.dataNodes().size() - 1,
                                        world.allSentinels().size() - 1));
    }

    private static Optional<String> disagreement(World world, Address master) {
        var epochs = new HashSet<Long>();
        for (var sentinel : world.allSentinels()) {
            var belief = sentinel.belief();
            if (belief.isEmpty()) {
                return Optional.of(sentinel + " knows " + Simulation.GROUP);
            }
            if (!belief.get().master().equals(master)) {
                return Optional.of(
                        sentinel + " names " + master + ", not " + belief.get().master());
            }
            if (belief.get().failingOver()) {
                return Optional.of(sentinel + " is not in a failover");
            }
            epochs.add(belief.get().configEpoch());
            // One of Redis does not write again what its disk did not take.
            if (sentinel instanceof SentinelMachine
                    && !sentinel.masterInConf().equals(Optional.of(master))) {
                return Optional.of("the conf of " + sentinel + " names " + master);
            }
        }
        return epochs.size() == 1
                ? Optional.empty()
                : Optional.of("all sentinels have one config epoch, not " + epochs);
    }
}
