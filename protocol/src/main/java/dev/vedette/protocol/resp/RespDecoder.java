package dev.vedette.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Turns the bytes of a channel into {@link RespValue} messages, one a value. Bytes that are no
 * value end it: it passes a {@link RespException} on once and ignores what follows.
 *
 * <p>A handler behind it may remove or replace this one while it is handed a value: the bytes
 * behind that value then go on as a buffer to the handler that took its place (a replica that reads
 * an RDB behind the reply to PSYNC). Event loop only.
 */
public final class RespDecoder extends ChannelInboundHandlerAdapter {
    private final RespParser parser;
    private boolean failed;

    public RespDecoder(RespLimits limits) {
        this(new RespParser(limits));
    }

    public RespDecoder(RespParser parser) {
        this.parser = parser;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        boolean handedOn = false;
        try {
            while (!failed && in.isReadable()) {
                if (context.isRemoved()) {
                    handedOn = true;
                    context.fireChannelRead(in);
                    return;
                }
                var value = parser.next(in);
                if (value != null) {
                    context.fireChannelRead(value);
                }
            }
        } catch (RespException e) {
            failed = true;
            context.fireExceptionCaught(e);
        } finally {
            if (!handedOn) {
                in.release();
            }
        }
    }
}
