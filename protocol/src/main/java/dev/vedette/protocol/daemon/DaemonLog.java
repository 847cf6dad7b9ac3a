package dev.vedette.protocol.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Sets logback up in code: no file is searched for, nothing is printed that nobody asked for.
 * Before {@link #configure} lines go to standard output with Redis's role letter C.
 */
public final class DaemonLog extends ContextAwareBase implements Configurator {
    private static final String OURS = "dev.vedette";
    private static final String OUTPUT = "output";

    /** Called by logback when the first logger is asked for. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        try {
            install(context, LogLevel.NOTICE, new LogOutput('C', Optional.empty()));
        } catch (IOException e) {
            addError("no log on standard output", e);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * @param role Redis's letter: M for a master, S for a replica, X for a sentinel
     * @param logfile absolute; empty for standard output
     * @throws IOException when the file cannot be opened
     */
    public static void configure(char role, LogLevel level, Optional<Path> logfile)
            throws IOException {
        install(context(), level, new LogOutput(role, logfile));
    }

    /**
     * Has every line said to syslog too, from now until the next {@link #configure}.
     *
     * @param facility user, or local0 to local7
     */
    public static void alsoToSyslog(String ident, String facility) {
        var output = new SyslogOutput(ident, facility);
        output.setContext(context());
        output.setName("syslog");
        output.start();
        context().getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(output);
    }

    /** CONFIG SET loglevel. */
    public static void changeLevel(LogLevel level) {
        context().getLogger(OURS).setLevel(level.least());
    }

    /** A master that became a replica, or the other way round. */
    public static void changeRole(char role) {
        Logger root = context().getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (root.getAppender(OUTPUT) instanceof LogOutput output) {
            output.changeRole(role);
        }
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static void install(LoggerContext context, LogLevel level, LogOutput output) {
        output.setContext(context);
        output.setName(OUTPUT);
        output.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(output);
        // Libraries speak only when something is wrong.
        root.setLevel(Level.WARN);
        context.getLogger(OURS).setLevel(level.least());
    }
}
