package dev.vedette.server.replication;

import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.command.Flag;
import dev.vedette.server.command.Gate;
import dev.vedette.server.session.Session;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Supplier;

/** Why replication refuses commands (Redis server.c, processCommand). Command loop only. */
final class ReplicationGates {
    private static final Logger log = LoggerFactory.getLogger(ReplicationGates.class);

    private static final String READ_ONLY = "READONLY You can't write against a read only replica.";
    private static final String MASTER_DOWN =
            "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
    private static final String TOO_FEW_REPLICAS = "NOREPLICAS Not enough good replicas to write.";
    private static final String REPLICA_MAY_NOT = "ERR Replica can't interact with the keyspace";

    private final Replication replication;
    private final Followers followers;
    private final Supplier<ReplicationSettings> settings;

    ReplicationGates(
            Replication replication, Followers followers, Supplier<ReplicationSettings> settings) {
        this.replication = replication;
        this.followers = followers;
        this.settings = settings;
    }

    void install(Dispatcher dispatcher) {
        dispatcher.gate(
                Gate.Place.TOO_FEW_REPLICAS,
                (session, command, anyFlags, allFlags) ->
                        isWrite(anyFlags) && hasTooFewReplicas() ? TOO_FEW_REPLICAS : null);
        dispatcher.gate(
                Gate.Place.READ_ONLY,
                (session, command, anyFlags, allFlags) ->
                        isWrite(anyFlags) && isReadOnly() ? READ_ONLY : null);
        dispatcher.gate(
                Gate.Place.STALE_DATA,
                (session, command, anyFlags, allFlags) ->
                        !has(allFlags, Flag.STALE) && isStale() ? MASTER_DOWN : null);
        dispatcher.gate(
                Gate.Place.REPLICA_LINK,
                (session, command, anyFlags, allFlags) -> refuseReplica(session, command.name()));
    }

    private static boolean has(int flags, Flag flag) {
        return (flags & flag.bit()) != 0;
    }

    private static boolean isWrite(int flags) {
        return has(flags, Flag.WRITE);
    }

    private boolean hasTooFewReplicas() {
        ReplicationSettings now = settings.get();
        return now.gatesWrites()
                && !replication.isReplica()
                && followers.good() < now.minReplicas();
    }

    private boolean isReadOnly() {
        return replication.isReplica() && settings.get().readOnly();
    }

    private boolean isStale() {
        return replication.isCutOff() && !settings.get().serveStaleData();
    }

    /** What a replica sends besides REPLCONF would need a reply, which its stream cannot hold. */
    private static @Nullable String refuseReplica(Session session, String command) {
        if (session.kind() != Session.Kind.REPLICA) {
            return null;
        }
        return switch (command) {
            case "replconf", "psync", "sync", "quit" -> null;
            default -> {
                log.warn("closing a replica's link that sent a command: {} {}", session, command);
                session.kill();
                yield REPLICA_MAY_NOT;
            }
        };
    }
}
