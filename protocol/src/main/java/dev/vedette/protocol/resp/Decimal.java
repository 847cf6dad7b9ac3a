package dev.vedette.protocol.resp;

/**
 * Whole numbers in the strict decimal form that Redis takes (string2ll): no blank, no plus, no
 * leading zero, and nothing outside the range of a long.
 */
public final class Decimal {
    private Decimal() {}

    /**
     * @throws NumberFormatException when the bytes are not exactly one such number
     */
    public static long parse(byte[] text, int from, int to) {
        int at = from;
        boolean negative = at < to && text[at] == '-';
        if (negative) {
            at++;
        }
        int digits = to - at;
        if (digits < 1 || digits > 19) {
            throw notANumber();
        }
        if (text[at] == '0') {
            if (digits > 1 || negative) {
                throw notANumber();
            }
            return 0;
        }
        // Counted below zero, where the range is larger by one.
        long value = 0;
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                throw notANumber();
            }
            value = value * 10 - digit;
            if (value > 0) {
                throw notANumber();
            }
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw notANumber();
        }
        return negative ? value : -value;
    }

    public static long parse(byte[] text) {
        return parse(text, 0, text.length);
    }

    private static NumberFormatException notANumber() {
        return new NumberFormatException("not a whole number in the range of a long");
    }
}
