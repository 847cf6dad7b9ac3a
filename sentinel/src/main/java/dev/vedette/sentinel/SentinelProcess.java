package dev.vedette.sentinel;

import static dev.vedette.protocol.conf.AccessDirectives.ACLLOG_MAX_LEN;
import static dev.vedette.protocol.conf.NetworkDirectives.BIND_SOURCE_ADDR;
import static dev.vedette.protocol.conf.NetworkDirectives.CLIENT_OUTPUT_BUFFER_LIMIT;
import static dev.vedette.protocol.conf.NetworkDirectives.MAXCLIENTS;
import static dev.vedette.protocol.conf.NetworkDirectives.PORT;
import static dev.vedette.protocol.conf.NetworkDirectives.PROTECTED_MODE;
import static dev.vedette.protocol.conf.NetworkDirectives.TCP_BACKLOG;
import static dev.vedette.protocol.conf.NetworkDirectives.TCP_KEEPALIVE;
import static dev.vedette.protocol.conf.NetworkDirectives.TIMEOUT;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_PORT;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_REPLICATION;

import dev.vedette.protocol.acl.AccessControl;
import dev.vedette.protocol.acl.AclFileText;
import dev.vedette.protocol.acl.AclLog;
import dev.vedette.protocol.acl.AclRefusal;
import dev.vedette.protocol.acl.AclSubcommands;
import dev.vedette.protocol.client.ConnectionOptions;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.TlsConf;
import dev.vedette.protocol.daemon.AclFile;
import dev.vedette.protocol.daemon.OpenFiles;
import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.info.ProcessInfo;
import dev.vedette.protocol.net.NameResolver;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsException;
import dev.vedette.protocol.net.Transport;
import dev.vedette.protocol.resp.RespLimits;
import dev.vedette.sentinel.command.Sentinel;
import dev.vedette.sentinel.command.SentinelPort;
import dev.vedette.sentinel.conf.SentinelConf;
import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.ClientToken;
import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.MasterView;
import dev.vedette.sentinel.core.Pace;
import dev.vedette.sentinel.core.Period;
import dev.vedette.sentinel.core.SentinelCore;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelOptions;
import dev.vedette.sentinel.core.SentinelState;
import dev.vedette.sentinel.core.SimulatedFailure;
import dev.vedette.sentinel.link.HostNames;
import dev.vedette.sentinel.link.InstanceLinks;
import dev.vedette.sentinel.script.ScriptLimits;
import dev.vedette.sentinel.script.ScriptQueue;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * One running sentinel: the parts put together around one event loop. Made on any thread; from then
 * on the loop owns everything.
 */
final class SentinelProcess implements Sentinel {
    private static final Logger log = LoggerFactory.getLogger(SentinelProcess.class);

    /** Exit code after a mistake of our own. */
    private static final int BUG = 70;

    /** How long an orderly end waits for the disk (guard G12). */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /** What the replies of an instance may cost: the longest is INFO. */
    private static final ConnectionOptions LINKS =
            ConnectionOptions.DEFAULT.withLimits(RespLimits.STATUS);

    private final SentinelConf conf;
    private final IntConsumer exit;
    private final EventLoop loop;
    private final SentinelPort port;
    private final CoreRunner runner;
    private final ScriptQueue scripts;
    private final AccessControl users;
    private boolean stopping;

    private SentinelProcess(
            SentinelConf conf,
            Optional<Tls> tls,
            NameResolver resolver,
            EventLoopGroup loops,
            IntConsumer exit)
            throws ConfException {
        this.conf = conf;
        this.exit = exit;
        this.loop = loops.next();
        var clock = new MonotonicClock();
        var settings = conf.settings();
        this.port =
                new SentinelPort(
                        loop,
                        new SentinelPort.Settings(
                                ListeningPorts.mainPort(conf),
                                settings.get(PROTECTED_MODE),
                                OpenFiles.clientsAtStart(
                                        (int)
                                                Math.min(
                                                        Integer.MAX_VALUE,
                                                        settings.get(MAXCLIENTS))),
                                Duration.ofSeconds(settings.get(TIMEOUT)),
                                Duration.ofSeconds(settings.get(TCP_KEEPALIVE)),
                                settings.get(TCP_BACKLOG),
                                settings.get(CLIENT_OUTPUT_BUFFER_LIMIT),
                                conf.commandNames()),
                        this,
                        facts(conf));
        this.users = conf.users(port.commands());
        port.admit(users, new AclLog(settings.get(ACLLOG_MAX_LEN)));
        this.scripts =
                new ScriptQueue(
                        loop, clock::now, this::scriptLimits, conf.directory(), this::scriptEvent);
        var core = new SentinelCore(conf.state(), announcedPort(conf), clock.now());
        this.runner =
                new CoreRunner(
                        loop,
                        core,
                        clock,
                        new ConfStore(),
                        made -> outside(made, tls, resolver),
                        this::crash,
                        this::endAfterBug);
    }

    /** On the writer's thread. */
    private final class ConfStore implements StateWriter.Store {
        @Override
        public void write(SentinelState state) throws IOException {
            conf.write(state, users.confLines());
        }

        @Override
        public void writeAside(SentinelState state) {
            conf.writeAncestries(state);
        }
    }

    /** Peers that reach us by TLS are told the port that speaks it. */
    private static int announcedPort(SentinelConf conf) {
        var settings = conf.settings();
        return settings.get(TLS_REPLICATION) && settings.get(TLS_PORT) != 0
                ? settings.get(TLS_PORT)
                : settings.get(PORT);
    }

    private CoreRunner.Outside outside(CoreRunner made, Optional<Tls> tls, NameResolver resolver) {
        var source = conf.settings().get(BIND_SOURCE_ADDR);
        var options = source.isEmpty() ? LINKS : LINKS.withSourceAddress(source);
        if (tls.isPresent() && conf.settings().get(TLS_REPLICATION)) {
            options = options.withTls(tls.get());
        }
        var names = new HostNames(loop, resolver, made::feed);
        return new CoreRunner.Outside(
                new InstanceLinks(loop, options, names, made::feed), names, port::publish, scripts);
    }

    private static ProcessInfo facts(SentinelConf conf) {
        return new ProcessInfo(
                "sentinel",
                SentinelConf.randomHex(),
                System.currentTimeMillis(),
                ProcessInfo.launcher(),
                conf.file().toString());
    }

    /**
     * Listens, saves an id that is new, and begins to monitor.
     *
     * @param exit ends the process with that code
     * @throws StartRefused when TLS cannot be set up, or a port cannot be had
     * @throws ConfException when a rule of a user cannot be taken
     */
    static SentinelProcess start(SentinelConf conf, IntConsumer exit)
            throws StartRefused, ConfException {
        return start(conf, NameResolver.SYSTEM, exit);
    }

    /** The same with names from elsewhere. */
    static SentinelProcess start(SentinelConf conf, NameResolver resolver, IntConsumer exit)
            throws StartRefused, ConfException {
        var tls = tls(conf);
        var loops = Transport.best().newEventLoop("sentinel");
        var process = new SentinelProcess(conf, tls, resolver, loops, exit);
        new ListeningPorts(conf, process.port, loops).open(tls);
        tls.ifPresent(Tls::rehearse);
        log.info("Running mode=sentinel, port={}.", ListeningPorts.mainPort(conf));
        if (conf.idIsNew()) {
            process.saveId();
        }
        conf.stateFile()
                .ifPresent(
                        file ->
                                log.info(
                                        "conf is read-only and stays as it is conf={} state={}",
                                        conf.file(),
                                        file));
        log.warn("Sentinel ID is {}", conf.state().myId());
        process.onLoop(
                () -> {
                    process.runner.start();
                    return true;
                });
        return process;
    }

    private static Optional<Tls> tls(SentinelConf conf) throws StartRefused {
        if (!TlsConf.isWanted(conf.settings())) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    TlsConf.configure(conf.settings(), name -> conf.directory().resolve(name)));
        } catch (TlsException refused) {
            throw new StartRefused(
                    TlsConf.hint(conf.loaded(), refused), refused.line(), TlsConf.FATAL);
        }
    }

    private void saveId() {
        onLoop(runner::save).ifPresent(CompletableFuture::join);
    }

    /** The result; none when the process is about to end. */
    private <T> Optional<T> onLoop(Callable<T> task) {
        try {
            return Optional.of(loop.submit(task).get());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException bug) {
            endAfterBug(bug);
        }
        return Optional.empty();
    }

    /** Ends in order; any thread. */
    void stop() {
        loop.execute(this::shutDown);
    }

    private void endAfterBug(Throwable bug) {
        log.error("a mistake of our own; ending rather than going on in doubt", bug);
        Runtime.getRuntime().halt(BUG);
    }

    private ScriptLimits scriptLimits() {
        var pace = pace();
        return ScriptLimits.REDIS.within(
                pace.of(Period.SCRIPT_MAX_RUNTIME), pace.of(Period.SCRIPT_RETRY_DELAY));
    }

    /** A crash on purpose: nothing is tidied up but what the disk was asked for. */
    private void crash(int code) {
        stopping = true;
        port.close();
        runner.stop();
        exit.accept(code);
    }

    private void scriptEvent(Event event) {
        runner.tell(event);
    }

    // ---- what commands ask

    @Override
    public SentinelId myId() {
        return conf.state().myId();
    }

    @Override
    public SentinelOptions options() {
        return runner.core().options();
    }

    @Override
    public List<MasterView> masters() {
        return runner.core().masters(runner.now());
    }

    @Override
    public Optional<MasterView> master(String name) {
        return runner.core().master(name, runner.now());
    }

    @Override
    public Optional<Duration> tiltFor() {
        return runner.core().tiltFor(runner.now());
    }

    @Override
    public Pace pace() {
        return runner.core().pace();
    }

    @Override
    public Set<SimulatedFailure> simulatedFailures() {
        return runner.core().simulatedFailures();
    }

    @Override
    public void ask(Function<ClientToken, Input> question, Consumer<Answer> onAnswer) {
        runner.ask(question, onAnswer);
    }

    @Override
    public void tell(Input fact) {
        runner.feed(fact);
    }

    @Override
    public List<ScriptQueue.Pending> pendingScripts() {
        return scripts.pending();
    }

    @Override
    public Path resolve(String path) {
        return conf.directory().resolve(path);
    }

    @Override
    public CompletionStage<Void> loadUsers() {
        return offLoop(
                file -> {
                    var content = file.read();
                    return () -> AclFileText.load(users, file.name(), content);
                });
    }

    @Override
    public CompletionStage<Void> saveUsers() {
        var text = users.fileText();
        return offLoop(
                file -> {
                    try {
                        file.write(text);
                        return () -> {};
                    } catch (IOException failure) {
                        log.warn(
                                "ACL SAVE into {} failed: {}",
                                file.path(),
                                OsError.reason(failure));
                        throw new AclRefusal(AclSubcommands.NOT_SAVED);
                    }
                });
    }

    /** What is done with an ACL file away from the loop, and then on it. */
    private interface AclFileWork {
        AclFileEnd perform(AclFile file) throws AclRefusal;
    }

    private interface AclFileEnd {
        void perform() throws AclRefusal;
    }

    private CompletionStage<Void> offLoop(AclFileWork work) {
        var done = new CompletableFuture<Void>();
        var file = conf.aclFile();
        if (file.isEmpty()) {
            loop.execute(() -> done.completeExceptionally(new AclRefusal(AclSubcommands.NO_FILE)));
            return done;
        }
        Thread.ofVirtual()
                .name("acl-file")
                .start(
                        () -> {
                            try {
                                var end = work.perform(file.get());
                                loop.execute(() -> finish(done, end));
                            } catch (AclRefusal | RuntimeException refused) {
                                loop.execute(() -> done.completeExceptionally(refused));
                            }
                        });
        return done;
    }

    private static void finish(CompletableFuture<Void> done, AclFileEnd end) {
        try {
            end.perform();
            done.complete(null);
        } catch (AclRefusal | RuntimeException refused) {
            done.completeExceptionally(refused);
        }
    }

    @Override
    public void shutDown() {
        if (stopping) {
            return;
        }
        stopping = true;
        log.warn("User requested shutdown...");
        endWhenAllIsSaid(System.nanoTime() + LAST_WORDS.toNanos());
    }

    /** What the disk holds back still, such as a promotion that is made, is said before the end. */
    private void endWhenAllIsSaid(long deadlineNanos) {
        if (runner.holdsBack() && System.nanoTime() - deadlineNanos < 0) {
            loop.schedule(() -> endWhenAllIsSaid(deadlineNanos), 5, TimeUnit.MILLISECONDS);
            return;
        }
        port.close();
        ListeningPorts.removeFile(conf);
        runner.stop();
        log.warn("Sentinel is now ready to exit, bye bye...");
        exit.accept(0);
    }
}
