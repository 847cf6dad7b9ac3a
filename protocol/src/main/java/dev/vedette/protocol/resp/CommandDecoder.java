package dev.vedette.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.FastThreadLocal;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * Reads the commands of one client from its channel, and hands each to a {@link CommandSink}; the
 * grammar is {@link CommandParser}'s.
 *
 * <p>The bytes of a read are copied once, into an array that all connections of a thread share, and
 * each word once more, into its own array.
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

    /** The array that holds a read while it is decoded; null while a decoder uses it. */
    private static final FastThreadLocal<byte @Nullable []> SHARED = new FastThreadLocal<>();

    private final CommandSink sink;
    private final Supplier<CommandLimits> limitSource;
    private final CommandParser parser;

    /** Bytes that came while paused, in order. */
    private @Nullable ByteBuf held;

    private @Nullable ChannelHandlerContext context;
    private boolean paused;
    private boolean decoding;

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
        this.parser = new CommandParser(sink, limits.get());
    }

    /**
     * Whether the client may use the full limits: false holds it to 10 words of 16 KiB, as Redis
     * does with a client that must authenticate and has not. True at first.
     */
    public void authenticated(boolean isAuthenticated) {
        parser.authenticated(isAuthenticated);
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
        parser.stop();
        releaseHeld();
    }

    /**
     * How many bytes were read from the first one to the end of the command that is being, or was
     * last, handed out; empty lines and empty commands before it are in it. The replication offset
     * of a master's stream moves by this figure.
     */
    public long consumedBytes() {
        return parser.consumedBytes();
    }

    /** What came of a command that is not whole yet, and what came behind while paused. */
    public long waitingBytes() {
        return parser.begunBytes() + (held == null ? 0 : held.readableBytes());
    }

    /** Whether the command that is being, or was last, handed out came inline. */
    public boolean wasInline() {
        return parser.wasInline();
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
        if (parser.isStopped()) {
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
        var begun = parser.takeBegunLine();
        if (begun.isPresent()) {
            rest = rest == null ? begun.get() : Unpooled.wrappedBuffer(begun.get(), rest);
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
        parser.limits(limitSource.get());
        var shared = SHARED.get();
        SHARED.set(null);
        var bytes = shared != null ? shared : new byte[SHARED_BYTES];
        decoding = true;
        boolean whole = false;
        try {
            while (in.isReadable() && goesOn(current)) {
                if (parser.fillBody(in) == 0) {
                    int count = Math.min(in.readableBytes(), bytes.length);
                    in.getBytes(in.readerIndex(), bytes, 0, count);
                    in.skipBytes(handOut(current, bytes, count));
                }
                parser.checkLength();
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
        return !parser.isStopped() && !paused && !current.isRemoved();
    }

    private void finish(ChannelHandlerContext current, ByteBuf in) {
        if (!in.isReadable() || parser.isStopped()) {
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

    /** Returns how many bytes were used: all, but for a pause, a stop or a removal. */
    private int handOut(ChannelHandlerContext current, byte[] bytes, int count) {
        int at = 0;
        while (at < count) {
            at = parser.parse(bytes, at, count);
            if (parser.isWhole()) {
                sink.command(parser.take());
                if (!goesOn(current)) {
                    return at;
                }
            }
        }
        return at;
    }
}
