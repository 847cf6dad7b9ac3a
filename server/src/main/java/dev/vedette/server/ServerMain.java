package dev.vedette.server;

import dev.vedette.protocol.acl.UserLines;
import dev.vedette.protocol.conf.BadDirective;
import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.ConfLoader;
import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.conf.LoadedConf;
import dev.vedette.protocol.conf.MemoryDirectives;
import dev.vedette.protocol.conf.ProcessConf;
import dev.vedette.protocol.conf.ReplicationDirectives;
import dev.vedette.protocol.conf.TlsConf;
import dev.vedette.protocol.daemon.Daemon;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.net.TlsException;

import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Optional;

/** The program {@code vedette-server}, with the command line of redis-server. */
public final class ServerMain {
    private static final int FAILURE = 1;

    private ServerMain() {}

    /** Runs until a signal or SHUTDOWN ends the process. */
    public static void main(String[] arguments) throws InterruptedException {
        var commandLine = CommandLine.parse(List.of(arguments));
        switch (commandLine.action()) {
            case VERSION -> System.out.println(CommandLine.versionText());
            case HELP -> {
                System.err.print(CommandLine.usage("vedette-server"));
                System.exit(FAILURE);
            }
            case RUN -> run(commandLine);
        }
    }

    private static void run(CommandLine commandLine) throws InterruptedException {
        var directory = WorkingDirectory.ofProcess();
        LoadedConf conf;
        var users = new UserLines();
        Optional<Daemon> started;
        try {
            conf =
                    new ConfLoader(GeneralDirectives.TABLE, directory)
                            .serving(ServedDirectives.all())
                            .on("user", users::take)
                            .load(commandLine, System.in);
            checkMemory(conf);
            var role = conf.settings().get(ReplicationDirectives.REPLICAOF).isPresent() ? 'S' : 'M';
            started = ProcessConf.start(conf, commandLine, directory, role);
        } catch (ConfException refused) {
            refused.print(System.out, System.err);
            System.exit(FAILURE);
            return;
        }
        if (started.isPresent()) {
            serve(conf, users, directory, started.get());
        }
    }

    private static void checkMemory(LoadedConf conf) throws ConfException {
        try {
            MaxMemory.check(conf.settings());
        } catch (BadDirective e) {
            throw conf.refuse(MemoryDirectives.MAXMEMORY_POLICY, e);
        }
    }

    private static void serve(
            LoadedConf conf, UserLines users, WorkingDirectory directory, Daemon daemon)
            throws InterruptedException {
        var log = LoggerFactory.getLogger(ServerMain.class);
        log.info("Server initialized");
        var server = new Server(conf, users, directory, () -> daemon.exit(0), daemon::stopGivenUp);
        daemon.onStopSignal(
                new Daemon.StopHandler() {
                    @Override
                    public void stop(String signal) {
                        log.warn("Received SIG{} scheduling shutdown...", signal);
                        server.stop();
                    }

                    @Override
                    public void cutShort() {
                        server.cutShort();
                    }
                });
        try {
            server.start(() -> daemon.exit(FAILURE), daemon::ready);
        } catch (ConfException refused) {
            refused.redisText().lines().forEach(log::warn);
            System.err.println("hint: " + refused.hint());
            daemon.exit(FAILURE);
        } catch (Listeners.CannotListen e) {
            log.warn("{}", e.getMessage());
            System.err.println("hint: " + conf.hint(e.directive(), e.hint()));
            daemon.exit(FAILURE);
        } catch (TlsException e) {
            log.warn("{}", e.line());
            log.warn("{}", TlsConf.FATAL);
            System.err.println("hint: " + TlsConf.hint(conf, e));
            daemon.exit(FAILURE);
        }
        daemon.awaitExit();
    }
}
