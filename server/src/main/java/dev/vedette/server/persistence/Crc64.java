package dev.vedette.server.persistence;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum of RDB files and DUMP payloads: CRC-64 with polynomial 0xad93d23594c935a9, reflected
 * in and out, start 0, no final xor. {@code "123456789"} gives 0xe9c6d914c4b8d9ca.
 *
 * <p>Eight bytes are folded at a time (slicing by eight), which keeps the checksum cheaper than the
 * copy that feeds it.
 */
public final class Crc64 {
    /** The polynomial with its bits in reverse order, since the register shifts right. */
    private static final long REFLECTED = Long.reverse(0xad93d23594c935a9L);

    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** TABLES[n][b]: what byte b contributes when n more bytes follow it within the word. */
    private static final long[][] TABLES = tables();

    private static final long[] T0 = TABLES[0];
    private static final long[] T1 = TABLES[1];
    private static final long[] T2 = TABLES[2];
    private static final long[] T3 = TABLES[3];
    private static final long[] T4 = TABLES[4];
    private static final long[] T5 = TABLES[5];
    private static final long[] T6 = TABLES[6];
    private static final long[] T7 = TABLES[7];

    private Crc64() {}

    private static long[][] tables() {
        long[][] tables = new long[8][256];
        for (int b = 0; b < 256; b++) {
            long crc = b;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? (crc >>> 1) ^ REFLECTED : crc >>> 1;
            }
            tables[0][b] = crc;
        }
        for (int n = 1; n < 8; n++) {
            for (int b = 0; b < 256; b++) {
                long shorter = tables[n - 1][b];
                tables[n][b] = tables[0][(int) (shorter & 0xff)] ^ (shorter >>> 8);
            }
        }
        return tables;
    }

    /** The checksum of {@code crc}'s bytes followed by these; 0 is the checksum of nothing. */
    public static long update(long crc, byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            long word = crc ^ (long) WORDS.get(bytes, at);
            // Written out: a loop over the tables takes more than twice the time.
            crc =
                    T7[(int) word & 0xff]
                            ^ T6[(int) (word >>> 8) & 0xff]
                            ^ T5[(int) (word >>> 16) & 0xff]
                            ^ T4[(int) (word >>> 24) & 0xff]
                            ^ T3[(int) (word >>> 32) & 0xff]
                            ^ T2[(int) (word >>> 40) & 0xff]
                            ^ T1[(int) (word >>> 48) & 0xff]
                            ^ T0[(int) (word >>> 56) & 0xff];
        }
        for (; at < end; at++) {
            crc = T0[(int) (crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
        }
        return crc;
    }

    public static long of(byte[] bytes) {
        return update(0, bytes, 0, bytes.length);
    }
}
