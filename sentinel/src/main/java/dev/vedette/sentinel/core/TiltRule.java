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
    private Duration lasting = SHORTEST;
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
    boolean triggered(Instant now, Duration slept, Deployment deployment) {
        boolean backwards = now.isBefore(previous);
        previous = now;
        if (backwards || slept.compareTo(deployment.pace.of(Period.TILT_TRIGGER)) > 0) {
            since = now;
            lasting = SHORTEST;
            for (var master : deployment.masters.values()) {
                lasting = Periods.longer(lasting, master.options.downAfter());
            }
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

    Instant until(Pace pace) {
        return since == null
                ? Periods.NO_DEADLINE
                : since.plus(Periods.shorter(lasting, pace.of(Period.TILT)));
    }

    void exit() {
        since = null;
    }
}
