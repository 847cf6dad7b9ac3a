package dev.vedette.server.replication;

import dev.vedette.protocol.resp.CommandWriter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What all our replicas read: on a master the commands that changed data, on a replica the master's
 * own bytes. It counts every byte, fills the backlog, and hands each piece to the replicas once a
 * turn of the loop. Command loop only.
 */
final class ReplicationStream implements PropagationSink {
    private static final int PIECE_BYTES = 64 * 1024;

    private final EventLoop loop;
    private final BooleanSupplier isMaster;
    private final Consumer<ByteBuf> readers;

    private long offset;
    private @Nullable Backlog backlog;

    /** The database that the readers have selected; a new reader makes it unknown. */
    private int selected = NO_DB;

    /** Written and counted, but not yet in the backlog and at the readers. */
    private @Nullable ByteBuf pending;

    /**
     * @param isMaster whether the stream is ours to write
     * @param readers is shown each piece, and retains what it keeps
     */
    ReplicationStream(EventLoop loop, BooleanSupplier isMaster, Consumer<ByteBuf> readers) {
        this.loop = loop;
        this.isMaster = isMaster;
        this.readers = readers;
    }

    /** The offset of the last byte (INFO: master_repl_offset). */
    long offset() {
        return offset;
    }

    @Nullable Backlog backlog() {
        drain();
        return backlog;
    }

    /** The database of the last command, 0 where none was said (aux field repl-stream-db). */
    int selectedDb() {
        return selected == NO_DB ? 0 : selected;
    }

    @Override
    public boolean wantsCommands() {
        return backlog != null && isMaster.getAsBoolean();
    }

    @Override
    public boolean wantsMessages() {
        return true;
    }

    @Override
    public void command(int db, byte[][] words) {
        ByteBuf out = pending();
        int before = out.readableBytes();
        if (db != NO_DB && db != selected) {
            CommandWriter.write(out, "SELECT", Integer.toString(db));
            selected = db;
        }
        CommandWriter.write(out, words);
        offset += out.readableBytes() - before;
        if (out.readableBytes() >= PIECE_BYTES) {
            drain();
        }
    }

    private ByteBuf pending() {
        ByteBuf out = pending;
        if (out == null) {
            out = ByteBufAllocator.DEFAULT.directBuffer(1024);
            pending = out;
            loop.execute(this::drain);
        }
        return out;
    }

    /** Hands over what was written: before anybody joins, leaves or asks. */
    void drain() {
        ByteBuf piece = pending;
        if (piece == null) {
            return;
        }
        pending = null;
        handOver(piece);
    }

    private void handOver(ByteBuf piece) {
        try {
            if (backlog != null) {
                backlog.append(piece);
            }
            readers.accept(piece);
        } finally {
            piece.release();
        }
    }

    /** Passes our master's bytes on, unchanged. */
    void forward(byte[] bytes, int count) {
        if (count > 0) {
            offset += count;
            handOver(ByteBufAllocator.DEFAULT.directBuffer(count).writeBytes(bytes, 0, count));
        }
    }

    /** The next command selects its database anew: somebody joined who knows of none. */
    void forgetSelected() {
        drain();
        selected = NO_DB;
    }

    /** Begins to keep and count bytes, if that has not begun. */
    void createBacklog(long bytes) {
        if (backlog == null) {
            backlog = new Backlog(bytes, offset + 1);
        }
    }

    void resizeBacklog(long bytes) {
        drain();
        if (backlog != null) {
            backlog.resize(bytes);
        }
    }

    void dropBacklog() {
        drain();
        backlog = null;
    }

    /** Begins anew behind this offset: other data than before. */
    void restart(long newOffset, long backlogBytes) {
        dropBacklog();
        offset = newOffset;
        selected = NO_DB;
        createBacklog(backlogBytes);
    }
}
