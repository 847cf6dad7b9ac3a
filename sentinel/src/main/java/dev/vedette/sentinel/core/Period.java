package dev.vedette.sentinel.core;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A time that SENTINEL DEBUG shows and sets, in the order in which it shows them. */
public enum Period {
    INFO("INFO-PERIOD", 10_000),
    PING("PING-PERIOD", 1_000),
    ASK("ASK-PERIOD", 1_000),
    PUBLISH("PUBLISH-PERIOD", 2_000),
    DEFAULT_DOWN_AFTER("DEFAULT-DOWN-AFTER", 30_000),
    DEFAULT_FAILOVER_TIMEOUT("DEFAULT-FAILOVER-TIMEOUT", 180_000),

    /** A step that comes later than this after its deadline begins TILT. */
    TILT_TRIGGER("TILT-TRIGGER", 2_000),
    TILT("TILT-PERIOD", 30_000),
    REPLICA_RECONF_TIMEOUT("SLAVE-RECONF-TIMEOUT", 10_000),

    /** A link that is younger is never renewed. */
    MIN_LINK_RECONNECT("MIN-LINK-RECONNECT-PERIOD", 15_000),
    ELECTION_TIMEOUT("ELECTION-TIMEOUT", 10_000),
    SCRIPT_MAX_RUNTIME("SCRIPT-MAX-RUNTIME", 60_000),
    SCRIPT_RETRY_DELAY("SCRIPT-RETRY-DELAY", 30_000);

    private final String wireName;
    private final Duration usual;

    Period(String wireName, long millis) {
        this.wireName = wireName;
        this.usual = Duration.ofMillis(millis);
    }

    /** As SENTINEL DEBUG shows it. */
    public String wireName() {
        return wireName;
    }

    Duration usual() {
        return usual;
    }

    /** In any case, as operators type it. */
    static Optional<Period> named(String word) {
        var name = word.toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(period -> period.wireName.equals(name)).findFirst();
    }
}
