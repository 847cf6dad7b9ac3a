package dev.vedette.sentinel.core;

/**
 * Redis's glob patterns ({@code stringmatchlen}), case-sensitive: {@code *}, {@code ?}, {@code
 * [abc]}, {@code [^a-c]}, and a backslash that takes the next character as it is.
 */
final class Glob {
    private final String pattern;
    private final String text;

    private Glob(String pattern, String text) {
        this.pattern = pattern;
        this.text = text;
    }

    static boolean matches(String pattern, String text) {
        return new Glob(pattern, text).match();
    }

    /** Remembers the last star only: what an earlier one could take, the last one can too. */
    private boolean match() {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                starText = t;
                continue;
            }
            int next = p < pattern.length() ? one(p, text.charAt(t)) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Where the pattern goes on when its element at {@code p} takes that character, else -1. */
    private int one(int p, char c) {
        char element = pattern.charAt(p);
        if (element == '\\' && p + 1 < pattern.length()) {
            return pattern.charAt(p + 1) == c ? p + 2 : -1;
        }
        return switch (element) {
            case '?' -> p + 1;
            case '[' -> oneOf(p + 1, c);
            default -> element == c ? p + 1 : -1;
        };
    }

    private int oneOf(int start, char c) {
        int p = start;
        boolean negated = p < pattern.length() && pattern.charAt(p) == '^';
        if (negated) {
            p++;
        }
        boolean found = false;
        while (p < pattern.length() && pattern.charAt(p) != ']') {
            if (pattern.charAt(p) == '\\' && p + 1 < pattern.length()) {
                found |= pattern.charAt(p + 1) == c;
                p += 2;
            } else if (p + 2 < pattern.length() && pattern.charAt(p + 1) == '-') {
                char from = pattern.charAt(p);
                char to = pattern.charAt(p + 2);
                found |= c >= Math.min(from, to) && c <= Math.max(from, to);
                p += 3;
            } else {
                found |= pattern.charAt(p) == c;
                p++;
            }
        }
        // A class without its end takes what is there, as in Redis.
        int end = p < pattern.length() ? p + 1 : p;
        return found != negated ? end : -1;
    }
}
