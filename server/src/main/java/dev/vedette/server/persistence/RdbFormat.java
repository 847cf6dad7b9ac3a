package dev.vedette.server.persistence;

/** The numbers of the RDB format that reader and writer share. */
final class RdbFormat {
    static final String MAGIC = "REDIS";

    /** The lowest version that everything written here needs: Redis 5.0 and later load it. */
    static final int WRITTEN_VERSION = 9;

    /** The highest version that is read (Redis 7.2). */
    static final int HIGHEST_READ_VERSION = 11;

    /** What DUMP says (Redis 7.0), and the highest that RESTORE takes. */
    static final int DUMP_VERSION = 10;

    static final int TYPE_STRING = 0;

    static final int FUNCTION2 = 245;
    static final int FUNCTION_PRE_GA = 246;
    static final int MODULE_AUX = 247;
    static final int IDLE = 248;
    static final int FREQUENCY = 249;
    static final int AUX = 250;
    static final int RESIZE_DB = 251;
    static final int EXPIRE_MILLIS = 252;
    static final int EXPIRE_SECONDS = 253;
    static final int SELECT_DB = 254;
    static final int EOF = 255;

    private RdbFormat() {}

    /** What TYPE calls a value of this type byte, or {@code unknown}. */
    static String typeName(int type) {
        return switch (type) {
            case 0 -> "string";
            case 1, 10, 14, 18 -> "list";
            case 2, 11, 20 -> "set";
            case 3, 5, 12, 17 -> "zset";
            case 4, 9, 13, 16, 22, 23, 24, 25 -> "hash";
            case 6, 7 -> "module";
            case 15, 19, 21 -> "stream";
            default -> "unknown";
        };
    }
}
