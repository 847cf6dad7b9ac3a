package dev.vedette.server.replication;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The lines in which a master replies, put together from the reads that bring them. */
final class ReplyLines {
    static final int LONGEST = 64 * 1024;

    /** Instead of a count of bytes: the line is longer than any reply. */
    static final int TOO_LONG = -1;

    private byte[] line = new byte[128];
    private int length;
    private @Nullable String ended;

    /**
     * Takes bytes up to the end of a line, or all.
     *
     * @return how many, or {@link #TOO_LONG}
     */
    int feed(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end && bytes[stop] != '\n') {
            stop++;
        }
        int count = stop - at;
        if (length + count > LONGEST) {
            return TOO_LONG;
        }
        if (line.length < length + count) {
            line = Arrays.copyOf(line, (length + count) * 2);
        }
        System.arraycopy(bytes, at, line, length, count);
        length += count;
        if (stop == end) {
            return count;
        }
        ended = new String(line, 0, length, StandardCharsets.UTF_8).stripTrailing();
        length = 0;
        return count + 1;
    }

    /** The line that has ended since the last call; empty when none has, or an empty one. */
    String take() {
        String text = ended;
        ended = null;
        return text == null ? "" : text;
    }

    void forget() {
        length = 0;
        ended = null;
    }
}
