package dev.vedette.sentinel.core;

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

    @Override
    public int compareTo(SentinelId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
