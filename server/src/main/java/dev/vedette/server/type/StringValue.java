package dev.vedette.server.type;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** What can be asked of a stored string, whichever of its two forms it has. */
public final class StringValue {
    /** Strings up to this length are "embstr" (OBJ_ENCODING_EMBSTR_SIZE_LIMIT). */
    private static final int EMBSTR_LIMIT = 44;

    /** The longest text that can be a long: a sign and 19 digits. */
    private static final int MAX_LONG_CHARS = 20;

    private static final long ARRAY_HEAD_BYTES = 12;

    /** Numbers from 0 up to this are kept once for all keys (OBJ_SHARED_INTEGERS). */
    private static final int SHARED_INTEGERS = 10_000;

    private static final int MAX_SHARED_CHARS = 4;

    /** Filled as they come up; a snapshot is loaded beside the event loop. */
    private static final AtomicReferenceArray<byte @Nullable []> SHARED =
            new AtomicReferenceArray<>(SHARED_INTEGERS);

    private StringValue() {}

    /** The bytes of a stored string: to be read only, they may be the stored array itself. */
    public static byte[] bytes(Object value) {
        return value instanceof byte[] plain ? plain : ((GrownString) value).toBytes();
    }

    public static int length(Object value) {
        return value instanceof byte[] plain ? plain.length : ((GrownString) value).length();
    }

    /**
     * The array to store for a text: that of all keys when it is a small number. Any thread.
     *
     * @param text is not changed any more
     */
    public static byte[] shared(byte[] text) {
        if (text.length > MAX_SHARED_CHARS || !isCanonicalLong(text) || text[0] == '-') {
            return text;
        }
        var number = (int) parseLong(text);
        var known = SHARED.get(number);
        if (known == null) {
            known = SHARED.compareAndExchange(number, null, text);
        }
        return known == null ? text : known;
    }

    /** Whether the stored array is one that other keys may hold, too. */
    @SuppressWarnings("ReferenceEquality") // It is the identity that is asked about.
    public static boolean isShared(Object value) {
        return value instanceof byte[] text
                && text.length <= MAX_SHARED_CHARS
                && isCanonicalLong(text)
                && text[0] != '-'
                && SHARED.get((int) parseLong(text)) == text;
    }

    /** What a stored string takes in memory, as a JVM lays it out. */
    public static long memory(Object value) {
        return value instanceof byte[] plain
                ? (ARRAY_HEAD_BYTES + plain.length + 7L) & -8L
                : ((GrownString) value).memory();
    }

    /** The bytes to read, of which only the first {@link #length} count. */
    public static byte[] array(Object value) {
        return value instanceof byte[] plain ? plain : ((GrownString) value).array();
    }

    /** The form in which a string may be changed in place. */
    public static GrownString grown(Object value) {
        return value instanceof GrownString already ? already : new GrownString((byte[]) value);
    }

    /** What OBJECT ENCODING says. */
    public static String encoding(Object value) {
        if (value instanceof GrownString grown) {
            return grown.isChanged() ? "raw" : lengthEncoding(grown.length());
        }
        var bytes = (byte[]) value;
        if (isCanonicalLong(bytes)) {
            return "int";
        }
        return lengthEncoding(bytes.length);
    }

    private static String lengthEncoding(int length) {
        return length <= EMBSTR_LIMIT ? "embstr" : "raw";
    }

    /** Whether the text is exactly what printing its number would give (string2ll). */
    public static boolean isCanonicalLong(byte[] text) {
        return isCanonicalLong(text, text.length);
    }

    private static boolean isCanonicalLong(byte[] text, int length) {
        if (length == 0 || length > MAX_LONG_CHARS) {
            return false;
        }
        if (length == 1) {
            return text[0] >= '0' && text[0] <= '9';
        }
        var first = text[0] == '-' ? 1 : 0;
        if (text[first] < '1' || text[first] > '9') {
            return false;
        }
        var negative = first == 1;
        var limit = negative ? Long.MIN_VALUE : -Long.MAX_VALUE;
        // Summed up as a negative number, which reaches one further than a positive one.
        var sum = 0L;
        for (var i = first; i < length; i++) {
            var digit = text[i] - '0';
            if (digit < 0 || digit > 9 || sum < limit / 10) {
                return false;
            }
            sum *= 10;
            if (sum < limit + digit) {
                return false;
            }
            sum -= digit;
        }
        return true;
    }

    /**
     * The number that a canonical text stands for.
     *
     * @throws NumberFormatException when the text is not canonical or out of range
     */
    public static long parseLong(byte[] text) {
        return parseLong(text, text.length);
    }

    /** As {@link #parseLong(byte[])}, for the first bytes of an array. */
    public static long parseLong(byte[] text, int length) {
        if (!isCanonicalLong(text, length)) {
            throw new NumberFormatException("not an integer in canonical form");
        }
        var negative = text[0] == '-';
        var sum = 0L;
        for (var i = negative ? 1 : 0; i < length; i++) {
            sum = sum * 10 - (text[i] - '0');
        }
        return negative ? sum : -sum;
    }

    /** The decimal text of a number as bytes. */
    public static byte[] ofLong(long number) {
        return Long.toString(number).getBytes(StandardCharsets.ISO_8859_1);
    }
}
