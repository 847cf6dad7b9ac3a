package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When this process slept. What it slept is not held against others: their silence is reckoned
 * without it (guard G9).
 */
final class OwnPauses {
    /** What is shorter is not counted. */
    private static final Duration LONGEST_NAP = Duration.ofMillis(10);

    /** More than a silence that is still to be judged has in it; older ones are held against. */
    private static final int REMEMBERED = 256;

    private record Pause(Instant end, Duration length) {}

    private final Deque<Pause> latestFirst = new ArrayDeque<>();

    void slept(Duration length, Instant end) {
        if (length.compareTo(LONGEST_NAP) <= 0) {
            return;
        }
        latestFirst.addFirst(new Pause(end, length));
        if (latestFirst.size() > REMEMBERED) {
            latestFirst.removeLast();
        }
    }

    /** For how long in all since then. */
    Duration since(Instant moment) {
        var all = Duration.ZERO;
        for (var pause : latestFirst) {
            if (!pause.end().isAfter(moment)) {
                break;
            }
            all = all.plus(pause.length());
        }
        return all;
    }
}
