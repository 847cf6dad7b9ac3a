package dev.vedette.server.command;

import java.util.Locale;

/** What the dispatcher and COMMAND INFO know of a command. */
public enum Flag {
    WRITE,
    READONLY,
    DENYOOM,
    MODULE,
    ADMIN,
    PUBSUB,
    NOSCRIPT,
    BLOCKING,
    LOADING,
    STALE,
    SKIP_MONITOR,
    SKIP_SLOWLOG,
    ASKING,
    FAST,
    NO_AUTH,
    MAY_REPLICATE,
    NO_MANDATORY_KEYS,
    PROTECTED,
    NO_ASYNC_LOADING,
    NO_MULTI,
    ALLOW_BUSY,
    MOVABLEKEYS;

    @SuppressWarnings("EnumOrdinal") // The bit means something in this process only.
    private final int bit = 1 << ordinal();

    public int bit() {
        return bit;
    }

    static Flag of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** The word for it in COMMAND INFO. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
