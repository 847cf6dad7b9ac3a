package dev.vedette.server.replication;

import dev.vedette.protocol.conf.BufferLimits;
import dev.vedette.protocol.conf.NetworkDirectives;
import dev.vedette.protocol.conf.ProcessDirectives;
import dev.vedette.protocol.conf.ReplicationDirectives;
import dev.vedette.protocol.conf.Settings;
import dev.vedette.protocol.conf.TlsDirectives;

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
        boolean byTls = settings.get(TlsDirectives.TLS_REPLICATION);
        int tlsPort = settings.get(TlsDirectives.TLS_PORT);
        return new ReplicationSettings(
                byTls && tlsPort != 0 ? tlsPort : settings.get(NetworkDirectives.PORT),
                byTls,
                settings.get(NetworkDirectives.BIND_SOURCE_ADDR),
                settings.get(ReplicationDirectives.REPLICA_ANNOUNCE_IP),
                settings.get(ReplicationDirectives.REPLICA_ANNOUNCE_PORT),
                settings.get(ReplicationDirectives.REPLICA_ANNOUNCED),
                settings.get(ReplicationDirectives.REPLICA_PRIORITY),
                settings.get(ReplicationDirectives.MASTERUSER),
                settings.get(ReplicationDirectives.MASTERAUTH),
                settings.get(ReplicationDirectives.REPLICA_READ_ONLY),
                settings.get(ReplicationDirectives.REPLICA_SERVE_STALE_DATA),
                settings.get(ReplicationDirectives.REPL_TIMEOUT),
                settings.get(ReplicationDirectives.REPL_PING_REPLICA_PERIOD),
                settings.get(ReplicationDirectives.REPL_BACKLOG_SIZE),
                settings.get(ReplicationDirectives.REPL_BACKLOG_TTL),
                settings.get(ReplicationDirectives.REPL_DISKLESS_SYNC),
                settings.get(ReplicationDirectives.REPL_DISKLESS_SYNC_DELAY),
                settings.get(ReplicationDirectives.REPL_DISKLESS_SYNC_MAX_REPLICAS),
                !settings.get(ReplicationDirectives.REPL_DISABLE_TCP_NODELAY),
                settings.get(ReplicationDirectives.MIN_REPLICAS_TO_WRITE),
                settings.get(ReplicationDirectives.MIN_REPLICAS_MAX_LAG),
                settings.get(ProcessDirectives.SHUTDOWN_TIMEOUT),
                settings.get(NetworkDirectives.PROTO_MAX_BULK_LEN),
                settings.get(NetworkDirectives.CLIENT_OUTPUT_BUFFER_LIMIT)
                        .of(BufferLimits.ClientClass.REPLICA));
    }

    boolean gatesWrites() {
        return minReplicas > 0 && minReplicasLagSeconds > 0;
    }

    long timeoutNanos() {
        return timeoutSeconds * 1_000_000_000L;
    }
}
