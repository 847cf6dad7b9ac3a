package dev.vedette.sentinel.core;

import java.util.Optional;

/**
 * One line of the story that a sentinel tells: published on the channel of its name unless its
 * level is {@link Level#DEBUG}, logged as {@code name payload}, and at level {@link Level#WARNING}
 * handed to the notification script of its master (spec: sentinel, section 13).
 *
 * @param masterName the master whose notification script runs; absent for events without a master
 */
public record Event(Level level, String name, String payload, Optional<String> masterName) {
    /** Redis's levels, with the signs that it prints: {@code . - * #}. */
    public enum Level {
        DEBUG,
        VERBOSE,
        NOTICE,
        WARNING
    }
}
