package dev.vedette.protocol.daemon;

import ch.qos.logback.classic.Level;

/** Redis's {@code loglevel} and the levels of our logger that each lets through. */
public enum LogLevel {
    DEBUG(Level.TRACE),
    VERBOSE(Level.DEBUG),
    NOTICE(Level.INFO),
    WARNING(Level.WARN),
    NOTHING(Level.OFF);

    private final Level least;

    LogLevel(Level least) {
        this.least = least;
    }

    Level least() {
        return least;
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
