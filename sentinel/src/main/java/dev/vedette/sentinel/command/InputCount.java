package dev.vedette.sentinel.command;

import dev.vedette.protocol.info.Stats;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Counts what a client sends, before anybody reads it. */
final class InputCount extends ChannelInboundHandlerAdapter {
    private final Stats stats;

    InputCount(Stats stats) {
        this.stats = stats;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            stats.netInputBytes += bytes.readableBytes();
            stats.reads++;
        }
        context.fireChannelRead(message);
    }
}
