package dev.vedette.protocol.conf;

import java.util.List;

/** Snapshots and the append-only file. */
public final class PersistenceDirectives {
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
    public static final Directive<String> APPENDDIRNAME =
            Directive.of(
                            "appenddirname",
                            Syntax.text(PersistenceDirectives::directoryName),
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
    public static final Directive<String> DBFILENAME =
            Directive.of("dbfilename", Syntax.text(fileName("dbfilename")), "dump.rdb").guarded();
    public static final Directive<Boolean> NO_APPENDFSYNC_ON_REWRITE =
            Directive.of("no-appendfsync-on-rewrite", Syntax.yesNo(), false);
    public static final Directive<Boolean> RDB_SAVE_INCREMENTAL_FSYNC =
            Directive.of("rdb-save-incremental-fsync", Syntax.yesNo(), true);
    public static final Directive<Boolean> RDBCHECKSUM =
            Directive.of("rdbchecksum", Syntax.yesNo(), true).atStart();
    public static final Directive<Boolean> RDBCOMPRESSION =
            Directive.of("rdbcompression", Syntax.yesNo(), true);
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
    public static final Directive<Boolean> STOP_WRITES_ON_BGSAVE_ERROR =
            Directive.of("stop-writes-on-bgsave-error", Syntax.yesNo(), true);

    static final List<Directive<?>> ROWS =
            List.of(
                    AOF_DISABLE_AUTO_GC,
                    AOF_LOAD_TRUNCATED,
                    AOF_REWRITE_INCREMENTAL_FSYNC,
                    AOF_TIMESTAMP_ENABLED,
                    AOF_USE_RDB_PREAMBLE,
                    APPENDDIRNAME,
                    APPENDFILENAME,
                    APPENDFSYNC,
                    APPENDONLY,
                    AUTO_AOF_REWRITE_MIN_SIZE,
                    AUTO_AOF_REWRITE_PERCENTAGE,
                    DBFILENAME,
                    NO_APPENDFSYNC_ON_REWRITE,
                    RDB_SAVE_INCREMENTAL_FSYNC,
                    RDBCHECKSUM,
                    RDBCOMPRESSION,
                    SANITIZE_DUMP_PAYLOAD,
                    SAVE,
                    STOP_WRITES_ON_BGSAVE_ERROR);

    private PersistenceDirectives() {}

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
