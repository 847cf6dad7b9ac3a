package dev.vedette.server.keyspace;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * A fixed piece of a {@link Table}: 256 slots found by linear probing. A full segment splits into
 * two, which takes some microseconds; nothing is ever rehashed at large.
 *
 * <p>A slot's tag is zero when it is free; else its low byte is the slot where the key would like
 * to be, its high byte seven bits of the hash and the mark of a taken slot.
 */
final class Segment {
    static final int SLOTS = 256;

    /** At this many keys a segment splits: above 7/8 probing gets long. */
    static final int FULL = 224;

    /** What a segment takes besides its keys and values: its arrays, as a JVM lays them out. */
    private static final long BASE_BYTES = 64 + 4 * 16 + SLOTS * (2 + 4 + 4 + 4);

    private static final long EXPIRY_BYTES = 16 + SLOTS * 8;

    private static final int MASK = SLOTS - 1;

    /** How many leading bits of the hash all keys of this segment share. */
    final int depth;

    final short[] tags = new short[SLOTS];
    final byte[] @Nullable [] keys = new byte[SLOTS][];
    final @Nullable Object[] values = new @Nullable Object[SLOTS];

    /** When each key was last used, in seconds of {@link Database}'s access clock. */
    final int[] usedAt = new int[SLOTS];

    /** The expire times; absent while no key of this segment has one. */
    long @Nullable [] expireAt;

    int count;
    int expiring;

    /** No key of this segment expires before this moment (milliseconds since the epoch). */
    long earliestExpiry = Long.MAX_VALUE;

    /** The number of the last snapshot that has got this segment's content, or needs it not. */
    int version;

    Segment(int depth, int version) {
        this.depth = depth;
        this.version = version;
    }

    /** The memory of the segment itself, without its keys and values. */
    long bytes() {
        return expireAt == null ? BASE_BYTES : BASE_BYTES + EXPIRY_BYTES;
    }

    static short tag(long hash) {
        return (short) (hash | 0x8000);
    }

    /** The slot of a key, or -1. */
    int find(long hash, byte[] key) {
        var tag = tag(hash);
        for (var slot = (int) hash & MASK; ; slot = (slot + 1) & MASK) {
            var seen = tags[slot];
            if (seen == 0) {
                return -1;
            }
            if (seen == tag && Arrays.equals(keys[slot], key)) {
                return slot;
            }
        }
    }

    /** Puts a key that is not here yet; there must be room. */
    int add(long hash, byte[] key, Object value, int now) {
        var slot = (int) hash & MASK;
        while (tags[slot] != 0) {
            slot = (slot + 1) & MASK;
        }
        tags[slot] = tag(hash);
        keys[slot] = key;
        values[slot] = value;
        usedAt[slot] = now;
        if (expireAt != null) {
            expireAt[slot] = Database.NEVER;
        }
        count++;
        return slot;
    }

    /** The key in a slot that is taken. */
    byte[] keyAt(int slot) {
        var key = keys[slot];
        if (key == null) {
            throw new IllegalStateException("slot " + slot + " is free");
        }
        return key;
    }

    /** The value in a slot that is taken. */
    Object valueAt(int slot) {
        var value = values[slot];
        if (value == null) {
            throw new IllegalStateException("slot " + slot + " is free");
        }
        return value;
    }

    long expiryOf(int slot) {
        return expireAt == null ? Database.NEVER : expireAt[slot];
    }

    void setExpiry(int slot, long at) {
        if (expireAt == null) {
            if (at == Database.NEVER) {
                return;
            }
            expireAt = new long[SLOTS];
            Arrays.fill(expireAt, Database.NEVER);
        }
        if (expireAt[slot] != Database.NEVER) {
            expiring--;
        }
        if (at != Database.NEVER) {
            expiring++;
            earliestExpiry = Math.min(earliestExpiry, at);
        }
        expireAt[slot] = at;
        if (expiring == 0) {
            expireAt = null;
            earliestExpiry = Long.MAX_VALUE;
        }
    }

    /** Frees a slot and moves later keys of the same run up, so that no gap breaks a search. */
    void remove(int slot) {
        setExpiry(slot, Database.NEVER);
        var gap = slot;
        for (var next = (slot + 1) & MASK; tags[next] != 0; next = (next + 1) & MASK) {
            var home = tags[next] & MASK;
            if (((next - home) & MASK) >= ((next - gap) & MASK)) {
                move(next, gap);
                gap = next;
            }
        }
        tags[gap] = 0;
        keys[gap] = null;
        values[gap] = null;
        if (expireAt != null) {
            expireAt[gap] = Database.NEVER;
        }
        count--;
    }

    private void move(int from, int to) {
        tags[to] = tags[from];
        keys[to] = keys[from];
        values[to] = values[from];
        usedAt[to] = usedAt[from];
        if (expireAt != null) {
            expireAt[to] = expireAt[from];
        }
    }

    /** Takes over one slot of another segment, with everything that is known of its key. */
    void adopt(long hash, Segment from, int slot) {
        var at = add(hash, from.keyAt(slot), from.valueAt(slot), from.usedAt[slot]);
        setExpiry(at, from.expiryOf(slot));
    }
}
