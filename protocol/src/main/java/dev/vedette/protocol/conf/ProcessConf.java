package dev.vedette.protocol.conf;

import static dev.vedette.protocol.conf.ProcessDirectives.DAEMONIZE;
import static dev.vedette.protocol.conf.ProcessDirectives.DIR;
import static dev.vedette.protocol.conf.ProcessDirectives.LOGFILE;
import static dev.vedette.protocol.conf.ProcessDirectives.LOGLEVEL;
import static dev.vedette.protocol.conf.ProcessDirectives.PIDFILE;
import static dev.vedette.protocol.conf.ProcessDirectives.SUPERVISED;
import static dev.vedette.protocol.conf.ProcessDirectives.SYSLOG_ENABLED;
import static dev.vedette.protocol.conf.ProcessDirectives.SYSLOG_FACILITY;
import static dev.vedette.protocol.conf.ProcessDirectives.SYSLOG_IDENT;

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

/** What both daemons do with the directives about their process. */
public final class ProcessConf {
    /** Served by {@link #start}. */
    public static final List<Directive<?>> SERVED =
            List.of(
                    DAEMONIZE,
                    SUPERVISED,
                    PIDFILE,
                    LOGFILE,
                    LOGLEVEL,
                    DIR,
                    SYSLOG_ENABLED,
                    SYSLOG_IDENT,
                    SYSLOG_FACILITY);

    private static final Logger log = LoggerFactory.getLogger(ProcessConf.class);

    private static final String DEFAULT_PID_FILE = "/var/run/redis.pid";

    private ProcessConf() {}

    /**
     * Goes into the background where that is asked for, opens the log, writes the pid file and
     * takes the signals.
     *
     * @param role Redis's letter for log lines: M, S or X
     * @return empty when another process, in the background, goes on: the caller ends with 0
     */
    public static Optional<Daemon> start(
            LoadedConf conf, CommandLine commandLine, WorkingDirectory directory, char role)
            throws ConfException {
        Settings settings = conf.settings();
        boolean supervised = supervised(conf);
        boolean background = settings.get(DAEMONIZE) && !supervised;
        if (background && !Background.entered()) {
            enterBackground(conf, commandLine);
            return Optional.empty();
        }
        openLog(conf, directory, role);
        announce(conf);
        String pidFile = settings.get(PIDFILE);
        if (pidFile.isEmpty() && background) {
            pidFile = DEFAULT_PID_FILE;
        }
        return Optional.of(Daemon.start(absolute(directory, pidFile), supervised));
    }

    private static boolean supervised(LoadedConf conf) throws ConfException {
        return switch (conf.settings().get(SUPERVISED)) {
            case "systemd" -> true;
            case "auto" -> System.getenv("NOTIFY_SOCKET") != null;
            case "upstart" ->
                    throw conf.refuse(
                            SUPERVISED,
                            new BadDirective(
                                    "supervised upstart is not served by Vedette",
                                    "write supervised no, or systemd, or auto"));
            default -> false;
        };
    }

    private static void openLog(LoadedConf conf, WorkingDirectory directory, char role)
            throws ConfException {
        Settings settings = conf.settings();
        String name = settings.get(LOGFILE);
        Optional<Path> file = absolute(directory, name);
        try {
            DaemonLog.configure(
                    role, LogLevel.valueOf(settings.get(LOGLEVEL).toUpperCase(Locale.ROOT)), file);
        } catch (IOException e) {
            throw ConfException.general(
                    "Can't open the log file: " + OsError.reason(e),
                    conf.hint(
                            LOGFILE.name(),
                            "logfile is " + directory.resolve(name) + " when made absolute"));
        }
        if (settings.get(SYSLOG_ENABLED)) {
            DaemonLog.alsoToSyslog(settings.get(SYSLOG_IDENT), settings.get(SYSLOG_FACILITY));
        }
    }

    /** The first lines of a log, for which operators and their tools look. */
    private static void announce(LoadedConf conf) {
        log.warn("oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
        log.warn(
                "Redis version={}, bits=64, commit=00000000, modified=0, pid={}, just started"
                        + " (Vedette {})",
                Version.REDIS,
                ProcessHandle.current().pid(),
                Version.VEDETTE);
        if (conf.file().isPresent() || !conf.lastStatements().isEmpty()) {
            log.warn("Configuration loaded");
        } else {
            log.warn("Warning: no config file specified, using the default config.");
        }
        conf.notices().forEach(log::info);
    }

    private static void enterBackground(LoadedConf conf, CommandLine commandLine)
            throws ConfException {
        if (commandLine.readStdin()) {
            throw conf.refuse(
                    DAEMONIZE,
                    new BadDirective(
                            "daemonize yes needs a configuration that can be read twice",
                            "put what comes on standard input into a file"));
        }
        try {
            Background.enter();
        } catch (IOException e) {
            throw conf.refuse(
                    DAEMONIZE,
                    new BadDirective(
                            "cannot start in the background: " + OsError.reason(e),
                            "install util-linux, which has setsid, or write daemonize no"));
        }
    }

    private static Optional<Path> absolute(WorkingDirectory directory, String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(directory.resolve(name));
    }
}
