package dev.vedette.sentinel.core;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * TILT: this process slept, or its time ran backwards, so its own clocks on others prove nothing.
 * For {@link Period#TILT} after the last such moment links, pings, INFO and hellos go on, and
 * nothing is acted upon (Redis {@code sentinelCheckTiltCondition}).
 */
final class TiltRule {
    private @Nullable Instant since;
    private Instant previous = Periods.NEVER;

    /**
     * Whether this step came too late: over the trigger after the deadline that we had asked for,
     * or before the step that went before it.
     */
    boolean triggered(Instant now, Instant deadline, Pace pace) {
        boolean backwards = now.isBefore(previous);
        previous = now;
        boolean late =
                deadline.isBefore(now)
                        && Duration.between(deadline, now).compareTo(pace.of(Period.TILT_TRIGGER))
                                > 0;
        if (backwards || late) {
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

    Instant until(Pace pace) {
        return since == null ? Periods.NO_DEADLINE : since.plus(pace.of(Period.TILT));
    }

    void exit() {
        since = null;
    }
}
