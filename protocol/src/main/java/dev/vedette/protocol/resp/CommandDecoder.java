package dev.vedette.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.FastThreadLocal;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads the commands of one client, multibulk and inline, and hands each to a {@link CommandSink}.
 *
 * <pre>
 *   START ──'*' count──► HEAD ──'$' length──► BODY ──► HEAD ... last word ──► command ──► START
 *     └─────any other line (inline)──► command ──► START
 *   every state ──broken protocol, or stop()──► STOPPED
 * </pre>
 *
 * <p>The bytes of a read are copied once, into an array that all connections of a thread share, and
 * each word once more, into its own array. What one read leaves unfinished (a part of a line or of
 * a word) is kept here, in arrays that grow with the bytes that came and never with what was
 * announced.
 *
 * <p>It reads what Redis reads (networking.c, processInlineBuffer and processMultibulkBuffer): a
 * header ends at the first CR and the byte behind it, whatever that is, and the two bytes behind a
 * word are skipped unseen.
 *
 * <p>A sink may {@link #pause} the decoder while its session is blocked: bytes that came already
 * are kept, and when they are many the channel is read no more. It may also take the byte stream
 * away by removing or replacing this handler: the bytes behind the last command then go on, as a
 * buffer, to the handler that took its place. Event loop only.
 */
public final class CommandDecoder extends ChannelInboundHandlerAdapter {
    /** While paused, this many bytes are kept before the channel is read no more. */
    static final int PAUSED_BYTES = 64 * 1024;

    private static final int SHARED_BYTES = 64 * 1024;
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

    /** The array that holds a read while it is decoded; null while a decoder uses it. */
    private static final FastThreadLocal<byte @Nullable []> SHARED = new FastThreadLocal<>();

    private enum State {
        START,
        HEAD,
        BODY,
        STOPPED
    }

    private final CommandSink sink;
    private final Supplier<CommandLimits> limitSource;
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

    /** Bytes that came while paused, in order. */
    private @Nullable ByteBuf held;

    private @Nullable ChannelHandlerContext context;
    private boolean paused;
    private boolean decoding;
    private boolean inline;

    /** All bytes that came before the array being decoded, less those that are held. */
    private long consumedBefore;

    private long consumed;
    private long commandStart;

    public CommandDecoder(CommandSink sink) {
        this(sink, CommandLimits.DEFAULT);
    }

    public CommandDecoder(CommandSink sink, CommandLimits limits) {
        this(sink, () -> limits);
    }

    /**
     * @param limits asked once per read, so that CONFIG SET takes effect on open connections
     */
    public CommandDecoder(CommandSink sink, Supplier<CommandLimits> limits) {
        this.sink = sink;
        this.limitSource = limits;
        this.limits = limits.get();
    }

    /**
     * Whether the client may use the full limits: false holds it to 10 words of 16 KiB, as Redis
     * does with a client that must authenticate and has not. True at first.
     */
    public void authenticated(boolean isAuthenticated) {
        authenticated = isAuthenticated;
    }

    /** Hands out no further command until {@link #resume}; the one being handed out is the last. */
    public void pause() {
        paused = true;
    }

    public boolean isPaused() {
        return paused;
    }

    /**
     * Goes on with what was kept. The commands come in a task of their own, never before this call
     * returns.
     */
    public void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        var current = context;
        if (current != null && !decoding) {
            current.executor().execute(this::drain);
        }
    }

    /** Ignores all further bytes, those behind the present command too (QUIT, a killed client). */
    public void stop() {
        state = State.STOPPED;
        forgetCommand();
        lineLength = 0;
        line = NO_BYTES;
        releaseHeld();
    }

    /**
     * How many bytes were read from the first one to the end of the command that is being, or was
     * last, handed out; empty lines and empty commands before it are in it. The replication offset
     * of a master's stream moves by this figure.
     */
    public long consumedBytes() {
        return consumed;
    }

    /** What came of a command that is not whole yet, and what came behind while paused. */
    public long waitingBytes() {
        long begun = state == State.START ? lineLength : consumedBefore - commandStart;
        return (state == State.STOPPED ? 0 : begun) + (held == null ? 0 : held.readableBytes());
    }

    /** Whether the command that is being, or was last, handed out came inline. */
    public boolean wasInline() {
        return inline;
    }

    // ---- the channel

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        if (!decoding) {
            handOn(removed);
        }
        context = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext current, Object message) {
        if (!(message instanceof ByteBuf in)) {
            current.fireChannelRead(message);
            return;
        }
        if (state == State.STOPPED) {
            in.release();
        } else if (paused || held != null) {
            hold(in);
        } else {
            decode(current, in);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext current) {
        sink.readComplete();
        current.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext current) {
        releaseHeld();
        current.fireChannelInactive();
    }

    /** Keeps the buffer for later, and stops reading when that is much. */
    private void hold(ByteBuf in) {
        int before = held == null ? 0 : held.readableBytes();
        var both = Unpooled.buffer(before + in.readableBytes());
        if (held != null) {
            both.writeBytes(held);
            held.release();
        }
        both.writeBytes(in);
        in.release();
        held = both;
        if (both.readableBytes() >= PAUSED_BYTES && context != null) {
            context.channel().config().setAutoRead(false);
        }
    }

    private void drain() {
        var current = context;
        var in = held;
        if (paused || decoding || current == null) {
            return;
        }
        if (in != null) {
            held = null;
            decode(current, in);
            sink.readComplete();
        }
        if (!paused && context != null) {
            current.channel().config().setAutoRead(true);
        }
    }

    /** The channel goes to another handler: what we keep goes with it. */
    private void handOn(ChannelHandlerContext removed) {
        var rest = held;
        held = null;
        if (state == State.START && lineLength > 0) {
            var begun = Unpooled.copiedBuffer(line, 0, lineLength);
            lineLength = 0;
            rest = rest == null ? begun : Unpooled.wrappedBuffer(begun, rest);
        }
        if (rest != null) {
            removed.fireChannelRead(rest);
        }
        removed.channel().config().setAutoRead(true);
    }

    private void releaseHeld() {
        if (held != null) {
            held.release();
            held = null;
        }
    }

    // ---- decoding

    private void decode(ChannelHandlerContext current, ByteBuf in) {
        limits = limitSource.get();
        var shared = SHARED.get();
        SHARED.set(null);
        var bytes = shared != null ? shared : new byte[SHARED_BYTES];
        decoding = true;
        boolean whole = false;
        try {
            while (in.isReadable() && goesOn(current)) {
                int directly = fillBody(in);
                if (directly == 0) {
                    int count = Math.min(in.readableBytes(), bytes.length);
                    in.getBytes(in.readerIndex(), bytes, 0, count);
                    int used = decode(current, bytes, count);
                    in.skipBytes(used);
                    consumedBefore += used;
                }
                if (isTooLong()) {
                    failSilently();
                }
            }
            whole = true;
        } finally {
            if (!whole) {
                // The sink failed: whatever its owner does about it, half a stream is no stream.
                stop();
            }
            decoding = false;
            SHARED.set(bytes);
            finish(current, in);
        }
    }

    private boolean goesOn(ChannelHandlerContext current) {
        return state != State.STOPPED && !paused && !current.isRemoved();
    }

    private void finish(ChannelHandlerContext current, ByteBuf in) {
        if (!in.isReadable() || state == State.STOPPED) {
            in.release();
        } else if (current.isRemoved()) {
            held = in;
        } else {
            hold(in);
        }
        if (current.isRemoved()) {
            handOn(current);
        }
    }

    /** A long word goes straight into its own array; returns how many bytes did. */
    private int fillBody(ByteBuf in) {
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
        consumedBefore += count;
        return count;
    }

    /** Returns how many bytes were used: all, but for a pause, a stop or a removal. */
    private int decode(ChannelHandlerContext current, byte[] in, int end) {
        int at = 0;
        while (at < end) {
            at =
                    switch (state) {
                        case START -> start(in, at, end);
                        case HEAD -> head(in, at, end);
                        case BODY -> body(in, at, end);
                        case STOPPED -> end;
                    };
            if (state == State.START && wordCount > 0) {
                handOut(consumedBefore + at);
                if (!goesOn(current)) {
                    return at;
                }
            }
        }
        return Math.min(at, end);
    }

    private void handOut(long position) {
        consumed = position;
        commandStart = position;
        var command = words.length == wordCount ? words : Arrays.copyOf(words, wordCount);
        words = NO_WORDS;
        wordCount = 0;
        sink.command(command);
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

    /** What came of the present command counts, not what it announces. */
    private boolean isTooLong() {
        return (state == State.HEAD || state == State.BODY)
                && consumedBefore - commandStart > limits.queryBytes();
    }

    /** Redis closes a client whose query buffer grows too long without a word. */
    private void failSilently() {
        long limit = limits.queryBytes();
        stop();
        sink.protocolError(
                new ProtocolError(
                        Optional.empty(),
                        "a command of more than " + limit + " bytes (client-query-buffer-limit)"));
    }

    private void forgetCommand() {
        words = NO_WORDS;
        wordCount = 0;
        word = NO_BYTES;
        bodyFilled = 0;
        lineEndSeen = 0;
    }
}
