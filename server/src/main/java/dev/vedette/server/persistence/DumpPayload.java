package dev.vedette.server.persistence;

import java.util.Arrays;

/** What DUMP gives and RESTORE takes: type, value, u16 version, u64 checksum, little-endian. */
public final class DumpPayload {
    private static final int FOOTER_BYTES = 10;

    private DumpPayload() {}

    /** The payload of a string, as Redis 7.0 writes it. */
    public static byte[] ofString(byte[] value, boolean compress) {
        RdbEncoder out = new RdbEncoder(compress);
        out.writeByte(RdbFormat.TYPE_STRING);
        out.writeString(value);
        out.writeLittleEndian(RdbFormat.DUMP_VERSION, 2);
        out.writeLittleEndian(Crc64.update(0, out.buffer(), 0, out.size()), Long.BYTES);
        return out.take();
    }

    /**
     * Whether version and checksum can be taken; RESTORE answers {@code DUMP payload version or
     * checksum are wrong} where not.
     */
    public static boolean verifies(byte[] payload) {
        if (payload.length < FOOTER_BYTES) {
            return false;
        }
        int footer = payload.length - FOOTER_BYTES;
        int version = (payload[footer] & 0xff) | (payload[footer + 1] & 0xff) << 8;
        if (version > RdbFormat.HIGHEST_READ_VERSION) {
            return false;
        }
        long expected = 0;
        for (int i = payload.length - 1; i >= footer + 2; i--) {
            expected = expected << 8 | (payload[i] & 0xff);
        }
        return expected == Crc64.update(0, payload, 0, footer + 2);
    }

    /**
     * The string that a verified payload holds.
     *
     * @throws RdbException when it is malformed (RESTORE: {@code Bad data format}) or, as {@link
     *     RdbTypeRefusedException}, of another type
     */
    public static byte[] string(byte[] key, byte[] payload) throws RdbException {
        if (!verifies(payload) || payload.length == FOOTER_BYTES) {
            throw new RdbException("DUMP payload version or checksum are wrong");
        }
        int type = payload[0] & 0xff;
        if (type != RdbFormat.TYPE_STRING) {
            throw new RdbTypeRefusedException(
                    Arrays.copyOf(key, key.length), RdbFormat.typeName(type), 0);
        }
        return RdbReader.stringValue(payload, 1, payload.length - FOOTER_BYTES - 1);
    }
}
