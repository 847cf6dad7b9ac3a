package dev.vedette.sentinel.sim;

import java.util.ArrayDeque;

/**
 * What happened, in words, and a digest of everything that happened: two runs with the same digest
 * are the same run.
 */
final class Transcript {
    /** Enough to see how it came to a failure; earlier lines are dropped. */
    private static final int LINES = 5_000;

    /** What happened is put into words only when somebody reads it. */
    private record Line(long at, Object who, String verb, Object what) {
        @Override
        public String toString() {
            return "%10.3f ms  %-8s %s %s".formatted(at / 1000.0, who, verb, what).stripTrailing();
        }
    }

    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private long digest = 0x5EED;
    private long dropped;

    /**
     * @param what must not change any more
     */
    void add(long at, Object who, String verb, Object what) {
        if (lines.size() == LINES) {
            lines.poll();
            dropped++;
        }
        lines.add(new Line(at, who, verb, what));
        mix(at);
        mix(verb.hashCode());
        if (what instanceof String text) {
            mix(text.hashCode());
        }
    }

    /** Makes the digest depend on this number too. */
    void mix(long value) {
        digest = Dice.mix(digest ^ value) + 1;
    }

    long digest() {
        return digest;
    }

    String text() {
        var text = new StringBuilder();
        if (dropped > 0) {
            text.append("(").append(dropped).append(" earlier lines are not kept)\n");
        }
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
