package dev.vedette.server.replication;

import dev.vedette.protocol.conf.Directive;
import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.conf.Settings;
import dev.vedette.protocol.info.InfoText;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.resp.CommandLimits;
import dev.vedette.protocol.resp.CommandSink;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.protocol.resp.ProtocolError;
import dev.vedette.protocol.resp.ReplyWriter;
import dev.vedette.server.admin.Config;
import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.command.Flag;
import dev.vedette.server.command.Gate;
import dev.vedette.server.persistence.KeyspaceLoader;
import dev.vedette.server.persistence.Persistence;
import dev.vedette.server.replication.MasterLinkState.Streaming;
import dev.vedette.server.replication.MasterLinkState.Syncing;
import dev.vedette.server.session.Blocking;
import dev.vedette.server.session.Session;
import dev.vedette.server.session.Sessions;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What this server is to others: a master with its replicas, or a replica with its master (and
 * perhaps replicas of its own). It owns the history (id and offset), the stream, and both kinds of
 * links. Command loop only.
 */
public final class Replication {
    private static final Logger log = LoggerFactory.getLogger(Replication.class);

    /** The directives that replication acts on. */
    public static final List<Directive<?>> DIRECTIVES =
            List.of(
                    GeneralDirectives.REPLICAOF,
                    GeneralDirectives.TLS_REPLICATION,
                    GeneralDirectives.BIND_SOURCE_ADDR,
                    GeneralDirectives.MASTERAUTH,
                    GeneralDirectives.MASTERUSER,
                    GeneralDirectives.REPLICA_SERVE_STALE_DATA,
                    GeneralDirectives.REPLICA_READ_ONLY,
                    GeneralDirectives.REPL_DISKLESS_SYNC,
                    GeneralDirectives.REPL_DISKLESS_SYNC_DELAY,
                    GeneralDirectives.REPL_DISKLESS_SYNC_MAX_REPLICAS,
                    GeneralDirectives.REPL_DISKLESS_LOAD,
                    GeneralDirectives.REPL_PING_REPLICA_PERIOD,
                    GeneralDirectives.REPL_TIMEOUT,
                    GeneralDirectives.REPL_DISABLE_TCP_NODELAY,
                    GeneralDirectives.REPL_BACKLOG_SIZE,
                    GeneralDirectives.REPL_BACKLOG_TTL,
                    GeneralDirectives.REPLICA_PRIORITY,
                    GeneralDirectives.REPLICA_ANNOUNCED,
                    GeneralDirectives.REPLICA_ANNOUNCE_IP,
                    GeneralDirectives.REPLICA_ANNOUNCE_PORT,
                    GeneralDirectives.MIN_REPLICAS_TO_WRITE,
                    GeneralDirectives.MIN_REPLICAS_MAX_LAG,
                    GeneralDirectives.SHUTDOWN_TIMEOUT);

    private static final String READ_ONLY = "READONLY You can't write against a read only replica.";
    private static final String MASTER_DOWN =
            "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
    private static final String TOO_FEW_REPLICAS = "NOREPLICAS Not enough good replicas to write.";
    private static final String REPLICA_MAY_NOT = "ERR Replica can't interact with the keyspace";
    private static final String UNBLOCKED =
            "UNBLOCKED force unblock from blocking operation, instance state changed (master ->"
                    + " replica?)";

    private static final byte[][] PING = CommandWriter.words("ping");
    private static final byte[][] GET_ACK = CommandWriter.words("REPLCONF", "GETACK", "*");
    private static final byte[] NEWLINE = {'\n'};
    private static final long NEVER_UP = -1;

    private final EventLoop loop;
    private final Config config;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Persistence persistence;
    private final Supplier<Optional<Tls>> tls;
    private final RandomGenerator random;

    private @Nullable Settings settingsSource;
    private @Nullable ReplicationSettings settings;

    private ReplicationId id;
    private final ReplicationStream stream;
    private final List<AttachedReplica> replicas = new ArrayList<>();
    private final Map<Long, ReplicaOptions> options = new HashMap<>();
    private final FullSync fullSync;
    private final WaitQueue waits;
    private @Nullable MasterLink link;

    /** Whether our data belongs to a history that another node may know. */
    private boolean continuable;

    /** The database that our master's stream had selected last. */
    private int masterDatabase;

    private long withoutReplicasSinceNanos;
    private long lastPingNanos;
    private BooleanSupplier hasUnsentChanges = () -> false;

    /**
     * @param tls as the directives say now
     */
    public Replication(
            EventLoop loop,
            Config config,
            Dispatcher dispatcher,
            Sessions sessions,
            Persistence persistence,
            Supplier<Optional<Tls>> tls,
            RandomGenerator random) {
        this.tls = tls;
        this.loop = loop;
        this.config = config;
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.persistence = persistence;
        this.random = random;
        this.id = ReplicationId.of(ReplicationId.randomId(random));
        this.stream = new ReplicationStream(loop, () -> !isReplica(), this::feed);
        this.fullSync = new FullSync(new Transfers(), persistence, loop);
        this.waits = new WaitQueue(loop, this::acknowledged);
        this.withoutReplicasSinceNanos = System.nanoTime();
    }

    // ---- wiring

    /** Registers everything that others ask of replication, and begins its clock. */
    public void install(PropagationUnits units) {
        units.addSink(stream);
        hasUnsentChanges = units::hasPending;
        dispatcher.offset(stream::offset);
        dispatcher.gate(
                Gate.Place.TOO_FEW_REPLICAS,
                (session, command, anyFlags, allFlags) ->
                        isWrite(anyFlags) && hasTooFewReplicas() ? TOO_FEW_REPLICAS : null);
        dispatcher.gate(
                Gate.Place.READ_ONLY,
                (session, command, anyFlags, allFlags) ->
                        isWrite(anyFlags) && isReadOnly() ? READ_ONLY : null);
        dispatcher.gate(
                Gate.Place.STALE_DATA,
                (session, command, anyFlags, allFlags) ->
                        !has(allFlags, Flag.STALE) && isStale() ? MASTER_DOWN : null);
        dispatcher.gate(
                Gate.Place.REPLICA_LINK,
                (session, command, anyFlags, allFlags) -> refuseReplica(session, command.name()));
        persistence.facts(this::addFacts);
        sessions.onEnd(this::sessionEnded);
        config.onChange(
                GeneralDirectives.REPL_BACKLOG_SIZE,
                now -> stream.resizeBacklog(settings().backlogBytes()));
        var _ = loop.scheduleAtFixedRate(this::cron, 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Begins with what was loaded at start, if anything: the history of the file, and the master of
     * the conf.
     */
    public void start(Optional<KeyspaceLoader> loaded) {
        loaded.ifPresent(this::adoptHistory);
        config.settings()
                .get(GeneralDirectives.REPLICAOF)
                .ifPresent(
                        address -> {
                            dispatcher.expiry().setReplica(true);
                            connectTo(address, NEVER_UP);
                        });
    }

    /** Whether the conf names a master: what is loaded then is a replica's. */
    public boolean startsAsReplica() {
        return config.settings().get(GeneralDirectives.REPLICAOF).isPresent();
    }

    /** A file says whose history its data belongs to, so that a restart costs no full sync. */
    private void adoptHistory(KeyspaceLoader loaded) {
        String fileId = loaded.fact("repl-id");
        long offset = number(loaded.fact("repl-offset"));
        if (fileId.length() != ReplicationId.DIGITS || offset < 0) {
            return;
        }
        if (startsAsReplica()) {
            id = ReplicationId.of(fileId);
            stream.restart(offset, settings().backlogBytes());
            continuable = true;
            masterDatabase = (int) Math.max(0, number(loaded.fact("repl-stream-db")));
        } else {
            // Replicas that have exactly this data go on; under an id of our own, for nobody knows
            // what the last life wrote behind this offset (Redis server.c, loadDataFromDisk).
            id = ReplicationId.of(fileId).continuedAs(id.id(), offset);
            stream.restart(offset, settings().backlogBytes());
            // They still have what was dropped here because its time has come.
            loaded.expired()
                    .forEach(
                            gone ->
                                    stream.command(
                                            gone.database(),
                                            dispatcher.expiry().removalCommand(gone.key())));
        }
        withoutReplicasSinceNanos = System.nanoTime();
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private ReplicationSettings settings() {
        Settings now = config.settings();
        ReplicationSettings known = settings;
        if (known == null || !now.equals(settingsSource)) {
            known = ReplicationSettings.of(now);
            settings = known;
            settingsSource = now;
        }
        return known;
    }

    /** What a snapshot of this moment says of the history that it belongs to. */
    private void addFacts(BiConsumer<String, String> head) {
        if (stream.backlog() == null && !continuable) {
            return;
        }
        int db = isReplica() ? masterDatabase : stream.selectedDb();
        head.accept("repl-stream-db", Integer.toString(db));
        head.accept("repl-id", id.id());
        head.accept("repl-offset", Long.toString(stream.offset()));
    }

    // ---- role

    public boolean isReplica() {
        return link != null;
    }

    /** The master that we follow. */
    public Optional<Address> master() {
        return Optional.ofNullable(link).map(MasterLink::master);
    }

    /** The offset of the last byte of our history. */
    public long offset() {
        return stream.offset();
    }

    /** Whether we follow a master and are in step with it. */
    private boolean isLinkUp() {
        MasterLink current = link;
        return current != null && current.isUp();
    }

    /**
     * Follows this master from now on.
     *
     * @param who asked for it, as the log says it
     * @return false when it is the master already
     */
    public boolean follow(Address master, String who) {
        MasterLink before = link;
        if (before != null && before.master().equals(master)) {
            log.info(
                    "REPLICAOF would result into synchronization with the master we are already"
                            + " connected with. No operation performed.");
            return false;
        }
        forceUnblock();
        long downSince = before == null ? NEVER_UP : before.downSinceNanos();
        if (before == null) {
            stream.drain();
            // What we wrote as a master may be what the new one goes on from; but not what the very
            // transaction wrote that demotes us, for its commands are not in the stream.
            continuable = !hasUnsentChanges.getAsBoolean();
            stream.createBacklog(settings().backlogBytes());
            masterDatabase = 0;
            dispatcher.expiry().setReplica(true);
            log.info(
                    "Before turning into a replica, using my own master parameters to synthesize a"
                            + " cached master: I may be able to synchronize with the new master"
                            + " with just a partial transfer.");
        } else {
            before.close();
        }
        config.note(GeneralDirectives.REPLICAOF, Optional.of(master));
        connectTo(master, downSince);
        log.info("REPLICAOF {} enabled (user request from '{}')", master, who);
        return true;
    }

    private void connectTo(Address master, long downSinceNanos) {
        MasterLink next = new MasterLink(new Following(), dispatcher, loop, master, downSinceNanos);
        link = next;
        // Not within the command that asked: its reply goes first.
        loop.execute(next::start);
    }

    /** Is a master from now on; our replicas and siblings go on under a new id. */
    public void promote(String who) {
        MasterLink before = link;
        if (before == null) {
            return;
        }
        before.close();
        link = null;
        stream.forgetSelected();
        String next = ReplicationId.randomId(random);
        id = id.continuedAs(next, stream.offset());
        log.warn(
                "Setting secondary replication ID to {}, valid up to offset: {}. New replication ID"
                        + " is {}",
                id.previous(),
                id.previousEnd(),
                id.id());
        killReplicas();
        withoutReplicasSinceNanos = System.nanoTime();
        continuable = true;
        dispatcher.expiry().setReplica(false);
        config.note(GeneralDirectives.REPLICAOF, Optional.empty());
        log.info("MASTER MODE enabled (user request from '{}')", who);
    }

    private void forceUnblock() {
        for (Session session : sessions.snapshot()) {
            Blocking blocking = session.blocking();
            if (blocking != null) {
                blocking.force(UNBLOCKED);
                session.closeAfterReplies();
            }
        }
    }

    private void killReplicas() {
        for (AttachedReplica replica : List.copyOf(replicas)) {
            replica.session().kill();
        }
    }

    // ---- gates

    private static boolean has(int flags, Flag flag) {
        return (flags & flag.bit()) != 0;
    }

    private static boolean isWrite(int flags) {
        return has(flags, Flag.WRITE);
    }

    private boolean hasTooFewReplicas() {
        ReplicationSettings now = settings();
        return now.gatesWrites() && !isReplica() && goodReplicas() < now.minReplicas();
    }

    private boolean isReadOnly() {
        return isReplica() && settings().readOnly();
    }

    private boolean isStale() {
        return isReplica() && !settings().serveStaleData() && !isLinkUp();
    }

    /** What a replica sends besides REPLCONF would need a reply, which its stream cannot hold. */
    private static @Nullable String refuseReplica(Session session, String command) {
        if (session.kind() != Session.Kind.REPLICA) {
            return null;
        }
        return switch (command) {
            case "replconf", "psync", "sync", "quit" -> null;
            default -> {
                log.warn("closing a replica's link that sent a command: {} {}", session, command);
                session.kill();
                yield REPLICA_MAY_NOT;
            }
        };
    }

    // ---- being followed

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

    private void sessionEnded(Session session) {
        options.remove(session.id());
        AttachedReplica replica = replicaOf(session);
        if (replica != null) {
            replicas.remove(replica);
            log.info("Connection with replica {} lost.", replica);
            fullSync.lost(replica);
            replica.released();
            if (replicas.isEmpty()) {
                withoutReplicasSinceNanos = System.nanoTime();
            }
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

    /** Whether PSYNC and SYNC must wait until our own link is up. */
    public boolean isCutOff() {
        return isReplica() && !isLinkUp();
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
                        askedId, askedOffset, replica.toString(), id, stream.backlog());
        log.info("{}", decision.log());
        switch (decision) {
            case PsyncDecision.Continue(long from, String _) -> continueWith(replica, from);
            case PsyncDecision.Full(boolean asked, String _) -> {
                if (asked) {
                    dispatcher.stats().syncPartialErr++;
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
        if (!settings().noDelay()) {
            session.channel().config().setOption(ChannelOption.TCP_NODELAY, false);
        }
        session.channel().pipeline().addFirst(new SignsOfLife(replica));
        replicas.add(replica);
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
        dispatcher.stats().syncPartialOk++;
        String reply = replica.options().hasNewId() ? "CONTINUE " + id.id() : "CONTINUE";
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
        dispatcher.stats().syncFull++;
        if (stream.backlog() == null) {
            id = ReplicationId.of(ReplicationId.randomId(random));
            stream.createBacklog(settings().backlogBytes());
            log.info(
                    "Replication backlog created, my new replication IDs are '{}' and '{}'",
                    id.id(),
                    id.previous());
        }
        fullSync.arrived(replica);
    }

    private void feed(ByteBuf piece) {
        if (replicas.isEmpty()) {
            return;
        }
        dispatcher.stats().netReplOutputBytes += (long) piece.readableBytes() * replicas.size();
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
        var limit = settings().outputLimit();
        long hard = limit.hardBytes() == 0 ? 0 : Math.max(limit.hardBytes(), backlogBytes());
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
            dispatcher.stats().outputLimitDisconnections++;
            replica.session().kill();
        }
    }

    /** What the backlog takes in memory. */
    public long backlogMemory() {
        Backlog backlog = stream.backlog();
        return backlog == null ? 0 : backlog.memory();
    }

    private long backlogBytes() {
        return settings().backlogBytes();
    }

    private int goodReplicas() {
        long now = System.nanoTime();
        int good = 0;
        for (AttachedReplica replica : replicas) {
            if (replica.isOnline()
                    && replica.lagSeconds(now) <= settings().minReplicasLagSeconds()) {
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

    public int replicaCount() {
        return replicas.size();
    }

    /** How many replicas have not said yet that they have everything. */
    public int laggingReplicas() {
        if (isReplica()) {
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

    /** How long an orderly end waits for them (directive shutdown-timeout). */
    public long shutdownSeconds() {
        return settings().shutdownSeconds();
    }

    /** Our own acknowledgement, as our master wants it now. */
    public void acknowledgeToMaster() {
        MasterLink current = link;
        if (current != null) {
            current.acknowledge();
        }
    }

    private final class Transfers implements FullSync.Owner {
        @Override
        public ReplicationSettings settings() {
            return Replication.this.settings();
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
            return id.id();
        }

        @Override
        public String newMark() {
            return ReplicationId.randomId(random);
        }
    }

    // ---- following

    private final class Following implements MasterLink.Owner {
        @Override
        public ReplicationSettings settings() {
            return Replication.this.settings();
        }

        @Override
        public Optional<Tls> tls() {
            return settings().byTls() ? tls.get() : Optional.empty();
        }

        @Override
        public String continuableId() {
            return continuable ? id.id() : "?";
        }

        @Override
        public long offset() {
            return stream.offset();
        }

        @Override
        public int selectedDatabase() {
            return masterDatabase;
        }

        @Override
        public KeyspaceLoader newLoader() {
            return new KeyspaceLoader(
                    dispatcher.keyspace().count(), random, KeyspaceLoader.KEEP_EXPIRED);
        }

        @Override
        public void syncBegins() {
            continuable = false;
        }

        @Override
        public void synced(KeyspaceLoader loaded, String newId, long offset) {
            // Our own replicas have the old data: they come back and sync anew.
            killReplicas();
            dispatcher.keyspace().adopt(loaded.keyspace());
            dispatcher.keyspace().addDirty(Math.max(1, loaded.keysLoaded()));
            boolean known = !newId.equals(ReplicationId.NONE);
            id = ReplicationId.of(known ? newId : ReplicationId.randomId(random));
            continuable = known;
            masterDatabase = (int) Math.max(0, number(loaded.fact("repl-stream-db")));
            stream.restart(offset, backlogBytes());
        }

        @Override
        public void continued(String newId) {
            if (!newId.equals(id.id())) {
                id = id.continuedAs(newId, stream.offset());
                log.info("Master replication ID changed to {}", newId);
                killReplicas();
            }
            stream.createBacklog(backlogBytes());
        }

        @Override
        public void applied(byte[] bytes, int count, int selectedDatabase) {
            masterDatabase = selectedDatabase;
            stream.forward(bytes, count);
        }

        @Override
        public Session openSession(Channel channel) {
            return sessions.open(
                    channel, new NoCommands(), () -> CommandLimits.DEFAULT, System.nanoTime());
        }

        @Override
        public void linkChanged(boolean up) {}
    }

    /** The session of our master has its commands handed in, not decoded. */
    private static final class NoCommands implements CommandSink {
        @Override
        public void command(byte[][] words) {
            throw new IllegalStateException("the master's link has a reader of its own");
        }

        @Override
        public void readComplete() {}

        @Override
        public void protocolError(ProtocolError error) {
            throw new IllegalStateException("the master's link has a reader of its own");
        }
    }

    // ---- clock

    private void cron() {
        long now = System.nanoTime();
        MasterLink current = link;
        if (current != null) {
            current.cron(now);
        }
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

    private boolean isWaitingForFile(AttachedReplica replica) {
        return replica.stage() == AttachedReplica.Stage.WAITING
                || (replica.stage() == AttachedReplica.Stage.SNAPSHOT
                        && !fullSync.isSentBySocket(replica));
    }

    private void pingReplicas(long now) {
        long period = TimeUnit.SECONDS.toNanos(settings().pingSeconds());
        if (!replicas.isEmpty() && stream.wantsCommands() && now - lastPingNanos >= period) {
            lastPingNanos = now;
            stream.command(PropagationSink.NO_DB, PING);
        }
    }

    private void endIfSilent(AttachedReplica replica, long now) {
        boolean silent = now - replica.heardNanos() > settings().timeoutNanos();
        if (replica.isOnline() && !replica.isOld() && silent) {
            log.warn("Disconnecting timedout replica (streaming sync): {}", replica);
            replica.session().kill();
        }
    }

    private void dropIdleBacklog(long now) {
        long ttl = settings().backlogTtlSeconds();
        if (isReplica()
                || !replicas.isEmpty()
                || ttl == 0
                || now - withoutReplicasSinceNanos <= TimeUnit.SECONDS.toNanos(ttl)
                || stream.backlog() == null) {
            return;
        }
        // Nobody may continue from here any more: what is written from now on is not counted
        // (Redis replication.c, replicationCron).
        id = ReplicationId.of(ReplicationId.randomId(random));
        stream.dropBacklog();
        log.info("Replication backlog freed after {} seconds without connected replicas.", ttl);
    }

    // ---- INFO and ROLE

    /** Writes the fields of INFO's section "replication". */
    public void info(InfoText.Builder out) {
        long now = System.nanoTime();
        MasterLink current = link;
        out.field("role", current == null ? "master" : "slave");
        if (current != null) {
            followingInfo(out, current, now);
        }
        out.field("connected_slaves", replicas.size());
        if (settings().gatesWrites()) {
            out.field("min_slaves_good_slaves", goodReplicas());
        }
        for (int i = 0; i < replicas.size(); i++) {
            AttachedReplica replica = replicas.get(i);
            out.field(
                    "slave" + i,
                    "ip=%s,port=%d,state=%s,offset=%d,lag=%d"
                            .formatted(
                                    replica.host(),
                                    replica.options().listeningPort(),
                                    replica.stage().word(),
                                    replica.ackOffset(),
                                    replica.lagSeconds(now)));
        }
        Backlog backlog = stream.backlog();
        out.field("master_failover_state", "no-failover")
                .field("master_replid", id.id())
                .field("master_replid2", id.previous())
                .field("master_repl_offset", stream.offset())
                .field("second_repl_offset", id.previousEnd())
                .field("repl_backlog_active", backlog != null)
                .field("repl_backlog_size", backlogBytes())
                .field(
                        "repl_backlog_first_byte_offset",
                        backlog == null ? 0 : backlog.firstByteOffset())
                .field("repl_backlog_histlen", backlog == null ? 0 : backlog.length());
    }

    private void followingInfo(InfoText.Builder out, MasterLink current, long now) {
        MasterLinkState state = current.state();
        boolean syncing = state instanceof Syncing;
        // An offset of another history would mislead whoever compares replicas.
        long offset = continuable ? stream.offset() : 1;
        out.field("master_host", current.master().host())
                .field("master_port", current.master().port())
                .field("master_link_status", current.isUp() ? "up" : "down")
                .field(
                        "master_last_io_seconds_ago",
                        state instanceof Streaming(long heard) ? seconds(now - heard) : -1)
                .field("master_sync_in_progress", syncing)
                .field("slave_read_repl_offset", offset + current.unappliedBytes())
                .field("slave_repl_offset", offset);
        if (state instanceof Syncing(MasterLinkState.Transfer transfer, long heard)) {
            transferInfo(out, transfer, seconds(now - heard));
        }
        if (!current.isUp()) {
            out.field(
                    "master_link_down_since_seconds",
                    current.downSinceNanos() == -1 ? -1 : seconds(now - current.downSinceNanos()));
        }
        out.field("slave_priority", settings().priority())
                .field("slave_read_only", settings().readOnly())
                .field("replica_announced", settings().announced());
    }

    private static void transferInfo(
            InfoText.Builder out, MasterLinkState.Transfer transfer, long lastIoSeconds) {
        long total = Math.max(0, transfer.totalBytes());
        long read = transfer.reader().bytesRead();
        out.field("master_sync_total_bytes", total)
                .field("master_sync_read_bytes", read)
                .field("master_sync_left_bytes", total - read)
                .field(
                        "master_sync_perc",
                        "%.2f".formatted(total == 0 ? 0.0 : 100.0 * read / total))
                .field("master_sync_last_io_seconds_ago", lastIoSeconds);
    }

    private static long seconds(long nanos) {
        return nanos / 1_000_000_000L;
    }

    /** Writes the reply to ROLE. */
    public void role(ReplyWriter reply) {
        MasterLink current = link;
        if (current != null) {
            reply.array(5);
            reply.bulk("slave");
            reply.bulk(current.master().host());
            reply.integer(current.master().port());
            reply.bulk(current.state().roleWord());
            reply.integer(current.isUp() ? stream.offset() : -1);
            return;
        }
        List<AttachedReplica> online = replicas.stream().filter(AttachedReplica::isOnline).toList();
        reply.array(3);
        reply.bulk("master");
        reply.integer(stream.offset());
        reply.array(online.size());
        for (AttachedReplica replica : online) {
            reply.array(3);
            reply.bulk(replica.host());
            reply.bulk(Integer.toString(replica.options().listeningPort()));
            reply.bulk(Long.toString(replica.ackOffset()));
        }
    }

    /** Ends everything: the server stops. */
    public void stop() {
        stream.drain();
        MasterLink current = link;
        if (current != null) {
            current.close();
        }
    }
}
