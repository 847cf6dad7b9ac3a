package dev.vedette.server;

import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.ConfLoader;
import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.conf.LoadedConf;
import dev.vedette.protocol.daemon.Background;
import dev.vedette.protocol.daemon.Daemon;
import dev.vedette.protocol.daemon.DaemonLog;
import dev.vedette.protocol.daemon.LogLevel;
import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.daemon.Version;
import dev.vedette.protocol.daemon.WorkingDirectory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
        try {
            conf =
                    new ConfLoader(GeneralDirectives.TABLE, directory)
                            .serving(ServedDirectives.all())
                            .load(commandLine, System.in);
            if (conf.settings().get(GeneralDirectives.DAEMONIZE) && !Background.entered()) {
                goIntoBackground();
                return;
            }
            openLog(conf, directory);
        } catch (ConfException refused) {
            refused.print(System.out, System.err);
            System.exit(FAILURE);
            return;
        }
        serve(conf, directory);
    }

    private static void goIntoBackground() {
        try {
            Background.enter();
        } catch (IOException e) {
            System.err.println("cannot go into the background: " + OsError.reason(e));
            System.exit(FAILURE);
        }
    }

    private static void openLog(LoadedConf conf, WorkingDirectory directory) throws ConfException {
        var settings = conf.settings();
        var level =
                LogLevel.valueOf(settings.get(GeneralDirectives.LOGLEVEL).toUpperCase(Locale.ROOT));
        var role = settings.get(GeneralDirectives.REPLICAOF).isPresent() ? 'S' : 'M';
        var logfile = settings.get(GeneralDirectives.LOGFILE);
        try {
            DaemonLog.configure(role, level, absolute(directory, logfile));
        } catch (IOException e) {
            throw ConfException.general(
                    "Can't open the log file: " + OsError.reason(e),
                    "logfile is " + directory.resolve(logfile) + " when made absolute");
        }
    }

    private static Optional<Path> absolute(WorkingDirectory directory, String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(directory.resolve(name));
    }

    private static void serve(LoadedConf conf, WorkingDirectory directory)
            throws InterruptedException {
        var log = LoggerFactory.getLogger(ServerMain.class);
        announce(log, conf);
        var settings = conf.settings();
        var daemon =
                Daemon.start(
                        absolute(directory, settings.get(GeneralDirectives.PIDFILE)),
                        !settings.get(GeneralDirectives.SUPERVISED).equals("no"));
        var server = new Server(conf, directory, () -> daemon.exit(0));
        daemon.onStopSignal(
                signal -> {
                    log.warn("Received SIG{} scheduling shutdown...", signal);
                    server.stop();
                });
        try {
            server.start(() -> daemon.exit(FAILURE), daemon::ready);
        } catch (Listeners.CannotListen e) {
            log.warn("{}", e.getMessage());
            System.err.println("hint: " + e.hint());
            daemon.exit(FAILURE);
        }
        daemon.awaitExit();
    }

    private static void announce(Logger log, LoadedConf conf) {
        log.warn("oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
        log.warn(
                "Redis version={}, bits=64, commit=00000000, modified=0, pid={}, just started"
                        + " (Vedette {})",
                Version.REDIS,
                ProcessHandle.current().pid(),
                Version.VEDETTE);
        if (conf.file().isPresent()) {
            log.warn("Configuration loaded");
        } else {
            log.warn("Warning: no config file specified, using the default config.");
        }
        conf.notices().forEach(log::info);
        log.info("Server initialized");
    }
}
