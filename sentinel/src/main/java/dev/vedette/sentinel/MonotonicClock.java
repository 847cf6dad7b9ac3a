package dev.vedette.sentinel;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Time that never jumps: it starts at the wall clock's time and goes on by the monotonic clock. The
 * wall clock is read again only to print a time, and to notice that it was moved.
 */
final class MonotonicClock {
    private static final DateTimeFormatter C_TIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();
    private final long startMillis = start.toEpochMilli();
    private long lastAheadMillis;

    Instant now() {
        return start.plusNanos(System.nanoTime() - startNanos);
    }

    /**
     * By how much the wall clock was moved against this one since the last call; one thread.
     *
     * @return milliseconds, negative when it was set back
     */
    long movedMillis() {
        long goneMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        long aheadMillis = System.currentTimeMillis() - startMillis - goneMillis;
        long by = aheadMillis - lastAheadMillis;
        lastAheadMillis = aheadMillis;
        return by;
    }

    /** That moment by the wall clock, as C's ctime prints it. */
    String wallTime(Instant moment) {
        var now = now();
        var wall = Instant.now().plus(Duration.between(now, moment));
        return C_TIME.format(wall.atZone(ZoneId.systemDefault()));
    }
}
