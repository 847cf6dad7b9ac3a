package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.Set;

/** What the rules hold a sentinel for knowing. */
class KnowledgeTest {
    /** Seed 703132: it is no word of the new master to the core either. */
    @Test
    void whatWasAskedBeforeASwitchIsNoWordOfTheNewMaster() {
        var sim = Simulation.seeded(7).master("m").replicas("r1").sentinels(3).quorum(2);
        sim.runFor(ofSeconds(15));
        var sentinel = sim.world.sentinel("s1");
        var master = sim.world.dataNode("m");
        var info = requireNonNull(sim.world.invariants.known(sentinel).info.get(master));
        var known = new Knowledge(0);
        known.switched(Simulation.GROUP, master.address, 7, 7);
        known.informed(sentinel, master, info, 6);
        assertEquals(Optional.empty(), known.masterHistory);
        assertEquals(Set.of(), known.masterHistories);
        known.informed(sentinel, master, info, 7);
        assertEquals(info.history(), known.masterHistory);
    }
}
