package dev.vedette.server.persistence;

import java.util.Arrays;

/**
 * LZF as RDB strings use it, without any header. A control byte below 32 stands before that many
 * plus one literal bytes; any other starts a back reference of 3 to 264 bytes, at most 8192 back.
 *
 * <p>The compressor makes the choices that Redis's makes (table of 65536 last positions, first
 * match taken, only the last two positions of a match remembered), so that DUMP gives the same
 * bytes on both sides of a replication link.
 *
 * <p>An instance holds the compressor's table and belongs to one thread.
 */
public final class Lzf {
    private static final int TABLE_BITS = 16;
    private static final int MAX_LITERALS = 32;
    private static final int MAX_DISTANCE = 1 << 13;
    private static final int MAX_MATCH = (1 << 8) + (1 << 3);

    /** The longest output that one compressed byte can stand for: 264 bytes from 3. */
    private static final int MAX_EXPANSION = 88;

    /**
     * Last position of each hash, counted from the base; below it stand those of earlier texts, so
     * that the table need not be emptied. Position 0 itself is never referred to.
     */
    private final int[] table = new int[1 << TABLE_BITS];

    private int base;

    /** What one compression wrote so far. */
    private byte[] out = new byte[0];

    private int outLimit;
    private int outAt;
    private int literals;

    public Lzf() {
        this(0);
    }

    /**
     * @param base as if so many bytes had been compressed before
     */
    Lzf(int base) {
        this.base = base;
    }

    /**
     * Compresses {@code in}, or returns an empty array when the result would need more than {@code
     * limit} bytes.
     */
    public byte[] compress(byte[] in, int limit) {
        if (in.length == 0 || limit <= 0) {
            return new byte[0];
        }
        if (base > Integer.MAX_VALUE - in.length) {
            Arrays.fill(table, 0);
            base = 0;
        }
        // A literal run starts with a byte that is written last, hence the slack behind the limit.
        out = new byte[limit + 4];
        outLimit = limit;
        outAt = 1;
        literals = 0;
        boolean fits = compressAll(in);
        base += in.length;
        byte[] result = fits ? Arrays.copyOf(out, outAt) : new byte[0];
        out = new byte[0];
        return result;
    }

    private boolean compressAll(byte[] in) {
        int at = 0;
        while (at < in.length - 2) {
            int slot = hash(in, at);
            int candidate = table[slot] - base;
            table[slot] = base + at;
            if (candidate > 0
                    && at - candidate - 1 < MAX_DISTANCE
                    && Arrays.equals(in, candidate, candidate + 3, in, at, at + 3)) {
                if (outAt - (literals == 0 ? 1 : 0) + 4 >= outLimit) {
                    return false;
                }
                int length = matchLength(in, candidate, at);
                closeLiterals();
                writeReference(at - candidate - 1, length - 2);
                at += length;
                if (at >= in.length - 2) {
                    break;
                }
                table[hash(in, at - 2)] = base + at - 2;
                table[hash(in, at - 1)] = base + at - 1;
            } else {
                if (outAt >= outLimit) {
                    return false;
                }
                writeLiteral(in[at++]);
            }
        }
        if (outAt + 3 > outLimit) {
            return false;
        }
        while (at < in.length) {
            writeLiteral(in[at++]);
        }
        closeLiterals();
        return true;
    }

    private static int hash(byte[] in, int at) {
        int three = (in[at] & 0xff) << 16 | (in[at + 1] & 0xff) << 8 | (in[at + 2] & 0xff);
        return ((three >>> (24 - TABLE_BITS)) - three * 5) & ((1 << TABLE_BITS) - 1);
    }

    private static int matchLength(byte[] in, int from, int at) {
        int longest = Math.min(in.length - at - 2, MAX_MATCH);
        // The first sixteen comparisons are made without asking for the end when they must fit;
        // so a match may pass `longest` by two.
        int unchecked = longest > 16 ? 18 : 0;
        int length = 3;
        while ((length < longest || length <= unchecked) && in[from + length] == in[at + length]) {
            length++;
        }
        return length;
    }

    private void writeLiteral(byte b) {
        out[outAt++] = b;
        literals++;
        if (literals == MAX_LITERALS) {
            out[outAt - literals - 1] = (byte) (literals - 1);
            literals = 0;
            outAt++;
        }
    }

    /** Fills in the control byte of the open run, or takes it back when the run is empty. */
    private void closeLiterals() {
        if (literals == 0) {
            outAt--;
        } else {
            out[outAt - literals - 1] = (byte) (literals - 1);
            literals = 0;
        }
    }

    private void writeReference(int distance, int length) {
        if (length < 7) {
            out[outAt++] = (byte) ((distance >> 8) + (length << 5));
        } else {
            out[outAt++] = (byte) ((distance >> 8) + (7 << 5));
            out[outAt++] = (byte) (length - 7);
        }
        out[outAt++] = (byte) distance;
        outAt++;
    }

    /**
     * Whether {@code compressed} bytes can stand for {@code plain} bytes at all: asked before
     * anything of an announced length is allocated.
     */
    static boolean canExpandTo(long compressed, long plain) {
        return plain <= compressed * MAX_EXPANSION;
    }

    /**
     * Expands exactly {@code plainLength} bytes.
     *
     * @throws RdbException when the input is not LZF, or of another length
     */
    public static byte[] expand(byte[] in, int offset, int length, int plainLength)
            throws RdbException {
        byte[] plain = new byte[plainLength];
        int at = offset;
        int end = offset + length;
        int written = 0;
        while (at < end) {
            int control = in[at++] & 0xff;
            if (control < MAX_LITERALS) {
                int run = control + 1;
                if (run > end - at || run > plainLength - written) {
                    throw malformed(at - offset, "a literal run passes the end");
                }
                System.arraycopy(in, at, plain, written, run);
                at += run;
                written += run;
                continue;
            }
            int run = control >> 5;
            if (run == 7) {
                if (at >= end) {
                    throw malformed(at - offset, "a length byte is missing");
                }
                run += in[at++] & 0xff;
            }
            run += 2;
            if (at >= end) {
                throw malformed(at - offset, "a distance byte is missing");
            }
            int from = written - ((control & 31) << 8 | (in[at++] & 0xff)) - 1;
            if (from < 0 || run > plainLength - written) {
                throw malformed(at - offset, "a reference leaves the text");
            }
            copyWithin(plain, from, written, run);
            written += run;
        }
        if (written != plainLength) {
            throw malformed(length, "it holds " + written + " bytes, not " + plainLength);
        }
        return plain;
    }

    /** Copies forward byte by byte where source and target overlap: that is how runs repeat. */
    private static void copyWithin(byte[] bytes, int from, int to, int length) {
        if (to - from >= length) {
            System.arraycopy(bytes, from, bytes, to, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            bytes[to + i] = bytes[from + i];
        }
    }

    private static RdbException malformed(int at, String what) {
        return new RdbException("malformed LZF text at its byte " + at + ": " + what);
    }
}
