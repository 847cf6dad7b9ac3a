package dev.vedette.server.keyspace;

import dev.vedette.server.type.StringValue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * An extendible hash of {@link Segment}s: a directory indexed by the leading bits of the hash, in
 * which neighbouring entries share a segment until it splits. A segment is thus one range of the
 * hash, in order, and a position in the hash stays a valid place to go on from whatever splits or
 * merges meanwhile; SCAN, expiry and snapshots walk by such positions.
 *
 * <pre>
 *   directory   000   001   010   011   100   101   110   111
 *                 \_____|_____/ |     |     \_____|_____|__/
 *               depth 1       depth 3 ...        depth 1
 * </pre>
 */
final class Table {
    /** Two neighbours with no more keys than this together become one segment again. */
    private static final int MERGE_BELOW = Segment.FULL / 4;

    /** A cursor of SCAN holds this many leading bits of the hash. */
    private static final int CURSOR_BITS = 48;

    private static final int MAX_SCAN_PARTS = 256;

    private final KeyHash hash;
    private Segment[] directory;
    private int globalDepth;
    private long size;
    private long expiring;
    private long expiryPosition;
    private long bytes;

    /** The snapshot that still needs parts of this table, if one runs. */
    private @Nullable Snapshot snapshot;

    private int snapshotDb;

    Table(KeyHash hash, int version) {
        this.hash = hash;
        this.directory = new Segment[] {new Segment(0, version)};
        this.bytes = directory[0].bytes();
    }

    long size() {
        return size;
    }

    long expiring() {
        return expiring;
    }

    /** The memory of all entries and of the segments that hold them. */
    long bytes() {
        return bytes;
    }

    long hashOf(byte[] key) {
        return hash.of(key);
    }

    Segment segment(long hash) {
        return directory[index(hash)];
    }

    private int index(long hash) {
        // Two shifts: a shift by 64 would be none.
        return (int) (hash >>> 1 >>> (63 - globalDepth));
    }

    void begin(Snapshot snapshot, int db) {
        this.snapshot = snapshot;
        this.snapshotDb = db;
    }

    void endSnapshot() {
        snapshot = null;
    }

    /** To be called before anything in a segment changes. */
    void beforeChange(Segment segment) {
        if (snapshot != null) {
            snapshot.take(snapshotDb, segment);
        }
    }

    /** Adds a key that is not here yet and returns the segment where it is now. */
    Segment add(long hash, byte[] key, Object value, int now) {
        var segment = segment(hash);
        beforeChange(segment);
        while (segment.count >= Segment.FULL) {
            split(hash, segment);
            segment = segment(hash);
        }
        segment.add(hash, key, value, now);
        size++;
        bytes += StringValue.memory(key) + StringValue.memory(value);
        return segment;
    }

    /** Puts another value in the place of an entry's. */
    void replace(Segment segment, int slot, Object value) {
        beforeChange(segment);
        bytes += StringValue.memory(value) - StringValue.memory(segment.valueAt(slot));
        segment.values[slot] = value;
    }

    /** A value that is here has grown, or shrunk, in its place. */
    void grew(long by) {
        bytes += by;
    }

    void remove(long hash, Segment segment, int slot) {
        beforeChange(segment);
        var gone = segment.bytes();
        gone += StringValue.memory(segment.keyAt(slot));
        gone += StringValue.memory(segment.valueAt(slot));
        if (segment.expiryOf(slot) != Database.NEVER) {
            expiring--;
        }
        segment.remove(slot);
        size--;
        bytes += segment.bytes() - gone;
        mergeIfSparse(hash, segment);
    }

    void setExpiry(Segment segment, int slot, long at) {
        beforeChange(segment);
        var before = segment.expiring;
        var bytesBefore = segment.bytes();
        segment.setExpiry(slot, at);
        expiring += segment.expiring - before;
        bytes += segment.bytes() - bytesBefore;
    }

    private void split(long hash, Segment full) {
        if (full.depth == globalDepth) {
            doubleDirectory();
        }
        var left = new Segment(full.depth + 1, full.version);
        var right = new Segment(full.depth + 1, full.version);
        for (var slot = 0; slot < Segment.SLOTS; slot++) {
            if (full.tags[slot] != 0) {
                var keyHash = this.hash.of(full.keyAt(slot));
                var goesRight = ((keyHash << full.depth) & Long.MIN_VALUE) != 0;
                (goesRight ? right : left).adopt(keyHash, full, slot);
            }
        }
        bytes += left.bytes() + right.bytes() - full.bytes();
        var entries = 1 << (globalDepth - full.depth);
        var first = index(hash) & -entries;
        Arrays.fill(directory, first, first + entries / 2, left);
        Arrays.fill(directory, first + entries / 2, first + entries, right);
    }

    private void doubleDirectory() {
        var doubled = new Segment[directory.length * 2];
        for (var i = 0; i < directory.length; i++) {
            doubled[2 * i] = directory[i];
            doubled[2 * i + 1] = directory[i];
        }
        directory = doubled;
        globalDepth++;
    }

    private void mergeIfSparse(long hash, Segment segment) {
        if (segment.depth == 0 || segment.count > MERGE_BELOW || snapshot != null) {
            return;
        }
        var entries = 1 << (globalDepth - segment.depth);
        var first = index(hash) & -entries;
        var buddyFirst = first ^ entries;
        var buddy = directory[buddyFirst];
        if (buddy.depth != segment.depth || buddy.count + segment.count > MERGE_BELOW) {
            return;
        }
        var merged = new Segment(segment.depth - 1, segment.version);
        adoptAll(merged, segment);
        adoptAll(merged, buddy);
        bytes += merged.bytes() - segment.bytes() - buddy.bytes();
        var start = Math.min(first, buddyFirst);
        Arrays.fill(directory, start, start + 2 * entries, merged);
    }

    private void adoptAll(Segment to, Segment from) {
        for (var slot = 0; slot < Segment.SLOTS; slot++) {
            if (from.tags[slot] != 0) {
                to.adopt(hash.of(from.keyAt(slot)), from, slot);
            }
        }
    }

    /** The position just behind a segment's range; 0 when it was the last one. */
    static long endOf(Segment segment, long position) {
        if (segment.depth == 0) {
            return 0;
        }
        var width = 1L << (64 - segment.depth);
        return (position & -width) + width;
    }

    /**
     * Walks on from a cursor and shows about {@code count} entries, each key that was there all the
     * time at least once over a whole walk.
     *
     * @return the cursor to go on from, 0 at the end
     */
    long scan(long cursor, int count, ScanVisitor visitor) {
        var position = cursor << (64 - CURSOR_BITS);
        var shown = 0;
        var segments = 0;
        do {
            var segment = segment(position);
            var end = endOfPart(segment, position, count - shown);
            shown += show(segment, position, end, visitor);
            position = end;
            segments++;
        } while (position != 0 && shown < count && segments < 10L * count);
        return position >>> (64 - CURSOR_BITS);
    }

    /** The end of a part of a segment's range that should hold about the wanted number. */
    private static long endOfPart(Segment segment, long position, int wanted) {
        var parts = Math.clamp(segment.count / Math.max(1, wanted), 1, MAX_SCAN_PARTS);
        var partBits = 31 - Integer.numberOfLeadingZeros(parts);
        var bits = Math.min(segment.depth + partBits, CURSOR_BITS);
        if (bits == 0) {
            return 0;
        }
        var width = 1L << (64 - bits);
        return (position & -width) + width;
    }

    private int show(Segment segment, long from, long end, ScanVisitor visitor) {
        var shown = 0;
        for (var slot = 0; slot < Segment.SLOTS; slot++) {
            if (segment.tags[slot] != 0) {
                var keyHash = hash.of(segment.keyAt(slot));
                var inside =
                        Long.compareUnsigned(keyHash, from) >= 0
                                && (end == 0 || Long.compareUnsigned(keyHash, end) < 0);
                if (inside) {
                    visitor.entry(
                            segment.keyAt(slot), segment.valueAt(slot), segment.expiryOf(slot));
                    shown++;
                }
            }
        }
        return shown;
    }

    /** Shows every entry. The visitor must not change the table. */
    void forEach(ScanVisitor visitor) {
        var position = 0L;
        do {
            var segment = segment(position);
            showAll(segment, visitor);
            position = endOf(segment, position);
        } while (position != 0);
    }

    static void showAll(Segment segment, ScanVisitor visitor) {
        for (var slot = 0; slot < Segment.SLOTS; slot++) {
            if (segment.tags[slot] != 0) {
                visitor.entry(segment.keyAt(slot), segment.valueAt(slot), segment.expiryOf(slot));
            }
        }
    }

    byte @Nullable [] randomKey(RandomGenerator random) {
        if (size == 0) {
            return null;
        }
        var position = random.nextLong();
        while (true) {
            var segment = segment(position);
            if (segment.count > 0) {
                var slot = random.nextInt(Segment.SLOTS);
                while (segment.tags[slot] == 0) {
                    slot = random.nextInt(Segment.SLOTS);
                }
                return segment.keyAt(slot);
            }
            position = endOf(segment, position);
        }
    }

    /**
     * Goes on through the table and hands over keys whose time has come.
     *
     * @return whether the walk came to the end of the table
     */
    boolean findExpired(long now, int maxSegments, Consumer<byte[]> expired) {
        if (expiring == 0) {
            expiryPosition = 0;
            return true;
        }
        for (var i = 0; i < maxSegments; i++) {
            var segment = segment(expiryPosition);
            var next = endOf(segment, expiryPosition);
            if (segment.earliestExpiry <= now) {
                expiredIn(segment, now).forEach(expired);
            }
            expiryPosition = next;
            if (next == 0) {
                return true;
            }
        }
        return false;
    }

    private static List<byte[]> expiredIn(Segment segment, long now) {
        var found = new ArrayList<byte[]>();
        var earliest = Long.MAX_VALUE;
        for (var slot = 0; slot < Segment.SLOTS; slot++) {
            var at = segment.tags[slot] == 0 ? Database.NEVER : segment.expiryOf(slot);
            if (at == Database.NEVER) {
                continue;
            }
            if (at < now) {
                found.add(segment.keyAt(slot));
            } else {
                earliest = Math.min(earliest, at);
            }
        }
        segment.earliestExpiry = found.isEmpty() ? earliest : Math.min(earliest, now);
        return found;
    }

    /** The mean time left of some of the keys that expire, in milliseconds; 0 when none does. */
    long meanTimeLeft(long now) {
        var sum = 0.0;
        var seen = 0L;
        var position = 0L;
        var segments = 0;
        do {
            var segment = segment(position);
            for (var slot = 0; slot < Segment.SLOTS && segment.expiring > 0; slot++) {
                var at = segment.tags[slot] == 0 ? Database.NEVER : segment.expiryOf(slot);
                if (at != Database.NEVER) {
                    sum += Math.max(0, at - now);
                    seen++;
                }
            }
            position = endOf(segment, position);
            segments++;
        } while (position != 0 && segments < 64);
        return seen == 0 ? 0 : (long) (sum / seen);
    }
}
