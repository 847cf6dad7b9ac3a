package dev.vedette.server.admin;

import dev.vedette.server.session.Session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The slowest commands of late (Redis slowlog.c). Event loop only. */
public final class SlowLog {
    private static final int MAX_WORDS = 32;
    private static final int MAX_WORD_BYTES = 128;

    /** One slow command. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, only shown.
    public record Entry(
            long id,
            long unixSeconds,
            long micros,
            List<byte[]> words,
            String client,
            byte[] clientName) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long nextId;
    private long thresholdNanos = 10_000_000;
    private int maxLength = 128;

    /**
     * @param micros negative: log nothing; 0: everything
     */
    public void setThresholdMicros(long micros) {
        this.thresholdNanos = micros < 0 ? Long.MAX_VALUE : micros * 1000;
    }

    public void setMaxLength(long length) {
        this.maxLength = (int) Math.min(length, Integer.MAX_VALUE);
        trim();
    }

    /** Whether a command that took so long belongs here. */
    public boolean isSlow(long nanos) {
        return nanos >= thresholdNanos;
    }

    public void add(Session session, byte[][] words, long nanos, long nowMillis) {
        entries.addFirst(
                new Entry(
                        nextId++,
                        nowMillis / 1000,
                        nanos / 1000,
                        shortened(words),
                        session.endpoints().remote(),
                        session.name()));
        trim();
    }

    private static List<byte[]> shortened(byte[][] words) {
        var kept = new ArrayList<byte[]>();
        for (var i = 0; i < words.length; i++) {
            if (i == MAX_WORDS - 1 && words.length > MAX_WORDS) {
                kept.add(bytes("... (" + (words.length - MAX_WORDS + 1) + " more arguments)"));
                break;
            }
            kept.add(shortened(words[i]));
        }
        return kept;
    }

    private static byte[] shortened(byte[] word) {
        if (word.length <= MAX_WORD_BYTES) {
            return word;
        }
        var start = new String(word, 0, MAX_WORD_BYTES, StandardCharsets.ISO_8859_1);
        return bytes(start + "... (" + (word.length - MAX_WORD_BYTES) + " more bytes)");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void trim() {
        while (entries.size() > maxLength) {
            entries.removeLast();
        }
    }

    /**
     * The newest first.
     *
     * @param count -1 for all
     */
    public List<Entry> newest(long count) {
        return entries.stream().limit(count < 0 ? Long.MAX_VALUE : count).toList();
    }

    public int length() {
        return entries.size();
    }

    public void reset() {
        entries.clear();
    }
}
