package dev.vedette.protocol.conf;

import java.util.List;

/** How much memory the data may take, what goes first, and how memory is given back. */
public final class MemoryDirectives {
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
    public static final Directive<Boolean> ACTIVEDEFRAG =
            Directive.of("activedefrag", Syntax.yesNo(), false).meaningless();
    public static final Directive<Boolean> JEMALLOC_BG_THREAD =
            Directive.of("jemalloc-bg-thread", Syntax.yesNo(), true).meaningless();
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

    static final List<Directive<?>> ROWS =
            List.of(
                    ACTIVE_DEFRAG_CYCLE_MAX,
                    ACTIVE_DEFRAG_CYCLE_MIN,
                    ACTIVE_DEFRAG_IGNORE_BYTES,
                    ACTIVE_DEFRAG_MAX_SCAN_FIELDS,
                    ACTIVE_DEFRAG_THRESHOLD_LOWER,
                    ACTIVE_DEFRAG_THRESHOLD_UPPER,
                    ACTIVEDEFRAG,
                    JEMALLOC_BG_THREAD,
                    LAZYFREE_LAZY_EVICTION,
                    LAZYFREE_LAZY_EXPIRE,
                    LAZYFREE_LAZY_SERVER_DEL,
                    LAZYFREE_LAZY_USER_DEL,
                    LAZYFREE_LAZY_USER_FLUSH,
                    LFU_DECAY_TIME,
                    LFU_LOG_FACTOR,
                    MAXMEMORY,
                    MAXMEMORY_CLIENTS,
                    MAXMEMORY_EVICTION_TENACITY,
                    MAXMEMORY_POLICY,
                    MAXMEMORY_SAMPLES);

    private MemoryDirectives() {}
}
