package dev.vedette.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Turns the bytes of a channel into {@link RespValue} messages, one a value. Bytes that are no
 * value end it: it passes a {@link RespException} on once and ignores what follows. Event loop
 * only.
 */
public final class RespDecoder extends ChannelInboundHandlerAdapter {
    private final RespParser parser;
    private boolean failed;

    public RespDecoder(RespLimits limits) {
        this.parser = new RespParser(limits);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            while (!failed && in.isReadable()) {
                var value = parser.next(in);
                if (value != null) {
                    context.fireChannelRead(value);
                }
            }
        } catch (RespException e) {
            failed = true;
            context.fireExceptionCaught(e);
        } finally {
            in.release();
        }
    }
}
