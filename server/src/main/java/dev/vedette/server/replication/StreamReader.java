package dev.vedette.server.replication;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a master's stream into commands and counts its bytes (see {@link Heartbeat} for those that
 * do not count). It survives a split at any byte, holds only what arrived, and keeps the bytes of
 * commands that were taken until {@link #release} hands them on to our own replicas unchanged.
 * Thread: command loop only.
 */
final class StreamReader {
    private static final int MOST_DIGITS = 18;

    /** A buffer that grew beyond this for one large command is not kept. */
    private static final int LARGE_BYTES = 1 << 20;

    private static final int MOST_WORDS = Integer.MAX_VALUE;

    /** The stream does not follow the protocol; the link is of no use any more. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }

    private static final byte[] NO_BYTES = {};

    private final long longestBulk;

    /** Bytes not handed on: {@code [0..at)} belong to commands taken, {@code [at..limit)} not. */
    private byte[] held = NO_BYTES;

    private int at;
    private int limit;

    /** How far the command at {@code at} was parsed. */
    private int parsed;

    private long wordsLeft = -1;
    private long bulkLeft = -1;
    private final List<byte[]> words = new ArrayList<>();

    StreamReader(long longestBulk) {
        this.longestBulk = longestBulk;
    }

    void feed(byte[] bytes, int offset, int length) {
        if (held.length - limit < length) {
            long needed = (long) limit + length;
            if (needed > Integer.MAX_VALUE - 16) {
                throw new IllegalStateException("one transaction of more than 2 GiB");
            }
            long size = Math.max(1 << 14, needed * 2);
            held = Arrays.copyOf(held, (int) Math.min(Integer.MAX_VALUE - 16, size));
        }
        System.arraycopy(bytes, offset, held, limit, length);
        limit += length;
    }

    /**
     * The next complete command, or an empty array when there is none yet.
     *
     * @throws Broken when what arrived is no command
     */
    byte[][] next() throws Broken {
        while (true) {
            if (wordsLeft < 0 && !header()) {
                return new byte[0][];
            }
            while (wordsLeft > 0) {
                if (!word()) {
                    return new byte[0][];
                }
            }
            byte[][] command = words.toArray(byte[][]::new);
            words.clear();
            wordsLeft = -1;
            at = parsed;
            if (command.length > 0) {
                return command;
            }
        }
    }

    private boolean header() throws Broken {
        skipSignsOfLife();
        if (parsed == limit) {
            return false;
        }
        if (held[parsed] != '*') {
            throw new Broken("it holds an inline command, which no master sends");
        }
        long count = number();
        if (count == INCOMPLETE) {
            return false;
        }
        if (count > MOST_WORDS) {
            throw new Broken("a command of " + count + " words");
        }
        wordsLeft = Math.max(0, count);
        return true;
    }

    /**
     * Newlines between two commands say that the master lives. It does not count them in its
     * offset, nor do we; and they are not handed on.
     */
    private void skipSignsOfLife() {
        int end = parsed;
        while (end < limit && held[end] == '\n') {
            end++;
        }
        if (end > parsed) {
            System.arraycopy(held, end, held, parsed, limit - end);
            limit -= end - parsed;
        }
    }

    private boolean word() throws Broken {
        if (bulkLeft < 0) {
            if (parsed == limit) {
                return false;
            }
            if (held[parsed] != '$') {
                throw new Broken("expected '$', got '" + (char) (held[parsed] & 0xff) + "'");
            }
            long length = number();
            if (length == INCOMPLETE) {
                return false;
            }
            if (length < 0 || length > longestBulk) {
                throw new Broken("a bulk length of " + length);
            }
            bulkLeft = length;
        }
        if (limit - parsed < bulkLeft + 2) {
            return false;
        }
        int end = parsed + (int) bulkLeft;
        words.add(Arrays.copyOfRange(held, parsed, end));
        parsed = end + 2;
        bulkLeft = -1;
        wordsLeft--;
        return true;
    }

    private static final long INCOMPLETE = Long.MIN_VALUE;

    /** The number between the mark at {@code parsed} and CRLF; moves behind them. */
    private long number() throws Broken {
        int end = parsed + 1;
        boolean negative = end < limit && held[end] == '-';
        int digits = negative ? end + 1 : end;
        long value = 0;
        for (end = digits; end < limit && held[end] != '\r'; end++) {
            int digit = held[end] - '0';
            if (digit < 0 || digit > 9 || end - digits >= MOST_DIGITS) {
                throw new Broken("no number where a length belongs");
            }
            value = value * 10 + digit;
        }
        if (end + 1 >= limit) {
            return INCOMPLETE;
        }
        if (end == digits) {
            throw new Broken("no number where a length belongs");
        }
        parsed = end + 2;
        return negative ? -value : value;
    }

    /** Bytes of the commands taken and not released. */
    int taken() {
        return at;
    }

    /** Bytes that arrived and were not released. */
    int held() {
        return limit;
    }

    /** Where the bytes of {@link #taken} lie, from 0 on, until the next call of anything else. */
    byte[] takenBytes() {
        return held;
    }

    /** Forgets the first bytes of those taken: they were applied and handed on. */
    void release(int count) {
        System.arraycopy(held, count, held, 0, limit - count);
        parsed -= count;
        limit -= count;
        at -= count;
        if (limit == 0 && held.length > LARGE_BYTES) {
            held = NO_BYTES;
        }
    }
}
