package dev.vedette.sentinel.command;

/**
 * Redis's patterns over bytes: {@code *}, {@code ?}, {@code [a-c]}, {@code [^a-c]} and a backslash
 * before a character that stands for itself (Redis util.c, stringmatchlen).
 */
final class Glob {
    private final byte[] pattern;

    Glob(byte[] pattern) {
        this.pattern = pattern;
    }

    boolean matches(byte[] text) {
        // One star to come back to is enough: what an earlier star took cannot help a later one.
        var star = -1;
        var starText = 0;
        var p = 0;
        var t = 0;
        while (t < text.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                starText = t;
            } else if (p < pattern.length && matchesOne(p, text[t])) {
                p = next(p);
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    private boolean matchesOne(int p, byte c) {
        return switch (pattern[p]) {
            case '?' -> true;
            case '[' -> inClass(p + 1, c);
            case '\\' -> p + 1 < pattern.length ? pattern[p + 1] == c : c == '\\';
            default -> pattern[p] == c;
        };
    }

    /** Where the pattern goes on behind the element at {@code p}, which is no star. */
    private int next(int p) {
        return switch (pattern[p]) {
            case '[' -> classEnd(p + 1);
            case '\\' -> Math.min(p + 2, pattern.length);
            default -> p + 1;
        };
    }

    /** A class that is never closed ends with the pattern. */
    private int classEnd(int p) {
        var at = p < pattern.length && pattern[p] == '^' ? p + 1 : p;
        while (at < pattern.length && pattern[at] != ']') {
            at += pattern[at] == '\\' && at + 1 < pattern.length ? 2 : 1;
        }
        return Math.min(at + 1, pattern.length);
    }

    private boolean inClass(int p, byte c) {
        var not = p < pattern.length && pattern[p] == '^';
        var at = not ? p + 1 : p;
        var found = false;
        while (at < pattern.length && pattern[at] != ']') {
            if (pattern[at] == '\\' && at + 1 < pattern.length) {
                found |= pattern[at + 1] == c;
                at += 2;
            } else if (at + 2 < pattern.length && pattern[at + 1] == '-') {
                found |= between(pattern[at], pattern[at + 2], c);
                at += 3;
            } else {
                found |= pattern[at] == c;
                at++;
            }
        }
        return found != not;
    }

    private static boolean between(byte one, byte other, byte c) {
        var value = c & 0xff;
        var low = Math.min(one & 0xff, other & 0xff);
        var high = Math.max(one & 0xff, other & 0xff);
        return low <= value && value <= high;
    }
}
