package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.MasterOptions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A deployment of one's own, struck by chosen faults: what would happen? Each seed is another
 * moment and another order of events; the same seed tells the same story.
 */
public final class Study {
    /**
     * The deployment.
     *
     * @param replicas beside the master, by address
     * @param sentinels their addresses, in the order of their names s1, s2 and so on
     * @param zones hosts by the name of the place where they stand together
     */
    public record Deployment(
            Address master,
            List<Address> replicas,
            List<Address> sentinels,
            int quorum,
            MasterOptions options,
            Map<String, List<String>> zones) {
        public Deployment {
            replicas = List.copyOf(replicas);
            sentinels = List.copyOf(sentinels);
        }

        /** As opposed to a name that must be resolved. */
        static boolean isIp(String host) {
            return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || c <= '9');
        }

        boolean hasNames() {
            return !isIp(master.host()) || replicas.stream().anyMatch(r -> !isIp(r.host()));
        }
    }

    /**
     * What one seed came to.
     *
     * @param toSwitch from the fault to the last sentinel's switch; absent without a failover
     * @param stranded no master that all sentinels left name was there when the fault had lasted
     * @param recovery until all was well after it
     */
    record Outcome(
            int failovers,
            Optional<Duration> toSwitch,
            boolean stranded,
            Duration recovery,
            Map<String, Integer> faults) {}

    /** What all of them came to. */
    public static final class Summary {
        private final List<Duration> switches = new ArrayList<>();
        private final List<Long> stranded = new ArrayList<>();
        private final List<Violation> violations = new ArrayList<>();
        private final Map<String, Integer> faults = new TreeMap<>();
        private long seeds;
        private long failovers;
        private Duration slowestRecovery = Duration.ZERO;

        private synchronized void add(long seed, Outcome outcome) {
            seeds++;
            failovers += outcome.failovers();
            outcome.toSwitch().ifPresent(switches::add);
            if (outcome.stranded()) {
                stranded.add(seed);
            }
            outcome.faults().forEach((fault, n) -> faults.merge(fault, n, Integer::sum));
            if (outcome.recovery().compareTo(slowestRecovery) > 0) {
                slowestRecovery = outcome.recovery();
            }
        }

        private synchronized void add(Violation violation) {
            seeds++;
            violations.add(violation);
        }

        public long seeds() {
            return seeds;
        }

        public long failovers() {
            return failovers;
        }

        /** From the fault to the last sentinel's switch, the shortest first. */
        public List<Duration> switches() {
            return switches.stream().sorted().toList();
        }

        /** Seeds in which nobody was the master as long as the fault lasted. */
        public List<Long> stranded() {
            return stranded.stream().sorted().toList();
        }

        public List<Violation> violations() {
            return List.copyOf(violations);
        }

        /** How often each fault struck; a zone with its name. */
        public Map<String, Integer> faults() {
            return Map.copyOf(faults);
        }

        public Duration slowestRecovery() {
            return slowestRecovery;
        }
    }

    private final Deployment deployment;
    private final Set<Fault> faults;

    public Study(Deployment deployment, Set<Fault> faults) {
        this.deployment = deployment;
        this.faults = faults;
    }

    /** Runs that many seeds from that one on. */
    public Summary run(long first, long count, int threads) throws InterruptedException {
        var sum = new Summary();
        var next = new AtomicLong(first);
        var workers = new ArrayList<Thread>();
        for (int i = 0; i < threads; i++) {
            workers.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (long seed = next.getAndIncrement();
                                                seed < first + count;
                                                seed = next.getAndIncrement()) {
                                            one(seed, sum);
                                        }
                                    }));
        }
        for (var worker : workers) {
            worker.join();
        }
        return sum;
    }

    private void one(long seed, Summary sum) {
        try {
            sum.add(seed, new StudyRun(seed, deployment, faults).run());
        } catch (Violation violation) {
            sum.add(violation);
        }
    }

    /** The story of one seed, a line an event; of one that breaks a rule up to there. */
    public String story(long seed) {
        var run = new StudyRun(seed, deployment, faults);
        try {
            run.run();
            return run.transcript();
        } catch (Violation violation) {
            return violation.toString();
        }
    }
}
