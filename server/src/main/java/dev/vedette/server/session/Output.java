package dev.vedette.server.session;

import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.resp.ReplyWriter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

/**
 * What goes to the peer of one session. Replies gather in one buffer, which is handed to the
 * channel when other bytes follow or a flush is due; what was handed over counts as sent. Event
 * loop only.
 */
public final class Output {
    private static final int FIRST_BYTES = 512;
    private static final ByteBuf NOTHING = Unpooled.EMPTY_BUFFER;

    private final Channel channel;
    private final Stats stats;
    private final ReplyWriter writer = new ReplyWriter(NOTHING);

    /** Whether the writer has a buffer of ours. */
    private boolean gathering;

    private boolean ended;
    private long softLimitSince = -1;

    Output(Channel channel, Stats stats) {
        this.channel = channel;
        this.stats = stats;
    }

    int protocol() {
        return writer.protocol();
    }

    void protocol(int version) {
        writer.protocol(version);
    }

    /** Where replies are written; valid until the next {@link #hand}. */
    ReplyWriter replies() {
        if (!gathering) {
            gathering = true;
            writer.out(ended ? Unpooled.buffer() : channel.alloc().directBuffer(FIRST_BYTES));
        }
        return writer;
    }

    /** How many bytes of replies wait here, unsent. */
    public int gatheredBytes() {
        return writer.out().readableBytes();
    }

    /** Forgets the replies behind this mark of {@link #gatheredBytes}. */
    public void forgetAfter(int mark) {
        if (gatheredBytes() > mark) {
            writer.out().writerIndex(writer.out().readerIndex() + mark);
        }
    }

    /** How many bytes wait to be taken by the network, gathered ones included. */
    public long waitingBytes() {
        var pending = channel.unsafe().outboundBuffer();
        return gatheredBytes() + (pending == null ? 0 : pending.totalPendingWriteBytes());
    }

    /** Gives the replies gathered so far to the channel. */
    void hand() {
        if (!gathering) {
            return;
        }
        var out = writer.out();
        writer.out(NOTHING);
        gathering = false;
        if (out.isReadable()) {
            write(out);
        } else {
            out.release();
        }
    }

    /** Gives these bytes to the channel, behind everything before; takes over the buffer. */
    void hand(ByteBuf bytes) {
        hand();
        write(bytes);
    }

    private void write(ByteBuf bytes) {
        if (ended) {
            bytes.release();
            return;
        }
        stats.netOutputBytes += bytes.readableBytes();
        channel.write(bytes, channel.voidPromise());
    }

    /** Nothing reaches the peer any more: what is written is dropped. */
    void end() {
        ended = true;
        hand();
    }

    /** Since when more than the soft limit waits, by {@code nanoTime}; -1 when it does not. */
    long softLimitSince() {
        return softLimitSince;
    }

    void softLimitSince(long nanos) {
        this.softLimitSince = nanos;
    }
}
