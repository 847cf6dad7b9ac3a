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
     * @param secondTargets promotions beside an earlier leader that was still at work, by what the
     *     later one knew
     * @param sharedEpochs epochs of a forced failover that another leader had too
     * @param redisBroke rules that sentinels of Redis broke by themselves
     * @param toldStrangers servers of another group, not known as such, that were told to follow
     * @param rescues what only an operator could mend
     * @param waits what may have held the recovery up
     * @param recovery virtual time from the end of the faults until all was well
     * @param virtual virtual time of the whole run
     */
    record Report(
            long seed,
            long digest,
            int failovers,
            Map<SecondTargets.Case, Integer> secondTargets,
            int sharedEpochs,
            Map<String, Integer> redisBroke,
            int toldStrangers,
            Map<Fault, Integer> faults,
            Map<Rescue, Integer> rescues,
            Set<Wait> waits,
            Duration recovery,
            Duration virtual) {}

    private static final String[] TWO_REPLICAS = {"r1", "r2"};
    private static final Duration SETTLING = Duration.ofSeconds(12);

    /** How long all must stay well before the run is good: mostly, and in one seed of five. */
    private static final Duration REST = Duration.ofSeconds(4);

    private static final Duration LONG_REST = Duration.ofSeconds(15);

    /** What the issue of a failover may take beyond down-after when no wait stands in the way. */
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    private static final Duration STEP = Duration.ofMillis(250);

    /** All but those that a caller leaves out. */
    static final Set<Fault> ALL_FAULTS = EnumSet.allOf(Fault.class);

    private static final List<Fault> AT_THE_MASTER =
            List.of(Fault.MASTER_KILLED, Fault.MASTER_LOSES_POWER, Fault.MASTER_HANGS);

    private final long seed;
    private final Set<Fault> faults;
    private final Dice dice;
    private final Duration downAfter;
    private final Simulation sim;
    private final boolean byName;
    private final Recovery recovery;

    private SeedRun(long seed, Set<Fault> faults) {
        this.seed = seed;
        this.faults = faults;
        // Other dice than the world's: the plan must not depend on what the network draws.
        this.dice = new Dice(Dice.mix(~seed));
        this.downAfter = Duration.ofMillis(dice.pick(List.of(300L, 1000L, 2000L, 5000L)));
        var failoverTimeout = Duration.ofSeconds(dice.pick(List.of(4L, 10L, 20L)));
        boolean larger = dice.chance(0.1);
        int sentinels = larger ? 5 : 3;
        int redis = dice.chance(0.15) ? 1 + dice.below(2) : 0;
        this.byName = redis == 0 && dice.chance(0.1);
        this.sim = Simulation.seeded(seed);
        this.recovery = new Recovery(sim, downAfter, failoverTimeout);
        if (dice.chance(0.8)) {
            sim.sentinelsAfter(Duration.ofSeconds(3));
        }
        if (byName) {
            sim.byName(dice.chance(0.5));
        }
        sim.master("m")
                .replicas(larger ? new String[] {"r1", "r2", "r3"} : TWO_REPLICAS)
                .sentinels(sentinels - redis)
                .redisSentinels(redis)
                .quorum(larger ? 3 : 2)
                .downAfter(downAfter)
                .failoverTimeout(failoverTimeout)
                .parallelSyncs(1 + dice.below(2));
    }

    /**
     * Runs it.
     *
     * @throws Violation when a rule is broken, or when all is not well in time
     */
    static Report of(long seed, Set<Fault> faults) {
        return new SeedRun(seed, faults).run();
    }

    private Report run() {
        sim.runFor(Duration.ofSeconds(4));
        // Most seeds begin at rest; some are struck as soon as every sentinel knows every node.
        // (A replica that no INFO of a master ever named is unknown for good, to Redis too.)
        settle(SETTLING);
        if (dice.chance(0.3)) {
            sim.runFor(SETTLING);
        }
        var chaos = new Chaos(sim.world, dice.split(), possible());
        storm(chaos);
        chaos.end();
        var waits = EnumSet.noneOf(Wait.class);
        var took = recover(waits);
        if (sim.failovers() == 0 && faults.contains(Fault.MASTER_KILLED)) {
            replaceTheMaster(chaos);
        }
        return report(chaos, waits, took);
    }

    /** Until every sentinel knows every node and every other sentinel, or until then. */
    private void settle(Duration atMost) {
        while (!Convergence.allKnown(sim) && sim.elapsed().compareTo(atMost) < 0) {
            sim.runFor(STEP);
        }
    }

    /** No seed without a failover: the storm made none, so the master dies in fair weather. */
    private void replaceTheMaster(Chaos chaos) {
        // Whom a RESET forgot the next INFO of the master tells, ten seconds later.
        settle(sim.elapsed().plus(SETTLING));
        var master = sim.world.dataNode(sim.master());
        chaos.kill(master);
        if (!recovery.comes(() -> sim.failovers() > 0)) {
            throw sim.unmet("a master that dies in fair weather is replaced");
        }
        master.start();
        recover(EnumSet.noneOf(Wait.class));
    }

    private Set<Fault> possible() {
        if (byName) {
            return faults;
        }
        var possible = EnumSet.copyOf(faults);
        possible.removeIf(Fault::needsNames);
        return possible;
    }

    private void storm(Chaos chaos) {
        var stormy = Duration.ofSeconds(dice.between(5, 35));
        chaos.plan(1 + dice.below(8), stormy);
        if (dice.chance(0.8)) {
            chaos.strike(dice.pick(AT_THE_MASTER));
        }
        sim.runFor(stormy);
    }

    /** How long it took, and what stood in the way. */
    private Duration recover(Set<Wait> waits) {
        var watch = new Wait.Watch(sim);
        var took = recovery.await(dice.chance(0.2) ? LONG_REST : REST);
        var master = sim.world.dataNodes().stream().filter(DataNode::isMaster).findFirst();
        waits.addAll(watch.over(master));
        var limit = downAfter.plus(AT_ONCE);
        if (waits.isEmpty() && took.compareTo(limit) > 0) {
            throw sim.unmet("all is well within " + limit + ", it took " + took);
        }
        return took;
    }

    private Report report(Chaos chaos, Set<Wait> waits, Duration took) {
        var invariants = sim.world.invariants;
        return new Report(
                seed,
                sim.digest(),
                sim.failovers(),
                Map.copyOf(invariants.secondTargets.counted()),
                invariants.sharedEpochs(),
                Map.copyOf(invariants.redisBroke()),
                invariants.orders.toldStrangers(),
                Map.copyOf(chaos.struck()),
                Map.copyOf(recovery.rescues()),
                waits,
                took,
                sim.elapsed());
    }
}
