package dev.vedette.sentinel.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;

/** Many seeds, on as many cores as wanted, and what they amount to together. */
public final class Sweep {
    /** The sum of all; what is counted says {@link SeedRun.Report}. */
    static final class Summary {
        long seeds;
        long failovers;

        /** Seeds without a failover. */
        long quiet;

        long sharedEpochs;
        long toldStrangers;

        /** Seeds to which no wait applied: they were well within down-after and two seconds. */
        long atOnce;

        Duration virtual = Duration.ZERO;
        Duration slowest = Duration.ZERO;
        long slowestSeed;
        final Map<SecondTargets.Case, Integer> secondTargets =
                new EnumMap<>(SecondTargets.Case.class);
        final Map<String, Integer> redisBroke = new TreeMap<>();
        final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        final Map<Rescue, Integer> rescues = new EnumMap<>(Rescue.class);
        final Map<Wait, Integer> waits = new EnumMap<>(Wait.class);
        final List<Violation> violations = new ArrayList<>();

        private synchronized void add(SeedRun.Report report) {
            seeds++;
            failovers += report.failovers();
            quiet += report.failovers() == 0 ? 1 : 0;
            sharedEpochs += report.sharedEpochs();
            toldStrangers += report.toldStrangers();
            atOnce += report.waits().isEmpty() ? 1 : 0;
            virtual = virtual.plus(report.virtual());
            report.secondTargets().forEach((what, n) -> secondTargets.merge(what, n, Integer::sum));
            report.redisBroke().forEach((rule, n) -> redisBroke.merge(rule, n, Integer::sum));
            report.faults().forEach((fault, n) -> faults.merge(fault, n, Integer::sum));
            report.rescues().forEach((what, n) -> rescues.merge(what, n, Integer::sum));
            report.waits().forEach(wait -> waits.merge(wait, 1, Integer::sum));
            if (report.recovery().compareTo(slowest) > 0) {
                slowest = report.recovery();
                slowestSeed = report.seed();
            }
        }

        private synchronized void add(Violation violation) {
            seeds++;
            violations.add(violation);
        }

        @Override
        public String toString() {
            return ("%d seeds, %d failovers, %d seeds without one, %s of virtual time, slowest"
                            + " recovery %s (seed %d), %d seeds held to down-after + 2 s, others by"
                            + " wait %s%nbeside an earlier leader %s, epochs shared by force %d,"
                            + " strangers told %d, mended by an operator %s, broken by Redis alone"
                            + " %s%nfaults %s")
                    .formatted(
                            seeds,
                            failovers,
                            quiet,
                            virtual,
                            slowest,
                            slowestSeed,
                            atOnce,
                            waits,
                            secondTargets,
                            sharedEpochs,
                            toldStrangers,
                            rescues,
                            redisBroke,
                            faults);
        }
    }

    private final LongFunction<SeedRun.Report> run;
    private final int threads;

    public Sweep(Set<Fault> faults) {
        this(seed -> SeedRun.of(seed, faults), 1);
    }

    Sweep(LongFunction<SeedRun.Report> run, int threads) {
        this.run = run;
        this.threads = threads;
    }

    /** Runs that many seeds from that one on; ends early after that many violations. */
    Summary run(long first, long count, int violationsAtMost) {
        var sum = new Summary();
        var broken = new AtomicInteger();
        var workers = new ArrayList<Thread>();
        for (int worker = 0; worker < threads; worker++) {
            long from = first + worker;
            workers.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (long seed = from;
                                                seed < first + count
                                                        && broken.get() < violationsAtMost;
                                                seed += threads) {
                                            one(seed, sum, broken);
                                        }
                                    }));
        }
        for (var worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted between seeds", interrupted);
            }
        }
        return sum;
    }

    private void one(long seed, Summary sum, AtomicInteger broken) {
        try {
            sum.add(run.apply(seed));
        } catch (Violation violation) {
            broken.incrementAndGet();
            sum.add(violation);
        }
    }
}
