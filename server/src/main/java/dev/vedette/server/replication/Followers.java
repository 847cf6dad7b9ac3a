package dev.vedette.server.replication;

import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.server.persistence.Persistence;
import dev.vedette.server.session.Session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Those who follow us: how they join, what they are fed, what they acknowledge, and when they are
 * given up. Command loop only.
 */
public final class Followers {
    private static final Logger log = LoggerFactory.getLogger(Followers.class);

    private static final byte[][] PING = CommandWriter.words("ping");
    private static final byte[][] GET_ACK = CommandWriter.words("REPLCONF", "GETACK", "*");
    private static final byte[] NEWLINE = {'\n'};

    private final History history;
    private final ReplicationStream stream;
    private final Stats stats;
    private final Supplier<ReplicationSettings> settings;
    private final BooleanSupplier isReplica;
    private final List<AttachedReplica> replicas = new ArrayList<>();
    private final Map<Long, ReplicaOptions> options = new HashMap<>();
    private final FullSync fullSync;
    private final WaitQueue waits;
    private final Heartbeat heartbeat;
    private long aloneSinceNanos = System.nanoTime();
    private long lastPingNanos;

    Followers(
            EventLoop loop,
            Persistence persistence,
            History history,
            Stats stats,
            Supplier<ReplicationSettings> settings,
            BooleanSupplier isReplica) {
        this.history = history;
        this.stream = history.stream();
        this.stats = stats;
        this.settings = settings;
        this.isReplica = isReplica;
        this.fullSync = new FullSync(new Transfers(), persistence, loop);
        this.waits = new WaitQueue(loop, this::acknowledged);
        this.heartbeat = new Heartbeat(loop, replicas);
    }

    List<AttachedReplica> all() {
        return replicas;
    }

    /** Ends all links: those who come back find another history. */
    void killAll() {
        for (AttachedReplica replica : List.copyOf(replicas)) {
            replica.session().kill();
        }
    }

    /** From now on it counts for how long nobody has followed. */
    void countAloneFromNow() {
        aloneSinceNanos = System.nanoTime();
    }

    /** Ends those who are in the midst of a snapshot by socket; they come back and ask anew. */
    public void endTransfers() {
        fullSync.endTransfer();
    }

    /** What a session said of itself by REPLCONF so far. */
    public ReplicaOptions options(Session session) {
        return options.computeIfAbsent(session.id(), _ -> new ReplicaOptions());
    }

    private @Nullable AttachedReplica replicaOf(Session session) {
        for (AttachedReplica replica : replicas) {
            if (replica.session().equals(session)) {
                return replica;
            }
        }
        return null;
    }

    void sessionEnded(Session session) {
        options.remove(session.id());
        AttachedReplica replica = replicaOf(session);
        if (replica != null) {
            replicas.remove(replica);
            log.info("Connection with replica {} lost.", replica);
            fullSync.lost(replica);
            replica.released();
            if (replicas.isEmpty()) {
                aloneSinceNanos = System.nanoTime();
            }
            heartbeat.replicasChanged();
        }
    }

    /** REPLCONF ACK: the session has everything up to this offset. */
    public void acknowledged(Session session, long offset) {
        AttachedReplica replica = replicaOf(session);
        if (replica != null) {
            stream.drain();
            replica.acknowledged(offset, System.nanoTime());
            waits.check();
        }
    }

    /** SYNC: a replica of the first kind, which always gets everything. */
    public void sync(Session session) {
        AttachedReplica replica = attach(session, true);
        log.info("Replica {} asks for synchronization", replica);
        fullSync(replica);
    }

    /**
     * PSYNC: goes on from the backlog or sends everything.
     *
     * @param askedOffset the first byte that the replica lacks
     */
    public void psync(Session session, String askedId, long askedOffset) {
        AttachedReplica replica = attach(session, false);
        log.info("Replica {} asks for synchronization", replica);
        PsyncDecision decision =
                PsyncDecision.decide(
                        askedId, askedOffset, replica.toString(), history.id(), stream.backlog());
        log.info("{}", decision.log());
        switch (decision) {
            case PsyncDecision.Continue(long from, String _) -> continueWith(replica, from);
            case PsyncDecision.Full(boolean asked, String _) -> {
                if (asked) {
                    stats.syncPartialErr++;
                }
                fullSync(replica);
            }
        }
    }

    private AttachedReplica attach(Session session, boolean old) {
        stream.drain();
        AttachedReplica replica =
                new AttachedReplica(session, options(session), old, System.nanoTime());
        session.becomes(Session.Kind.REPLICA);
        if (!settings.get().noDelay()) {
            session.channel().config().setOption(ChannelOption.TCP_NODELAY, false);
        }
        session.channel().pipeline().addFirst(new SignsOfLife(replica));
        replicas.add(replica);
        heartbeat.replicasChanged();
        return replica;
    }

    /** Every byte of a replica is a sign of life, also the empty lines that are no command. */
    private static final class SignsOfLife extends ChannelInboundHandlerAdapter {
        private final AttachedReplica replica;

        SignsOfLife(AttachedReplica replica) {
            this.replica = replica;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            replica.heard(System.nanoTime());
            context.fireChannelRead(message);
        }
    }

    private void continueWith(AttachedReplica replica, long from) {
        stats.syncPartialOk++;
        String reply = replica.options().hasNewId() ? "CONTINUE " + history.id().id() : "CONTINUE";
        replica.session().replies().simple(reply);
        replica.continues(System.nanoTime());
        Backlog backlog = stream.backlog();
        if (backlog != null && from < backlog.endOffset()) {
            int missing = (int) (backlog.endOffset() - from);
            ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(missing);
            backlog.copyFrom(from, bytes);
            replica.session().send(bytes);
        }
        replica.session().flushSoon();
    }

    private void fullSync(AttachedReplica replica) {
        stats.syncFull++;
        history.keepFromNow();
        fullSync.arrived(replica);
    }

    /** A piece of the stream for all of them. */
    void feed(ByteBuf piece) {
        if (replicas.isEmpty()) {
            return;
        }
        stats.netReplOutputBytes += (long) piece.readableBytes() * replicas.size();
        for (AttachedReplica replica : List.copyOf(replicas)) {
            replica.stream(piece);
            endIfOverLimit(replica);
        }
    }

    /** What is held for a replica counts like what waits for its network. */
    private void endIfOverLimit(AttachedReplica replica) {
        if (replica.heldBytes() == 0) {
            return;
        }
        var limit = settings.get().outputLimit();
        long hard =
                limit.hardBytes() == 0
                        ? 0
                        : Math.max(limit.hardBytes(), settings.get().backlogBytes());
        boolean overSoft = limit.softBytes() > 0 && replica.heldBytes() >= limit.softBytes();
        long now = System.nanoTime();
        if (!overSoft) {
            replica.overSoftLimitSince(0);
        } else if (replica.overSoftLimitSinceNanos() == 0) {
            replica.overSoftLimitSince(now);
        }
        boolean tooLong =
                overSoft
                        && now - replica.overSoftLimitSinceNanos()
                                > TimeUnit.SECONDS.toNanos(limit.softSeconds());
        if (tooLong || (hard > 0 && replica.heldBytes() >= hard)) {
            log.warn(
                    "Client {} scheduled to be closed ASAP for overcoming of output buffer limits."
                            + " held_bytes={}",
                    replica.session(),
                    replica.heldBytes());
            stats.outputLimitDisconnections++;
            replica.session().kill();
        }
    }

    /** How many are online and were heard of lately (directives min-replicas-...). */
    int good() {
        long now = System.nanoTime();
        int good = 0;
        for (AttachedReplica replica : replicas) {
            if (replica.isOnline()
                    && replica.lagSeconds(now) <= settings.get().minReplicasLagSeconds()) {
                good++;
            }
        }
        return good;
    }

    /** How many replicas have said that they have everything up to this offset. */
    public int acknowledged(long offset) {
        int count = 0;
        for (AttachedReplica replica : replicas) {
            if (replica.isOnline() && replica.ackOffset() >= offset) {
                count++;
            }
        }
        return count;
    }

    /** Blocks a client until enough replicas have its last write. */
    public void await(Session session, long wanted, long millis) {
        waits.add(session, session.lastWriteOffset(), wanted, millis);
        askForAcknowledgement();
    }

    /** Has all replicas say at once how far they are. */
    public void askForAcknowledgement() {
        if (!replicas.isEmpty() && stream.wantsCommands()) {
            stream.command(PropagationSink.NO_DB, GET_ACK);
        }
    }

    public int count() {
        return replicas.size();
    }

    /** How many replicas have not said yet that they have everything. */
    public int lagging() {
        if (isReplica.getAsBoolean()) {
            return 0;
        }
        stream.drain();
        int lagging = 0;
        for (AttachedReplica replica : replicas) {
            if (!replica.isOld() && replica.ackOffset() < stream.offset()) {
                lagging++;
            }
        }
        return lagging;
    }

    private final class Transfers implements FullSync.Owner {
        @Override
        public ReplicationSettings settings() {
            return settings.get();
        }

        @Override
        public List<AttachedReplica> replicas() {
            return replicas;
        }

        @Override
        public long snapshotOffset() {
            stream.forgetSelected();
            return stream.offset();
        }

        @Override
        public String id() {
            return history.id().id();
        }

        @Override
        public String newMark() {
            return history.newId();
        }
    }

    // ---- clock

    /** To be called every second. */
    void cron(long now) {
        pingReplicas(now);
        for (AttachedReplica replica : List.copyOf(replicas)) {
            endIfSilent(replica, now);
            endIfOverLimit(replica);
            if (isWaitingForFile(replica)) {
                ByteBuf newline = ByteBufAllocator.DEFAULT.directBuffer(1);
                replica.session().send(newline.writeBytes(NEWLINE));
            }
        }
        dropIdleBacklog(now);
        fullSync.cron(now);
    }

    /** Nobody is told any more that we live. */
    void stop() {
        heartbeat.stop();
    }

    private boolean isWaitingForFile(AttachedReplica replica) {
        return replica.stage() == AttachedReplica.Stage.WAITING
                || (replica.stage() == AttachedReplica.Stage.SNAPSHOT
                        && !fullSync.isSentBySocket(replica));
    }

    private void pingReplicas(long now) {
        long period = TimeUnit.SECONDS.toNanos(settings.get().pingSeconds());
        if (!replicas.isEmpty() && stream.wantsCommands() && now - lastPingNanos >= period) {
            lastPingNanos = now;
            stream.command(PropagationSink.NO_DB, PING);
        }
    }

    private void endIfSilent(AttachedReplica replica, long now) {
        boolean silent = now - replica.heardNanos() > settings.get().timeoutNanos();
        if (replica.isOnline() && !replica.isOld() && silent) {
            log.warn("Disconnecting timedout replica (streaming sync): {}", replica);
            replica.session().kill();
        }
    }

    private void dropIdleBacklog(long now) {
        long ttl = settings.get().backlogTtlSeconds();
        if (isReplica.getAsBoolean()
                || !replicas.isEmpty()
                || ttl == 0
                || now - aloneSinceNanos <= TimeUnit.SECONDS.toNanos(ttl)
                || stream.backlog() == null) {
            return;
        }
        history.forget();
        log.info("Replication backlog freed after {} seconds without connected replicas.", ttl);
    }
}
