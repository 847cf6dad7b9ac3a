package dev.vedette.sentinel.core;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * TILT: this process slept, or its time ran backwards, so its own clocks on others prove nothing.
 * Links, pings, INFO and hellos go on, and nothing is acted upon (Redis {@code
 * sentinelCheckTiltCondition}), until every silence that began since could have been noticed anew:
 * for the largest down-after, two seconds at least, and {@link Period#TILT} at most (guard G9).
 */
final class TiltRule {
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    private @Nullable Instant since;
    private Instant previous = Periods.NEVER;

    /**
     * For how long this process did nothing although it should have, until this step: since the
     * deadline that we had asked for, or since the step before this one if that came later.
     */
    Duration slept(Instant now, Instant deadline) {
        var awake = Periods.later(deadline, previous);
        return awake.isBefore(now) ? Duration.between(awake, now) : Duration.ZERO;
    }

    /** Whether TILT begins, or begins anew. Called once in each step. */
    boolean triggered(Instant now, Duration slept, Pace pace) {
        boolean backwards = now.isBefore(previous);
        previous = now;
        if (backwards || slept.compareTo(pace.of(Period.TILT_TRIGGER)) > 0) {
            since = now;
            return true;
        }
        return false;
    }

    boolean active() {
        return since != null;
    }

    Optional<Instant> since() {
        return Optional.ofNullable(since);
    }

    Instant until(Deployment deployment) {
        if (since == null) {
            return Periods.NO_DEADLINE;
        }
        var longest = SHORTEST;
        for (var master : deployment.masters.values()) {
            longest = Periods.longer(longest, master.options.downAfter());
        }
        return since.plus(Periods.shorter(longest, deployment.pace.of(Period.TILT)));
    }

    void exit() {
        since = null;
    }
}
