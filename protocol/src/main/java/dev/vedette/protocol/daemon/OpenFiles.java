package dev.vedette.protocol.daemon;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many files and sockets the process may have open: a JVM takes the hard limit at its start and
 * cannot raise it (Redis server.c, adjustOpenFilesLimit).
 */
public final class OpenFiles {
    private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

    /** What is no client: files, listening sockets, links (CONFIG_MIN_RESERVED_FDS). */
    private static final int RESERVED = 32;

    private static final String NAME = "Max open files";

    private OpenFiles() {}

    /**
     * How many clients the system can hold if so many are wanted.
     *
     * @return as many as wanted, or fewer, at least one
     */
    public static int clients(int wanted) {
        var limit = limit();
        return limit >= (long) wanted + RESERVED ? wanted : (int) Math.max(1, limit - RESERVED);
    }

    /** As {@link #clients}; says so in the log, in Redis's words, when there can only be fewer. */
    public static int clientsAtStart(int wanted) {
        var possible = clients(wanted);
        if (possible < wanted) {
            log.warn(
                    "You requested maxclients of {} requiring at least {} max file descriptors.",
                    wanted,
                    (long) wanted + RESERVED);
            log.warn(
                    "Current maximum open files is {}. maxclients has been reduced to {} to"
                            + " compensate for low ulimit. If you need higher maxclients increase"
                            + " 'ulimit -n'.",
                    limit(),
                    possible);
        }
        return possible;
    }

    /** The soft limit; without any, or where there is no /proc, the greatest number. */
    public static long limit() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith(NAME)) {
                    return Long.parseLong(
                            line.substring(NAME.length()).strip().split("\\s+", -1)[0]);
                }
            }
        } catch (IOException | NumberFormatException unlimited) {
            return Long.MAX_VALUE;
        }
        return Long.MAX_VALUE;
    }
}
