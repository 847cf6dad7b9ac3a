package dev.vedette.protocol.resp;

import java.nio.charset.StandardCharsets;

/**
 * Redis's glob patterns: {@code * ? [abc] [^a] [a-z] \x}, over bytes (util.c, stringmatchlen). It
 * never takes more than the product of both lengths, whatever stars a pattern has.
 */
public final class GlobPattern {
    private GlobPattern() {}

    public static boolean matches(byte[] pattern, byte[] text) {
        return matches(pattern, text, false);
    }

    /** As bytes of UTF-8: a {@code ?} takes one byte, as in Redis. */
    public static boolean matches(String pattern, String text) {
        return matches(
                pattern.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
    }

    /** Without regard to the case of ASCII letters. */
    public static boolean matchesAnyCase(byte[] pattern, byte[] text) {
        return matches(pattern, text, true);
    }

    private static boolean matches(byte[] pattern, byte[] text, boolean anyCase) {
        var p = 0;
        var t = 0;
        var starAt = -1;
        var starText = 0;
        if (text.length == 0) {
            // Not even a star takes an empty text.
            return pattern.length == 0;
        }
        while (t < text.length) {
            if (p < pattern.length && pattern[p] == '*') {
                // Remember the star; if the rest fails, let it swallow one byte more.
                starAt = p++;
                starText = t;
                continue;
            }
            var next = p < pattern.length ? step(pattern, p, text[t], anyCase) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (starAt >= 0) {
                p = starAt + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p >= pattern.length;
    }

    /** Where the pattern goes on when its element here takes the byte; -1 when it does not. */
    private static int step(byte[] pattern, int p, byte given, boolean anyCase) {
        var wanted = pattern[p];
        return switch (wanted) {
            case '?' -> p + 1;
            case '[' -> set(pattern, p + 1, given, anyCase);
            case '\\' -> {
                var at = p + 1 < pattern.length ? p + 1 : p;
                yield same(pattern[at], given, anyCase) ? at + 1 : -1;
            }
            default -> same(wanted, given, anyCase) ? p + 1 : -1;
        };
    }

    /** A set without its end runs to the end of the pattern. */
    private static int set(byte[] pattern, int from, byte given, boolean anyCase) {
        var p = from;
        var not = p < pattern.length && pattern[p] == '^';
        if (not) {
            p++;
        }
        var found = false;
        while (p < pattern.length && pattern[p] != ']') {
            if (pattern[p] == '\\' && p + 1 < pattern.length) {
                p++;
                found |= pattern[p] == given;
                p++;
            } else if (p + 2 < pattern.length && pattern[p + 1] == '-') {
                found |= between(pattern[p], pattern[p + 2], given, anyCase);
                p += 3;
            } else {
                found |= same(pattern[p], given, anyCase);
                p++;
            }
        }
        var after = p < pattern.length ? p + 1 : p;
        return found != not ? after : -1;
    }

    private static boolean between(byte one, byte other, byte given, boolean anyCase) {
        var low = fold(Math.min(one & 0xff, other & 0xff), anyCase);
        var high = fold(Math.max(one & 0xff, other & 0xff), anyCase);
        var value = fold(given & 0xff, anyCase);
        return value >= low && value <= high;
    }

    private static boolean same(byte one, byte other, boolean anyCase) {
        return fold(one & 0xff, anyCase) == fold(other & 0xff, anyCase);
    }

    private static int fold(int letter, boolean anyCase) {
        return anyCase && letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
    }
}
