package dev.vedette.sentinel;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for conditions of real processes. */
final class Await {
    private static final Duration BETWEEN = Duration.ofMillis(10);

    private Await() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param whatElse printed when it does not within {@code patience}
     */
    static void until(Duration patience, Callable<Boolean> condition, Supplier<String> whatElse) {
        var deadline = System.nanoTime() + patience.toNanos();
        Exception last = null;
        while (System.nanoTime() - deadline < 0) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (Exception notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        throw new AssertionError("not within " + patience + ": " + whatElse.get(), last);
    }
}
