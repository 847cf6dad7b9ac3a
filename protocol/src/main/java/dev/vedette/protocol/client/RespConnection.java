package dev.vedette.protocol.client;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.NameResolver;
import dev.vedette.protocol.net.SocketShortage;
import dev.vedette.protocol.net.TlsFailure;
import dev.vedette.protocol.net.Transport;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.protocol.resp.RespDecoder;
import dev.vedette.protocol.resp.RespException;
import dev.vedette.protocol.resp.RespValue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 *       └── cannot be made ─────────┴─ close(), discard() ──────────────┴─► CLOSED: closed(), once
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
    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

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
        CLOSED
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

    /** Whether anything came that is a reply. */
    private boolean answered;

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
        var bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(Transport.of(loop).channel())
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, left))
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(new Pipeline(deadline));
        var remote = new InetSocketAddress(addresses.get(index), peer.port());
        ChannelFuture connecting =
                options.sourceAddress().isPresent()
                        ? bootstrap.connect(
                                remote, new InetSocketAddress(options.sourceAddress().get(), 0))
                        : bootstrap.connect(remote);
        if (connecting.isDone() && !connecting.isSuccess()) {
            // Where not even a socket can be had, Netty would tell us on a thread of its own.
            notConnected(SocketShortage.unwrap(connecting.cause()), addresses, index, deadline);
            return;
        }
        channel = connecting.channel();
        // Success is heard from channelActive, which comes before any byte of the peer.
        connecting.addListener(
                (ChannelFutureListener)
                        done -> {
                            if (!done.isSuccess()) {
                                notConnected(done.cause(), addresses, index, deadline);
                            }
                        });
    }

    private void notConnected(
            Throwable cause, List<InetAddress> addresses, int index, long deadline) {
        if (index + 1 < addresses.size() && System.nanoTime() - deadline < 0) {
            connect(addresses, index + 1, deadline);
        } else {
            fail(cause);
        }
    }

    private final class Pipeline extends ChannelInitializer<SocketChannel> {
        private final long deadline;

        Pipeline(long deadline) {
            this.deadline = deadline;
        }

        @Override
        protected void initChannel(SocketChannel created) {
            Transport.of(loop).keepAlive(created, options.keepAlive());
            var left = Duration.ofNanos(deadline - System.nanoTime());
            options.tls().ifPresent(tls -> created.pipeline().addLast(tls.clientHandler(left)));
            created.pipeline().addLast(new RespDecoder(options.limits()), new Reader());
        }
    }

    private void opened(Channel connected) {
        if (state != State.CONNECTING) {
            connected.close();
            return;
        }
        var local = (InetSocketAddress) connected.localAddress();
        if (local == null) {
            fail(new IOException("Connection reset by peer"));
            return;
        }
        state = State.OPEN;
        listener.opened(address(local));
        if (unsent != null) {
            planFlush();
        }
    }

    private static Address address(InetSocketAddress local) {
        // In Redis's form, and without the zone of a link-local address, which means nothing to
        // another machine.
        return new Address(NetUtil.toAddressString(local.getAddress()), local.getPort());
    }

    // ---- receiving

    private final class Reader extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (options.tls().isEmpty()) {
                opened(context.channel());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    opened(context.channel());
                } else {
                    fail(handshake.cause());
                }
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (state != State.OPEN) {
                ReferenceCountUtil.release(message);
                return;
            }
            answered = true;
            var value = (RespValue) message;
            if (!router.received(value)) {
                fail(new RespException("a reply that nobody asked for: " + brief(value)));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (state == State.OPEN) {
                end(
                        expectsTls() ? CloseCause.TLS_FAILED : CloseCause.CLOSED_BY_PEER,
                        peer + " closed the connection" + perhapsTlsIsDue());
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
                    var before = state;
                    end(CloseCause.CLOSED_HERE, "we closed the connection to " + peer);
                    if (before == State.OPEN && channel != null) {
                        closeInOrder(channel);
                    } else if (before == State.CONNECTING && channel != null) {
                        channel.close();
                    }
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
                    var before = state;
                    end(CloseCause.CLOSED_HERE, "we reset the connection to " + peer);
                    boolean ours = before == State.OPEN || before == State.CONNECTING;
                    if (ours && channel != null && channel.isOpen()) {
                        channel.config().setOption(ChannelOption.SO_LINGER, 0);
                        closeBelowTls(channel);
                    }
                });
    }

    /** TLS would have the peer take everything, and an orderly end behind it, first. */
    private static void closeBelowTls(Channel current) {
        var lowest = current.pipeline().firstContext();
        if (lowest == null) {
            current.close();
        } else {
            lowest.close();
        }
    }

    private void fail(Throwable met) {
        var failure = TlsFailure.unwrap(met);
        if (state != State.OPEN && state != State.CONNECTING) {
            return;
        }
        if (!(failure instanceof IOException) && !(failure instanceof RespException)) {
            // Not the network's doing but a mistake in a callback of ours.
            LOG.error("callback failed peer={}", peer, failure);
            end(CloseCause.PROTOCOL_ERROR, "gave up " + peer + ": " + failure);
        } else {
            var cause = CloseCause.of(failure);
            String what = state == State.CONNECTING ? "cannot connect to " : "lost ";
            end(
                    expectsTls() ? CloseCause.TLS_FAILED : cause,
                    what + peer + ": " + why(cause, failure) + perhapsTlsIsDue());
        }
        // Last: what fails because of it is not told as a cause.
        if (channel != null) {
            channel.close();
        }
    }

    private String why(CloseCause cause, Throwable failure) {
        return switch (cause) {
            case REFUSED -> "connection refused";
            case RESET -> "connection reset by peer";
            case CONNECT_TIMEOUT ->
                    "no answer within " + options.connectTimeout().toMillis() + " ms";
            case TLS_FAILED -> TlsFailure.describe(failure, false);
            case UNRESOLVED, UNREACHABLE, PROTOCOL_ERROR, CLOSED_BY_PEER, CLOSED_HERE ->
                    text(failure);
        };
    }

    private static String text(Throwable failure) {
        return Objects.toString(failure.getMessage(), failure.getClass().getSimpleName());
    }

    /** Whether the peer ends the connection at the first command, or answers it with an alert. */
    private boolean expectsTls() {
        return options.tls().isEmpty() && !answered && state == State.OPEN && router.pending() > 0;
    }

    private String perhapsTlsIsDue() {
        return expectsTls() ? ", before any reply: perhaps it speaks TLS on that port" : "";
    }

    private void end(CloseCause cause, String detail) {
        if (state == State.CLOSED) {
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
