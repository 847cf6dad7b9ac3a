package dev.vedette.sentinel.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.PriorityQueue;

/**
 * Virtual time: what happens next, in order of time, and of scheduling where times are equal. The
 * clock moves only from one event to the next, so a silent hour costs nothing.
 */
final class EventQueue {
    /** The instant at which every simulation begins; microseconds count from here. */
    static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private record Entry(long at, long order, Runnable action) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>(256);
    private long now;
    private long scheduled;

    /** Microseconds since the begin of the simulation. */
    long now() {
        return now;
    }

    static Instant instant(long micros) {
        return EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(EPOCH, instant);
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    void at(long micros, Runnable action) {
        entries.add(new Entry(Math.max(micros, now), scheduled++, action));
    }

    void after(long micros, Runnable action) {
        at(now + micros, action);
    }

    /** Runs one event; false, and the clock stands at {@code until}, when none is due before. */
    boolean runNext(long until) {
        var next = entries.peek();
        if (next == null || next.at() > until) {
            now = Math.max(now, until);
            return false;
        }
        entries.poll();
        now = next.at();
        next.action().run();
        return true;
    }
}
