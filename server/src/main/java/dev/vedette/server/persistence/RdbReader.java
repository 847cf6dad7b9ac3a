package dev.vedette.server.persistence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads an RDB that arrives in pieces of any size: from a file, or from a master's socket while
 * everything else goes on. Each record is taken when all of it is there; until then only what
 * arrived is held, whatever length was announced.
 *
 * <pre>
 * HEADER ──► RECORDS ──(0xFF)──► CHECKSUM ──► FINISHED
 *    └───────────┴──────(RdbException)──────► unusable
 * </pre>
 *
 * <p>Thread: one at a time.
 */
public final class RdbReader {
    /** No string may be longer, as in Redis (proto-max-bulk-len's default). */
    static final long MAX_STRING_BYTES = 512L << 20;

    private static final int HEADER_BYTES = RdbFormat.MAGIC.length() + 4;
    private static final int FIRST_CHECKSUMMED_VERSION = 5;
    private static final byte[] NO_BYTES = {};

    private enum State {
        HEADER,
        RECORDS,
        CHECKSUM,
        FINISHED
    }

    /** Thrown within one record that has not arrived completely: never leaves this class. */
    private static final class Incomplete extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Incomplete() {
            super("record is not complete", null, false, false);
        }
    }

    private final RdbSink sink;
    private State state = State.HEADER;
    private int version;
    private int database;
    private long crc;

    /** What arrived and was not taken: {@code held[at..limit)}. */
    private byte[] held = NO_BYTES;

    private int at;
    private int limit;

    /** No use in trying before this many bytes of the record are held. */
    private long wanted;

    /** One for all records: it has no stack trace and says nothing but its type. */
    private final Incomplete incomplete = new Incomplete();

    /** Bytes of all complete records so far. */
    private long taken;

    public RdbReader(RdbSink sink) {
        this.sink = sink;
    }

    /** Whether the end mark was read and the checksum agreed. */
    public boolean finished() {
        return state == State.FINISHED;
    }

    /** Bytes of the RDB taken or held so far. */
    public long bytesRead() {
        return taken + (limit - at);
    }

    /** The version of the header; 0 before it was read. */
    public int version() {
        return version;
    }

    /**
     * Takes the next piece. Returns how much of it belongs to the RDB: all, until the end of the
     * RDB lies in it.
     *
     * @throws RdbException when the data cannot be taken; the reader is of no use then
     */
    public int feed(byte[] bytes, int offset, int length) throws RdbException {
        if (state == State.FINISHED) {
            return 0;
        }
        hold(bytes, offset, length);
        while (state != State.FINISHED && limit - at >= wanted && step()) {
            wanted = 0;
        }
        if (state != State.FINISHED) {
            return length;
        }
        int rest = limit - at;
        limit = at;
        return length - rest;
    }

    private void hold(byte[] bytes, int offset, int length) {
        if (held.length - limit < length) {
            int kept = limit - at;
            long needed = (long) kept + length;
            if (needed > Integer.MAX_VALUE - 16) {
                throw new IllegalStateException("one record of more than 2 GiB");
            }
            byte[] target =
                    needed <= held.length / 2
                            ? held
                            : new byte
                                    [(int)
                                            Math.min(
                                                    Integer.MAX_VALUE - 16,
                                                    Math.max(needed * 2, 1 << 12))];
            System.arraycopy(held, at, target, 0, kept);
            held = target;
            at = 0;
            limit = kept;
        }
        System.arraycopy(bytes, offset, held, limit, length);
        limit += length;
    }

    /** Takes one record; false when it has not arrived completely, then nothing changed. */
    private boolean step() throws RdbException {
        int start = at;
        try {
            switch (state) {
                case HEADER -> header();
                case RECORDS -> record();
                case CHECKSUM -> checksum();
                case FINISHED -> throw new IllegalStateException("read past the end");
            }
        } catch (Incomplete e) {
            at = start;
            return false;
        }
        taken += at - start;
        return true;
    }

    private void header() throws RdbException {
        int start = at;
        need(HEADER_BYTES);
        String magic = new String(held, at, HEADER_BYTES, StandardCharsets.ISO_8859_1);
        if (!magic.startsWith(RdbFormat.MAGIC)) {
            if (magic.startsWith("VALKEY")) {
                throw new RdbException(
                        "Can't handle RDB format version " + magic.substring("VALKEY".length()));
            }
            throw new RdbException("Wrong signature trying to load DB: no RDB starts like this");
        }
        version = decimal(magic.substring(RdbFormat.MAGIC.length()));
        if (version < 1 || version > RdbFormat.HIGHEST_READ_VERSION) {
            throw new RdbException("Can't handle RDB format version " + version);
        }
        at += HEADER_BYTES;
        crc = Crc64.update(crc, held, start, HEADER_BYTES);
        state = State.RECORDS;
    }

    private static int decimal(String digits) {
        return digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(digits) : -1;
    }

    private void record() throws RdbException {
        int start = at;
        int opcode = readByte();
        switch (opcode) {
            case RdbFormat.AUX -> {
                byte[] name = readString();
                byte[] value = readString();
                sink.aux(new String(name, StandardCharsets.UTF_8), value);
            }
            case RdbFormat.SELECT_DB -> {
                long index = readLength();
                if (index > Integer.MAX_VALUE) {
                    throw malformed("database number " + index);
                }
                database = (int) index;
                sink.selectDatabase(database);
            }
            case RdbFormat.RESIZE_DB -> {
                long keys = readLength();
                sink.sizeHint(keys, readLength());
            }
            case RdbFormat.EOF -> {
                state = State.CHECKSUM;
                if (version < FIRST_CHECKSUMMED_VERSION) {
                    state = State.FINISHED;
                }
            }
            case RdbFormat.FUNCTION2, RdbFormat.FUNCTION_PRE_GA ->
                    throw new RdbTypeRefusedException("function library");
            case RdbFormat.MODULE_AUX -> throw new RdbTypeRefusedException("module's own data");
            default -> keyAndValue(opcode);
        }
        crc = Crc64.update(crc, held, start, at - start);
    }

    private void keyAndValue(int first) throws RdbException {
        int opcode = first;
        long expireAtMillis = RdbSink.NO_EXPIRY;
        while (true) {
            switch (opcode) {
                case RdbFormat.EXPIRE_MILLIS -> expireAtMillis = readLittleEndian(Long.BYTES);
                case RdbFormat.EXPIRE_SECONDS ->
                        expireAtMillis = signedInt(readLittleEndian(Integer.BYTES)) * 1000L;
                case RdbFormat.IDLE -> readLength();
                case RdbFormat.FREQUENCY -> readByte();
                default -> {
                    value(opcode, expireAtMillis);
                    return;
                }
            }
            opcode = readByte();
        }
    }

    private void value(int type, long expireAtMillis) throws RdbException {
        if (RdbFormat.typeName(type).equals("unknown")) {
            throw malformed("a record of type " + type + ", which no version has");
        }
        byte[] key = readString();
        if (type != RdbFormat.TYPE_STRING) {
            throw new RdbTypeRefusedException(key, RdbFormat.typeName(type), database);
        }
        sink.string(key, readString(), expireAtMillis);
    }

    private void checksum() throws RdbException {
        long expected = readLittleEndian(Long.BYTES);
        if (expected != 0 && expected != crc) {
            throw new RdbException(
                    "Wrong RDB checksum expected: (%x) but got (%x)".formatted(expected, crc));
        }
        state = State.FINISHED;
    }

    private void need(long bytes) {
        if (limit - at < bytes) {
            wanted = bytes;
            throw incomplete;
        }
    }

    private int readByte() {
        need(1);
        return held[at++] & 0xff;
    }

    private long readLittleEndian(int width) {
        need(width);
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | (held[at + i] & 0xff);
        }
        at += width;
        return value;
    }

    private long readBigEndian(int width) {
        need(width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | (held[at + i] & 0xff);
        }
        at += width;
        return value;
    }

    private long readLength() throws RdbException {
        int first = readByte();
        if (first >= 0xc0) {
            throw malformed("a special string where a length belongs");
        }
        return lengthAfter(first);
    }

    private long lengthAfter(int first) throws RdbException {
        long length =
                switch (first >> 6) {
                    case 0 -> first;
                    case 1 -> (first & 0x3f) << 8 | readByte();
                    default ->
                            switch (first) {
                                case 0x80 -> readBigEndian(Integer.BYTES);
                                case 0x81 -> readBigEndian(Long.BYTES);
                                default -> throw malformed("length byte " + first);
                            };
                };
        if (length < 0) {
            throw malformed("a length of 2^63 or more");
        }
        return length;
    }

    private byte[] readString() throws RdbException {
        int first = readByte();
        if (first < 0xc0) {
            return readRaw(lengthAfter(first));
        }
        return switch (first) {
            case 0xc0 -> decimalText((byte) readLittleEndian(1));
            case 0xc1 -> decimalText((short) readLittleEndian(2));
            case 0xc2 -> decimalText(signedInt(readLittleEndian(4)));
            case 0xc3 -> readCompressed();
            default -> throw malformed("string form " + first);
        };
    }

    private static int signedInt(long littleEndian) {
        return (int) littleEndian;
    }

    private static byte[] decimalText(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] readRaw(long length) throws RdbException {
        if (length > MAX_STRING_BYTES) {
            throw malformed("a string of " + length + " bytes, over " + MAX_STRING_BYTES);
        }
        need(length);
        byte[] text = Arrays.copyOfRange(held, at, at + (int) length);
        at += (int) length;
        return text;
    }

    private byte[] readCompressed() throws RdbException {
        long compressed = readLength();
        long plain = readLength();
        if (compressed > MAX_STRING_BYTES
                || plain > MAX_STRING_BYTES
                || !Lzf.canExpandTo(compressed, plain)) {
            throw malformed("LZF text of " + compressed + " bytes for " + plain);
        }
        need(compressed);
        byte[] text = Lzf.expand(held, at, (int) compressed, (int) plain);
        at += (int) compressed;
        return text;
    }

    private RdbException malformed(String what) {
        return new RdbException("malformed RDB: " + what + " in the record at byte " + taken);
    }

    /** Reads one string value that is all there, as a DUMP payload holds it behind its type. */
    static byte[] stringValue(byte[] bytes, int offset, int length) throws RdbException {
        RdbReader reader =
                new RdbReader(
                        new RdbSink() {
                            @Override
                            public void aux(String name, byte[] value) {}

                            @Override
                            public void selectDatabase(int index) {}

                            @Override
                            public void sizeHint(long keys, long expiries) {}

                            @Override
                            public void string(byte[] key, byte[] value, long expireAtMillis) {}
                        });
        reader.hold(bytes, offset, length);
        try {
            byte[] value = reader.readString();
            if (reader.at != reader.limit) {
                throw reader.malformed("bytes behind the value");
            }
            return value;
        } catch (Incomplete e) {
            throw new RdbException("malformed RDB: the value ends early");
        }
    }
}
