package dev.vedette.server.persistence;

import io.netty.util.concurrent.FastThreadLocal;

import java.util.Arrays;

/**
 * Writes the smallest parts of the format, lengths and strings, into a buffer that grows. Lengths:
 * 6 bits, 14 bits, 32 or 64 bits by the top bits of the first byte. Strings: integers of canonical
 * decimal text in binary, longer than 20 bytes by LZF when it helps (Redis rdb.c,
 * rdbSaveRawString).
 */
final class RdbEncoder {
    private static final int LONGEST_INTEGER_TEXT = 11;
    private static final int SHORTEST_LZF_TEXT = 20;
    private static final int LZF_MUST_SAVE = 4;

    /** Its table is large: one for all encoders of a thread. */
    private static final FastThreadLocal<Lzf> LZF =
            new FastThreadLocal<>() {
                @Override
                protected Lzf initialValue() {
                    return new Lzf();
                }
            };

    private final boolean compress;
    private byte[] bytes = new byte[256];
    private int size;

    RdbEncoder(boolean compress) {
        this.compress = compress;
    }

    int size() {
        return size;
    }

    /** The buffer itself, valid up to {@link #size()} until the next write. */
    byte[] buffer() {
        return bytes;
    }

    byte[] take() {
        byte[] taken = Arrays.copyOf(bytes, size);
        clear();
        return taken;
    }

    void clear() {
        size = 0;
    }

    void writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    void writeRaw(byte[] raw) {
        ensure(raw.length);
        System.arraycopy(raw, 0, bytes, size, raw.length);
        size += raw.length;
    }

    void writeLittleEndian(long value, int width) {
        ensure(width);
        for (int i = 0; i < width; i++) {
            bytes[size++] = (byte) (value >>> (8 * i));
        }
    }

    private void writeBigEndian(long value, int width) {
        ensure(width);
        for (int i = width - 1; i >= 0; i--) {
            bytes[size++] = (byte) (value >>> (8 * i));
        }
    }

    void writeLength(long length) {
        if (length < 1 << 6) {
            writeByte((int) length);
        } else if (length < 1 << 14) {
            writeBigEndian(length | 0x4000, 2);
        } else if (length <= 0xffff_ffffL) {
            writeByte(0x80);
            writeBigEndian(length, 4);
        } else {
            writeByte(0x81);
            writeBigEndian(length, 8);
        }
    }

    void writeString(byte[] text) {
        if (text.length <= LONGEST_INTEGER_TEXT && writeAsInteger(text)) {
            return;
        }
        if (compress && text.length > SHORTEST_LZF_TEXT) {
            byte[] shorter = LZF.get().compress(text, text.length - LZF_MUST_SAVE);
            if (shorter.length > 0) {
                writeByte(0xc3);
                writeLength(shorter.length);
                writeLength(text.length);
                writeRaw(shorter);
                return;
            }
        }
        writeLength(text.length);
        writeRaw(text);
    }

    private boolean writeAsInteger(byte[] text) {
        long value = canonicalInteger(text);
        if (value == (byte) value) {
            writeByte(0xc0);
            writeByte((int) value);
        } else if (value == (short) value) {
            writeByte(0xc1);
            writeLittleEndian(value, 2);
        } else if (value == (int) value) {
            writeByte(0xc2);
            writeLittleEndian(value, 4);
        } else {
            return false;
        }
        return true;
    }

    /** The value of a text that printing the value gives back, else {@link Long#MAX_VALUE}. */
    private static long canonicalInteger(byte[] text) {
        int digits = text.length > 0 && text[0] == '-' ? 1 : 0;
        if (text.length == digits || (text[digits] == '0' && text.length > 1)) {
            return Long.MAX_VALUE;
        }
        long value = 0;
        for (int i = digits; i < text.length; i++) {
            if (text[i] < '0' || text[i] > '9') {
                return Long.MAX_VALUE;
            }
            value = value * 10 + (text[i] - '0');
        }
        return digits == 1 ? -value : value;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            int wanted = Math.addExact(size, more);
            bytes = Arrays.copyOf(bytes, Math.max(wanted, (int) Math.min(size * 2L, 1 << 30)));
        }
    }
}
