package dev.vedette.server.command;

import java.util.Arrays;

/**
 * How often a command took how long, from 1 ns to 1 s with two significant digits: the buckets are
 * those of Redis's HdrHistogram, so INFO rounds as Redis does. Event loop only.
 *
 * <pre>
 *   nanoseconds     width of a bucket
 *   1 to 255        1
 *   256 to 511      2
 *   512 to 1023     4 ...
 * </pre>
 */
public final class LatencyHistogram {
    private static final long LONGEST_NANOS = 1_000_000_000;

    /** Values below are counted one by one; above, each power of two has half as many buckets. */
    private static final int FINE = 256;

    private static final int FINE_BITS = 8;
    private static final int HALF = FINE / 2;

    private long[] counts = new long[FINE];
    private long total;

    /** Counts one call; one of more than a second as one of a second. */
    void record(long nanos) {
        var value = Math.clamp(nanos, 1, LONGEST_NANOS);
        var index = index(value);
        if (index >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(index + 1, counts.length + HALF));
        }
        counts[index]++;
        total++;
    }

    private static int index(long value) {
        var power = power(value);
        return power * HALF + (int) (value >>> power);
    }

    /** Of two the power that is the width of the value's bucket. */
    private static int power(long value) {
        return Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(value) - FINE_BITS);
    }

    /**
     * @param percent of all calls
     * @return the longest time that stands for the same as what so many took at most
     */
    public long nanosAt(double percent) {
        var wanted = Math.max(1, (long) (percent / 100 * total + 0.5));
        var seen = 0L;
        for (var i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return last(i);
            }
        }
        return 0;
    }

    /** The greatest value that is counted there. */
    private static long last(int index) {
        if (index < FINE) {
            return index;
        }
        var power = index / HALF - 1;
        var within = index - power * HALF;
        return ((within + 1L) << power) - 1;
    }
}
