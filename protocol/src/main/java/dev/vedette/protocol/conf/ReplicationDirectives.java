package dev.vedette.protocol.conf;

import dev.vedette.protocol.net.Address;

import java.util.List;
import java.util.Optional;

/** Following a master and being followed. */
public final class ReplicationDirectives {
    public static final Directive<String> MASTERAUTH =
            Directive.of("masterauth", Syntax.text(), "");
    public static final Directive<String> MASTERUSER =
            Directive.of("masteruser", Syntax.text(), "");
    public static final Directive<Integer> MIN_REPLICAS_MAX_LAG =
            Directive.of("min-replicas-max-lag", Syntax.integer(0, Integer.MAX_VALUE), 10)
                    .alias("min-slaves-max-lag");
    public static final Directive<Integer> MIN_REPLICAS_TO_WRITE =
            Directive.of("min-replicas-to-write", Syntax.integer(0, Integer.MAX_VALUE), 0)
                    .alias("min-slaves-to-write");
    public static final Directive<String> PROPAGATION_ERROR_BEHAVIOR =
            Directive.of(
                    "propagation-error-behavior",
                    Syntax.choice("ignore", "panic", "panic-on-replicas"),
                    "ignore");
    public static final Directive<Boolean> RDB_DEL_SYNC_FILES =
            Directive.of("rdb-del-sync-files", Syntax.yesNo(), false);
    public static final Directive<Long> REPL_BACKLOG_SIZE =
            Directive.of("repl-backlog-size", Syntax.memory(1), 1048576L);
    public static final Directive<Long> REPL_BACKLOG_TTL =
            Directive.of("repl-backlog-ttl", Syntax.number(0, Long.MAX_VALUE), 3600L);
    public static final Directive<Boolean> REPL_DISABLE_TCP_NODELAY =
            Directive.of("repl-disable-tcp-nodelay", Syntax.yesNo(), false);
    public static final Directive<String> REPL_DISKLESS_LOAD =
            Directive.of(
                    "repl-diskless-load",
                    Syntax.choice("disabled", "on-empty-db", "swapdb"),
                    "disabled");
    public static final Directive<Boolean> REPL_DISKLESS_SYNC =
            Directive.of("repl-diskless-sync", Syntax.yesNo(), true);
    public static final Directive<Integer> REPL_DISKLESS_SYNC_DELAY =
            Directive.of("repl-diskless-sync-delay", Syntax.integer(0, Integer.MAX_VALUE), 5);
    public static final Directive<Integer> REPL_DISKLESS_SYNC_MAX_REPLICAS =
            Directive.of(
                    "repl-diskless-sync-max-replicas", Syntax.integer(0, Integer.MAX_VALUE), 0);
    public static final Directive<Integer> REPL_PING_REPLICA_PERIOD =
            Directive.of("repl-ping-replica-period", Syntax.integer(1, Integer.MAX_VALUE), 10)
                    .alias("repl-ping-slave-period");
    public static final Directive<Integer> REPL_TIMEOUT =
            Directive.of("repl-timeout", Syntax.integer(1, Integer.MAX_VALUE), 60);
    public static final Directive<String> REPLICA_ANNOUNCE_IP =
            Directive.of("replica-announce-ip", Syntax.text(), "").alias("slave-announce-ip");
    public static final Directive<Integer> REPLICA_ANNOUNCE_PORT =
            Directive.of("replica-announce-port", Syntax.integer(0, 65535), 0)
                    .alias("slave-announce-port");
    public static final Directive<Boolean> REPLICA_ANNOUNCED =
            Directive.of("replica-announced", Syntax.yesNo(), true);
    public static final Directive<Boolean> REPLICA_IGNORE_DISK_WRITE_ERRORS =
            Directive.of("replica-ignore-disk-write-errors", Syntax.yesNo(), false);
    public static final Directive<Boolean> REPLICA_IGNORE_MAXMEMORY =
            Directive.of("replica-ignore-maxmemory", Syntax.yesNo(), true)
                    .alias("slave-ignore-maxmemory");
    public static final Directive<Boolean> REPLICA_LAZY_FLUSH =
            Directive.of("replica-lazy-flush", Syntax.yesNo(), false)
                    .alias("slave-lazy-flush")
                    .meaningless();
    public static final Directive<Integer> REPLICA_PRIORITY =
            Directive.of("replica-priority", Syntax.integer(0, Integer.MAX_VALUE), 100)
                    .alias("slave-priority");
    public static final Directive<Boolean> REPLICA_READ_ONLY =
            Directive.of("replica-read-only", Syntax.yesNo(), true).alias("slave-read-only");
    public static final Directive<Boolean> REPLICA_SERVE_STALE_DATA =
            Directive.of("replica-serve-stale-data", Syntax.yesNo(), true)
                    .alias("slave-serve-stale-data");
    public static final Directive<Optional<Address>> REPLICAOF =
            Directive.of("replicaof", Syntax.master(), Optional.<Address>empty())
                    .alias("slaveof")
                    .atStart();

    static final List<Directive<?>> ROWS =
            List.of(
                    MASTERAUTH,
                    MASTERUSER,
                    MIN_REPLICAS_MAX_LAG,
                    MIN_REPLICAS_TO_WRITE,
                    PROPAGATION_ERROR_BEHAVIOR,
                    RDB_DEL_SYNC_FILES,
                    REPL_BACKLOG_SIZE,
                    REPL_BACKLOG_TTL,
                    REPL_DISABLE_TCP_NODELAY,
                    REPL_DISKLESS_LOAD,
                    REPL_DISKLESS_SYNC,
                    REPL_DISKLESS_SYNC_DELAY,
                    REPL_DISKLESS_SYNC_MAX_REPLICAS,
                    REPL_PING_REPLICA_PERIOD,
                    REPL_TIMEOUT,
                    REPLICA_ANNOUNCE_IP,
                    REPLICA_ANNOUNCE_PORT,
                    REPLICA_ANNOUNCED,
                    REPLICA_IGNORE_DISK_WRITE_ERRORS,
                    REPLICA_IGNORE_MAXMEMORY,
                    REPLICA_LAZY_FLUSH,
                    REPLICA_PRIORITY,
                    REPLICA_READ_ONLY,
                    REPLICA_SERVE_STALE_DATA,
                    REPLICAOF);

    private ReplicationDirectives() {}
}
