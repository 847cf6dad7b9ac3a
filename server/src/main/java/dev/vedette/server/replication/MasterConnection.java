package dev.vedette.server.replication;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.NameResolver;
import dev.vedette.protocol.net.SocketShortage;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsFailure;
import dev.vedette.protocol.net.Transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One connection to our master, from its name to bytes in both directions: looks the name up,
 * connects and, where asked for, speaks TLS. What the bytes mean is the link's affair. Command loop
 * only.
 */
final class MasterConnection {
    private static final Logger log = LoggerFactory.getLogger(MasterConnection.class);

    private static final int PIECE_BYTES = 64 * 1024;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(60);

    /**
     * Hears what becomes of the connection. The last three are its end, of which at most one comes,
     * and none after {@link #close}, which the listener has to call all the same.
     */
    interface Listener {
        /** The connection is there. */
        void opened();

        /**
         * Bytes came.
         *
         * @param bytes for this call only
         */
        void received(byte[] bytes, int count);

        /** The connection could not be made, or fell to an error of our own. */
        void failed(String why);

        /** The network broke the connection. */
        void broken(String why);

        /** The master closed it. */
        void ended();
    }

    private final EventLoop loop;
    private final Address master;
    private final String sourceAddress;
    private final Optional<Tls> tls;
    private final Duration deadline;
    private final Listener listener;

    private @Nullable Channel channel;
    private boolean open;
    private boolean over;

    /**
     * @param sourceAddress of our own to connect from, or an empty text
     * @param tls what is spoken below the protocol; empty for plain text
     * @param deadline of each step until the connection is there
     */
    MasterConnection(
            EventLoop loop,
            Address master,
            String sourceAddress,
            Optional<Tls> tls,
            Duration deadline,
            Listener listener) {
        this.loop = loop;
        this.master = master;
        this.sourceAddress = sourceAddress;
        this.tls = tls;
        this.deadline = deadline;
        this.listener = listener;
    }

    /** The channel, from the first bytes until the end. */
    @Nullable Channel channel() {
        return open && !over ? channel : null;
    }

    /** Sends the bytes if the connection is there; takes them over in any case. */
    void write(ByteBuf bytes) {
        Channel to = channel();
        if (to == null) {
            bytes.release();
        } else {
            to.writeAndFlush(bytes, to.voidPromise());
        }
    }

    /** Ends the connection; the listener hears nothing more. */
    void close() {
        over = true;
        if (channel != null) {
            channel.close();
        }
    }

    // ---- connect

    /** Begins to connect. */
    void open() {
        NameResolver.SYSTEM
                .resolve(loop, master.host(), deadline)
                .addListener((Future<List<InetAddress>> answer) -> resolved(answer));
    }

    private void resolved(Future<List<InetAddress>> answer) {
        if (over) {
            return;
        }
        if (!answer.isSuccess()) {
            fail("Unable to connect to MASTER: " + answer.cause().getMessage());
            return;
        }
        Bootstrap bootstrap = new Bootstrap();
        if (!sourceAddress.isEmpty()) {
            bootstrap.localAddress(sourceAddress, 0);
        }
        ChannelFuture connecting =
                bootstrap
                        .group(loop)
                        .channel(Transport.of(loop).channel())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) Math.min(deadline.toMillis(), Integer.MAX_VALUE))
                        .handler(new Beginning())
                        .connect(new InetSocketAddress(answer.getNow().getFirst(), master.port()));
        if (connecting.isDone()) {
            // Where not even a socket can be had, Netty would tell us on a thread of its own.
            connected(connecting);
        } else {
            channel = connecting.channel();
            connecting.addListener((Future<Void> connected) -> connected(connected));
        }
    }

    private void connected(Future<Void> connected) {
        if (!connected.isSuccess()) {
            cannotConnect(connected.cause());
        }
    }

    private void cannotConnect(Throwable cause) {
        fail("Error condition on socket for SYNC: " + reason(cause));
    }

    private void fail(String why) {
        if (!over) {
            over = true;
            listener.failed(why);
        }
    }

    private static String reason(Throwable cause) {
        if (TlsFailure.is(cause)) {
            return TlsFailure.describe(cause, false);
        }
        if (cause instanceof ChannelException) {
            return SocketShortage.reason(cause);
        }
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        String text = String.valueOf(root.getMessage());
        return text.toLowerCase(Locale.ROOT).contains("refused") ? "Connection refused" : text;
    }

    // ---- the channel

    /** Puts the handlers into the channel. */
    private final class Beginning extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel created) {
            tls.ifPresent(spoken -> created.pipeline().addLast(spoken.clientHandler(deadline)));
            created.pipeline().addLast(new Reading());
        }
    }

    /** What comes from the channel. */
    private final class Reading extends ChannelInboundHandlerAdapter {
        private final byte[] piece = new byte[PIECE_BYTES];

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (tls.isEmpty()) {
                begin(context);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    begin(context);
                } else {
                    context.close();
                    cannotConnect(handshake.cause());
                }
            }
        }

        private void begin(ChannelHandlerContext context) {
            if (over) {
                context.close();
                return;
            }
            channel = context.channel();
            open = true;
            Transport.of(loop).keepAlive(context.channel(), KEEP_ALIVE);
            listener.opened();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                while (in.isReadable() && !over) {
                    int count = Math.min(in.readableBytes(), piece.length);
                    in.readBytes(piece, 0, count);
                    listener.received(piece, count);
                }
            } finally {
                in.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (open && !over) {
                over = true;
                listener.ended();
            }
        }

        // Not deprecated for inbound handlers: only ChannelHandler's own declaration is.
        @Override
        @SuppressWarnings("deprecation")
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!open || over) {
                context.close();
            } else if (cause instanceof IOException || TlsFailure.is(cause)) {
                over = true;
                listener.broken("Connection with master lost: " + reason(cause));
            } else {
                log.error("master link failed master={}", master, cause);
                fail("Connection with master given up after an error of our own");
            }
        }
    }
}
