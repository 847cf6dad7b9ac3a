package dev.vedette.sentinel.core;

/**
 * Numbers that look drawn by chance and yet follow from who, when and what: a run can be replayed.
 */
final class Jitter {
    private Jitter() {}

    /** From 0 to {@code bound - 1}. */
    static long below(long bound, String id, long epoch, String name) {
        long seed = id.hashCode() * 0x9E3779B97F4A7C15L + name.hashCode();
        return Math.floorMod(mix(seed + epoch * 0xD1B54A32D192ED03L), bound);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Numbers). */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
