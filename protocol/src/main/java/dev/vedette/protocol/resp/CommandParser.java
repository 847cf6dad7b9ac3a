package dev.vedette.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.util.Arrays;
import java.util.Optional;

/**
 * Reads commands, multibulk and inline, from bytes that come in pieces of any size.
 *
 * <pre>
 *   START ──'*' count──► HEAD ──'$' length──► BODY ──► HEAD ... last word ──► command ──► START
 *     └─────any other line (inline)──► command ──► START
 *   every state ──broken protocol, or stop()──► STOPPED
 * </pre>
 *
 * <p>What one piece leaves unfinished (a part of a line or of a word) is kept here, in arrays that
 * grow with the bytes that came and never with what was announced.
 *
 * <p>It reads what Redis reads (networking.c, processInlineBuffer and processMultibulkBuffer): a
 * header ends at the first CR and the byte behind it, whatever that is, and the two bytes behind a
 * word are skipped unseen.
 *
 * <p>One thread at a time. Commands are taken by the caller; empty lines and errors go to the sink
 * from here, and after an error everything that follows is passed over.
 */
final class CommandParser {
    private static final int FIRST_WORDS = 16;
    private static final int FIRST_WORD_BYTES = 1024;
    private static final int UNAUTHENTICATED_WORDS = 10;
    private static final int UNAUTHENTICATED_BULK_BYTES = 16 * 1024;

    /** Where to go on after an error: behind all there is. */
    private static final int STOP = Integer.MAX_VALUE;

    private static final int NOT_HERE = Integer.MIN_VALUE;
    private static final long NOT_A_NUMBER = Long.MIN_VALUE;
    private static final byte[] NO_BYTES = {};
    private static final byte[][] NO_WORDS = {};

    private enum State {
        START,
        HEAD,
        BODY,
        STOPPED
    }

    private final CommandSink sink;
    private CommandLimits limits;
    private boolean authenticated = true;

    private State state = State.START;

    /** A line that has begun in an earlier read. */
    private byte[] line = NO_BYTES;

    private int lineLength;

    /** Whether a NUL stands in the line kept: then it has no end. */
    private boolean lineDead;

    private byte[][] words = NO_WORDS;
    private int wordCount;
    private int wordsMissing;

    /**
     * The word that has begun in an earlier read, as far as it came; it ends with two more bytes.
     */
    private byte[] word = NO_BYTES;

    private int bodyLength;
    private int bodyFilled;
    private int lineEndSeen;

    private boolean inline;

    /** How many bytes were read in all. */
    private long position;

    /** Where the last command that was taken ends. */
    private long commandEnd;

    CommandParser(CommandSink sink, CommandLimits limits) {
        this.sink = sink;
        this.limits = limits;
    }

    /** These hold from the next byte on. */
    void limits(CommandLimits newLimits) {
        limits = newLimits;
    }

    /** As {@link CommandDecoder#authenticated}. */
    void authenticated(boolean isAuthenticated) {
        authenticated = isAuthenticated;
    }

    /** Passes over all further bytes, and forgets what has begun. */
    void stop() {
        state = State.STOPPED;
        lineLength = 0;
        line = NO_BYTES;
        words = NO_WORDS;
        wordCount = 0;
        word = NO_BYTES;
        bodyFilled = 0;
        lineEndSeen = 0;
    }

    boolean isStopped() {
        return state == State.STOPPED;
    }

    /** How many bytes were read up to the end of the last command taken. */
    long consumedBytes() {
        return commandEnd;
    }

    /** What came of a command that is not whole yet. */
    long begunBytes() {
        return switch (state) {
            case START -> lineLength;
            case HEAD, BODY -> position - commandEnd;
            case STOPPED -> 0;
        };
    }

    /** Whether the last command taken came inline. */
    boolean wasInline() {
        return inline;
    }

    /** The line that has begun, where nothing else has, for another reader of the stream. */
    Optional<ByteBuf> takeBegunLine() {
        if (state != State.START || lineLength == 0) {
            return Optional.empty();
        }
        var begun = Unpooled.copiedBuffer(line, 0, lineLength);
        lineLength = 0;
        return Optional.of(begun);
    }

    // ---- pieces

    /**
     * Reads on, up to the end of one command.
     *
     * @param at less than {@code end}
     * @return where to go on: {@code end}, unless a command {@link #isWhole} before it
     */
    int parse(byte[] in, int at, int end) {
        int next = at;
        do {
            next =
                    switch (state) {
                        case START -> start(in, next, end);
                        case HEAD -> head(in, next, end);
                        case BODY -> body(in, next, end);
                        case STOPPED -> end;
                    };
        } while (next < end && !isWhole());
        next = Math.min(next, end);
        position += next - at;
        return next;
    }

    /** Whether a command waits to be taken, which must be done before more is read. */
    boolean isWhole() {
        return state == State.START && wordCount > 0;
    }

    byte[][] take() {
        commandEnd = position;
        var command = words.length == wordCount ? words : Arrays.copyOf(words, wordCount);
        words = NO_WORDS;
        wordCount = 0;
        return command;
    }

    /** A long word goes straight into its own array; returns how many bytes did. */
    int fillBody(ByteBuf in) {
        if (state != State.BODY) {
            return 0;
        }
        int count = Math.min(bodyLength - bodyFilled, in.readableBytes());
        if (count < FIRST_WORD_BYTES) {
            return 0;
        }
        makeRoom(count);
        in.readBytes(word, bodyFilled, count);
        bodyFilled += count;
        position += count;
        return count;
    }

    /**
     * Fails when more came of the present command than a query may have; what it announces does not
     * count. Redis closes such a client without a word.
     */
    void checkLength() {
        long limit = limits.queryBytes();
        if ((state == State.HEAD || state == State.BODY) && position - commandEnd > limit) {
            stop();
            sink.protocolError(
                    new ProtocolError(
                            Optional.empty(),
                            "a command of more than "
                                    + limit
                                    + " bytes (client-query-buffer-limit)"));
        }
    }

    private int start(byte[] in, int at, int end) {
        byte first = lineLength > 0 ? line[0] : in[at];
        return first == '*' ? count(in, at, end) : inline(in, at, end);
    }

    // ---- the lines of a multibulk command

    /** {@code *3}: how many words follow. */
    private int count(byte[] in, int at, int end) {
        int cr = headerEnd(in, at, end);
        if (cr == NOT_HERE) {
            return keepLine(in, at, end, "too big mbulk count string");
        }
        long count = number(in, at, cr);
        if (count == NOT_A_NUMBER || count > limits.words()) {
            return fail("invalid multibulk length", excerpt(in, at, cr));
        }
        if (count > UNAUTHENTICATED_WORDS && !authenticated) {
            return fail("unauthenticated multibulk length", excerpt(in, at, cr));
        }
        lineLength = 0;
        if (count > 0) {
            wordsMissing = (int) count;
            words = new byte[Math.min(wordsMissing, FIRST_WORDS)][];
            inline = false;
            state = State.HEAD;
        }
        return cr + 2;
    }

    /** {@code $3}: how long the next word is. */
    private int head(byte[] in, int at, int end) {
        int cr = headerEnd(in, at, end);
        if (cr == NOT_HERE) {
            return keepLine(in, at, end, "too big bulk count string");
        }
        byte first = lineLength > 0 ? line[0] : in[at];
        if (first != '$') {
            return fail("expected '$', got '" + shown(first) + "'", excerpt(in, at, cr));
        }
        long length = number(in, at, cr);
        if (length == NOT_A_NUMBER || length < 0 || length > limits.bulkBytes()) {
            return fail("invalid bulk length", excerpt(in, at, cr));
        }
        if (length > UNAUTHENTICATED_BULK_BYTES && !authenticated) {
            return fail("unauthenticated bulk length", excerpt(in, at, cr));
        }
        int next = cr + 2;
        lineLength = 0;
        bodyLength = (int) length;
        bodyFilled = 0;
        state = State.BODY;
        return next < end ? body(in, next, end) : next;
    }

    /**
     * Where the CR of a header stands, if one byte more is here behind it. It is {@code at - 1}
     * when the CR was the last byte of the line kept.
     */
    private int headerEnd(byte[] in, int at, int end) {
        if (lineLength > 0 && line[lineLength - 1] == '\r' && !lineDead) {
            return at - 1;
        }
        int cr = find((byte) '\r', in, at, end);
        return cr < end - 1 ? cr : NOT_HERE;
    }

    /**
     * Where the end of the line stands; {@code end} when it is not here yet. To Redis, which
     * searches with strchr, a NUL hides all that follows: such a line never ends, and grows until
     * it is too long. So bytes that are no text never become a command.
     */
    private int find(byte terminator, byte[] in, int at, int end) {
        if (lineDead) {
            return end;
        }
        for (int i = at; i < end; i++) {
            if (in[i] == terminator) {
                return i;
            }
            if (in[i] == 0) {
                lineDead = true;
                return end;
            }
        }
        return end;
    }

    /** The number behind the first byte of a header that ends before {@code cr}. */
    private long number(byte[] in, int at, int cr) {
        try {
            if (lineLength == 0) {
                return Decimal.parse(in, at + 1, cr);
            }
            completeLine(in, at, cr);
            return Decimal.parse(line, 1, lineLength);
        } catch (NumberFormatException _) {
            return NOT_A_NUMBER;
        }
    }

    /** Joins the line kept with its end, which is in this read; drops its CR. */
    private void completeLine(byte[] in, int at, int cr) {
        if (cr < at) {
            lineLength--;
        } else {
            appendLine(in, at, cr);
        }
    }

    // ---- words

    private int body(byte[] in, int at, int end) {
        int missing = bodyLength - bodyFilled;
        if (bodyFilled == 0 && lineEndSeen == 0 && end - at >= missing + 2) {
            addWord(missing == 0 ? NO_BYTES : Arrays.copyOfRange(in, at, at + missing));
            return at + missing + 2;
        }
        int next = at;
        if (missing > 0) {
            int count = Math.min(missing, end - at);
            makeRoom(count);
            System.arraycopy(in, at, word, bodyFilled, count);
            next += count;
            bodyFilled += count;
        }
        if (bodyFilled < bodyLength || next == end) {
            return next;
        }
        return lineEnd(next, end);
    }

    /** Skips the two bytes behind a word that did not come in one piece. */
    private int lineEnd(int at, int end) {
        int skipped = Math.min(2 - lineEndSeen, end - at);
        lineEndSeen += skipped;
        if (lineEndSeen == 2) {
            lineEndSeen = 0;
            var complete = word;
            word = NO_BYTES;
            addWord(complete);
        }
        return at + skipped;
    }

    private void addWord(byte[] complete) {
        if (wordCount == words.length) {
            long all = (long) wordCount + wordsMissing;
            words = Arrays.copyOf(words, (int) Math.min(all, 2L * wordCount));
        }
        words[wordCount++] = complete;
        state = --wordsMissing == 0 ? State.START : State.HEAD;
    }

    /** Never more than twice what came, and in the end exactly the length of the word. */
    private void makeRoom(int count) {
        int needed = bodyFilled + count;
        if (needed > word.length) {
            word =
                    Arrays.copyOf(
                            word, (int) Math.min(bodyLength, Math.max(needed, 2L * word.length)));
        }
    }

    // ---- inline commands

    private int inline(byte[] in, int at, int end) {
        int newline = find((byte) '\n', in, at, end);
        if (newline == end) {
            return keepLine(in, at, end, "too big inline request");
        }
        byte[] source = in;
        int from = at;
        int to = newline;
        if (lineLength > 0) {
            appendLine(in, at, newline);
            source = line;
            from = 0;
            to = lineLength;
            lineLength = 0;
        }
        if (to > from && source[to - 1] == '\r') {
            to--;
        }
        var split = InlineCommand.split(source, from, to);
        if (split.isEmpty()) {
            return fail("unbalanced quotes in request", Excerpt.of(source, from, to));
        }
        if (from == to) {
            sink.emptyLine();
        }
        words = split.get().toArray(NO_WORDS);
        wordCount = words.length;
        inline = true;
        shrinkLine();
        return newline + 1;
    }

    // ---- a line that comes in pieces

    private int keepLine(byte[] in, int at, int end, String tooBig) {
        appendLine(in, at, end);
        if (lineLength > limits.inlineBytes()) {
            return fail(tooBig, Excerpt.of(line, 0, lineLength));
        }
        return end;
    }

    private void appendLine(byte[] in, int at, int end) {
        int needed = lineLength + end - at;
        if (needed > line.length) {
            line = Arrays.copyOf(line, Math.max(needed, Math.max(32, 2 * line.length)));
        }
        System.arraycopy(in, at, line, lineLength, end - at);
        lineLength = needed;
    }

    private void shrinkLine() {
        if (line.length > 1024) {
            line = NO_BYTES;
        }
    }

    // ---- errors

    private String excerpt(byte[] in, int at, int cr) {
        return lineLength > 0 ? Excerpt.of(line, 0, lineLength) : Excerpt.of(in, at, cr);
    }

    /** As addReplyErrorFormat would show it: line ends become blanks. */
    private static char shown(byte value) {
        return value == '\r' || value == '\n' ? ' ' : (char) (value & 0xff);
    }

    private int fail(String text, String seen) {
        stop();
        sink.protocolError(ProtocolError.answered(text, text + ", saw " + seen));
        return STOP;
    }
}
