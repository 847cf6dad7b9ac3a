package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.EnumSet;

/** Guard G20: two failovers by command never end in two masters. */
class EqualEpochsTest {
    private static Simulation group(long seed) {
        var sim =
                Simulation.seeded(seed)
                        .master("m")
                        .replicas("r1", "r2")
                        .sentinels(3)
                        .quorum(2)
                        .downAfter(ofSeconds(2));
        sim.runFor(ofSeconds(15));
        return sim;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 5, 10, 20, 50, 100})
    void failoversOnTwoSentinelsAtOnceTakeTwoEpochsOrOneGivesUp(long millisBetween) {
        for (long seed = 1; seed <= 25; seed++) {
            var sim = group(seed);
            sim.failover("s1");
            sim.runFor(ofMillis(millisBetween));
            sim.failover("s3");
            sim.runUntilOneMaster(ofMinutes(1));
            assertEquals(0, sim.world.invariants.sharedEpochs(), "seed " + seed);
            assertTrue(sim.failovers() >= 1, "seed " + seed);
        }
    }

    @Test
    void failoversOnAllSentinelsAtOnceEndInOneMaster() {
        for (long seed = 1; seed <= 25; seed++) {
            var sim = group(seed);
            sim.failover("s1");
            sim.failover("s2");
            sim.failover("s3");
            sim.runUntilOneMaster(ofMinutes(1));
            assertEquals(0, sim.world.invariants.sharedEpochs(), "seed " + seed);
        }
    }

    /** s1 and r1 here, the others there: both sides take epoch 1, Redis would stay split. */
    @Test
    void twoFailoversInACutWithOneEpochEndInOneMasterOnceItHeals() {
        var sim = group(42);
        sim.network().cut("s1", "r1").from("s2", "s3", "r2", "m");
        sim.runFor(ofMillis(500));
        sim.failover("s1");
        sim.failover("s3");
        sim.runFor(ofSeconds(20));
        assertEquals(1, sim.world.invariants.sharedEpochs());
        sim.expectMasterSeenBy("s1").is("r1");
        sim.expectMasterSeenBy("s2", "s3").is("r2");
        sim.network().heal();
        sim.runUntilOneMaster(ofMinutes(1));
        sim.expectEvent("s1", "+config-conflict");
        sim.expectMasterSeenBy("s1", "s2", "s3").is("r2");
        sim.expectReplica("r1").followsTheMaster();
        sim.expectReplica("m").followsTheMaster();
    }

    /** Nobody has a majority: five sentinels, of which one died. */
    @Test
    void withoutAMajorityForEitherSideTheSplitEndsAllTheSame() {
        for (long seed = 1; seed <= 10; seed++) {
            var sim =
                    Simulation.seeded(seed)
                            .master("m")
                            .replicas("r1", "r2")
                            .sentinels(5)
                            .quorum(3)
                            .downAfter(ofSeconds(2));
            sim.runFor(ofSeconds(15));
            sim.crash("s5");
            sim.network().cut("s1", "s2", "r1").from("s3", "s4", "r2", "m");
            sim.runFor(ofMillis(500));
            sim.failover("s1");
            sim.failover("s3");
            sim.runFor(ofSeconds(20));
            assertEquals(1, sim.world.invariants.sharedEpochs(), "seed " + seed);
            sim.network().heal();
            sim.runFor(ofSeconds(25));
            sim.expectMasterSeenBy("s1", "s2", "s3", "s4").isOneOf("r1", "r2");
            sim.restart("s5");
            sim.runUntilOneMaster(ofMinutes(1));
        }
    }

    /** Whatever the cut looks like, and whoever is ordered when. */
    @Test
    void noCutWithForcedFailoversLeavesTwoMasters() {
        var faults =
                EnumSet.of(
                        Fault.FAILOVER_ON_BOTH_SIDES_OF_A_CUT,
                        Fault.OPERATORS_ORDER_TWO_FAILOVERS,
                        Fault.PARTITION);
        var sum = new Sweep(faults).run(1, 150, 1);
        sum.violations.forEach(
                violation -> {
                    throw violation;
                });
        assertTrue(sum.sharedEpochs > 5, "shared epochs " + sum.sharedEpochs);
    }
}
