package dev.vedette.server.type;

import java.util.Arrays;

/**
 * A string that was changed in place (APPEND, SETRANGE, SETBIT): it keeps spare room so that the
 * next change need not copy everything, and its encoding is always {@code raw}. Event loop only.
 */
public final class GrownString {
    /** Above this size spare room is a fixed amount, as with Redis's SDS_MAX_PREALLOC. */
    private static final int MAX_SPARE = 1 << 20;

    private static final int OBJECT_BYTES = 24;

    private byte[] content;
    private int length;

    private boolean changed;

    /** Takes over nothing: the given bytes are copied. */
    public GrownString(byte[] initial) {
        this(initial.clone(), true);
    }

    private GrownString(byte[] content, boolean changed) {
        this.content = content;
        this.length = content.length;
        this.changed = changed;
    }

    /**
     * A text that looks like an integer but is not to be shown as one: the result of INCRBYFLOAT,
     * which Redis keeps as a string.
     */
    public static GrownString textual(byte[] content) {
        return new GrownString(content, false);
    }

    public GrownString copy() {
        return new GrownString(toBytes(), changed);
    }

    /** Whether it ever was changed in place. */
    boolean isChanged() {
        return changed;
    }

    public int length() {
        return length;
    }

    /** What it takes in memory, its spare room too. */
    public long memory() {
        return OBJECT_BYTES + StringValue.memory(content);
    }

    public byte at(int index) {
        return content[index];
    }

    public void set(int index, byte value) {
        changed = true;
        content[index] = value;
    }

    /** A copy of the content. */
    public byte[] toBytes() {
        return Arrays.copyOf(content, length);
    }

    /** A copy of the bytes from {@code from} (inclusive) to {@code to} (exclusive). */
    public byte[] range(int from, int to) {
        return Arrays.copyOfRange(content, from, to);
    }

    /** The live array, for reading up to {@link #length()} only. */
    public byte[] array() {
        return content;
    }

    public void append(byte[] more) {
        write(length, more);
    }

    /** Writes at an offset, filling a gap with zeros. */
    public void write(int offset, byte[] bytes) {
        growTo(offset + bytes.length);
        System.arraycopy(bytes, 0, content, offset, bytes.length);
    }

    /** Makes the string at least this long, filling with zeros. */
    public void growTo(int newLength) {
        changed = true;
        if (newLength <= length) {
            return;
        }
        if (newLength > content.length) {
            var spare = Math.min(newLength, MAX_SPARE);
            content = Arrays.copyOf(content, Math.clamp((long) newLength + spare, 0, MAX_ARRAY));
        }
        length = newLength;
    }

    private static final int MAX_ARRAY = Integer.MAX_VALUE - 16;
}
