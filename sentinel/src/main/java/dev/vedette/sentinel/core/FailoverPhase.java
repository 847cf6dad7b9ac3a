package dev.vedette.sentinel.core;

import java.util.Arrays;
import java.util.Locale;

/** The name of a {@code Failover} state as {@code failover-state} shows it. */
public enum FailoverPhase {
    NONE,
    WAIT_START,
    SELECT_SLAVE,
    SEND_SLAVEOF_NOONE,
    WAIT_PROMOTION,

    /** Of Redis only, as the next one: ours has announced the new master by then. */
    RECONF_SLAVES,
    UPDATE_CONFIG;

    /** Anything but the word of a state, also a missing one, is none. */
    public static FailoverPhase named(String text) {
        return Arrays.stream(values())
                .filter(phase -> phase.text().equals(text))
                .findFirst()
                .orElse(NONE);
    }

    /** The word on the wire, such as {@code wait_start}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
