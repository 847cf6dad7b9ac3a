package dev.vedette.sentinel.sim;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** How a deployment finds together once the faults have stopped. */
final class Recovery {
    private static final Duration STEP = Duration.ofMillis(250);

    private final Simulation sim;
    private final Duration longest;
    private final Map<Rescue, Integer> rescues = new EnumMap<>(Rescue.class);

    Recovery(Simulation sim, Duration downAfter, Duration failoverTimeout) {
        this.sim = sim;
        this.longest = longest(downAfter, failoverTimeout);
    }

    /**
     * What the rules allow when the last fault came at the worst moment: the silence of a TILT, a
     * connection that TCP tries again only after a minute, the pause after a vote for another
     * (twice failover-timeout), an election that fails, the time in which a master that says
     * replica is believed, and the failover itself.
     */
    private static Duration longest(Duration downAfter, Duration failoverTimeout) {
        return Duration.ofMinutes(4)
                .plus(downAfter.multipliedBy(2))
                .plus(failoverTimeout.multipliedBy(6));
    }

    /** What only an operator could mend, in all recoveries. */
    Map<Rescue, Integer> rescues() {
        return rescues;
    }

    /**
     * From now until all is well, and stays so for that time.
     *
     * @throws Violation when that takes longer than the rules allow
     */
    Duration await(Duration rest) {
        try (var operator = new Rescue.Operator(sim.world, rescues)) {
            return await(rest, operator);
        }
    }

    /** Whether that comes about in the time that the rules allow. */
    boolean comes(BooleanSupplier what) {
        var begin = sim.elapsed();
        try (var operator = new Rescue.Operator(sim.world, rescues)) {
            while (!sim.runUntil(STEP, what)) {
                if (sim.elapsed().minus(begin).compareTo(longest) > 0) {
                    return false;
                }
                operator.look();
            }
            return true;
        }
    }

    private Duration await(Duration rest, Rescue.Operator operator) {
        var begin = sim.elapsed();
        var wellSince = begin;
        while (sim.elapsed().minus(wellSince).compareTo(rest) < 0) {
            sim.runFor(STEP);
            var lack = Convergence.lacking(sim);
            if (lack.isPresent()) {
                wellSince = sim.elapsed();
                operator.look();
            }
            if (sim.elapsed().minus(begin).compareTo(longest) > 0) {
                throw sim.unmet(
                        "within " + longest + " after the faults " + lack.orElse("all stays well"));
            }
        }
        return wellSince.minus(begin);
    }
}
