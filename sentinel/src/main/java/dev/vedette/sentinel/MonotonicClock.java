package dev.vedette.sentinel;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Time that never jumps: it starts at the wall clock's time and goes on by the monotonic clock. The
 * wall clock is read again only to print a time, and to notice that it was moved.
 */
final class MonotonicClock {
    private static final DateTimeFormatter C_TIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();
    private Duration lastAhead = Duration.ZERO;

    Instant now() {
        return start.plusNanos(System.nanoTime() - startNanos);
    }

    /** By how much the wall clock was moved against this one since the last call; one thread. */
    Duration moved() {
        var ahead = Duration.between(now(), Instant.now());
        var by = ahead.minus(lastAhead);
        lastAhead = ahead;
        return by;
    }

    /** That moment by the wall clock, as C's ctime prints it. */
    String wallTime(Instant moment) {
        var now = now();
        var wall = Instant.now().plus(Duration.between(now, moment));
        return C_TIME.format(wall.atZone(ZoneId.systemDefault()));
    }
}
