package dev.vedette.server.replication;

import io.netty.buffer.ByteBuf;

import java.util.Arrays;

/**
 * The last bytes of the stream, for replicas that lost their link: a ring that grows with its
 * content up to its capacity and then forgets the oldest. Thread: command loop only.
 */
final class Backlog {
    static final int SMALLEST_CAPACITY = 16 * 1024;

    private static final int LARGEST_CAPACITY = Integer.MAX_VALUE - 16;

    private int capacity;
    private byte[] ring;

    /** Where in the ring the first byte lies. */
    private int start;

    private int length;
    private long firstByteOffset;

    /**
     * @param firstByteOffset the offset of the byte that will be appended first
     */
    Backlog(long capacity, long firstByteOffset) {
        this.capacity = bounded(capacity);
        this.ring = new byte[Math.min(this.capacity, SMALLEST_CAPACITY)];
        this.firstByteOffset = firstByteOffset;
    }

    private static int bounded(long capacity) {
        return Math.clamp(capacity, SMALLEST_CAPACITY, LARGEST_CAPACITY);
    }

    /** The offset of the oldest byte held. */
    long firstByteOffset() {
        return firstByteOffset;
    }

    /** How many bytes are held (INFO: repl_backlog_histlen). */
    int length() {
        return length;
    }

    /** How many bytes of memory it takes. */
    int memory() {
        return ring.length;
    }

    int capacity() {
        return capacity;
    }

    /** The offset of the byte that will be appended next. */
    long endOffset() {
        return firstByteOffset + length;
    }

    /** Whether a replica can go on from this offset: it may be the one to come next. */
    boolean reaches(long offset) {
        return offset >= firstByteOffset && offset <= endOffset();
    }

    /** Takes all readable bytes; the buffer's indexes stay. */
    void append(ByteBuf bytes) {
        int count = bytes.readableBytes();
        int skipped = Math.max(0, count - capacity);
        if (skipped > 0) {
            forget(length);
            firstByteOffset += skipped;
        }
        int kept = count - skipped;
        forget(Math.max(0, length + kept - capacity));
        grow(length + kept);
        int at = (int) (((long) start + length) % ring.length);
        int first = Math.min(kept, ring.length - at);
        int from = bytes.readerIndex() + skipped;
        bytes.getBytes(from, ring, at, first);
        bytes.getBytes(from + first, ring, 0, kept - first);
        length += kept;
    }

    private void forget(int count) {
        start = (int) (((long) start + count) % ring.length);
        length -= count;
        firstByteOffset += count;
    }

    private void grow(int needed) {
        if (needed > ring.length) {
            ring = unrolled((int) Math.min(capacity, Math.max(needed, ring.length * 2L)));
            start = 0;
        }
    }

    private byte[] unrolled(int size) {
        int first = Math.min(length, ring.length - start);
        byte[] target = Arrays.copyOf(Arrays.copyOfRange(ring, start, start + first), size);
        System.arraycopy(ring, 0, target, first, length - first);
        return target;
    }

    /** Keeps the newest bytes that fit. */
    void resize(long newCapacity) {
        capacity = bounded(newCapacity);
        forget(Math.max(0, length - capacity));
        if (ring.length > capacity) {
            ring = unrolled(capacity);
            start = 0;
        }
    }

    /** Writes everything from this offset on. It must be {@link #reaches reached}. */
    void copyFrom(long offset, ByteBuf target) {
        if (!reaches(offset)) {
            throw new IllegalArgumentException(
                    "offset %d is not within %d and %d"
                            .formatted(offset, firstByteOffset, endOffset()));
        }
        int skipped = (int) (offset - firstByteOffset);
        int count = length - skipped;
        int at = (int) (((long) start + skipped) % ring.length);
        int first = Math.min(count, ring.length - at);
        target.writeBytes(ring, at, first);
        target.writeBytes(ring, 0, count - first);
    }
}
