package dev.vedette.it;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, never for time to pass. */
final class Await {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private Await() {}

    /** Until nothing is wrong; past the deadline fails with what still is, and with the view. */
    static void noProblem(
            String what,
            Duration deadline,
            Supplier<Optional<String>> problem,
            Supplier<String> view) {
        long end = System.nanoTime() + deadline.toNanos();
        Optional<String> left = problem.get();
        while (left.isPresent()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        what
                                + ": still not after "
                                + deadline.toMillis()
                                + " ms: "
                                + left.get()
                                + "\n"
                                + view.get());
            }
            pause();
            left = problem.get();
        }
    }

    static void until(String what, Duration deadline, BooleanSupplier condition) {
        noProblem(
                what,
                deadline,
                () -> condition.getAsBoolean() ? Optional.empty() : Optional.of("not yet"),
                () -> "");
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
