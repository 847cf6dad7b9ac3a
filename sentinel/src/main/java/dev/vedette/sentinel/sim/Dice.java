package dev.vedette.sentinel.sim;

import java.util.List;

/**
 * The only source of chance in a simulation: SplitMix64, written here so that a seed means the same
 * run on every JVM.
 */
final class Dice {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private long state;

    Dice(long seed) {
        state = seed;
    }

    /**
     * Independent dice: what they roll does not depend on how often these here are rolled later.
     */
    Dice split() {
        return new Dice(next());
    }

    long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** From 0 to bound - 1. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(next(), bound);
    }

    /** From low to high, both included. */
    long between(long low, long high) {
        return low + Long.remainderUnsigned(next(), high - low + 1);
    }

    boolean chance(double probability) {
        return probability > 0 && (next() >>> 11) * 0x1.0p-53 < probability;
    }

    <T> T pick(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    /** A run id, a replication id or a sentinel's id: forty characters of lower case hex. */
    String id() {
        var text = new StringBuilder(40);
        while (text.length() < 40) {
            text.append(HEX[below(16)]);
        }
        return text.toString();
    }
}
