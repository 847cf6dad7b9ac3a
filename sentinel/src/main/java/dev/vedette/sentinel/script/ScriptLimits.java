package dev.vedette.sentinel.script;

import java.time.Duration;

/**
 * What scripts may take. Redis's figures unless SENTINEL DEBUG changes the times; tests hurry.
 *
 * @param queued jobs in all, running ones included
 * @param running jobs that run at the same time
 * @param runs how often one job is started at most
 * @param runtime after it a script is killed
 * @param firstDelay before the second run; doubled before each further one
 */
public record ScriptLimits(
        int queued, int running, int runs, Duration runtime, Duration firstDelay) {

    public static final ScriptLimits REDIS =
            new ScriptLimits(256, 16, 10, Duration.ofSeconds(60), Duration.ofSeconds(30));

    /** The same but for these two times. */
    public ScriptLimits within(Duration newRuntime, Duration newFirstDelay) {
        return new ScriptLimits(queued, running, runs, newRuntime, newFirstDelay);
    }

    /** How long to wait after the {@code n}th run failed: n is 1 after the first. */
    Duration delayAfterRun(int n) {
        return firstDelay.multipliedBy(1L << (n - 1));
    }
}
