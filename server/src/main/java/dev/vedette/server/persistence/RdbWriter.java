package dev.vedette.server.persistence;

import java.nio.charset.StandardCharsets;

/**
 * Writes an RDB into a buffer that its user empties with {@link #take()} whenever it likes; the
 * checksum runs along. Thread: one.
 */
public final class RdbWriter {
    private final RdbEncoder out;
    private final boolean checksum;
    private long crc;
    private long taken;

    /** How much of the buffer the checksum holds already. */
    private int summed;

    /**
     * @param compress rdbcompression
     * @param checksum rdbchecksum; without it the trailer holds zeros, which means "not checked"
     */
    public RdbWriter(boolean compress, boolean checksum) {
        this.out = new RdbEncoder(compress);
        this.checksum = checksum;
        out.writeRaw(
                "%s%04d"
                        .formatted(RdbFormat.MAGIC, RdbFormat.WRITTEN_VERSION)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    public RdbWriter aux(String name, String value) {
        out.writeByte(RdbFormat.AUX);
        out.writeString(name.getBytes(StandardCharsets.UTF_8));
        out.writeString(value.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public void selectDatabase(int index, long keys, long expiries) {
        out.writeByte(RdbFormat.SELECT_DB);
        out.writeLength(index);
        out.writeByte(RdbFormat.RESIZE_DB);
        out.writeLength(keys);
        out.writeLength(expiries);
    }

    /**
     * Goes back to a database that was opened before, without saying its size again; loaders take
     * any number of these.
     */
    public void reselectDatabase(int index) {
        out.writeByte(RdbFormat.SELECT_DB);
        out.writeLength(index);
    }

    public void string(byte[] key, byte[] value, long expireAtMillis) {
        if (expireAtMillis != RdbSink.NO_EXPIRY) {
            out.writeByte(RdbFormat.EXPIRE_MILLIS);
            out.writeLittleEndian(expireAtMillis, Long.BYTES);
        }
        out.writeByte(RdbFormat.TYPE_STRING);
        out.writeString(key);
        out.writeString(value);
    }

    /** The end mark and the checksum. Nothing may follow. */
    public void end() {
        out.writeByte(RdbFormat.EOF);
        updateChecksum();
        out.writeLittleEndian(crc, Long.BYTES);
        summed = out.size();
    }

    /** Bytes written since the last {@link #take()}. */
    public int pending() {
        return out.size();
    }

    /** Bytes of the whole RDB so far. */
    public long total() {
        return taken + out.size();
    }

    /** Hands out what was written since the last call. */
    public byte[] take() {
        updateChecksum();
        taken += out.size();
        summed = 0;
        return out.take();
    }

    private void updateChecksum() {
        if (checksum) {
            crc = Crc64.update(crc, out.buffer(), summed, out.size() - summed);
        }
        summed = out.size();
    }
}
