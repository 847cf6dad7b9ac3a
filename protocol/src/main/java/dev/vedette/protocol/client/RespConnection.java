package dev.vedette.protocol.client;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.NameResolver;
import dev.vedette.protocol.net.Transport;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.protocol.resp.RespDecoder;
import dev.vedette.protocol.resp.RespException;
import dev.vedette.protocol.resp.RespParser;
import dev.vedette.protocol.resp.RespValue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An asynchronous, pipelined connection to a peer that speaks the Redis protocol.
 *
 * <pre>
 *   CONNECTING ──opened()──► OPEN ──┬─ the peer or the network ends it ─┐
 *       └── cannot be made ─────────┼─ close(), discard() ──────────────┴─► CLOSED: closed(), once
 *                                   └─ handOver() ───────────────────────► HANDED_OVER: nothing more
 * </pre>
 *
 * <p>Commands may be sent from the start; those of before {@code opened} go out with it. What is
 * sent within one turn of the event loop goes out in one write. Replies come in the order of the
 * commands; a command that has no reply when the connection ends never gets one.
 *
 * <p>All callbacks come on the event loop, none of them before {@link #open} returned to a caller
 * on the loop, and nothing but {@code closed} after {@link #close} or {@link #discard}. {@code
 * send} is for the event loop only; {@code close} and {@code discard} are for any thread.
 */
public final class RespConnection {
    /** How long an orderly end waits for the peer to take what was sent. */
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

    /** Hears what becomes of a connection. */
    public interface Listener {
        /**
         * The connection is there.
         *
         * @param local our own address on it
         */
        void opened(Address local);

        /** A pub/sub message, a confirmation of (un)subscribing, or any push of RESP3. */
        default void pushed(RespValue message) {}

        /**
         * The connection ended, or could not be made. The last call, exactly once.
         *
         * @param detail made to be shown: what happened, and with whom
         */
        void closed(CloseCause cause, String detail);
    }

    private enum State {
        CONNECTING,
        OPEN,
        CLOSED,
        HANDED_OVER
    }

    private final EventLoop loop;
    private final Address peer;
    private final ConnectionOptions options;
    private final Listener listener;
    private final ReplyRouter router;

    private State state = State.CONNECTING;
    private @Nullable Channel channel;

    /** What was sent in this turn of the loop, or before the connection was there. */
    private @Nullable ByteBuf unsent;

    private boolean flushPlanned;

    /** Bytes that were handed to the channel and that the kernel has not taken. */
    private long unflushedBytes;

    private RespConnection(
            EventLoop loop, Address peer, ConnectionOptions options, Listener listener) {
        this.loop = loop;
        this.peer = peer;
        this.options = options;
        this.listener = listener;
        this.router = new ReplyRouter(listener::pushed);
    }

    /** Begins to connect. */
    public static RespConnection open(
            EventLoop loop, Address peer, ConnectionOptions options, Listener listener) {
        var connection = new RespConnection(loop, peer, options, listener);
        loop.execute(connection::resolve);
        return connection;
    }

    public Address peer() {
        return peer;
    }

    /** Whether the connection is there: opened, and not closed since. Event loop only. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /** How many commands wait for their reply. Event loop only. */
    public int pending() {
        return router.pending();
    }

    // ---- sending

    /**
     * Sends a command. Event loop only.
     *
     * @param onReply gets the reply; of the subscribe family the first confirmation, or the error
     * @return false, and nothing is sent, when the connection has ended, or when as many commands
     *     or bytes wait already as the options allow
     */
    public boolean send(Consumer<RespValue> onReply, String... words) {
        return send(onReply, CommandWriter.words(words));
    }

    /** As {@link #send(Consumer, String...)}, for words that are not text. */
    public boolean send(Consumer<RespValue> onReply, byte[]... words) {
        requireLoop();
        if (words.length == 0) {
            throw new IllegalArgumentException("a command has at least one word");
        }
        if (!takesMore()) {
            return false;
        }
        CommandWriter.write(unsent(), words);
        router.expect(words[0], words.length, onReply);
        planFlush();
        return true;
    }

    private boolean takesMore() {
        long bytes = unflushedBytes + (unsent == null ? 0 : unsent.readableBytes());
        return (state == State.OPEN || state == State.CONNECTING)
                && router.pending() < options.maxPending()
                && bytes < options.maxUnsentBytes();
    }

    private ByteBuf unsent() {
        var out = unsent;
        if (out == null) {
            out = channel != null ? channel.alloc().buffer() : Unpooled.buffer();
            unsent = out;
        }
        return out;
    }

    private void planFlush() {
        if (!flushPlanned && state == State.OPEN) {
            flushPlanned = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        flushPlanned = false;
        var out = unsent;
        var current = channel;
        if (out == null || current == null || state != State.OPEN) {
            return;
        }
        unsent = null;
        int bytes = out.readableBytes();
        unflushedBytes += bytes;
        current.writeAndFlush(out)
                .addListener(
                        (ChannelFutureListener)
                                written -> {
                                    unflushedBytes -= bytes;
                                    if (!written.isSuccess()) {
                                        fail(written.cause());
                                    }
                                });
    }

    private void requireLoop() {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("send is for the event loop only");
        }
    }

    // ---- connecting

    private void resolve() {
        if (state != State.CONNECTING) {
            return;
        }
        long deadline = System.nanoTime() + options.connectTimeout().toNanos();
        NameResolver.SYSTEM
                .resolve(loop, peer.host(), options.connectTimeout())
                .addListener(
                        found -> {
                            if (found.isSuccess()) {
                                @SuppressWarnings("unchecked")
                                var addresses = (List<InetAddress>) found.getNow();
                                connect(addresses, 0, deadline);
                            } else {
                                fail(found.cause());
                            }
                        });
    }

    /** A name may have several addresses: the next is tried when one fails, within the deadline. */
    private void connect(List<InetAddress> addresses, int index, long deadline) {
        if (state != State.CONNECTING) {
            return;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        var transport = Transport.of(loop);
        var bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(transport.channel())
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, left))
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(new Reader());
        var remote = new InetSocketAddress(addresses.get(index), peer.port());
        ChannelFuture connecting;
        try {
            connecting =
                    options.sourceAddress().isPresent()
                            ? bootstrap.connect(
                                    remote, new InetSocketAddress(options.sourceAddress().get(), 0))
                            : bootstrap.connect(remote);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        channel = connecting.channel();
        connecting.addListener(
                (ChannelFutureListener)
                        done -> {
                            if (done.isSuccess()) {
                                opened(done.channel(), transport);
                            } else if (index + 1 < addresses.size()
                                    && System.nanoTime() - deadline < 0) {
                                connect(addresses, index + 1, deadline);
                            } else {
                                fail(done.cause());
                            }
                        });
    }

    private void opened(Channel connected, Transport transport) {
        if (state != State.CONNECTING) {
            connected.close();
            return;
        }
        transport.keepAlive(connected, options.keepAlive());
        var parser = new RespParser(options.limits(), options.newlinesBetween());
        connected.pipeline().addFirst(new RespDecoder(parser));
        state = State.OPEN;
        listener.opened(localAddress(connected));
        if (unsent != null) {
            planFlush();
        }
    }

    private static Address localAddress(Channel connected) {
        var local = (InetSocketAddress) connected.localAddress();
        // Without the zone of a link-local address, which means nothing to another machine.
        String host = local.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        return new Address(zone < 0 ? host : host.substring(0, zone), local.getPort());
    }

    // ---- receiving

    private final class Reader extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (state != State.OPEN) {
                ReferenceCountUtil.release(message);
                return;
            }
            var value = (RespValue) message;
            if (!router.received(value)) {
                fail(new RespException("a reply that nobody asked for: " + brief(value)));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException) && !(cause instanceof RespException)) {
                // A callback of ours failed, not the network: let the pipeline's end tell it.
                context.fireExceptionCaught(cause);
            }
            fail(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (state == State.OPEN) {
                end(CloseCause.CLOSED_BY_PEER, peer + " closed the connection");
            }
        }
    }

    private static String brief(RespValue value) {
        String text = value.toString();
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }

    // ---- the end

    /** Sends what was to be sent, then ends the connection in order. */
    public void close() {
        onLoop(
                () -> {
                    flush();
                    var current = channel;
                    if (state == State.OPEN && current != null) {
                        closeInOrder(current);
                    } else if (state == State.CONNECTING && current != null) {
                        current.close();
                    }
                    end(CloseCause.CLOSED_HERE, "we closed the connection to " + peer);
                });
    }

    private static void closeInOrder(Channel current) {
        var deadline =
                current.eventLoop()
                        .schedule(
                                () -> current.close(),
                                CLOSE_GRACE.toMillis(),
                                TimeUnit.MILLISECONDS);
        current.closeFuture().addListener(_ -> deadline.cancel(false));
        // Behind all earlier writes.
        current.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends the connection with a reset: what was sent and not yet taken is lost on purpose. */
    public void discard() {
        onLoop(
                () -> {
                    var current = channel;
                    if (current != null
                            && (state == State.OPEN || state == State.CONNECTING)
                            && current.isOpen()) {
                        current.config().setOption(ChannelOption.SO_LINGER, 0);
                        current.close();
                    }
                    end(CloseCause.CLOSED_HERE, "we reset the connection to " + peer);
                });
    }

    /**
     * Gives the channel to other handlers, for a stream that is no longer replies (what a master
     * sends behind its reply to PSYNC). Bytes that came already go to the first of them. The
     * listener hears nothing more, and the handlers own the channel. Event loop only; the natural
     * place is the handler of the reply behind which the stream begins.
     *
     * @throws IllegalStateException when the connection is not open
     */
    public Channel handOver(ChannelHandler... handlers) {
        requireLoop();
        var current = channel;
        if (state != State.OPEN || current == null) {
            throw new IllegalStateException("the connection to " + peer + " is not open");
        }
        flush();
        state = State.HANDED_OVER;
        router.clear();
        var pipeline = current.pipeline();
        pipeline.addLast(handlers);
        pipeline.remove(Reader.class);
        pipeline.remove(RespDecoder.class);
        return current;
    }

    private void fail(Throwable failure) {
        if (state != State.OPEN && state != State.CONNECTING) {
            return;
        }
        boolean ours = !(failure instanceof IOException) && !(failure instanceof RespException);
        var cause =
                ours && state == State.OPEN ? CloseCause.PROTOCOL_ERROR : CloseCause.of(failure);
        if (channel != null) {
            channel.close();
        }
        end(cause, detail(failure));
    }

    private String detail(Throwable failure) {
        String what = state == State.CONNECTING ? "cannot connect to " : "lost ";
        String why = Objects.toString(failure.getMessage(), failure.getClass().getSimpleName());
        return what + peer + ": " + why;
    }

    private void end(CloseCause cause, String detail) {
        if (state == State.CLOSED || state == State.HANDED_OVER) {
            return;
        }
        state = State.CLOSED;
        router.clear();
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
        listener.closed(cause, detail);
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}
