package dev.vedette.server.command;

import dev.vedette.server.session.Session;

import org.jspecify.annotations.Nullable;

/**
 * A reason of the whole server to refuse a command before it runs or is queued. Gates stand in
 * Redis's order (server.c, processCommand).
 */
@FunctionalInterface
public interface Gate {
    /** Where a gate stands; those of one place are asked in the order of their registration. */
    enum Place {
        OUT_OF_MEMORY,
        DISK_ERROR,
        TOO_FEW_REPLICAS,
        READ_ONLY,
        /** The dispatcher's own: a RESP2 subscriber may only subscribe. */
        SUBSCRIBER,
        STALE_DATA,
        LOADING,
        BUSY,
        REPLICA_LINK
    }

    /**
     * @param anyFlags the flags of the command; of EXEC, also those that any queued command has
     * @param allFlags the flags of the command; of EXEC, those that every queued command has
     * @return the error line, or null to let it pass
     */
    @Nullable String refuse(Session session, Command command, int anyFlags, int allFlags);
}
