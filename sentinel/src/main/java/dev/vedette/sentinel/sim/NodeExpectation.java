package dev.vedette.sentinel.sim;

import java.util.Optional;

/** The second half of "expect that this replica ...". */
public final class NodeExpectation {
    private final Simulation sim;
    private final DataNode node;

    NodeExpectation(Simulation sim, DataNode node) {
        this.sim = sim;
        this.node = node;
    }

    /** It follows the one master, and is in sync with it. */
    public void followsTheMaster() {
        follows(sim.master());
    }

    public void follows(String master) {
        var address = sim.world.machine(master).address;
        if (!node.master().equals(Optional.of(address)) || !node.isInSync()) {
            throw sim.unmet(
                    "%s follows %s in sync; it follows %s, in sync: %s"
                            .formatted(node, master, node.master(), node.isInSync()));
        }
    }

    /** It went on from where it was, without a copy of everything. */
    public void neverCopiedEverythingSince(int fullSyncsBefore) {
        if (node.fullSyncs != fullSyncsBefore) {
            throw sim.unmet(
                    "%s did no full resync; it did %d"
                            .formatted(node, node.fullSyncs - fullSyncsBefore));
        }
    }
}
