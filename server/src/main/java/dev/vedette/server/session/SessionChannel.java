package dev.vedette.server.session;

import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.resp.CommandSink;
import dev.vedette.protocol.resp.ProtocolError;
import dev.vedette.server.command.Dispatcher;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Ties a channel to its session: in front of the decoder it counts what comes and sees the end;
 * behind it, it hands commands to the dispatcher. Event loop only.
 */
public final class SessionChannel extends ChannelInboundHandlerAdapter implements CommandSink {
    private static final Logger log = LoggerFactory.getLogger(SessionChannel.class);

    private final Dispatcher dispatcher;
    private final Stats stats;
    private Session session;

    // The session needs this sink for its decoder, and this sink its session: set at once after.
    @SuppressWarnings("NullAway.Init")
    public SessionChannel(Dispatcher dispatcher, Stats stats) {
        this.dispatcher = dispatcher;
        this.stats = stats;
    }

    public void session(Session ours) {
        this.session = ours;
    }

    // ---- the channel

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            var count = bytes.readableBytes();
            if (session.kind() == Session.Kind.NORMAL) {
                stats.netInputBytes += count;
            } else {
                stats.netReplInputBytes += count;
            }
            stats.reads++;
            dispatcher.readBegins();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        session.ended();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("connection broke {} cause=\"{}\"", session, cause.getMessage());
        } else {
            log.error("closing {} because of a fault of our own", session, cause);
        }
        session.kill();
    }

    // ---- commands

    @Override
    public void command(byte[][] words) {
        dispatcher.dispatch(session, words);
    }

    @Override
    public void readComplete() {
        session.flush();
    }

    @Override
    public void protocolError(ProtocolError error) {
        log.debug("protocol error {} reason=\"{}\"", session, error.reason());
        if (error.reply().isEmpty()) {
            stats.queryLimitDisconnections++;
        }
        error.reply()
                .ifPresent(
                        line -> {
                            stats.countError(line);
                            var bytes = line.getBytes(StandardCharsets.ISO_8859_1);
                            session.replies().error(bytes);
                        });
        session.closeAfterReplies();
    }
}
