package dev.vedette.sentinel.core;

import java.util.Locale;

/** The name of a {@code Failover} state as {@code failover-state} shows it. */
public enum FailoverPhase {
    NONE,
    WAIT_START,
    SELECT_SLAVE,
    SEND_SLAVEOF_NOONE,
    WAIT_PROMOTION;

    /** The word on the wire, such as {@code wait_start}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
