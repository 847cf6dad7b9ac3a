package dev.vedette.sentinel.command;

import dev.vedette.protocol.info.Stats;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What waits to be sent to one client. One buffer is on its way at a time; what is written
 * meanwhile is collected in chunks, so that a client that does not read costs its bytes and little
 * more. Event loop only.
 */
final class Output {
    private static final int FIRST_BYTES = 256;
    private static final int CHUNK_BYTES = 64 * 1024;

    private final Channel channel;
    private final OutputBudget budget;
    private final Stats stats;
    private final Deque<ByteBuf> chunks = new ArrayDeque<>();
    private @Nullable ByteBuf open;
    private long chunkBytes;
    private long inFlightBytes;
    private long budgetedBytes;
    private long sentBytes;
    private boolean closeWhenSent;
    private boolean released;

    Output(Channel channel, OutputBudget budget, Stats stats) {
        this.channel = channel;
        this.budget = budget;
        this.stats = stats;
    }

    /** Where the next reply is written; sent by {@link #flush}. */
    ByteBuf buffer() {
        var current = open;
        if (current != null && current.readableBytes() >= CHUNK_BYTES) {
            chunks.add(current);
            chunkBytes += current.readableBytes();
            current = null;
        }
        if (current == null) {
            current = channel.alloc().buffer(FIRST_BYTES);
            open = current;
        }
        return current;
    }

    /** How many bytes the client has not taken yet. */
    long waitingBytes() {
        var current = open;
        return inFlightBytes + chunkBytes + (current == null ? 0 : current.readableBytes());
    }

    /** Tells the budget what waits now. */
    private void account() {
        var waiting = released ? 0 : waitingBytes();
        budget.add(waiting - budgetedBytes);
        budgetedBytes = waiting;
    }

    long sentBytes() {
        return sentBytes;
    }

    int chunks() {
        return chunks.size();
    }

    void flush() {
        account();
        if (inFlightBytes > 0 || released) {
            return;
        }
        var next = chunks.poll();
        if (next != null) {
            chunkBytes -= next.readableBytes();
        } else {
            next = open;
            open = null;
        }
        if (next == null || !next.isReadable()) {
            if (next != null) {
                next.release();
            }
            if (closeWhenSent) {
                channel.close();
            }
            return;
        }
        inFlightBytes = next.readableBytes();
        channel.writeAndFlush(next)
                .addListener(
                        (ChannelFutureListener)
                                sent -> {
                                    sentBytes += inFlightBytes;
                                    stats.netOutputBytes += inFlightBytes;
                                    stats.writes++;
                                    inFlightBytes = 0;
                                    account();
                                    if (sent.isSuccess()) {
                                        flush();
                                    } else {
                                        channel.close();
                                    }
                                });
    }

    /** Closes the connection behind the last byte. */
    void closeWhenSent() {
        closeWhenSent = true;
        flush();
    }

    /** The connection is gone. */
    void release() {
        released = true;
        var current = open;
        open = null;
        if (current != null) {
            current.release();
        }
        chunks.forEach(ByteBuf::release);
        chunks.clear();
        chunkBytes = 0;
        account();
    }
}
