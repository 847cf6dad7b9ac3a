package dev.vedette.server.replication;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.ssl.SslHandler;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * Sends a file behind what was written before: by the kernel alone where nothing must be done to
 * its bytes, piece by piece through TLS. Nothing else may be written until it is done. Event loop
 * only.
 */
final class FileSender {
    private static final int PIECE_BYTES = 64 * 1024;

    private final Channel channel;
    private final FileChannel file;
    private final long length;
    private final ChannelPromise done;
    private long sent;

    private FileSender(Channel channel, FileChannel file, long length) {
        this.channel = channel;
        this.file = file;
        this.length = length;
        this.done = channel.newPromise();
    }

    /**
     * @return done when all is sent, or when it failed
     */
    static ChannelFuture send(Channel channel, File file, long length) {
        if (channel.pipeline().get(SslHandler.class) == null) {
            return channel.writeAndFlush(new DefaultFileRegion(file, 0, length));
        }
        try {
            var sender =
                    new FileSender(
                            channel,
                            FileChannel.open(file.toPath(), StandardOpenOption.READ),
                            length);
            sender.done.addListener(_ -> sender.file.close());
            sender.next();
            return sender.done;
        } catch (IOException e) {
            return channel.newFailedFuture(e);
        }
    }

    private void next() {
        if (sent == length) {
            done.trySuccess();
            return;
        }
        int count = (int) Math.min(PIECE_BYTES, length - sent);
        ByteBuf piece = channel.alloc().directBuffer(count);
        try {
            while (piece.readableBytes() < count) {
                int read = piece.writeBytes(file, sent, count - piece.readableBytes());
                if (read < 0) {
                    throw new IOException("the file has become shorter");
                }
                sent += read;
            }
        } catch (IOException e) {
            piece.release();
            done.tryFailure(e);
            return;
        }
        channel.writeAndFlush(piece)
                .addListener(
                        written -> {
                            if (written.isSuccess()) {
                                next();
                            } else {
                                done.tryFailure(written.cause());
                            }
                        });
    }
}
