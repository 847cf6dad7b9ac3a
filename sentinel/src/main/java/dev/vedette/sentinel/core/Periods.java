package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;

/** How often and how long: Redis's numbers, named as SENTINEL DEBUG names them. */
final class Periods {
    /** Before all times: an event that did not happen yet. */
    static final Instant NEVER = Instant.MIN;

    /** After all times: a deadline that does not come by itself. */
    static final Instant NO_DEADLINE = Instant.MAX;

    static final Duration PING = Duration.ofSeconds(1);
    static final Duration INFO = Duration.ofSeconds(10);
    static final Duration INFO_TWICE = Duration.ofSeconds(20);

    /** INFO of a replica whose master is in trouble, and INFO again after an error. */
    static final Duration URGENT_INFO = Duration.ofSeconds(1);

    static final Duration HELLO = Duration.ofSeconds(2);
    static final Duration HELLO_THRICE = Duration.ofSeconds(6);
    static final Duration ASK = Duration.ofSeconds(1);

    /** For how long the last answer of a peer counts: five periods. */
    static final Duration OPINION = Duration.ofSeconds(5);

    /** Between two attempts to connect the same socket. */
    static final Duration RECONNECT = PING;

    /** A link that is younger is never renewed. */
    static final Duration MIN_LINK_RECONNECT = Duration.ofSeconds(15);

    static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(10);
    static final Duration REPLICA_RECONF_TIMEOUT = Duration.ofSeconds(10);
    static final Duration SAVE_RETRY = Duration.ofSeconds(5);
    static final Duration TILT_TRIGGER = Duration.ofSeconds(2);
    static final Duration TILT = Duration.ofSeconds(30);

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
