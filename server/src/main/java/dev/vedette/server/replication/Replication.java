package dev.vedette.server.replication;

import dev.vedette.protocol.conf.Directive;
import dev.vedette.protocol.conf.NetworkDirectives;
import dev.vedette.protocol.conf.ProcessDirectives;
import dev.vedette.protocol.conf.ReplicationDirectives;
import dev.vedette.protocol.conf.Settings;
import dev.vedette.protocol.conf.TlsDirectives;
import dev.vedette.protocol.info.InfoText;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.resp.CommandLimits;
import dev.vedette.protocol.resp.CommandSink;
import dev.vedette.protocol.resp.ProtocolError;
import dev.vedette.protocol.resp.ReplyWriter;
import dev.vedette.server.admin.Config;
import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.persistence.KeyspaceLoader;
import dev.vedette.server.persistence.Persistence;
import dev.vedette.server.session.Blocking;
import dev.vedette.server.session.Session;
import dev.vedette.server.session.Sessions;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
                    ReplicationDirectives.REPLICAOF,
                    TlsDirectives.TLS_REPLICATION,
                    NetworkDirectives.BIND_SOURCE_ADDR,
                    ReplicationDirectives.MASTERAUTH,
                    ReplicationDirectives.MASTERUSER,
                    ReplicationDirectives.REPLICA_SERVE_STALE_DATA,
                    ReplicationDirectives.REPLICA_READ_ONLY,
                    ReplicationDirectives.REPL_DISKLESS_SYNC,
                    ReplicationDirectives.REPL_DISKLESS_SYNC_DELAY,
                    ReplicationDirectives.REPL_DISKLESS_SYNC_MAX_REPLICAS,
                    ReplicationDirectives.REPL_DISKLESS_LOAD,
                    ReplicationDirectives.REPL_PING_REPLICA_PERIOD,
                    ReplicationDirectives.REPL_TIMEOUT,
                    ReplicationDirectives.REPL_DISABLE_TCP_NODELAY,
                    ReplicationDirectives.REPL_BACKLOG_SIZE,
                    ReplicationDirectives.REPL_BACKLOG_TTL,
                    ReplicationDirectives.REPLICA_PRIORITY,
                    ReplicationDirectives.REPLICA_ANNOUNCED,
                    ReplicationDirectives.REPLICA_ANNOUNCE_IP,
                    ReplicationDirectives.REPLICA_ANNOUNCE_PORT,
                    ReplicationDirectives.MIN_REPLICAS_TO_WRITE,
                    ReplicationDirectives.MIN_REPLICAS_MAX_LAG,
                    ProcessDirectives.SHUTDOWN_TIMEOUT);

    private static final String UNBLOCKED =
            "UNBLOCKED force unblock from blocking operation, instance state changed (master ->"
                    + " replica?)";

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

    private final ReplicationStream stream;
    private final History history;
    private final Followers followers;
    private final ReplicationInfo info;
    private @Nullable MasterLink link;
    private @Nullable ScheduledFuture<?> clock;
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
        this.stream = new ReplicationStream(loop, () -> !isReplica(), this::feed);
        this.history = new History(random, stream, this::settings);
        this.followers =
                new Followers(
                        loop,
                        persistence,
                        history,
                        dispatcher.stats(),
                        this::settings,
                        this::isReplica);
        this.info = new ReplicationInfo(this, history, followers, this::settings);
    }

    // ---- wiring

    /** Registers everything that others ask of replication, and begins its clock. */
    public void install(PropagationUnits units) {
        units.addSink(stream);
        hasUnsentChanges = units::hasPending;
        dispatcher.offset(stream::offset);
        new ReplicationGates(this, followers, this::settings).install(dispatcher);
        persistence.facts(head -> history.addFacts(isReplica(), head));
        sessions.onEnd(followers::sessionEnded);
        config.onChange(
                ReplicationDirectives.REPL_BACKLOG_SIZE,
                now -> stream.resizeBacklog(settings().backlogBytes()));
        clock = loop.scheduleAtFixedRate(this::cron, 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Begins with what was loaded at start, if anything: the history of the file, and the master of
     * the conf.
     */
    public void start(Optional<KeyspaceLoader> loaded) {
        loaded.ifPresent(this::adopt);
        config.settings()
                .get(ReplicationDirectives.REPLICAOF)
                .ifPresent(
                        address -> {
                            dispatcher.expiry().setReplica(true);
                            connectTo(address, NEVER_UP);
                        });
    }

    /** Whether the conf names a master: what is loaded then is a replica's. */
    public boolean startsAsReplica() {
        return config.settings().get(ReplicationDirectives.REPLICAOF).isPresent();
    }

    private void adopt(KeyspaceLoader loaded) {
        if (history.adopt(loaded, startsAsReplica(), dispatcher.expiry())) {
            followers.countAloneFromNow();
        }
    }

    private void feed(ByteBuf piece) {
        followers.feed(piece);
    }

    private void cron() {
        long now = System.nanoTime();
        MasterLink current = link;
        if (current != null) {
            current.cron(now);
        }
        followers.cron(now);
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

    /** The link to our master, if we follow one. */
    @Nullable MasterLink link() {
        return link;
    }

    /** Whether we follow a master and are not in step with it. */
    public boolean isCutOff() {
        MasterLink current = link;
        return current != null && !current.isUp();
    }

    /** Those who follow us. */
    public Followers followers() {
        return followers;
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
            // What the very transaction wrote that demotes us is not in the stream.
            history.demoted(!hasUnsentChanges.getAsBoolean());
            dispatcher.expiry().setReplica(true);
            log.info(
                    "Before turning into a replica, using my own master parameters to synthesize a"
                            + " cached master: I may be able to synchronize with the new master"
                            + " with just a partial transfer.");
        } else {
            before.close();
        }
        config.note(ReplicationDirectives.REPLICAOF, Optional.of(master));
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
        history.promoted();
        followers.killAll();
        followers.countAloneFromNow();
        dispatcher.expiry().setReplica(false);
        config.note(ReplicationDirectives.REPLICAOF, Optional.empty());
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

    /** How long an orderly end waits for replicas (directive shutdown-timeout). */
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

    // ---- following

    private final class Following implements LinkOwner {
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
            return history.isContinuable() ? history.id().id() : "?";
        }

        @Override
        public long offset() {
            return stream.offset();
        }

        @Override
        public int selectedDatabase() {
            return history.masterDatabase();
        }

        @Override
        public KeyspaceLoader newLoader() {
            return new KeyspaceLoader(
                    dispatcher.keyspace().count(), random, KeyspaceLoader.KEEP_EXPIRED);
        }

        @Override
        public void syncBegins() {
            history.broken();
        }

        @Override
        public void synced(KeyspaceLoader loaded, String newId, long offset) {
            // Our own replicas have the old data: they come back and sync anew.
            followers.killAll();
            dispatcher.keyspace().adopt(loaded.keyspace());
            dispatcher.keyspace().addDirty(Math.max(1, loaded.keysLoaded()));
            history.replaced(loaded, newId, offset);
        }

        @Override
        public void continued(String newId) {
            if (history.continued(newId)) {
                followers.killAll();
            }
            history.keep();
        }

        @Override
        public void applied(byte[] bytes, int count, int selectedDatabase) {
            history.applied(bytes, count, selectedDatabase);
        }

        @Override
        public Session openSession(Channel channel) {
            return sessions.open(
                    channel, new NoCommands(), () -> CommandLimits.DEFAULT, System.nanoTime());
        }
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

    // ---- what is told

    /** What the backlog takes in memory. */
    public long backlogMemory() {
        Backlog backlog = stream.backlog();
        return backlog == null ? 0 : backlog.memory();
    }

    /** Writes the fields of INFO's section "replication". */
    public void info(InfoText.Builder out) {
        info.info(out);
    }

    /** Writes the reply to ROLE. */
    public void role(ReplyWriter reply) {
        info.role(reply);
    }

    /**
     * Ends everything: the server stops. No PING follows what was saved: replicas that have more of
     * the stream than the file says could not go on from it.
     */
    public void stop() {
        if (clock != null) {
            clock.cancel(false);
        }
        followers.stop();
        stream.drain();
        MasterLink current = link;
        if (current != null) {
            current.close();
        }
    }
}
