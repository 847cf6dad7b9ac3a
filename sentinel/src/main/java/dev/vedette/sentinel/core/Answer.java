package dev.vedette.sentinel.core;

import java.util.Optional;

/** What a client is told. The command layer gives it its RESP form. */
public sealed interface Answer {
    record Ok() implements Answer {}

    record Count(long value) implements Answer {}

    /** The whole error line without its leading dash, such as {@code ERR No such master ...}. */
    record Refused(String line) implements Answer {}

    /** The answer to IS-MASTER-DOWN-BY-ADDR. */
    record MasterDown(boolean down, Optional<SentinelId> leader, long leaderEpoch)
            implements Answer {}
}
