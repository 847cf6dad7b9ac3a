package dev.vedette.protocol.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.NetUtil;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * Stands behind TLS on a connection that was accepted: a handshake that fails ends the connection
 * and is told in a line, of which a flood is cut short. Event loop only.
 */
public final class TlsDoor {
    private static final Logger log = LoggerFactory.getLogger(TlsDoor.class);

    /** As long as a stranger may take; a handshake costs a round trip or two. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /**
     * What a connection costs, with room to spare; measured: 10 KiB of the heap with the JDK's TLS,
     * 14 KiB beside it with BoringSSL.
     */
    private static final long HEAP_BYTES_EACH = 16 * 1024;

    private final LogFlood flood = new LogFlood(Duration.ofSeconds(10), 5);
    private final long most = Runtime.getRuntime().maxMemory() / 2 / HEAP_BYTES_EACH;
    private long open;

    /**
     * Puts TLS in front of what the connection gets besides.
     *
     * @return false, and the connection is closed, when half of the heap would go to TLS
     */
    public boolean guard(Tls tls, Channel connection) {
        if (open >= most) {
            warn(
                    connection,
                    "as many TLS connections as half of the heap can hold are open; more need a"
                            + " larger -Xmx");
            connection.close();
            return false;
        }
        open++;
        connection.closeFuture().addListener(_ -> open--);
        connection.pipeline().addLast(tls.serverHandler(DEADLINE), new Guard());
        return true;
    }

    private final class Guard extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == SslHandshakeCompletionEvent.SUCCESS) {
                acknowledge(context.channel());
            }
            if (event instanceof SslHandshakeCompletionEvent done && !done.isSuccess()) {
                // That exception means that we closed it ourselves, as CLIENT KILL does.
                if (!(done.cause() instanceof ClosedChannelException)) {
                    warn(context.channel(), TlsFailure.describe(done.cause(), true));
                }
                context.close();
            } else {
                context.fireUserEventTriggered(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Of a failed handshake the event has told already.
            if (TlsFailure.is(cause)) {
                log.debug(
                        "Reading from client: {} addr={}",
                        TlsFailure.describe(cause, true),
                        shown(context.channel()));
                context.close();
            } else {
                context.fireExceptionCaught(cause);
            }
        }
    }

    /**
     * Where the server says nothing at the end of a handshake a client that has not switched off
     * Nagle's algorithm holds its first command back for 40 ms, until its last word is
     * acknowledged.
     */
    private static void acknowledge(Channel channel) {
        if (channel instanceof EpollSocketChannel epoll) {
            epoll.config().setTcpQuickAck(true);
        }
    }

    private static String shown(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress inet
                ? NetUtil.toSocketAddressString(inet)
                : "?:0";
    }

    private void warn(Channel channel, String why) {
        switch (flood.admit(System.nanoTime())) {
            case LogFlood.Verdict.Say(var left) ->
                    log.warn(
                            "Error accepting a client connection: {} addr={}{}",
                            why,
                            shown(channel),
                            left == 0 ? "" : " not_told_before=" + left);
            case LogFlood.Verdict.Keep() ->
                    log.debug("Error accepting a client connection: {}", why);
        }
    }
}
