package dev.vedette.sentinel.core;

import java.util.Optional;

/**
 * One line of the story that a sentinel tells: published on the channel of its name unless its
 * level is {@link Level#DEBUG}, logged as {@code name payload}, and at level {@link Level#WARNING}
 * handed to the notification script of its master (Redis {@code sentinelEvent}).
 *
 * @param masterName the master concerned; absent for events without a master
 * @param notificationScript the script of that master that runs at level {@link Level#WARNING}
 */
public record Event(
        Level level,
        String name,
        String payload,
        Optional<String> masterName,
        Optional<String> notificationScript) {

    /** An event that runs no script. */
    public Event(Level level, String name, String payload, Optional<String> masterName) {
        this(level, name, payload, masterName, Optional.empty());
    }

    /** Redis's levels, with the signs that it prints: {@code . - * #}. */
    public enum Level {
        DEBUG,
        VERBOSE,
        NOTICE,
        WARNING
    }
}
