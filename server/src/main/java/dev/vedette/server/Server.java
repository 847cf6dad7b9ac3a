package dev.vedette.server;

import dev.vedette.protocol.acl.UserLines;
import dev.vedette.protocol.conf.AccessDirectives;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.KeyspaceDirectives;
import dev.vedette.protocol.conf.LatencyDirectives;
import dev.vedette.protocol.conf.LoadedConf;
import dev.vedette.protocol.conf.MemoryDirectives;
import dev.vedette.protocol.conf.NetworkDirectives;
import dev.vedette.protocol.conf.PersistenceDirectives;
import dev.vedette.protocol.conf.ProcessDirectives;
import dev.vedette.protocol.conf.ReplicationDirectives;
import dev.vedette.protocol.conf.Settings;
import dev.vedette.protocol.daemon.AclFile;
import dev.vedette.protocol.daemon.DaemonLog;
import dev.vedette.protocol.daemon.LogLevel;
import dev.vedette.protocol.daemon.SystemRandom;
import dev.vedette.protocol.daemon.Version;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.info.ProcessInfo;
import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsException;
import dev.vedette.protocol.net.Transport;
import dev.vedette.server.admin.Config;
import dev.vedette.server.admin.InfoSections;
import dev.vedette.server.admin.ServerInfo;
import dev.vedette.server.admin.SlowLog;
import dev.vedette.server.command.AclCommands;
import dev.vedette.server.command.ClientCommands;
import dev.vedette.server.command.CommandCommands;
import dev.vedette.server.command.CommandTable;
import dev.vedette.server.command.ConfigCommands;
import dev.vedette.server.command.ConnectionCommands;
import dev.vedette.server.command.Credentials;
import dev.vedette.server.command.DebugCommands;
import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.command.DumpCommands;
import dev.vedette.server.command.ExpireCommands;
import dev.vedette.server.command.Flag;
import dev.vedette.server.command.Gate;
import dev.vedette.server.command.KeyCommands;
import dev.vedette.server.command.Pause;
import dev.vedette.server.command.PersistenceCommands;
import dev.vedette.server.command.PubSubCommands;
import dev.vedette.server.command.ReplicationCommands;
import dev.vedette.server.command.ServerCommands;
import dev.vedette.server.command.StringCommands;
import dev.vedette.server.command.TransactionCommands;
import dev.vedette.server.keyspace.Database;
import dev.vedette.server.keyspace.Expiry;
import dev.vedette.server.keyspace.Keyspace;
import dev.vedette.server.persistence.Persistence;
import dev.vedette.server.pubsub.KeyspaceEvents;
import dev.vedette.server.pubsub.PubSub;
import dev.vedette.server.replication.PropagationUnits;
import dev.vedette.server.replication.Replication;
import dev.vedette.server.replication.ReplicationId;
import dev.vedette.server.session.OutputLimits;
import dev.vedette.server.session.Session;
import dev.vedette.server.session.Sessions;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The server put together: what exists once, who knows whom, and what happens with time. One event
 * loop owns everything; only {@link #start}, {@link #stop} and {@link #close} may be called from
 * elsewhere.
 */
public final class Server {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    private static final long CRON_MILLIS = 100;

    /** Rates are means over so many calls of the cron. */
    private static final int RATE_SAMPLES = 16;

    /** CONFIG_REPL_BACKLOG_MIN_SIZE of Redis. */
    private static final long MIN_BACKLOG_BYTES = 16 << 10;

    /** A loop that stood still for so long is worth a line in the log. */
    private static final long STALL_MILLIS = 1000;

    private static final String LOADING = "LOADING Redis is loading the dataset in memory";

    private static final String MISCONF =
            "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to"
                + " persist to disk. Commands that may modify the data set are disabled, because"
                + " this instance is configured to report errors during writes if RDB snapshotting"
                + " fails (stop-writes-on-bgsave-error option). Please check the Redis logs for"
                + " details about the RDB error.";

    private final RandomGenerator random = SystemRandom.get();
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Config config;
    private final Keyspace keyspace;
    private final Stats stats = new Stats(RATE_SAMPLES);
    private final SlowLog slowLog = new SlowLog();
    private final PubSub pubSub = new PubSub();
    private final Pause pause = new Pause();
    private final PropagationUnits propagation = new PropagationUnits();
    private final KeyspaceEvents events = new KeyspaceEvents(pubSub);
    private final OutputLimits outputLimits = new OutputLimits(stats);
    private final Sessions sessions = new Sessions(stats, outputLimits);
    private final CommandTable table = new CommandTable();
    private final UserLines userLines;
    private final Optional<AclFile> aclFile;
    private final Credentials credentials = new Credentials(stats);
    private final InfoSections sections = new InfoSections();
    private final Expiry expiry = new Expiry(this::expired);
    private final Dispatcher dispatcher;
    private final Persistence persistence;
    private final Replication replication;
    private final Shutdown shutdown;
    private final ActiveExpiry activeExpiry;
    private final Entrance entrance;
    private long startNanos;
    private long lastCronNanos;

    /**
     * @param userLines the users that stand in the conf
     * @param exit ends the process
     * @param goesOn told when an end that had begun was given up
     */
    public Server(
            LoadedConf conf,
            UserLines userLines,
            WorkingDirectory directory,
            Runnable exit,
            Runnable goesOn) {
        this.userLines = userLines;
        this.config = new Config(conf, ServedDirectives.all());
        // As getcwd() would say it, and as CONFIG REWRITE pins it.
        config.note(ProcessDirectives.DIR, directory.path().toString());
        config.onChange(ReplicationDirectives.REPL_BACKLOG_SIZE, this::keepBacklogUseful);
        this.aclFile = AclFile.of(conf.settings(), directory.path());
        var transport = Transport.best();
        this.group = transport.newEventLoop("loop");
        this.loop = group.next();
        this.keyspace = new Keyspace(config.get(KeyspaceDirectives.DATABASES), random);
        this.dispatcher =
                new Dispatcher(
                        table,
                        keyspace,
                        expiry,
                        propagation,
                        events,
                        stats,
                        slowLog,
                        pause,
                        credentials);
        this.persistence =
                new Persistence(
                        loop,
                        keyspace,
                        config::settings,
                        directory,
                        System::currentTimeMillis,
                        Version.REDIS);
        this.replication =
                new Replication(loop, config, dispatcher, sessions, persistence, this::tls, random);
        this.shutdown =
                new Shutdown(loop, persistence, replication, pause, () -> end(exit), goesOn);
        this.activeExpiry = new ActiveExpiry(loop, dispatcher, stats);
        this.entrance =
                new Entrance(
                        transport,
                        loop,
                        config,
                        directory,
                        dispatcher,
                        sessions,
                        credentials,
                        stats);
    }

    private Optional<Tls> tls() {
        return entrance.tls();
    }

    // ---- start

    /**
     * Opens the port and begins to serve; loading goes on behind it. Not on the event loop.
     *
     * @param failed is told when the saved data cannot be taken and the process must end
     * @param ready is called when the data has been loaded
     */
    void start(Runnable failed, Runnable ready)
            throws Listeners.CannotListen, TlsException, ConfException, InterruptedException {
        try {
            loop.submit(
                            () -> {
                                entrance.configureTls();
                                prepare();
                                entrance.open();
                                return true;
                            })
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Listeners.CannotListen cannot) {
                throw cannot;
            }
            if (e.getCause() instanceof TlsException refused) {
                throw refused;
            }
            if (e.getCause() instanceof ConfException refused) {
                throw refused;
            }
            throw new IllegalStateException(e);
        }
        loop.execute(() -> load(failed, ready));
    }

    private void prepare() throws ConfException {
        startNanos = System.nanoTime();
        lastCronNanos = startNanos;
        tick();
        dispatcher.readBegins();
        addCommands();
        new UserAdmission(credentials, sessions, dispatcher)
                .begin(table.catalog(), config, userLines, aclFile);
        followDirectives();
        entrance.followDirectives();
        replication.install(propagation);
        addGates();
        addSections();
        keyspace.onAddition(this::added);
        sessions.onEnd(pubSub::unsubscribeAll);
        // Behind the command that ends a pause: in the middle of it they would be part of its unit.
        pause.onResume(session -> loop.execute(() -> dispatcher.resume(session)));
        pause.onChange(expiry::setPaused);
        activeExpiry.start();
        var _ =
                loop.scheduleWithFixedDelay(
                        this::cron, CRON_MILLIS, CRON_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void load(Runnable failed, Runnable ready) {
        var asReplica = replication.startsAsReplica();
        persistence.load(
                random,
                asReplica,
                loaded -> {
                    switch (loaded) {
                        case Persistence.Loaded.Nothing() -> replication.start(Optional.empty());
                        case Persistence.Loaded.Content(var loader) -> {
                            keyspace.adopt(loader.keyspace());
                            replication.start(Optional.of(loader));
                        }
                        case Persistence.Loaded.Refused(var reason) -> {
                            log.error(
                                    "Fatal error loading the DB, check server logs. Exiting."
                                            + " reason=\"{}\"",
                                    reason);
                            failed.run();
                            return;
                        }
                    }
                    log.info("Ready to accept connections");
                    ready.run();
                });
    }

    private void addCommands() {
        table.add("string", new StringCommands(entrance::maxBulkBytes).rows());
        table.add("generic", new KeyCommands(random).rows());
        table.add("generic", ExpireCommands.rows());
        table.add(
                "generic",
                new DumpCommands(() -> config.get(PersistenceDirectives.RDBCOMPRESSION)).rows());
        table.add("transactions", TransactionCommands.rows());
        table.add("pubsub", new PubSubCommands(pubSub).rows());
        table.add("connection", new ConnectionCommands(credentials, pubSub).rows());
        table.add("connection", new ClientCommands(sessions).rows());
        table.add("server", new AclCommands(credentials, aclFile).rows());
        table.add("server", new ServerCommands(sections, slowLog).rows());
        table.add("server", new ConfigCommands(config, table, stats, expiry).rows());
        table.add("server", new CommandCommands(table).rows());
        table.add("server", new DebugCommands(activeExpiry::set).rows());
        table.add("server", new PersistenceCommands(persistence, shutdown).rows());
        var replicationCommands = new ReplicationCommands(replication);
        table.add("server", replicationCommands.serverRows());
        table.add("generic", replicationCommands.genericRows());
    }

    private void addGates() {
        var maxMemory = new MaxMemory(keyspace, this::hasNoMemoryLimit);
        maxMemory.follow(config);
        dispatcher.gate(Gate.Place.OUT_OF_MEMORY, maxMemory);
        dispatcher.gate(
                Gate.Place.DISK_ERROR,
                (session, command, anyFlags, allFlags) -> {
                    var concerned =
                            (anyFlags & Flag.WRITE.bit()) != 0 || command.name().equals("ping");
                    return concerned && persistence.refusesWrites() ? MISCONF : null;
                });
        dispatcher.gate(
                Gate.Place.LOADING,
                (session, command, anyFlags, allFlags) ->
                        persistence.isLoading() && (allFlags & Flag.LOADING.bit()) == 0
                                ? LOADING
                                : null);
        dispatcher.allowProtected(
                session ->
                        switch (config.get(AccessDirectives.ENABLE_DEBUG_COMMAND)) {
                            case "yes" -> true;
                            case "local" -> session.endpoints().isLoopback();
                            default -> false;
                        });
    }

    private boolean hasNoMemoryLimit() {
        return replication.isReplica() || persistence.isLoading() || pause.isActive();
    }

    private void addSections() {
        var info =
                new ServerInfo(
                        config,
                        keyspace,
                        expiry,
                        sessions,
                        pubSub,
                        table,
                        stats,
                        new ProcessInfo(
                                "standalone",
                                ReplicationId.randomId(random),
                                System.currentTimeMillis(),
                                ProcessInfo.launcher(),
                                config.file().map(Path::toString).orElse("")),
                        replication::backlogMemory);
        info.register(sections);
        sections.register("persistence", fields -> persistence.info(fields, false));
        sections.register("replication", replication::info);
    }

    // ---- configuration

    private void followDirectives() {
        config.followValue(NetworkDirectives.CLIENT_OUTPUT_BUFFER_LIMIT, outputLimits::set);
        config.followValue(ReplicationDirectives.REPL_BACKLOG_SIZE, outputLimits::setBacklogBytes);
        config.followValue(LatencyDirectives.SLOWLOG_LOG_SLOWER_THAN, slowLog::setThresholdMicros);
        config.followValue(LatencyDirectives.SLOWLOG_MAX_LEN, slowLog::setMaxLength);
        config.followValue(KeyspaceDirectives.NOTIFY_KEYSPACE_EVENTS, events::set);
        config.followValue(MemoryDirectives.LAZYFREE_LAZY_EXPIRE, expiry::setUnlink);
        config.onNewValue(
                ProcessDirectives.LOGLEVEL,
                level -> DaemonLog.changeLevel(LogLevel.valueOf(level.toUpperCase(Locale.ROOT))));
        config.followValue(LatencyDirectives.LATENCY_TRACKING, dispatcher::trackLatency);
    }

    /** A conf may say less, as with Redis; CONFIG SET may not. */
    private void keepBacklogUseful(Settings settings) {
        if (settings.get(ReplicationDirectives.REPL_BACKLOG_SIZE) < MIN_BACKLOG_BYTES) {
            config.note(ReplicationDirectives.REPL_BACKLOG_SIZE, MIN_BACKLOG_BYTES);
        }
    }

    // ---- time

    private void expired(Database db, byte[] key) {
        propagation.command(db.number(), expiry.removalCommand(key));
        if (events.isOn()) {
            events.publish('x', "expired", key, db.number());
        }
        // As with Redis (db.c, deleteExpiredKeyAndPropagate) this is no change that counts, neither
        // for save points nor for the command that found the key.
    }

    private void added(Database db, byte[] key) {
        if (events.isOn()) {
            events.publish('n', "new", key, db.number());
        }
    }

    private void cron() {
        var now = System.nanoTime();
        var gap = TimeUnit.NANOSECONDS.toMillis(now - lastCronNanos) - CRON_MILLIS;
        if (gap > STALL_MILLIS) {
            log.warn("event loop stood still stall_ms={}", gap);
        }
        lastCronNanos = now;
        tick();
        stats.sample(now);
        pause.check(System.currentTimeMillis());
        persistence.cron();
        lookAtSessions(now);
    }

    /** The clock by which keys note their use. */
    private void tick() {
        var elapsed = System.nanoTime() - startNanos;
        keyspace.setAccessSeconds((int) TimeUnit.NANOSECONDS.toSeconds(elapsed));
    }

    private void lookAtSessions(long now) {
        var timeout = TimeUnit.SECONDS.toNanos(config.get(NetworkDirectives.TIMEOUT));
        for (var session : sessions.snapshot()) {
            stats.bufferPeaks.note(
                    session.decoder().waitingBytes(), session.output().waitingBytes(), now);
            outputLimits.check(session);
            var canIdle =
                    session.kind() == Session.Kind.NORMAL
                            && session.blocking() == null
                            && !session.isPostponed()
                            && !session.isSubscriber();
            if (timeout > 0 && canIdle && now - session.lastUsedNanos() > timeout) {
                log.debug("Closing idle client {}", session);
                session.kill();
            }
        }
    }

    // ---- end

    private void end(Runnable exit) {
        entrance.removeSocketFile();
        exit.run();
    }

    /** Begins the orderly end that a signal asks for. Any thread. */
    void stop() {
        loop.execute(() -> shutdown.request(Shutdown.Wishes.BY_SIGNAL, null));
    }

    /** The process ends in the middle of the orderly end: leaves no half a file. Any thread. */
    void cutShort() {
        persistence.deleteTemporary();
    }

    /** Closes everything, for a process that is about to end. Not on the event loop. */
    void close() {
        loop.submit(
                        () -> {
                            entrance.close();
                            sessions.snapshot().forEach(Session::kill);
                        })
                .syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
