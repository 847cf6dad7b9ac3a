package dev.vedette.server;

import dev.vedette.protocol.conf.Directive;
import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.conf.TlsConf;
import dev.vedette.server.replication.Replication;

import java.util.ArrayList;
import java.util.List;

/** The directives that this server acts on; any other one stops the start. */
final class ServedDirectives {
    private static final List<Directive<?>> OWN =
            List.of(
                    GeneralDirectives.BIND,
                    GeneralDirectives.PORT,
                    GeneralDirectives.TLS_PORT,
                    GeneralDirectives.UNIXSOCKET,
                    GeneralDirectives.UNIXSOCKETPERM,
                    GeneralDirectives.TCP_BACKLOG,
                    GeneralDirectives.TCP_KEEPALIVE,
                    GeneralDirectives.TIMEOUT,
                    GeneralDirectives.MAXCLIENTS,
                    GeneralDirectives.PROTECTED_MODE,
                    GeneralDirectives.DATABASES,
                    GeneralDirectives.DIR,
                    GeneralDirectives.LOGFILE,
                    GeneralDirectives.LOGLEVEL,
                    GeneralDirectives.PIDFILE,
                    GeneralDirectives.REQUIREPASS,
                    GeneralDirectives.ACLFILE,
                    GeneralDirectives.ACLLOG_MAX_LEN,
                    GeneralDirectives.ACL_PUBSUB_DEFAULT,
                    GeneralDirectives.PROTO_MAX_BULK_LEN,
                    GeneralDirectives.CLIENT_QUERY_BUFFER_LIMIT,
                    GeneralDirectives.CLIENT_OUTPUT_BUFFER_LIMIT,
                    GeneralDirectives.SLOWLOG_LOG_SLOWER_THAN,
                    GeneralDirectives.SLOWLOG_MAX_LEN,
                    GeneralDirectives.LATENCY_TRACKING,
                    GeneralDirectives.LATENCY_TRACKING_INFO_PERCENTILES,
                    GeneralDirectives.NOTIFY_KEYSPACE_EVENTS,
                    GeneralDirectives.ENABLE_DEBUG_COMMAND,
                    GeneralDirectives.LAZYFREE_LAZY_EXPIRE,
                    GeneralDirectives.HZ,
                    GeneralDirectives.DYNAMIC_HZ,
                    GeneralDirectives.ACTIVE_EXPIRE_EFFORT,
                    GeneralDirectives.DAEMONIZE,
                    GeneralDirectives.SUPERVISED,
                    GeneralDirectives.SYSLOG_ENABLED,
                    GeneralDirectives.SYSLOG_IDENT,
                    GeneralDirectives.SYSLOG_FACILITY,
                    GeneralDirectives.DBFILENAME,
                    GeneralDirectives.SAVE,
                    GeneralDirectives.RDBCOMPRESSION,
                    GeneralDirectives.RDBCHECKSUM,
                    GeneralDirectives.STOP_WRITES_ON_BGSAVE_ERROR,
                    GeneralDirectives.MAXMEMORY,
                    // Any policy while there is no limit; see MaxMemory.
                    GeneralDirectives.MAXMEMORY_POLICY,
                    // Nothing of theirs is kept in this cut, so any value is served.
                    GeneralDirectives.MAXMEMORY_SAMPLES,
                    GeneralDirectives.ALWAYS_SHOW_LOGO,
                    GeneralDirectives.SET_PROC_TITLE,
                    GeneralDirectives.PROC_TITLE_TEMPLATE,
                    GeneralDirectives.APPENDFILENAME,
                    GeneralDirectives.APPENDDIRNAME,
                    GeneralDirectives.APPENDFSYNC,
                    GeneralDirectives.NO_APPENDFSYNC_ON_REWRITE,
                    GeneralDirectives.AUTO_AOF_REWRITE_PERCENTAGE,
                    GeneralDirectives.AUTO_AOF_REWRITE_MIN_SIZE,
                    GeneralDirectives.AOF_LOAD_TRUNCATED,
                    GeneralDirectives.AOF_USE_RDB_PREAMBLE,
                    GeneralDirectives.AOF_TIMESTAMP_ENABLED,
                    GeneralDirectives.HASH_MAX_LISTPACK_ENTRIES,
                    GeneralDirectives.HASH_MAX_LISTPACK_VALUE,
                    GeneralDirectives.LIST_MAX_LISTPACK_SIZE,
                    GeneralDirectives.LIST_COMPRESS_DEPTH,
                    GeneralDirectives.SET_MAX_INTSET_ENTRIES,
                    GeneralDirectives.SET_MAX_LISTPACK_ENTRIES,
                    GeneralDirectives.SET_MAX_LISTPACK_VALUE,
                    GeneralDirectives.ZSET_MAX_LISTPACK_ENTRIES,
                    GeneralDirectives.ZSET_MAX_LISTPACK_VALUE,
                    GeneralDirectives.HLL_SPARSE_MAX_BYTES,
                    GeneralDirectives.STREAM_NODE_MAX_BYTES,
                    GeneralDirectives.STREAM_NODE_MAX_ENTRIES,
                    GeneralDirectives.BUSY_REPLY_THRESHOLD);

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
