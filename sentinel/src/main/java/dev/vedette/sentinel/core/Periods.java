package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;

/** Times that never change, and reckoning with times; the others are in {@link Pace}. */
final class Periods {
    /** Before all times: an event that did not happen yet. */
    static final Instant NEVER = Instant.MIN;

    /** After all times: a deadline that does not come by itself. */
    static final Instant NO_DEADLINE = Instant.MAX;

    /** INFO of a replica whose master is in trouble, and INFO again after an error. */
    static final Duration URGENT_INFO = Duration.ofSeconds(1);

    /** A hello again that was not accepted. */
    static final Duration HELLO_RETRY = Duration.ofSeconds(1);

    static final Duration SAVE_RETRY = Duration.ofSeconds(5);

    /** The greatest of the random waits that keep candidates apart (SENTINEL_MAX_DESYNC). */
    static final Duration MAX_DESYNC = Duration.ofSeconds(1);

    /** Commands that a link may have in flight for each master that shares it. */
    static final int MAX_PENDING_COMMANDS = 100;

    private Periods() {}

    static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    // Duration.multipliedBy and dividedBy go through BigDecimal, which was a sixth of all the time
    // that a core spent.

    static Duration times(Duration duration, int factor) {
        return Duration.ofSeconds(
                Math.multiplyExact(duration.getSeconds(), (long) factor),
                (long) duration.getNano() * factor);
    }

    /** A fraction of a duration, rounded down to whole nanoseconds. */
    static Duration part(Duration duration, int divisor) {
        long seconds = duration.getSeconds();
        long rest = (seconds % divisor) * 1_000_000_000L + duration.getNano();
        return Duration.ofSeconds(seconds / divisor, rest / divisor);
    }
}
