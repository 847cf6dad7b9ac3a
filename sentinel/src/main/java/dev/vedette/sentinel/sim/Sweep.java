package dev.vedette.sentinel.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Many seeds one after the other, and what they amount to together. */
public final class Sweep {
    /**
     * The sum of all.
     *
     * @param failovers promotions in all seeds
     * @param secondTargets promotions beside an earlier leader that was still at work
     * @param quiet seeds without a failover
     * @param faults how often each fault happened
     * @param slowest the longest recovery after the end of the faults
     * @param sharedEpochs epochs that a forced failover, cut off from the others, shared with
     *     another leader: all must be well afterwards (guard G20)
     * @param violations the rules that were broken, a seed each
     */
    public record Summary(
            long seeds,
            long failovers,
            long secondTargets,
            long quiet,
            Map<Fault, Integer> faults,
            SeedRun.Report slowest,
            Duration virtual,
            long sharedEpochs,
            List<Violation> violations) {}

    private final Set<Fault> faults;

    public Sweep(Set<Fault> faults) {
        this.faults = faults;
    }

    /** Runs those seeds; stops early after that many violations. */
    public Summary run(LongStream seeds, int violationsAtMost) {
        var counted = new EnumMap<Fault, Integer>(Fault.class);
        var violations = new ArrayList<Violation>();
        long ran = 0;
        long failovers = 0;
        long seconds = 0;
        long quiet = 0;
        long shared = 0;
        var virtual = Duration.ZERO;
        var slowest = new SeedRun.Report(0, 0, 0, 0, 0, Map.of(), Duration.ZERO, Duration.ZERO);
        for (long seed : seeds.toArray()) {
            ran++;
            try {
                var report = SeedRun.of(seed, faults);
                failovers += report.failovers();
                seconds += report.secondTargets();
                shared += report.sharedEpochs();
                quiet += report.failovers() == 0 ? 1 : 0;
                virtual = virtual.plus(report.virtual());
                report.faults().forEach((fault, n) -> counted.merge(fault, n, Integer::sum));
                slowest = report.recovery().compareTo(slowest.recovery()) > 0 ? report : slowest;
            } catch (Violation violation) {
                violations.add(violation);
                if (violations.size() >= violationsAtMost) {
                    break;
                }
            }
        }
        return new Summary(
                ran, failovers, seconds, quiet, counted, slowest, virtual, shared, violations);
    }
}
