package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.EnumSet;
import java.util.stream.Collectors;

/**
 * Seed after seed: a deployment, faults, and then all must be well again. {@code
 * -Dvedette.sim.seed=N} replays one seed and prints its story, {@code -Dvedette.sim.seeds=N} runs
 * more of them, {@code -Dvedette.sim.first=N} begins elsewhere.
 */
class SeedsTest {
    private static final long SEEDS =
            Long.getLong(
                    "vedette.sim.seeds",
                    Long.parseLong(System.getenv().getOrDefault("VEDETTE_SIM_SEEDS", "1000")));
    private static final long FIRST = Long.getLong("vedette.sim.first", 1);
    private static final int THREADS = Integer.getInteger("vedette.sim.threads", 2);

    @Test
    void noScheduleOfFaultsBreaksARuleAndAllIsWellAfterwards() {
        if (System.getProperty("vedette.sim.seed") != null) {
            System.out.println(SeedRun.of(Long.getLong("vedette.sim.seed", 0), SeedRun.ALL_FAULTS));
            return;
        }
        long begin = System.nanoTime();
        var sum =
                new Sweep(seed -> SeedRun.of(seed, SeedRun.ALL_FAULTS), THREADS)
                        .run(FIRST, SEEDS, 20);
        var wall = Duration.ofNanos(System.nanoTime() - begin);
        System.out.println(sum);
        System.out.println("in " + wall + " on " + THREADS + " threads");
        if (!sum.violations.isEmpty()) {
            throw new AssertionError(
                    sum.violations.stream()
                            .map(v -> v.seed() + " " + v.rule())
                            .collect(Collectors.joining("\n", "broken:\n", "\n")),
                    sum.violations.getFirst());
        }
        if (SEEDS >= 1_000) {
            assertTrue(sum.failovers >= SEEDS, "a failover a seed: " + sum.failovers);
            assertTrue(sum.sharedEpochs > 0, "cut networks with a forced leader on each side");
            assertEquals(EnumSet.allOf(Fault.class), sum.faults.keySet());
        }
    }

    @Test
    void theSameSeedIsTheSameRun() {
        for (long seed = 1; seed <= 100; seed++) {
            assertEquals(
                    SeedRun.of(seed, SeedRun.ALL_FAULTS), SeedRun.of(seed, SeedRun.ALL_FAULTS));
        }
        assertNotEquals(
                SeedRun.of(1, SeedRun.ALL_FAULTS).digest(),
                SeedRun.of(2, SeedRun.ALL_FAULTS).digest());
    }
}
