package dev.vedette.protocol.daemon;

import ch.qos.logback.classic.Level;

/** Redis's {@code loglevel} and the levels of our logger that each lets through. */
public enum LogLevel {
    DEBUG(Level.TRACE_INT),
    VERBOSE(Level.DEBUG_INT),
    NOTICE(Level.INFO_INT),
    WARNING(Level.WARN_INT),
    NOTHING(Level.OFF_INT);

    private final int least;

    LogLevel(int least) {
        this.least = least;
    }

    Level least() {
        return Level.toLevel(least);
    }

    /** The sign that a line of this level carries: {@code . - * #}. */
    static char sign(Level level) {
        return switch (level.toInt()) {
            case Level.TRACE_INT -> '.';
            case Level.DEBUG_INT -> '-';
            case Level.INFO_INT -> '*';
            default -> '#';
        };
    }
}
