package dev.vedette.sentinel.sim;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.vedette.sentinel.core.OperatorCommand;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.LongStream;

/** SENTINEL RESET, as operators run it from time to time, and a master that dies just then. */
class ResetScenariosTest {
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 25);
    }

    private static Simulation group(long seed) {
        var sim = Simulation.seeded(seed).master("m").replicas("r1", "r2").sentinels(3).quorum(2);
        sim.runFor(ofSeconds(15).plusMillis(seed * 397));
        return sim;
    }

    private static void reset(Simulation sim, String... sentinels) {
        for (var sentinel : sentinels) {
            sim.ask(sentinel, new OperatorCommand.Reset("*"));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aMasterThatDiesAtAResetOfAllSentinelsIsReplacedAndItsReplicasFollow(long seed) {
        var sim = group(seed);
        reset(sim, "s1", "s2", "s3");
        sim.runFor(ofMillis(seed % 5));
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
        sim.restart("m");
        sim.runUntilOneMaster(ofSeconds(60));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aResetOfOneSentinelDuringAFailoverDoesNoHarm(long seed) {
        var sim = group(seed);
        sim.crash("m");
        sim.runFor(ofMillis(1900 + seed * 17));
        reset(sim, "s" + (1 + seed % 3));
        sim.runFor(ofSeconds(45));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
        sim.restart("m");
        sim.runUntilOneMaster(ofSeconds(90));
    }
}
