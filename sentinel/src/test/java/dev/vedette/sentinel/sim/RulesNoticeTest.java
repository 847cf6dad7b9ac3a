package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofSeconds;

import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.Request;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** The rules of the simulator can be broken: each planted defect is noticed. */
class RulesNoticeTest {

    /** Lets everything leave at once, whatever stands in front of it. */
    private record HastyRunner(Consumer<Effect> perform) implements Runner {
        @Override
        public void take(List<Effect> effects) {
            effects.forEach(perform);
        }

        @Override
        public void persisted(long sequence) {}
    }

    /** Tells whom it should make a replica to be a master. */
    private static Runner clumsy(Consumer<Effect> perform) {
        return new Bug(perform) {
            @Override
            List<Effect> performed(Effect effect) {
                return effect instanceof Effect.Send(var link, Request.ReplicaOf(var master))
                                && master.isPresent()
                        ? List.of(new Effect.Send(link, new Request.ReplicaOf(Optional.empty())))
                        : List.of(effect);
            }
        };
    }

    @Test
    void aRunnerThatSpeaksBeforeTheDiskIsCaught() {
        var sim = killedMaster(Simulation.seeded(1).runner(HastyRunner::new));
        assertEquals("persist before speak", broken(sim).rule());
    }

    @Test
    void aRunnerThatPromotesTheWrongNodeIsCaught() {
        var sim = killedMaster(Simulation.seeded(1).runner(RulesNoticeTest::clumsy));
        assertEquals("only the selected replica is promoted", broken(sim).rule());
    }

    /** It acknowledges a write that a crash then loses: the vote is given twice. */
    @Test
    void aDiskThatLiesLetsASentinelVoteTwiceAndIsCaught() {
        var rules =
                LongStream.rangeClosed(1, 40)
                        .mapToObj(RulesNoticeTest::withLyingDisks)
                        .flatMap(Optional::stream)
                        .map(Violation::rule)
                        .distinct()
                        .toList();
        assertTrue(rules.contains("persist before speak"), "rules broken: " + rules);
    }

    private static Optional<Violation> withLyingDisks(long seed) {
        var sim = killedMaster(Simulation.seeded(seed));
        sim.world.sentinels().forEach(s -> s.disk.lying = true);
        try {
            sim.runFor(ofSeconds(60));
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation);
        }
    }

    @Test
    void aViolationSaysHowToReplayItAndWhatHappened() {
        var violation = broken(killedMaster(Simulation.seeded(1).runner(HastyRunner::new)));
        assertTrue(violation.toString().contains("-Dvedette.sim.seed=1"));
        assertTrue(violation.toString().contains("+sdown"));
        assertTrue(violation.toString().contains("is killed"));
    }

    @Test
    void anExpectationThatIsNotMetTellsTheStory() {
        var sim = Simulation.seeded(1).master("m").replicas("r1").sentinels(3).quorum(2);
        sim.runFor(ofSeconds(5));
        var unmet = assertThrows(Violation.class, () -> sim.expectMasterSeenBy("s1").is("r1"));
        assertTrue(unmet.toString().contains("the master seen by [s1]"), unmet.toString());
    }

    private static Simulation killedMaster(Simulation sim) {
        sim.master("m").replicas("r1", "r2").sentinels(3).quorum(2);
        sim.runFor(ofSeconds(12));
        sim.crash("m");
        return sim;
    }

    private static Violation broken(Simulation sim) {
        return assertThrows(Violation.class, () -> sim.runFor(ofSeconds(60)));
    }
}
