package dev.vedette.protocol.conf;

import java.util.List;

/** Databases, how values are encoded in them, how keys expire, and events about keys. */
public final class KeyspaceDirectives {
    public static final Directive<Integer> ACTIVE_EXPIRE_EFFORT =
            Directive.of("active-expire-effort", Syntax.integer(1, 10), 1);
    public static final Directive<Boolean> ACTIVEREHASHING =
            Directive.of("activerehashing", Syntax.yesNo(), true).meaningless();
    public static final Directive<Integer> DATABASES =
            Directive.of("databases", Syntax.integer(1, Integer.MAX_VALUE), 16).atStart();
    public static final Directive<Long> HASH_MAX_LISTPACK_ENTRIES =
            Directive.of("hash-max-listpack-entries", Syntax.number(0, Long.MAX_VALUE), 512L)
                    .alias("hash-max-ziplist-entries");
    public static final Directive<Long> HASH_MAX_LISTPACK_VALUE =
            Directive.of("hash-max-listpack-value", Syntax.memory(0), 64L)
                    .alias("hash-max-ziplist-value");
    public static final Directive<Long> HLL_SPARSE_MAX_BYTES =
            Directive.of("hll-sparse-max-bytes", Syntax.memory(0), 3000L);
    public static final Directive<Boolean> LAZYEXPIRE_NESTED_ARBITRARY_KEYS =
            Directive.of("lazyexpire-nested-arbitrary-keys", Syntax.yesNo(), true);
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
    public static final Directive<String> NOTIFY_KEYSPACE_EVENTS =
            Directive.of("notify-keyspace-events", new EventClasses(), "");
    public static final Directive<Long> SET_MAX_INTSET_ENTRIES =
            Directive.of("set-max-intset-entries", Syntax.number(0, Long.MAX_VALUE), 512L);
    public static final Directive<Long> SET_MAX_LISTPACK_ENTRIES =
            Directive.of("set-max-listpack-entries", Syntax.number(0, Long.MAX_VALUE), 128L);
    public static final Directive<Long> SET_MAX_LISTPACK_VALUE =
            Directive.of("set-max-listpack-value", Syntax.memory(0), 64L);
    public static final Directive<Long> STREAM_NODE_MAX_BYTES =
            Directive.of("stream-node-max-bytes", Syntax.memory(0), 4096L);
    public static final Directive<Long> STREAM_NODE_MAX_ENTRIES =
            Directive.of("stream-node-max-entries", Syntax.number(0, Long.MAX_VALUE), 100L);
    public static final Directive<Long> ZSET_MAX_LISTPACK_ENTRIES =
            Directive.of("zset-max-listpack-entries", Syntax.number(0, Long.MAX_VALUE), 128L)
                    .alias("zset-max-ziplist-entries");
    public static final Directive<Long> ZSET_MAX_LISTPACK_VALUE =
            Directive.of("zset-max-listpack-value", Syntax.memory(0), 64L)
                    .alias("zset-max-ziplist-value");

    static final List<Directive<?>> ROWS =
            List.of(
                    ACTIVE_EXPIRE_EFFORT,
                    ACTIVEREHASHING,
                    DATABASES,
                    HASH_MAX_LISTPACK_ENTRIES,
                    HASH_MAX_LISTPACK_VALUE,
                    HLL_SPARSE_MAX_BYTES,
                    LAZYEXPIRE_NESTED_ARBITRARY_KEYS,
                    LIST_COMPRESS_DEPTH,
                    LIST_MAX_LISTPACK_SIZE,
                    LOCALE_COLLATE,
                    NOTIFY_KEYSPACE_EVENTS,
                    SET_MAX_INTSET_ENTRIES,
                    SET_MAX_LISTPACK_ENTRIES,
                    SET_MAX_LISTPACK_VALUE,
                    STREAM_NODE_MAX_BYTES,
                    STREAM_NODE_MAX_ENTRIES,
                    ZSET_MAX_LISTPACK_ENTRIES,
                    ZSET_MAX_LISTPACK_VALUE);

    private KeyspaceDirectives() {}
}
