package dev.vedette.server.replication;

import dev.vedette.server.session.Session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFutureListener;

import java.io.File;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One replica that follows us.
 *
 * <pre>
 *   PSYNC, full ──► WAITING ──snapshot begins──► SNAPSHOT ──file is ready──► FILE ──sent──► ONLINE
 *                                                   └──all went by socket──► ONLINE, stream held
 *   PSYNC, partial ──────────────────────────────────────────────────────► ONLINE until its ACK
 * </pre>
 *
 * Command loop only.
 */
final class AttachedReplica {
    private static final byte NEWLINE = '\n';

    /** Where it stands. */
    enum Stage {
        /** For a snapshot that will begin. */
        WAITING("wait_bgsave"),
        /** The snapshot of its offset is being taken, or sent by socket. */
        SNAPSHOT("wait_bgsave"),
        /** The snapshot is being sent from the file. */
        FILE("send_bulk"),
        ONLINE("online");

        private final String word;

        Stage(String word) {
            this.word = word;
        }

        /** As INFO says it. */
        String word() {
            return word;
        }
    }

    private final Session session;
    private final ReplicaOptions options;

    /** It asked by SYNC: knows neither ids nor offsets, and sends no ACK. */
    private final boolean old;

    private final long sinceNanos;
    private Stage stage = Stage.WAITING;
    private boolean streamHeld = true;
    private final Deque<ByteBuf> held = new ArrayDeque<>();
    private long heldBytes;
    private long overSoftLimitSinceNanos;

    private long snapshotOffset = -1;
    private long ackOffset;
    private long heardNanos;
    private long progressNanos;

    AttachedReplica(Session session, ReplicaOptions options, boolean old, long nowNanos) {
        this.session = session;
        this.options = options;
        this.old = old;
        this.sinceNanos = nowNanos;
        this.heardNanos = nowNanos;
        this.progressNanos = nowNanos;
    }

    Session session() {
        return session;
    }

    ReplicaOptions options() {
        return options;
    }

    boolean isOld() {
        return old;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    Stage stage() {
        return stage;
    }

    boolean isOnline() {
        return stage == Stage.ONLINE;
    }

    String host() {
        return options.announcedHost().isEmpty()
                ? session.endpoints().remoteHost()
                : options.announcedHost();
    }

    /** As the log names it. */
    @Override
    public String toString() {
        String host = host();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                + ":"
                + (options.listeningPort() > 0
                        ? Integer.toString(options.listeningPort())
                        : "<unknown-replica-port>");
    }

    // ---- what it says

    long ackOffset() {
        return ackOffset;
    }

    long heardNanos() {
        return heardNanos;
    }

    /** Any byte of it, an empty line too, is a sign of life. */
    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** It has everything up to this offset. Offsets only grow. */
    void acknowledged(long offset, long nowNanos) {
        ackOffset = Math.max(ackOffset, offset);
        heardNanos = nowNanos;
        if (stage == Stage.ONLINE && streamHeld) {
            // It has loaded what came by socket: the stream may follow.
            releaseStream();
        }
    }

    /** Seconds since it was heard, 0 unless online (INFO: lag). */
    long lagSeconds(long nowNanos) {
        return isOnline() ? (nowNanos - heardNanos) / 1_000_000_000L : 0;
    }

    /** The offset of the snapshot that it gets. */
    long snapshotOffset() {
        return snapshotOffset;
    }

    void snapshotOffset(long offset) {
        snapshotOffset = offset;
    }

    // ---- what it gets

    /** It goes on from where it was. */
    void continues(long nowNanos) {
        stage = Stage.ONLINE;
        streamHeld = false;
        heardNanos = nowNanos;
    }

    /** The snapshot of this moment is its: from here on the stream is held for it. */
    void snapshotBegins(long nowNanos) {
        stage = Stage.SNAPSHOT;
        progressNanos = nowNanos;
    }

    /** It shares the snapshot of another that waits already, and what was held for that one. */
    void joins(AttachedReplica other, long nowNanos) {
        snapshotBegins(nowNanos);
        other.held.forEach(piece -> hold(piece.retainedDuplicate()));
    }

    /** A piece of the stream, which it retains if it keeps it. */
    void stream(ByteBuf piece) {
        if (stage == Stage.WAITING || options.isSnapshotOnly()) {
            // What is written now will be in its snapshot.
            return;
        }
        if (streamHeld) {
            hold(piece.retainedDuplicate());
        } else {
            session.send(piece.retainedDuplicate());
        }
    }

    /** It wants signs of life between the commands of the stream, and will get a stream. */
    boolean wantsHeartbeat() {
        return options.wantsHeartbeat() && !options.isSnapshotOnly();
    }

    /**
     * A sign of life that is no part of the stream. Pieces of the stream end with a command, so it
     * is always between two; behind bytes that wait for the network it would say nothing new.
     */
    void beat() {
        boolean streams = isOnline() && !streamHeld;
        if (wantsHeartbeat() && streams && session.output().waitingBytes() == 0) {
            session.send(ByteBufAllocator.DEFAULT.directBuffer(1).writeByte(NEWLINE));
        }
    }

    private void hold(ByteBuf piece) {
        held.add(piece);
        heldBytes += piece.readableBytes();
    }

    long heldBytes() {
        return heldBytes;
    }

    /** Since when more was held than the soft limit allows; 0 while it is not. */
    long overSoftLimitSinceNanos() {
        return overSoftLimitSinceNanos;
    }

    void overSoftLimitSince(long nanos) {
        overSoftLimitSinceNanos = nanos;
    }

    private void releaseStream() {
        streamHeld = false;
        for (ByteBuf piece = held.poll(); piece != null; piece = held.poll()) {
            session.send(piece);
        }
        heldBytes = 0;
    }

    /** Bytes of a snapshot that goes by socket; {@code sent} runs when the network took them. */
    void snapshotBytes(ByteBuf bytes, Runnable sent) {
        session.channel()
                .write(bytes)
                .addListener(
                        _ -> {
                            progressNanos = System.nanoTime();
                            sent.run();
                        });
        session.flushSoon();
    }

    /** All of the snapshot went by socket: the stream waits until it says that it has loaded. */
    void snapshotSent(long nowNanos) {
        stage = Stage.ONLINE;
        heardNanos = nowNanos;
        endIfSnapshotOnly();
    }

    /** The snapshot's file follows, and right behind it the stream. */
    void sendFile(ByteBuf header, File file, long length) {
        stage = Stage.FILE;
        session.flush();
        session.channel().write(header);
        FileSender.send(session.channel(), file, length)
                .addListener(
                        (ChannelFutureListener)
                                done -> {
                                    if (done.isSuccess()) {
                                        stage = Stage.ONLINE;
                                        heardNanos = System.nanoTime();
                                        releaseStream();
                                        endIfSnapshotOnly();
                                    } else {
                                        session.kill();
                                    }
                                });
    }

    private void endIfSnapshotOnly() {
        if (options.isSnapshotOnly()) {
            session.closeAfterReplies();
        }
    }

    /** When the network last took bytes of a snapshot by socket. */
    long progressNanos() {
        return progressNanos;
    }

    /** The session is over: nothing is held any more. */
    void released() {
        held.forEach(ByteBuf::release);
        held.clear();
        heldBytes = 0;
    }
}
