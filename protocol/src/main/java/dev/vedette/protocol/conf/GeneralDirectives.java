package dev.vedette.protocol.conf;

import dev.vedette.protocol.net.Address;

import java.util.List;
import java.util.Optional;

/**
 * Every directive that a Redis 7.2 server knows, with its default, one row each. Both daemons start
 * from this table; what a daemon does not serve yet is known here all the same, so that it is
 * refused by name and never ignored in silence. Directives that are no values ({@code include},
 * {@code user}, {@code sentinel}, {@code rename-command}, {@code loadmodule}) are handled by {@link
 * ConfLoader}.
 */
public final class GeneralDirectives {
    public static final Directive<String> ACL_PUBSUB_DEFAULT =
            Directive.of(
                    "acl-pubsub-default",
                    Syntax.choice("allchannels", "resetchannels"),
                    "resetchannels");
    public static final Directive<String> ACLFILE =
            Directive.of("aclfile", Syntax.text(), "").atStart();
    public static final Directive<Long> ACLLOG_MAX_LEN =
            Directive.of("acllog-max-len", Syntax.number(0, Long.MAX_VALUE), 128L);
    public static final Directive<Integer> ACTIVE_DEFRAG_CYCLE_MAX =
            Directive.of("active-defrag-cycle-max", Syntax.integer(1, 99), 25).meaningless();
    public static final Directive<Integer> ACTIVE_DEFRAG_CYCLE_MIN =
            Directive.of("active-defrag-cycle-min", Syntax.integer(1, 99), 1).meaningless();
    public static final Directive<Long> ACTIVE_DEFRAG_IGNORE_BYTES =
            Directive.of("active-defrag-ignore-bytes", Syntax.memory(0), 104857600L).meaningless();
    public static final Directive<Long> ACTIVE_DEFRAG_MAX_SCAN_FIELDS =
            Directive.of("active-defrag-max-scan-fields", Syntax.number(1, Long.MAX_VALUE), 1000L)
                    .meaningless();
    public static final Directive<Integer> ACTIVE_DEFRAG_THRESHOLD_LOWER =
            Directive.of("active-defrag-threshold-lower", Syntax.integer(0, 1000), 10)
                    .meaningless();
    public static final Directive<Integer> ACTIVE_DEFRAG_THRESHOLD_UPPER =
            Directive.of("active-defrag-threshold-upper", Syntax.integer(0, 1000), 100)
                    .meaningless();
    public static final Directive<Integer> ACTIVE_EXPIRE_EFFORT =
            Directive.of("active-expire-effort", Syntax.integer(1, 10), 1);
    public static final Directive<Boolean> ACTIVEDEFRAG =
            Directive.of("activedefrag", Syntax.yesNo(), false).meaningless();
    public static final Directive<Boolean> ACTIVEREHASHING =
            Directive.of("activerehashing", Syntax.yesNo(), true).meaningless();
    public static final Directive<Boolean> ALWAYS_SHOW_LOGO =
            Directive.of("always-show-logo", Syntax.yesNo(), false).atStart();
    public static final Directive<Boolean> AOF_DISABLE_AUTO_GC =
            Directive.of("aof-disable-auto-gc", Syntax.yesNo(), false);
    public static final Directive<Boolean> AOF_LOAD_TRUNCATED =
            Directive.of("aof-load-truncated", Syntax.yesNo(), true);
    public static final Directive<Boolean> AOF_REWRITE_INCREMENTAL_FSYNC =
            Directive.of("aof-rewrite-incremental-fsync", Syntax.yesNo(), true);
    public static final Directive<Boolean> AOF_TIMESTAMP_ENABLED =
            Directive.of("aof-timestamp-enabled", Syntax.yesNo(), false);
    public static final Directive<Boolean> AOF_USE_RDB_PREAMBLE =
            Directive.of("aof-use-rdb-preamble", Syntax.yesNo(), true);
    public static final Directive<String> AOF_REWRITE_CPULIST =
            Directive.of("aof_rewrite_cpulist", Syntax.text(), "").atStart().meaningless();
    public static final Directive<String> APPENDDIRNAME =
            Directive.of(
                            "appenddirname",
                            Syntax.text(GeneralDirectives::directoryName),
                            "appendonlydir")
                    .atStart();
    public static final Directive<String> APPENDFILENAME =
            Directive.of(
                            "appendfilename",
                            Syntax.text(fileName("appendfilename")),
                            "appendonly.aof")
                    .atStart();
    public static final Directive<String> APPENDFSYNC =
            Directive.of("appendfsync", Syntax.choice("everysec", "always", "no"), "everysec");
    public static final Directive<Boolean> APPENDONLY =
            Directive.of("appendonly", Syntax.yesNo(), false);
    public static final Directive<Long> AUTO_AOF_REWRITE_MIN_SIZE =
            Directive.of("auto-aof-rewrite-min-size", Syntax.memory(0), 67108864L);
    public static final Directive<Integer> AUTO_AOF_REWRITE_PERCENTAGE =
            Directive.of("auto-aof-rewrite-percentage", Syntax.integer(0, Integer.MAX_VALUE), 100);
    public static final Directive<String> BGSAVE_CPULIST =
            Directive.of("bgsave_cpulist", Syntax.text(), "").atStart().meaningless();
    public static final Directive<List<String>> BIND =
            Directive.of(
                    "bind",
                    Syntax.words(16, "Too many bind addresses specified."),
                    List.of("*", "-::*"));
    public static final Directive<String> BIND_SOURCE_ADDR =
            Directive.of("bind-source-addr", Syntax.text(), "");
    public static final Directive<String> BIO_CPULIST =
            Directive.of("bio_cpulist", Syntax.text(), "").atStart().meaningless();
    public static final Directive<Long> BUSY_REPLY_THRESHOLD =
            Directive.of("busy-reply-threshold", Syntax.number(0, Long.MAX_VALUE), 5000L)
                    .alias("lua-time-limit");
    public static final Directive<BufferLimits> CLIENT_OUTPUT_BUFFER_LIMIT =
            Directive.of(
                    "client-output-buffer-limit", Syntax.bufferLimits(), BufferLimits.DEFAULTS);
    public static final Directive<Long> CLIENT_QUERY_BUFFER_LIMIT =
            Directive.of("client-query-buffer-limit", Syntax.memory(1048576), 1073741824L);
    public static final Directive<Boolean> CLUSTER_ALLOW_PUBSUBSHARD_WHEN_DOWN =
            Directive.of("cluster-allow-pubsubshard-when-down", Syntax.yesNo(), true);
    public static final Directive<Boolean> CLUSTER_ALLOW_READS_WHEN_DOWN =
            Directive.of("cluster-allow-reads-when-down", Syntax.yesNo(), false);
    public static final Directive<Boolean> CLUSTER_ALLOW_REPLICA_MIGRATION =
            Directive.of("cluster-allow-replica-migration", Syntax.yesNo(), true);
    public static final Directive<Integer> CLUSTER_ANNOUNCE_BUS_PORT =
            Directive.of("cluster-announce-bus-port", Syntax.integer(0, 65535), 0);
    public static final Directive<String> CLUSTER_ANNOUNCE_HOSTNAME =
            Directive.of("cluster-announce-hostname", Syntax.text(), "");
    public static final Directive<String> CLUSTER_ANNOUNCE_HUMAN_NODENAME =
            Directive.of("cluster-announce-human-nodename", Syntax.text(), "");
    public static final Directive<String> CLUSTER_ANNOUNCE_IP =
            Directive.of("cluster-announce-ip", Syntax.text(), "");
    public static final Directive<Integer> CLUSTER_ANNOUNCE_PORT =
            Directive.of("cluster-announce-port", Syntax.integer(0, 65535), 0);
    public static final Directive<Integer> CLUSTER_ANNOUNCE_TLS_PORT =
            Directive.of("cluster-announce-tls-port", Syntax.integer(0, 65535), 0);
    public static final Directive<String> CLUSTER_CONFIG_FILE =
            Directive.of("cluster-config-file", Syntax.text(), "nodes.conf").atStart();
    public static final Directive<Boolean> CLUSTER_ENABLED =
            Directive.of("cluster-enabled", Syntax.yesNo(), false).atStart();
    public static final Directive<Long> CLUSTER_LINK_SENDBUF_LIMIT =
            Directive.of("cluster-link-sendbuf-limit", Syntax.memory(0), 0L);
    public static final Directive<Integer> CLUSTER_MIGRATION_BARRIER =
            Directive.of("cluster-migration-barrier", Syntax.integer(0, Integer.MAX_VALUE), 1);
    public static final Directive<Long> CLUSTER_NODE_TIMEOUT =
            Directive.of("cluster-node-timeout", Syntax.number(0, Long.MAX_VALUE), 15000L);
    public static final Directive<Integer> CLUSTER_PORT =
            Directive.of("cluster-port", Syntax.integer(0, 65535), 0).atStart();
    public static final Directive<String> CLUSTER_PREFERRED_ENDPOINT_TYPE =
            Directive.of(
                    "cluster-preferred-endpoint-type",
                    Syntax.choice("ip", "hostname", "unknown-endpoint"),
                    "ip");
    public static final Directive<Boolean> CLUSTER_REPLICA_NO_FAILOVER =
            Directive.of("cluster-replica-no-failover", Syntax.yesNo(), false)
                    .alias("cluster-slave-no-failover");
    public static final Directive<Integer> CLUSTER_REPLICA_VALIDITY_FACTOR =
            Directive.of(
                            "cluster-replica-validity-factor",
                            Syntax.integer(0, Integer.MAX_VALUE),
                            10)
                    .alias("cluster-slave-validity-factor");
    public static final Directive<Boolean> CLUSTER_REQUIRE_FULL_COVERAGE =
            Directive.of("cluster-require-full-coverage", Syntax.yesNo(), true);
    public static final Directive<Boolean> CRASH_LOG_ENABLED =
            Directive.of("crash-log-enabled", Syntax.yesNo(), true).meaningless();
    public static final Directive<Boolean> CRASH_MEMCHECK_ENABLED =
            Directive.of("crash-memcheck-enabled", Syntax.yesNo(), true).meaningless();
    public static final Directive<Boolean> DAEMONIZE =
            Directive.of("daemonize", Syntax.yesNo(), false).atStart();
    public static final Directive<Integer> DATABASES =
            Directive.of("databases", Syntax.integer(1, Integer.MAX_VALUE), 16).atStart();
    public static final Directive<String> DBFILENAME =
            Directive.of("dbfilename", Syntax.text(fileName("dbfilename")), "dump.rdb").guarded();
    public static final Directive<String> DIR = Directive.of("dir", Syntax.text(), ".").guarded();
    public static final Directive<Boolean> DISABLE_THP =
            Directive.of("disable-thp", Syntax.yesNo(), true).atStart().meaningless();
    public static final Directive<Boolean> DYNAMIC_HZ =
            Directive.of("dynamic-hz", Syntax.yesNo(), true).meaningless();
    public static final Directive<String> ENABLE_DEBUG_COMMAND =
            Directive.of("enable-debug-command", Syntax.choice("no", "yes", "local"), "no")
                    .atStart();
    public static final Directive<String> ENABLE_MODULE_COMMAND =
            Directive.of("enable-module-command", Syntax.choice("no", "yes", "local"), "no")
                    .atStart();
    public static final Directive<String> ENABLE_PROTECTED_CONFIGS =
            Directive.of("enable-protected-configs", Syntax.choice("no", "yes", "local"), "no")
                    .atStart()
                    .guarded();
    public static final Directive<Long> HASH_MAX_LISTPACK_ENTRIES =
            Directive.of("hash-max-listpack-entries", Syntax.number(0, Long.MAX_VALUE), 512L)
                    .alias("hash-max-ziplist-entries");
    public static final Directive<Long> HASH_MAX_LISTPACK_VALUE =
            Directive.of("hash-max-listpack-value", Syntax.memory(0), 64L)
                    .alias("hash-max-ziplist-value");
    public static final Directive<Long> HLL_SPARSE_MAX_BYTES =
            Directive.of("hll-sparse-max-bytes", Syntax.memory(0), 3000L);
    public static final Directive<Integer> HZ =
            Directive.of("hz", Syntax.clamped(0, Integer.MAX_VALUE, 1, 500), 10);
    public static final Directive<String> IGNORE_WARNINGS =
            Directive.of("ignore-warnings", Syntax.text(), "").meaningless();
    public static final Directive<Integer> IO_THREADS =
            Directive.of("io-threads", Syntax.integer(1, 128), 1).atStart().meaningless();
    public static final Directive<Boolean> IO_THREADS_DO_READS =
            Directive.of("io-threads-do-reads", Syntax.yesNo(), false).atStart().meaningless();
    public static final Directive<Boolean> JEMALLOC_BG_THREAD =
            Directive.of("jemalloc-bg-thread", Syntax.yesNo(), true).meaningless();
    public static final Directive<Long> LATENCY_MONITOR_THRESHOLD =
            Directive.of("latency-monitor-threshold", Syntax.number(0, Long.MAX_VALUE), 0L);
    public static final Directive<Boolean> LATENCY_TRACKING =
            Directive.of("latency-tracking", Syntax.yesNo(), true);
    public static final Directive<List<Double>> LATENCY_TRACKING_INFO_PERCENTILES =
            Directive.of(
                    "latency-tracking-info-percentiles",
                    Syntax.percentiles("latency-tracking-info-percentiles"),
                    List.of(50.0, 99.0, 99.9));
    public static final Directive<Boolean> LAZYEXPIRE_NESTED_ARBITRARY_KEYS =
            Directive.of("lazyexpire-nested-arbitrary-keys", Syntax.yesNo(), true);
    public static final Directive<Boolean> LAZYFREE_LAZY_EVICTION =
            Directive.of("lazyfree-lazy-eviction", Syntax.yesNo(), false).meaningless();
    public static final Directive<Boolean> LAZYFREE_LAZY_EXPIRE =
            Directive.of("lazyfree-lazy-expire", Syntax.yesNo(), false).meaningless();
    public static final Directive<Boolean> LAZYFREE_LAZY_SERVER_DEL =
            Directive.of("lazyfree-lazy-server-del", Syntax.yesNo(), false).meaningless();
    public static final Directive<Boolean> LAZYFREE_LAZY_USER_DEL =
            Directive.of("lazyfree-lazy-user-del", Syntax.yesNo(), false).meaningless();
    public static final Directive<Boolean> LAZYFREE_LAZY_USER_FLUSH =
            Directive.of("lazyfree-lazy-user-flush", Syntax.yesNo(), false).meaningless();
    public static final Directive<Integer> LFU_DECAY_TIME =
            Directive.of("lfu-decay-time", Syntax.integer(0, Integer.MAX_VALUE), 1);
    public static final Directive<Integer> LFU_LOG_FACTOR =
            Directive.of("lfu-log-factor", Syntax.integer(0, Integer.MAX_VALUE), 10);
    public static final Directive<Integer> LIST_COMPRESS_DEPTH =
            Directive.of("list-compress-depth", Syntax.integer(0, Integer.MAX_VALUE), 0);
    public static final Directive<Integer> LIST_MAX_LISTPACK_SIZE =
            Directive.of(
                            "list-max-listpack-size",
                            Syntax.integer(Integer.MIN_VALUE, Integer.MAX_VALUE),
                            -2)
                    .alias("list-max-ziplist-size");
    public static final Directive<String> LOCALE_COLLATE =
            Directive.of("locale-collate", Syntax.text(), "");
    public static final Directive<String> LOGFILE =
            Directive.of("logfile", Syntax.text(), "").atStart();
    public static final Directive<String> LOGLEVEL =
            Directive.of(
                    "loglevel",
                    Syntax.choice("debug", "verbose", "notice", "warning", "nothing"),
                    "notice");
    public static final Directive<String> MASTERAUTH =
            Directive.of("masterauth", Syntax.text(), "");
    public static final Directive<String> MASTERUSER =
            Directive.of("masteruser", Syntax.text(), "");
    public static final Directive<Long> MAXCLIENTS =
            Directive.of("maxclients", Syntax.number(1, 4294967295L), 10000L);
    public static final Directive<Long> MAXMEMORY = Directive.of("maxmemory", Syntax.memory(0), 0L);
    public static final Directive<MemoryLimit> MAXMEMORY_CLIENTS =
            Directive.of("maxmemory-clients", Syntax.memoryOrPercent(), new MemoryLimit(0, false));
    public static final Directive<Integer> MAXMEMORY_EVICTION_TENACITY =
            Directive.of("maxmemory-eviction-tenacity", Syntax.integer(0, 100), 10);
    public static final Directive<String> MAXMEMORY_POLICY =
            Directive.of(
                    "maxmemory-policy",
                    Syntax.choice(
                            "volatile-lru",
                            "volatile-lfu",
                            "volatile-random",
                            "volatile-ttl",
                            "allkeys-lru",
                            "allkeys-lfu",
                            "allkeys-random",
                            "noeviction"),
                    "noeviction");
    public static final Directive<Integer> MAXMEMORY_SAMPLES =
            Directive.of("maxmemory-samples", Syntax.integer(1, Integer.MAX_VALUE), 5);
    public static final Directive<Integer> MIN_REPLICAS_MAX_LAG =
            Directive.of("min-replicas-max-lag", Syntax.integer(0, Integer.MAX_VALUE), 10)
                    .alias("min-slaves-max-lag");
    public static final Directive<Integer> MIN_REPLICAS_TO_WRITE =
            Directive.of("min-replicas-to-write", Syntax.integer(0, Integer.MAX_VALUE), 0)
                    .alias("min-slaves-to-write");
    public static final Directive<Boolean> NO_APPENDFSYNC_ON_REWRITE =
            Directive.of("no-appendfsync-on-rewrite", Syntax.yesNo(), false);
    public static final Directive<String> NOTIFY_KEYSPACE_EVENTS =
            Directive.of("notify-keyspace-events", new EventClasses(), "");
    public static final Directive<String> OOM_SCORE_ADJ =
            Directive.of("oom-score-adj", Syntax.choice("no", "yes", "relative", "absolute"), "no");
    public static final Directive<List<Integer>> OOM_SCORE_ADJ_VALUES =
            Directive.of(
                    "oom-score-adj-values",
                    Syntax.integers("oom-score-adj-values", 3, -2000, 2000),
                    List.of(0, 200, 800));
    public static final Directive<String> PIDFILE =
            Directive.of("pidfile", Syntax.text(), "").atStart();
    public static final Directive<Integer> PORT =
            Directive.of("port", Syntax.integer(0, 65535), 6379);
    public static final Directive<String> PROC_TITLE_TEMPLATE =
            Directive.of(
                            "proc-title-template",
                            Syntax.text(),
                            "{title} {listen-addr} {server-mode}")
                    .meaningless();
    public static final Directive<String> PROPAGATION_ERROR_BEHAVIOR =
            Directive.of(
                    "propagation-error-behavior",
                    Syntax.choice("ignore", "panic", "panic-on-replicas"),
                    "ignore");
    public static final Directive<Boolean> PROTECTED_MODE =
            Directive.of("protected-mode", Syntax.yesNo(), true);
    public static final Directive<Long> PROTO_MAX_BULK_LEN =
            Directive.of("proto-max-bulk-len", Syntax.memory(1048576), 536870912L);
    public static final Directive<Boolean> RDB_DEL_SYNC_FILES =
            Directive.of("rdb-del-sync-files", Syntax.yesNo(), false);
    public static final Directive<Boolean> RDB_SAVE_INCREMENTAL_FSYNC =
            Directive.of("rdb-save-incremental-fsync", Syntax.yesNo(), true);
    public static final Directive<Boolean> RDBCHECKSUM =
            Directive.of("rdbchecksum", Syntax.yesNo(), true).atStart();
    public static final Directive<Boolean> RDBCOMPRESSION =
            Directive.of("rdbcompression", Syntax.yesNo(), true);
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
    public static final Directive<String> REQUIREPASS =
            Directive.of("requirepass", Syntax.text(), "");
    public static final Directive<String> SANITIZE_DUMP_PAYLOAD =
            Directive.of("sanitize-dump-payload", Syntax.choice("no", "yes", "clients"), "no");
    public static final Directive<List<SavePoint>> SAVE =
            Directive.of(
                    "save",
                    Syntax.savePoints(),
                    List.of(
                            new SavePoint(3600, 1),
                            new SavePoint(300, 100),
                            new SavePoint(60, 10000)));
    public static final Directive<String> SERVER_CPULIST =
            Directive.of("server_cpulist", Syntax.text(), "").atStart().meaningless();
    public static final Directive<Long> SET_MAX_INTSET_ENTRIES =
            Directive.of("set-max-intset-entries", Syntax.number(0, Long.MAX_VALUE), 512L);
    public static final Directive<Long> SET_MAX_LISTPACK_ENTRIES =
            Directive.of("set-max-listpack-entries", Syntax.number(0, Long.MAX_VALUE), 128L);
    public static final Directive<Long> SET_MAX_LISTPACK_VALUE =
            Directive.of("set-max-listpack-value", Syntax.memory(0), 64L);
    public static final Directive<Boolean> SET_PROC_TITLE =
            Directive.of("set-proc-title", Syntax.yesNo(), true).atStart().meaningless();
    public static final Directive<List<String>> SHUTDOWN_ON_SIGINT =
            Directive.of(
                    "shutdown-on-sigint",
                    Syntax.choices("default", "save", "nosave", "now", "force"),
                    List.of("default"));
    public static final Directive<List<String>> SHUTDOWN_ON_SIGTERM =
            Directive.of(
                    "shutdown-on-sigterm",
                    Syntax.choices("default", "save", "nosave", "now", "force"),
                    List.of("default"));
    public static final Directive<Integer> SHUTDOWN_TIMEOUT =
            Directive.of("shutdown-timeout", Syntax.integer(0, Integer.MAX_VALUE), 10);
    public static final Directive<Long> SLOWLOG_LOG_SLOWER_THAN =
            Directive.of("slowlog-log-slower-than", Syntax.number(-1, Long.MAX_VALUE), 10000L);
    public static final Directive<Long> SLOWLOG_MAX_LEN =
            Directive.of("slowlog-max-len", Syntax.number(0, Long.MAX_VALUE), 128L);
    public static final Directive<Long> SOCKET_MARK_ID =
            Directive.of("socket-mark-id", Syntax.number(0, 4294967295L), 0L).atStart();
    public static final Directive<Boolean> STOP_WRITES_ON_BGSAVE_ERROR =
            Directive.of("stop-writes-on-bgsave-error", Syntax.yesNo(), true);
    public static final Directive<Long> STREAM_NODE_MAX_BYTES =
            Directive.of("stream-node-max-bytes", Syntax.memory(0), 4096L);
    public static final Directive<Long> STREAM_NODE_MAX_ENTRIES =
            Directive.of("stream-node-max-entries", Syntax.number(0, Long.MAX_VALUE), 100L);
    public static final Directive<String> SUPERVISED =
            Directive.of("supervised", Syntax.choice("upstart", "systemd", "auto", "no"), "no")
                    .atStart();
    public static final Directive<Boolean> SYSLOG_ENABLED =
            Directive.of("syslog-enabled", Syntax.yesNo(), false).atStart();
    public static final Directive<String> SYSLOG_FACILITY =
            Directive.of(
                            "syslog-facility",
                            Syntax.choice(
                                    "user", "local0", "local1", "local2", "local3", "local4",
                                    "local5", "local6", "local7"),
                            "local0")
                    .atStart();
    public static final Directive<String> SYSLOG_IDENT =
            Directive.of("syslog-ident", Syntax.text(), "redis").atStart();
    public static final Directive<Integer> TCP_BACKLOG =
            Directive.of("tcp-backlog", Syntax.integer(0, Integer.MAX_VALUE), 511).atStart();
    public static final Directive<Integer> TCP_KEEPALIVE =
            Directive.of("tcp-keepalive", Syntax.integer(0, Integer.MAX_VALUE), 300);
    public static final Directive<Integer> TIMEOUT =
            Directive.of("timeout", Syntax.integer(0, Integer.MAX_VALUE), 0);
    public static final Directive<String> TLS_AUTH_CLIENTS =
            Directive.of("tls-auth-clients", Syntax.choice("no", "yes", "optional"), "yes");
    public static final Directive<String> TLS_CA_CERT_DIR =
            Directive.of("tls-ca-cert-dir", Syntax.text(), "");
    public static final Directive<String> TLS_CA_CERT_FILE =
            Directive.of("tls-ca-cert-file", Syntax.text(), "");
    public static final Directive<String> TLS_CERT_FILE =
            Directive.of("tls-cert-file", Syntax.text(), "");
    public static final Directive<String> TLS_CIPHERS =
            Directive.of("tls-ciphers", Syntax.text(), "");
    public static final Directive<String> TLS_CIPHERSUITES =
            Directive.of("tls-ciphersuites", Syntax.text(), "");
    public static final Directive<String> TLS_CLIENT_CERT_FILE =
            Directive.of("tls-client-cert-file", Syntax.text(), "");
    public static final Directive<String> TLS_CLIENT_KEY_FILE =
            Directive.of("tls-client-key-file", Syntax.text(), "");
    public static final Directive<String> TLS_CLIENT_KEY_FILE_PASS =
            Directive.of("tls-client-key-file-pass", Syntax.text(), "");
    public static final Directive<Boolean> TLS_CLUSTER =
            Directive.of("tls-cluster", Syntax.yesNo(), false);
    public static final Directive<String> TLS_DH_PARAMS_FILE =
            Directive.of("tls-dh-params-file", Syntax.text(), "").meaningless();
    public static final Directive<String> TLS_KEY_FILE =
            Directive.of("tls-key-file", Syntax.text(), "");
    public static final Directive<String> TLS_KEY_FILE_PASS =
            Directive.of("tls-key-file-pass", Syntax.text(), "");
    public static final Directive<Integer> TLS_PORT =
            Directive.of("tls-port", Syntax.integer(0, 65535), 0);
    public static final Directive<Boolean> TLS_PREFER_SERVER_CIPHERS =
            Directive.of("tls-prefer-server-ciphers", Syntax.yesNo(), false);
    public static final Directive<String> TLS_PROTOCOLS =
            Directive.of("tls-protocols", Syntax.text(), "");
    public static final Directive<Boolean> TLS_REPLICATION =
            Directive.of("tls-replication", Syntax.yesNo(), false);
    public static final Directive<Integer> TLS_SESSION_CACHE_SIZE =
            Directive.of("tls-session-cache-size", Syntax.integer(0, Integer.MAX_VALUE), 20480);
    public static final Directive<Integer> TLS_SESSION_CACHE_TIMEOUT =
            Directive.of("tls-session-cache-timeout", Syntax.integer(0, Integer.MAX_VALUE), 300);
    public static final Directive<Boolean> TLS_SESSION_CACHING =
            Directive.of("tls-session-caching", Syntax.yesNo(), true);
    public static final Directive<Long> TRACKING_TABLE_MAX_KEYS =
            Directive.of("tracking-table-max-keys", Syntax.number(0, Long.MAX_VALUE), 1000000L);
    public static final Directive<String> UNIXSOCKET =
            Directive.of("unixsocket", Syntax.text(), "").atStart();
    public static final Directive<Integer> UNIXSOCKETPERM =
            Directive.of("unixsocketperm", Syntax.octal(0777), 0).atStart();
    public static final Directive<Long> ZSET_MAX_LISTPACK_ENTRIES =
            Directive.of("zset-max-listpack-entries", Syntax.number(0, Long.MAX_VALUE), 128L)
                    .alias("zset-max-ziplist-entries");
    public static final Directive<Long> ZSET_MAX_LISTPACK_VALUE =
            Directive.of("zset-max-listpack-value", Syntax.memory(0), 64L)
                    .alias("zset-max-ziplist-value");

    public static final DirectiveTable TABLE =
            DirectiveTable.of(
                    List.of(
                            ACL_PUBSUB_DEFAULT,
                            ACLFILE,
                            ACLLOG_MAX_LEN,
                            ACTIVE_DEFRAG_CYCLE_MAX,
                            ACTIVE_DEFRAG_CYCLE_MIN,
                            ACTIVE_DEFRAG_IGNORE_BYTES,
                            ACTIVE_DEFRAG_MAX_SCAN_FIELDS,
                            ACTIVE_DEFRAG_THRESHOLD_LOWER,
                            ACTIVE_DEFRAG_THRESHOLD_UPPER,
                            ACTIVE_EXPIRE_EFFORT,
                            ACTIVEDEFRAG,
                            ACTIVEREHASHING,
                            ALWAYS_SHOW_LOGO,
                            AOF_DISABLE_AUTO_GC,
                            AOF_LOAD_TRUNCATED,
                            AOF_REWRITE_INCREMENTAL_FSYNC,
                            AOF_TIMESTAMP_ENABLED,
                            AOF_USE_RDB_PREAMBLE,
                            AOF_REWRITE_CPULIST,
                            APPENDDIRNAME,
                            APPENDFILENAME,
                            APPENDFSYNC,
                            APPENDONLY,
                            AUTO_AOF_REWRITE_MIN_SIZE,
                            AUTO_AOF_REWRITE_PERCENTAGE,
                            BGSAVE_CPULIST,
                            BIND,
                            BIND_SOURCE_ADDR,
                            BIO_CPULIST,
                            BUSY_REPLY_THRESHOLD,
                            CLIENT_OUTPUT_BUFFER_LIMIT,
                            CLIENT_QUERY_BUFFER_LIMIT,
                            CLUSTER_ALLOW_PUBSUBSHARD_WHEN_DOWN,
                            CLUSTER_ALLOW_READS_WHEN_DOWN,
                            CLUSTER_ALLOW_REPLICA_MIGRATION,
                            CLUSTER_ANNOUNCE_BUS_PORT,
                            CLUSTER_ANNOUNCE_HOSTNAME,
                            CLUSTER_ANNOUNCE_HUMAN_NODENAME,
                            CLUSTER_ANNOUNCE_IP,
                            CLUSTER_ANNOUNCE_PORT,
                            CLUSTER_ANNOUNCE_TLS_PORT,
                            CLUSTER_CONFIG_FILE,
                            CLUSTER_ENABLED,
                            CLUSTER_LINK_SENDBUF_LIMIT,
                            CLUSTER_MIGRATION_BARRIER,
                            CLUSTER_NODE_TIMEOUT,
                            CLUSTER_PORT,
                            CLUSTER_PREFERRED_ENDPOINT_TYPE,
                            CLUSTER_REPLICA_NO_FAILOVER,
                            CLUSTER_REPLICA_VALIDITY_FACTOR,
                            CLUSTER_REQUIRE_FULL_COVERAGE,
                            CRASH_LOG_ENABLED,
                            CRASH_MEMCHECK_ENABLED,
                            DAEMONIZE,
                            DATABASES,
                            DBFILENAME,
                            DIR,
                            DISABLE_THP,
                            DYNAMIC_HZ,
                            ENABLE_DEBUG_COMMAND,
                            ENABLE_MODULE_COMMAND,
                            ENABLE_PROTECTED_CONFIGS,
                            HASH_MAX_LISTPACK_ENTRIES,
                            HASH_MAX_LISTPACK_VALUE,
                            HLL_SPARSE_MAX_BYTES,
                            HZ,
                            IGNORE_WARNINGS,
                            IO_THREADS,
                            IO_THREADS_DO_READS,
                            JEMALLOC_BG_THREAD,
                            LATENCY_MONITOR_THRESHOLD,
                            LATENCY_TRACKING,
                            LATENCY_TRACKING_INFO_PERCENTILES,
                            LAZYEXPIRE_NESTED_ARBITRARY_KEYS,
                            LAZYFREE_LAZY_EVICTION,
                            LAZYFREE_LAZY_EXPIRE,
                            LAZYFREE_LAZY_SERVER_DEL,
                            LAZYFREE_LAZY_USER_DEL,
                            LAZYFREE_LAZY_USER_FLUSH,
                            LFU_DECAY_TIME,
                            LFU_LOG_FACTOR,
                            LIST_COMPRESS_DEPTH,
                            LIST_MAX_LISTPACK_SIZE,
                            LOCALE_COLLATE,
                            LOGFILE,
                            LOGLEVEL,
                            MASTERAUTH,
                            MASTERUSER,
                            MAXCLIENTS,
                            MAXMEMORY,
                            MAXMEMORY_CLIENTS,
                            MAXMEMORY_EVICTION_TENACITY,
                            MAXMEMORY_POLICY,
                            MAXMEMORY_SAMPLES,
                            MIN_REPLICAS_MAX_LAG,
                            MIN_REPLICAS_TO_WRITE,
                            NO_APPENDFSYNC_ON_REWRITE,
                            NOTIFY_KEYSPACE_EVENTS,
                            OOM_SCORE_ADJ,
                            OOM_SCORE_ADJ_VALUES,
                            PIDFILE,
                            PORT,
                            PROC_TITLE_TEMPLATE,
                            PROPAGATION_ERROR_BEHAVIOR,
                            PROTECTED_MODE,
                            PROTO_MAX_BULK_LEN,
                            RDB_DEL_SYNC_FILES,
                            RDB_SAVE_INCREMENTAL_FSYNC,
                            RDBCHECKSUM,
                            RDBCOMPRESSION,
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
                            REPLICAOF,
                            REQUIREPASS,
                            SANITIZE_DUMP_PAYLOAD,
                            SAVE,
                            SERVER_CPULIST,
                            SET_MAX_INTSET_ENTRIES,
                            SET_MAX_LISTPACK_ENTRIES,
                            SET_MAX_LISTPACK_VALUE,
                            SET_PROC_TITLE,
                            SHUTDOWN_ON_SIGINT,
                            SHUTDOWN_ON_SIGTERM,
                            SHUTDOWN_TIMEOUT,
                            SLOWLOG_LOG_SLOWER_THAN,
                            SLOWLOG_MAX_LEN,
                            SOCKET_MARK_ID,
                            STOP_WRITES_ON_BGSAVE_ERROR,
                            STREAM_NODE_MAX_BYTES,
                            STREAM_NODE_MAX_ENTRIES,
                            SUPERVISED,
                            SYSLOG_ENABLED,
                            SYSLOG_FACILITY,
                            SYSLOG_IDENT,
                            TCP_BACKLOG,
                            TCP_KEEPALIVE,
                            TIMEOUT,
                            TLS_AUTH_CLIENTS,
                            TLS_CA_CERT_DIR,
                            TLS_CA_CERT_FILE,
                            TLS_CERT_FILE,
                            TLS_CIPHERS,
                            TLS_CIPHERSUITES,
                            TLS_CLIENT_CERT_FILE,
                            TLS_CLIENT_KEY_FILE,
                            TLS_CLIENT_KEY_FILE_PASS,
                            TLS_CLUSTER,
                            TLS_DH_PARAMS_FILE,
                            TLS_KEY_FILE,
                            TLS_KEY_FILE_PASS,
                            TLS_PORT,
                            TLS_PREFER_SERVER_CIPHERS,
                            TLS_PROTOCOLS,
                            TLS_REPLICATION,
                            TLS_SESSION_CACHE_SIZE,
                            TLS_SESSION_CACHE_TIMEOUT,
                            TLS_SESSION_CACHING,
                            TRACKING_TABLE_MAX_KEYS,
                            UNIXSOCKET,
                            UNIXSOCKETPERM,
                            ZSET_MAX_LISTPACK_ENTRIES,
                            ZSET_MAX_LISTPACK_VALUE));

    private GeneralDirectives() {}

    private static ScalarSyntax.Check fileName(String directive) {
        return value -> {
            if (value.indexOf('/') >= 0) {
                throw new BadDirective(
                        directive + " can't be a path, just a filename", "the path goes into dir");
            }
        };
    }

    private static void directoryName(String value) throws BadDirective {
        if (value.isEmpty()) {
            throw new BadDirective("appenddirname can't be empty");
        }
        if (value.indexOf('/') >= 0) {
            throw new BadDirective("appenddirname can't be a path, just a dirname");
        }
    }
}
