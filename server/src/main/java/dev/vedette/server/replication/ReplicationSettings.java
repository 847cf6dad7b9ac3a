package dev.vedette.server.replication;

import dev.vedette.protocol.conf.BufferLimits;
import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.conf.Settings;

/**
 * What the conf says about replication, looked up once a change.
 *
 * @param port what a replica tells its master: the one of TLS where replication speaks that
 * @param sourceAddress where the link to the master begins; empty leaves it to the kernel
 */
record ReplicationSettings(
        int port,
        boolean byTls,
        String sourceAddress,
        String announceIp,
        int announcePort,
        boolean announced,
        int priority,
        String masterUser,
        String masterPassword,
        boolean readOnly,
        boolean serveStaleData,
        int timeoutSeconds,
        int pingSeconds,
        long backlogBytes,
        long backlogTtlSeconds,
        boolean diskless,
        int disklessDelaySeconds,
        int disklessReplicas,
        boolean noDelay,
        int minReplicas,
        int minReplicasLagSeconds,
        int shutdownSeconds,
        long longestBulk,
        BufferLimits.Limit outputLimit) {

    static ReplicationSettings of(Settings settings) {
        boolean byTls = settings.get(GeneralDirectives.TLS_REPLICATION);
        int tlsPort = settings.get(GeneralDirectives.TLS_PORT);
        return new ReplicationSettings(
                byTls && tlsPort != 0 ? tlsPort : settings.get(GeneralDirectives.PORT),
                byTls,
                settings.get(GeneralDirectives.BIND_SOURCE_ADDR),
                settings.get(GeneralDirectives.REPLICA_ANNOUNCE_IP),
                settings.get(GeneralDirectives.REPLICA_ANNOUNCE_PORT),
                settings.get(GeneralDirectives.REPLICA_ANNOUNCED),
                settings.get(GeneralDirectives.REPLICA_PRIORITY),
                settings.get(GeneralDirectives.MASTERUSER),
                settings.get(GeneralDirectives.MASTERAUTH),
                settings.get(GeneralDirectives.REPLICA_READ_ONLY),
                settings.get(GeneralDirectives.REPLICA_SERVE_STALE_DATA),
                settings.get(GeneralDirectives.REPL_TIMEOUT),
                settings.get(GeneralDirectives.REPL_PING_REPLICA_PERIOD),
                settings.get(GeneralDirectives.REPL_BACKLOG_SIZE),
                settings.get(GeneralDirectives.REPL_BACKLOG_TTL),
                settings.get(GeneralDirectives.REPL_DISKLESS_SYNC),
                settings.get(GeneralDirectives.REPL_DISKLESS_SYNC_DELAY),
                settings.get(GeneralDirectives.REPL_DISKLESS_SYNC_MAX_REPLICAS),
                !settings.get(GeneralDirectives.REPL_DISABLE_TCP_NODELAY),
                settings.get(GeneralDirectives.MIN_REPLICAS_TO_WRITE),
                settings.get(GeneralDirectives.MIN_REPLICAS_MAX_LAG),
                settings.get(GeneralDirectives.SHUTDOWN_TIMEOUT),
                settings.get(GeneralDirectives.PROTO_MAX_BULK_LEN),
                settings.get(GeneralDirectives.CLIENT_OUTPUT_BUFFER_LIMIT)
                        .of(BufferLimits.ClientClass.REPLICA));
    }

    boolean gatesWrites() {
        return minReplicas > 0 && minReplicasLagSeconds > 0;
    }

    long timeoutNanos() {
        return timeoutSeconds * 1_000_000_000L;
    }
}
