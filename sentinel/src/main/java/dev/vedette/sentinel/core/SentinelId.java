package dev.vedette.sentinel.core;

import java.util.Optional;

/**
 * The identity of one sentinel: 40 characters, kept over restarts in {@code sentinel myid}.
 *
 * @param text exactly 40 characters (Redis accepts any 40; it draws lower case hex)
 */
public record SentinelId(String text) implements Comparable<SentinelId> {
    public static final int CHARS = 40;

    public SentinelId {
        if (text.length() != CHARS) {
            throw new IllegalArgumentException(
                    "a sentinel id has " + CHARS + " characters, not " + text.length());
        }
    }

    /**
     * An id that another process tells. What it says is written to the conf and into events, so it
     * is letters, digits and {@code -._}, or nothing.
     */
    public static Optional<SentinelId> told(String text) {
        return text.length() == CHARS && isPlain(text)
                ? Optional.of(new SentinelId(text))
                : Optional.empty();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && "-._".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(SentinelId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
