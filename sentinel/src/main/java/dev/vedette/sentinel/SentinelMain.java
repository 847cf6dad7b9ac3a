package dev.vedette.sentinel;

import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.daemon.Background;
import dev.vedette.protocol.daemon.Daemon;
import dev.vedette.protocol.daemon.DaemonLog;
import dev.vedette.protocol.daemon.LogLevel;
import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.daemon.Version;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.sentinel.conf.SentinelConf;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The program {@code vedette-sentinel}, with the command line of redis-sentinel. */
public final class SentinelMain {
    private static final int FAILURE = 1;

    /** Where Redis writes its process id in the background when nobody says otherwise. */
    private static final String PID_FILE = "/var/run/redis.pid";

    private SentinelMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        var commandLine = CommandLine.parse(List.of(arguments));
        switch (commandLine.action()) {
            case VERSION -> System.out.println(CommandLine.versionText());
            case HELP -> {
                System.err.print(CommandLine.usage("vedette-sentinel"));
                System.exit(FAILURE);
            }
            case RUN -> run(commandLine);
        }
    }

    private static void run(CommandLine commandLine) throws InterruptedException {
        SentinelConf conf;
        try {
            conf = SentinelConf.load(commandLine, System.in, WorkingDirectory.ofProcess());
            if (conf.runsInBackground() && !Background.entered()) {
                Background.enter();
                return;
            }
            openLog(conf);
        } catch (IOException noBackground) {
            System.err.println(
                    "Can't daemonize: "
                            + OsError.reason(noBackground)
                            + "\nhint: it takes the program setsid (util-linux); or leave out"
                            + " daemonize");
            System.exit(FAILURE);
            return;
        } catch (ConfException refused) {
            refused.print(System.out, System.err);
            System.exit(FAILURE);
            return;
        }
        var log = LoggerFactory.getLogger(SentinelMain.class);
        announce(log, conf);
        var daemon = Daemon.start(pidFile(conf), conf.isSupervised());
        SentinelProcess process;
        try {
            process = SentinelProcess.start(conf, daemon::exit);
        } catch (IOException cannotListen) {
            log.warn(
                    "Failed listening on port {} (TCP), aborting.",
                    conf.settings().get(GeneralDirectives.PORT));
            System.err.println("hint: " + cannotListen.getMessage());
            daemon.exit(FAILURE);
            daemon.awaitExit();
            return;
        }
        daemon.onStopSignal(
                signal -> {
                    log.warn("Received SIG{} scheduling shutdown...", signal);
                    process.stop();
                });
        daemon.ready();
        daemon.awaitExit();
    }

    private static void openLog(SentinelConf conf) throws ConfException {
        var level =
                LogLevel.valueOf(
                        conf.settings().get(GeneralDirectives.LOGLEVEL).toUpperCase(Locale.ROOT));
        var logfile = conf.settings().get(GeneralDirectives.LOGFILE);
        try {
            DaemonLog.configure('X', level, absolute(conf, logfile));
        } catch (IOException cannotOpen) {
            throw ConfException.general(
                    "Can't open the log file: " + OsError.reason(cannotOpen),
                    "logfile is " + conf.directory().resolve(logfile) + " when made absolute");
        }
    }

    private static Optional<Path> pidFile(SentinelConf conf) {
        var name = conf.settings().get(GeneralDirectives.PIDFILE);
        return absolute(conf, name.isEmpty() && conf.runsInBackground() ? PID_FILE : name);
    }

    private static Optional<Path> absolute(SentinelConf conf, String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(conf.directory().resolve(name));
    }

    private static void announce(Logger log, SentinelConf conf) {
        log.warn("oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
        log.warn(
                "Redis version={}, bits=64, commit=00000000, modified=0, pid={}, just started"
                        + " (Vedette {})",
                Version.REDIS,
                ProcessHandle.current().pid(),
                Version.VEDETTE);
        log.warn("Configuration loaded");
        conf.notices().forEach(log::info);
    }
}
