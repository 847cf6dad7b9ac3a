package dev.vedette.it;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Draws faults from a seed and does them to one group, one after the other; after each all must be
 * well, as after those of {@link RealFaults}. The command line is in docs/real-faults.md.
 */
final class RandomFaults {
    private static final Map<String, String> OPTIONS =
            Map.of(
                    "--seed", "1",
                    "--faults", "200",
                    "--from", "1",
                    "--hold-ms", "4000",
                    "--sentinels", "vedette,vedette,vedette");

    private static final List<RandomFault> FAULTS = List.copyOf(EnumSet.allOf(RandomFault.class));

    private final Map<String, String> options;
    private final Map<RandomFault, Integer> counts = new EnumMap<>(RandomFault.class);
    private final List<FaultWatch.Outcome> outcomes = new ArrayList<>();
    private int failures;

    private RandomFaults(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String[] args) throws IOException {
        var options = new HashMap<>(OPTIONS);
        for (int i = 0; i < args.length; i += 2) {
            if (!OPTIONS.containsKey(args[i]) || i + 1 == args.length) {
                System.err.println("options and what they are when not given: " + OPTIONS);
                System.exit(2);
            }
            options.put(args[i], args[i + 1]);
        }
        var missing = Lab.missing();
        if (missing.isPresent()) {
            System.err.println("this needs " + missing.get());
            System.exit(2);
        }
        var run = new RandomFaults(options);
        run.run();
        System.exit(run.failures == 0 ? 0 : 1);
    }

    private String option(String name) {
        return options.getOrDefault(name, "");
    }

    private int number(String name) {
        return Integer.parseInt(option(name));
    }

    private FaultGroup newGroup() throws IOException {
        return FaultGroup.start(
                Arrays.stream(option("--sentinels").split(",", -1))
                        .map(name -> Product.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList());
    }

    private void run() throws IOException {
        int first = number("--from");
        int last = first + number("--faults") - 1;
        long start = System.nanoTime();
        FaultGroup group = newGroup();
        try {
            for (int i = first; i <= last; i++) {
                if (!one(group, i)) {
                    failures++;
                    group.close();
                    group = newGroup();
                }
            }
        } finally {
            group.close();
        }
        summary(Duration.ofNanos(System.nanoTime() - start));
    }

    /** Whether all was well afterwards. */
    private boolean one(FaultGroup group, int number) {
        var random = new Random(Long.parseLong(option("--seed")) * 1_000_003 + number);
        var told = new ArrayList<String>();
        var watch = new FaultWatch(group, "fault-" + number + ":");
        try {
            Node master = group.master();
            int faults = random.nextInt(10) < 7 ? 1 : 2;
            for (int i = 0; i < faults; i++) {
                var fault = FAULTS.get(random.nextInt(FAULTS.size()));
                counts.merge(fault, 1, Integer::sum);
                told.add(fault + " " + fault.strike(group, master, random));
                int hold = random.nextInt(number("--hold-ms"));
                told.add("for " + hold + " ms");
                Thread.sleep(hold);
            }
            var outcome = watch.conclude();
            outcomes.add(outcome);
            System.out.printf("%4d  %s: %s%n", number, String.join(", ", told), outcome);
            return true;
        } catch (AssertionError | RuntimeException e) {
            System.out.printf(
                    "%4d  %s: FAILED; logs in %s; again: --seed %s --from %d --faults 1"
                            + " --hold-ms %s --sentinels %s%n",
                    number,
                    String.join(", ", told),
                    group.keep(),
                    option("--seed"),
                    number,
                    option("--hold-ms"),
                    option("--sentinels"));
            e.printStackTrace(System.out);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            watch.abandon();
        }
    }

    private void summary(Duration wall) {
        var waits = outcomes.stream().map(FaultWatch.Outcome::untilWell).sorted().toList();
        System.out.printf(
                "%d of %d were well afterwards; %d switches; well after %s ms at the median, %s ms"
                        + " at the worst; %d writes kept; %d s%n",
                outcomes.size(),
                outcomes.size() + failures,
                outcomes.stream().mapToInt(FaultWatch.Outcome::switches).sum(),
                waits.isEmpty() ? "-" : waits.get(waits.size() / 2).toMillis(),
                waits.isEmpty() ? "-" : waits.getLast().toMillis(),
                outcomes.stream().mapToInt(FaultWatch.Outcome::writesChecked).sum(),
                wall.toSeconds());
        System.out.println("drawn: " + counts);
    }
}
