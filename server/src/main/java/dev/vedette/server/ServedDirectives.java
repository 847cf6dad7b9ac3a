package dev.vedette.server;

import dev.vedette.protocol.conf.AccessDirectives;
import dev.vedette.protocol.conf.Directive;
import dev.vedette.protocol.conf.KeyspaceDirectives;
import dev.vedette.protocol.conf.LatencyDirectives;
import dev.vedette.protocol.conf.MemoryDirectives;
import dev.vedette.protocol.conf.NetworkDirectives;
import dev.vedette.protocol.conf.PersistenceDirectives;
import dev.vedette.protocol.conf.ProcessDirectives;
import dev.vedette.protocol.conf.TlsConf;
import dev.vedette.protocol.conf.TlsDirectives;
import dev.vedette.server.replication.Replication;

import java.util.ArrayList;
import java.util.List;

/** The directives that this server acts on; any other one stops the start. */
final class ServedDirectives {
    private static final List<Directive<?>> OWN =
            List.of(
                    NetworkDirectives.BIND,
                    NetworkDirectives.PORT,
                    TlsDirectives.TLS_PORT,
                    NetworkDirectives.UNIXSOCKET,
                    NetworkDirectives.UNIXSOCKETPERM,
                    NetworkDirectives.TCP_BACKLOG,
                    NetworkDirectives.TCP_KEEPALIVE,
                    NetworkDirectives.TIMEOUT,
                    NetworkDirectives.MAXCLIENTS,
                    NetworkDirectives.PROTECTED_MODE,
                    KeyspaceDirectives.DATABASES,
                    ProcessDirectives.DIR,
                    ProcessDirectives.LOGFILE,
                    ProcessDirectives.LOGLEVEL,
                    ProcessDirectives.PIDFILE,
                    AccessDirectives.REQUIREPASS,
                    AccessDirectives.ACLFILE,
                    AccessDirectives.ACLLOG_MAX_LEN,
                    AccessDirectives.ACL_PUBSUB_DEFAULT,
                    NetworkDirectives.PROTO_MAX_BULK_LEN,
                    NetworkDirectives.CLIENT_QUERY_BUFFER_LIMIT,
                    NetworkDirectives.CLIENT_OUTPUT_BUFFER_LIMIT,
                    LatencyDirectives.SLOWLOG_LOG_SLOWER_THAN,
                    LatencyDirectives.SLOWLOG_MAX_LEN,
                    LatencyDirectives.LATENCY_TRACKING,
                    LatencyDirectives.LATENCY_TRACKING_INFO_PERCENTILES,
                    KeyspaceDirectives.NOTIFY_KEYSPACE_EVENTS,
                    AccessDirectives.ENABLE_DEBUG_COMMAND,
                    MemoryDirectives.LAZYFREE_LAZY_EXPIRE,
                    ProcessDirectives.HZ,
                    ProcessDirectives.DYNAMIC_HZ,
                    KeyspaceDirectives.ACTIVE_EXPIRE_EFFORT,
                    ProcessDirectives.DAEMONIZE,
                    ProcessDirectives.SUPERVISED,
                    ProcessDirectives.SYSLOG_ENABLED,
                    ProcessDirectives.SYSLOG_IDENT,
                    ProcessDirectives.SYSLOG_FACILITY,
                    PersistenceDirectives.DBFILENAME,
                    PersistenceDirectives.SAVE,
                    PersistenceDirectives.RDBCOMPRESSION,
                    PersistenceDirectives.RDBCHECKSUM,
                    PersistenceDirectives.STOP_WRITES_ON_BGSAVE_ERROR,
                    MemoryDirectives.MAXMEMORY,
                    // Any policy while there is no limit; see MaxMemory.
                    MemoryDirectives.MAXMEMORY_POLICY,
                    // Nothing of theirs is kept in this cut, so any value is served.
                    MemoryDirectives.MAXMEMORY_SAMPLES,
                    ProcessDirectives.ALWAYS_SHOW_LOGO,
                    ProcessDirectives.SET_PROC_TITLE,
                    ProcessDirectives.PROC_TITLE_TEMPLATE,
                    PersistenceDirectives.APPENDFILENAME,
                    PersistenceDirectives.APPENDDIRNAME,
                    PersistenceDirectives.APPENDFSYNC,
                    PersistenceDirectives.NO_APPENDFSYNC_ON_REWRITE,
                    PersistenceDirectives.AUTO_AOF_REWRITE_PERCENTAGE,
                    PersistenceDirectives.AUTO_AOF_REWRITE_MIN_SIZE,
                    PersistenceDirectives.AOF_LOAD_TRUNCATED,
                    PersistenceDirectives.AOF_USE_RDB_PREAMBLE,
                    PersistenceDirectives.AOF_TIMESTAMP_ENABLED,
                    KeyspaceDirectives.HASH_MAX_LISTPACK_ENTRIES,
                    KeyspaceDirectives.HASH_MAX_LISTPACK_VALUE,
                    KeyspaceDirectives.LIST_MAX_LISTPACK_SIZE,
                    KeyspaceDirectives.LIST_COMPRESS_DEPTH,
                    KeyspaceDirectives.SET_MAX_INTSET_ENTRIES,
                    KeyspaceDirectives.SET_MAX_LISTPACK_ENTRIES,
                    KeyspaceDirectives.SET_MAX_LISTPACK_VALUE,
                    KeyspaceDirectives.ZSET_MAX_LISTPACK_ENTRIES,
                    KeyspaceDirectives.ZSET_MAX_LISTPACK_VALUE,
                    KeyspaceDirectives.HLL_SPARSE_MAX_BYTES,
                    KeyspaceDirectives.STREAM_NODE_MAX_BYTES,
                    KeyspaceDirectives.STREAM_NODE_MAX_ENTRIES,
                    LatencyDirectives.BUSY_REPLY_THRESHOLD);

    private ServedDirectives() {}

    static List<Directive<?>> all() {
        var all = new ArrayList<Directive<?>>(OWN);
        all.addAll(Replication.DIRECTIVES);
        TlsConf.MATERIAL.stream()
                .filter(row -> row.meaning() == Directive.Meaning.SOME)
                .forEach(all::add);
        return all;
    }
}
