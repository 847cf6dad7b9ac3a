package dev.vedette.sentinel.command;

import java.util.Map;

/** What Valkey calls otherwise: it is understood beside Redis's names, never instead of them. */
final class ValkeyNames {
    /** Subcommands of SENTINEL; COMMAND does not list them. */
    static final Map<String, String> SUBCOMMANDS =
            Map.of(
                    "primaries", "masters",
                    "primary", "master",
                    "get-primary-addr-by-name", "get-master-addr-by-name",
                    "is-primary-down-by-addr", "is-master-down-by-addr");

    /**
     * Events that some clients subscribe to by another name, which Redis never sends: go-redis
     * waits for this one. Who subscribes by pattern gets each event once, under Redis's name.
     */
    static final Map<String, String> EVENTS = Map.of("+slave-reconf-done", "+replica-reconf-done");

    private ValkeyNames() {}
}
