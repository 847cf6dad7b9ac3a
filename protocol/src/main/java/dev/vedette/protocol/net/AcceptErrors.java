package dev.vedette.protocol.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a listening socket does when it cannot accept, for want of file descriptors as a rule: says
 * so in Redis's words (networking.c, acceptTcpHandler), not too often, and looks again a moment
 * later. Without the moment it would spin, since the client goes on waiting. One for each listening
 * channel.
 */
public final class AcceptErrors extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(AcceptErrors.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final LogFlood flood = new LogFlood(Duration.ofSeconds(10), 5);

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (flood.admit(System.nanoTime()) instanceof LogFlood.Verdict.Say(var keptBefore)) {
            log.warn(
                    "Accepting client connection: accept: {}{}",
                    SocketShortage.reason(cause),
                    keptBefore == 0 ? "" : " (and " + keptBefore + " times more)");
        }
        var listening = context.channel();
        listening.config().setAutoRead(false);
        context.executor()
                .schedule(
                        () -> listening.config().setAutoRead(true),
                        PAUSE.toMillis(),
                        TimeUnit.MILLISECONDS);
    }
}
