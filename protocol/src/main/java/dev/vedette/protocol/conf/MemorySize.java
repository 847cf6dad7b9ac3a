package dev.vedette.protocol.conf;

import java.util.Locale;
import java.util.OptionalLong;

/** Sizes as redis.conf writes them: k, m, g are powers of 1000; kb, mb, gb powers of 1024. */
public final class MemorySize {
    private MemorySize() {}

    /** Nothing when it is no size: a sign, a fraction, an unknown unit, more than a long holds. */
    public static OptionalLong parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 19) {
            return OptionalLong.empty();
        }
        long unit = unit(text.substring(digits).toLowerCase(Locale.ROOT));
        if (unit == 0) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(
                    Math.multiplyExact(Long.parseLong(text.substring(0, digits)), unit));
        } catch (NumberFormatException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static long unit(String name) {
        return switch (name) {
            case "", "b" -> 1;
            case "k" -> 1000;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1L << 30;
            default -> 0;
        };
    }

    /** The shortest exact form, as CONFIG REWRITE writes it. */
    public static String format(long bytes) {
        if (bytes != 0 && bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "gb";
        }
        if (bytes != 0 && bytes % (1L << 20) == 0) {
            return (bytes >> 20) + "mb";
        }
        if (bytes != 0 && bytes % (1L << 10) == 0) {
            return (bytes >> 10) + "kb";
        }
        return Long.toString(bytes);
    }
}
