package dev.vedette.sentinel.sim;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One seed from begin to end: a deployment settles, faults strike it, they stop, and then it must
 * find together in bounded virtual time. Safety is checked after every event.
 */
public final class SeedRun {
    /**
     * What came of it.
     *
     * @param secondTargets promotions beside an earlier leader that was still at work
     * @param sharedEpochs epochs of a forced failover that another leader had too
     * @param recovery virtual time from the end of the faults until all was well
     * @param virtual virtual time of the whole run
     */
    public record Report(
            long seed,
            long digest,
            int failovers,
            int secondTargets,
            int sharedEpochs,
            Map<Fault, Integer> faults,
            Duration recovery,
            Duration virtual) {}

    private static final String[] TWO_REPLICAS = {"r1", "r2"};
    private static final Duration SETTLING = Duration.ofSeconds(12);

    /** How long all must stay well before the run is good. */
    private static final Duration REST = Duration.ofSeconds(15);

    /** All but those that a caller leaves out. */
    static final Set<Fault> ALL_FAULTS = EnumSet.allOf(Fault.class);

    private final long seed;
    private final Set<Fault> faults;
    private final Dice dice;

    private SeedRun(long seed, Set<Fault> faults) {
        this.seed = seed;
        this.faults = faults;
        // Other dice than the world's: the plan must not depend on what the network draws.
        this.dice = new Dice(Dice.mix(~seed));
    }

    /**
     * Runs it.
     *
     * @throws Violation when a rule is broken, or when all is not well in time
     */
    public static Report of(long seed, Set<Fault> faults) {
        return new SeedRun(seed, faults).run();
    }

    private Report run() {
        var downAfter = Duration.ofMillis(dice.pick(List.of(300L, 1000L, 2000L, 5000L)));
        var failoverTimeout = Duration.ofSeconds(dice.pick(List.of(4L, 10L, 20L)));
        boolean larger = dice.chance(0.1);
        var sim =
                Simulation.seeded(seed)
                        .master("m")
                        .replicas(larger ? new String[] {"r1", "r2", "r3"} : TWO_REPLICAS)
                        .sentinels(larger ? 5 : 3)
                        .quorum(larger ? 3 : 2)
                        .downAfter(downAfter)
                        .failoverTimeout(failoverTimeout)
                        .parallelSyncs(1 + dice.below(2));
        // Most seeds begin at rest; some are struck as soon as every sentinel knows every node.
        // (A replica that no INFO of a master ever named is unknown for good, to Redis too.)
        sim.runUntil(SETTLING, () -> Convergence.allKnown(sim));
        if (dice.chance(0.7)) {
            sim.runFor(SETTLING);
        }
        var chaos = new Chaos(sim.world, dice.split(), faults);
        var stormy = Duration.ofSeconds(dice.between(10, 60));
        chaos.plan(1 + dice.below(8), stormy);
        if (dice.chance(0.8)) {
            chaos.strike(
                    dice.pick(
                            List.of(
                                    Fault.MASTER_KILLED,
                                    Fault.MASTER_LOSES_POWER,
                                    Fault.MASTER_HANGS)));
        }
        sim.runFor(stormy);
        chaos.end();
        var end = sim.elapsed();
        awaitRest(sim, limit(downAfter, failoverTimeout));
        return new Report(
                seed,
                sim.digest(),
                sim.failovers(),
                sim.world.invariants.secondTargets(),
                sim.world.invariants.sharedEpochs(),
                Map.copyOf(chaos.struck()),
                sim.elapsed().minus(end).minus(REST),
                sim.elapsed());
    }

    /**
     * What the rules allow when the last fault came at the worst moment: the silence of a TILT, a
     * connection that TCP tries again only after a minute, the pause after a vote for another
     * (twice failover-timeout), an election that fails, the time in which a master that says
     * replica is believed, and the failover itself.
     */
    private static Duration limit(Duration downAfter, Duration failoverTimeout) {
        return Duration.ofMinutes(4)
                .plus(downAfter.multipliedBy(2))
                .plus(failoverTimeout.multipliedBy(6));
    }

    private static void awaitRest(Simulation sim, Duration limit) {
        var end = sim.elapsed().plus(limit);
        var wellSince = sim.elapsed();
        while (sim.elapsed().minus(wellSince).compareTo(REST) < 0) {
            sim.runFor(Duration.ofMillis(500));
            if (Convergence.lacking(sim).isPresent()) {
                wellSince = sim.elapsed();
            }
            if (sim.elapsed().compareTo(end) > 0) {
                throw sim.unmet(
                        "within "
                                + limit
                                + " after the faults "
                                + Convergence.lacking(sim).orElse("all stays well"));
            }
        }
    }
}
