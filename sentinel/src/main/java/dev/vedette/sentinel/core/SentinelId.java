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
        return text.length() == CHARS
                        && text.chars()
                                .allMatch(
                                        c ->
                                                (c < 128 && Character.isLetterOrDigit(c))
                                                        || "-._".indexOf(c) >= 0)
                ? Optional.of(new SentinelId(text))
                : Optional.empty();
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
