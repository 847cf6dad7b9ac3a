package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.MasterView;

import java.util.Arrays;
import java.util.List;

/** The second half of "expect that the master seen by ... is ...". */
public final class MasterExpectation {
    private final Simulation sim;
    private final List<String> sentinels;

    MasterExpectation(Simulation sim, List<String> sentinels) {
        this.sim = sim;
        this.sentinels = sentinels;
    }

    public void is(String node) {
        isOneOf(node);
    }

    /** All of these sentinels name the same node, and it is one of those. */
    public void isOneOf(String... nodes) {
        var allowed = Arrays.stream(nodes).map(name -> sim.world.machine(name).address).toList();
        var seen = sentinels.stream().map(this::masterSeenBy).distinct().toList();
        if (seen.size() != 1 || !allowed.contains(seen.getFirst())) {
            throw sim.unmet(
                    "the master seen by %s is one of %s %s, not %s"
                            .formatted(sentinels, Arrays.toString(nodes), allowed, seen));
        }
    }

    private Address masterSeenBy(String sentinel) {
        return sim.world
                .sentinel(sentinel)
                .view(Simulation.GROUP)
                .map(MasterView::clientAddress)
                .orElseThrow(() -> sim.unmet(sentinel + " runs and knows the master"));
    }
}
