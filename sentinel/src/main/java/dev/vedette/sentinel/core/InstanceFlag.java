package dev.vedette.sentinel.core;

import java.util.Locale;

/** What {@code flags} of an instance lists, in the order in which Redis lists it. */
public enum InstanceFlag {
    S_DOWN,
    O_DOWN,
    MASTER,
    SLAVE,
    SENTINEL,
    DISCONNECTED,
    MASTER_DOWN,
    FAILOVER_IN_PROGRESS,
    PROMOTED,
    RECONF_SENT,
    RECONF_INPROG,
    RECONF_DONE,
    FORCE_FAILOVER,
    SCRIPT_KILL_SENT,
    MASTER_REBOOT;

    /** The word on the wire, such as {@code s_down}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
