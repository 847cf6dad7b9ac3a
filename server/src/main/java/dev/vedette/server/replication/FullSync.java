package dev.vedette.server.replication;

import dev.vedette.server.persistence.Persistence;
import dev.vedette.server.persistence.SnapshotRun;
import dev.vedette.server.persistence.SnapshotTarget;
import dev.vedette.server.replication.AttachedReplica.Stage;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Serves replicas that need everything: gathers those that wait, begins one snapshot for all of
 * them, and sends it, through the file or straight to their sockets. Command loop only.
 */
final class FullSync {
    private static final Logger log = LoggerFactory.getLogger(FullSync.class);

    /** So much of a snapshot may wait for one replica's network before the walk rests. */
    private static final long FULL_BYTES = 4L << 20;

    /** What the transfers need of the one who owns replicas and stream. */
    interface Owner {
        ReplicationSettings settings();

        List<AttachedReplica> replicas();

        /** Makes the stream begin anew for replicas that join now; their offset. */
        long snapshotOffset();

        String id();

        String newMark();
    }

    private final Owner owner;
    private final Persistence persistence;
    private final EventLoop loop;
    private @Nullable SocketTransfer socket;
    private @Nullable ScheduledFuture<?> delayed;

    FullSync(Owner owner, Persistence persistence, EventLoop loop) {
        this.owner = owner;
        this.persistence = persistence;
        this.loop = loop;
    }

    /** A replica has begun to wait. */
    void arrived(AttachedReplica replica) {
        if (persistence.isSaving() && joinsRunningFile(replica)) {
            return;
        }
        if (persistence.isBusy()) {
            log.info(
                    "Current BGSAVE has socket target or no replica. Waiting for next BGSAVE for"
                            + " SYNC");
        }
        // A moment later: a snapshot begins between commands, and more replicas may be arriving.
        loop.execute(this::startIfDue);
    }

    /** Takes part in a file that is being written for another that can do no more than this one. */
    private boolean joinsRunningFile(AttachedReplica replica) {
        for (AttachedReplica other : owner.replicas()) {
            if (other.stage() == Stage.SNAPSHOT && canShare(other, replica)) {
                reply(replica, other.snapshotOffset());
                replica.joins(other, System.nanoTime());
                log.info("Waiting for end of BGSAVE for SYNC");
                return true;
            }
        }
        return false;
    }

    private static boolean canShare(AttachedReplica waiting, AttachedReplica joining) {
        return (!waiting.options().hasNewId() || joining.options().hasNewId())
                && waiting.options().isSnapshotOnly() == joining.options().isSnapshotOnly();
    }

    private void reply(AttachedReplica replica, long offset) {
        replica.snapshotOffset(offset);
        if (!replica.isOld()) {
            replica.session().replies().simple("FULLRESYNC " + owner.id() + " " + offset);
            replica.session().flush();
        }
    }

    private List<AttachedReplica> waiting() {
        List<AttachedReplica> waiting = new ArrayList<>();
        for (AttachedReplica replica : owner.replicas()) {
            if (replica.stage() == Stage.WAITING) {
                waiting.add(replica);
            }
        }
        return waiting;
    }

    /** Begins a snapshot if somebody waits for one, none runs, and the time for others is over. */
    void startIfDue() {
        List<AttachedReplica> waiting = waiting();
        if (waiting.isEmpty()
                || persistence.isBusy()
                || persistence.isLoading()
                || persistence.isEnded()) {
            return;
        }
        ReplicationSettings settings = owner.settings();
        boolean bySocket =
                settings.diskless() && waiting.stream().allMatch(r -> r.options().hasEndMark());
        long delay = bySocket ? nanosToWait(waiting, settings) : 0;
        if (delay > 0) {
            if (delayed != null) {
                delayed.cancel(false);
            } else {
                log.info("Delay next BGSAVE for diskless SYNC");
            }
            delayed = loop.schedule(this::startIfDue, delay, TimeUnit.NANOSECONDS);
            return;
        }
        delayed = null;
        log.info(
                "Starting BGSAVE for SYNC with target: {}", bySocket ? "replicas sockets" : "disk");
        if (bySocket) {
            startSocket(waiting);
        } else {
            startFile(waiting);
        }
    }

    private static long nanosToWait(List<AttachedReplica> waiting, ReplicationSettings settings) {
        if (settings.disklessReplicas() > 0 && waiting.size() >= settings.disklessReplicas()) {
            return 0;
        }
        long oldest = waiting.stream().mapToLong(AttachedReplica::sinceNanos).min().orElse(0);
        long until = oldest + TimeUnit.SECONDS.toNanos(settings.disklessDelaySeconds());
        return until - System.nanoTime();
    }

    private void begin(List<AttachedReplica> waiting) {
        long offset = owner.snapshotOffset();
        long now = System.nanoTime();
        for (AttachedReplica replica : waiting) {
            reply(replica, offset);
            replica.snapshotBegins(now);
        }
    }

    // ---- by file

    private void startFile(List<AttachedReplica> waiting) {
        boolean begun = persistence.saveInBackground(outcome -> fileDone(outcome));
        if (!begun) {
            waiting.forEach(FullSync::refuse);
            return;
        }
        begin(waiting);
    }

    private static void refuse(AttachedReplica replica) {
        log.warn("BGSAVE for replication failed replica={}", replica);
        replica.session().replies().error("ERR BGSAVE failed, replication can't continue");
        replica.session().closeAfterReplies();
    }

    private void fileDone(Persistence.Outcome outcome) {
        for (AttachedReplica replica : List.copyOf(owner.replicas())) {
            if (replica.stage() != Stage.SNAPSHOT) {
                continue;
            }
            if (outcome == Persistence.Outcome.FAILED) {
                log.warn("SYNC failed. BGSAVE child returned an error replica={}", replica);
                replica.session().kill();
            } else {
                File file = persistence.path().toFile();
                long length = file.length();
                ByteBuf header =
                        Unpooled.copiedBuffer("$" + length + "\r\n", StandardCharsets.US_ASCII);
                replica.sendFile(header, file, length);
                log.info("Synchronization with replica {}: sending {} bytes", replica, length);
            }
        }
        loop.execute(this::startIfDue);
    }

    // ---- by socket

    private void startSocket(List<AttachedReplica> waiting) {
        SocketTransfer transfer = new SocketTransfer(waiting, owner.newMark());
        begin(waiting);
        socket = transfer;
        transfer.start();
    }

    /** One snapshot on its way to the sockets of some replicas. */
    private final class SocketTransfer implements SnapshotTarget {
        private final List<AttachedReplica> targets;
        private final String mark;
        private @Nullable SnapshotRun run;

        SocketTransfer(List<AttachedReplica> targets, String mark) {
            this.targets = new ArrayList<>(targets);
            this.mark = mark;
        }

        void start() {
            send("$EOF:" + mark + "\r\n");
            run = persistence.beginSnapshot(this);
        }

        private void send(String text) {
            chunk(text.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void chunk(byte[] bytes) {
            for (AttachedReplica target : targets) {
                target.snapshotBytes(Unpooled.wrappedBuffer(bytes), this::room);
            }
        }

        private void room() {
            if (run != null && !full()) {
                run.resume();
            }
        }

        @Override
        public boolean full() {
            for (AttachedReplica target : targets) {
                if (target.session().output().waitingBytes() > FULL_BYTES) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void complete(SnapshotRun finished) {
            send(mark);
            long now = System.nanoTime();
            for (AttachedReplica target : targets) {
                log.info(
                        "Streamed replica with replica {} succeeded via socket, waiting for"
                                + " REPLCONF ACK from replica to enable streaming",
                        target);
                target.snapshotSent(now);
            }
            over(finished);
        }

        private void over(SnapshotRun ended) {
            socket = null;
            persistence.snapshotOver(ended);
            loop.execute(FullSync.this::startIfDue);
        }

        void lost(AttachedReplica replica) {
            if (targets.remove(replica)) {
                SnapshotRun running = run;
                if (targets.isEmpty() && running != null) {
                    log.warn(
                            "Diskless rdb transfer, last replica dropped, the snapshot is given"
                                    + " up");
                    running.abort();
                    over(running);
                } else {
                    room();
                }
            }
        }

        /** Ends those whose network takes nothing. */
        void endStuck(long nowNanos, long limitNanos) {
            for (AttachedReplica target : List.copyOf(targets)) {
                if (nowNanos - target.progressNanos() > limitNanos
                        && target.session().output().waitingBytes() > 0) {
                    log.warn("Disconnecting timedout replica (full sync): {}", target);
                    target.session().kill();
                }
            }
        }
    }

    /** Whether the replica's snapshot goes by socket just now. */
    boolean isSentBySocket(AttachedReplica replica) {
        return socket != null && socket.targets.contains(replica);
    }

    /** Ends the replicas whose snapshot goes by socket just now, and it with them. */
    void endTransfer() {
        SocketTransfer current = socket;
        if (current != null) {
            List.copyOf(current.targets).forEach(target -> target.session().kill());
        }
    }

    /** A replica is gone. */
    void lost(AttachedReplica replica) {
        if (socket != null) {
            socket.lost(replica);
        }
    }

    /** To be called every second. */
    void cron(long nowNanos) {
        if (socket != null) {
            socket.endStuck(nowNanos, owner.settings().timeoutNanos());
        }
        startIfDue();
    }
}
