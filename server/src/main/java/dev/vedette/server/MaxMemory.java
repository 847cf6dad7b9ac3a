package dev.vedette.server;

import static dev.vedette.protocol.conf.MemoryDirectives.MAXMEMORY;
import static dev.vedette.protocol.conf.MemoryDirectives.MAXMEMORY_POLICY;

import dev.vedette.protocol.conf.BadDirective;
import dev.vedette.protocol.conf.Settings;
import dev.vedette.server.admin.Config;
import dev.vedette.server.command.Command;
import dev.vedette.server.command.Flag;
import dev.vedette.server.command.Gate;
import dev.vedette.server.keyspace.Keyspace;
import dev.vedette.server.session.Session;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.BooleanSupplier;

/**
 * Keeps the data below {@code maxmemory} by refusing what would add to it; nothing is evicted
 * (Redis server.c, processCommand, and evict.c, isSafeToPerformEvictions). Event loop only.
 */
final class MaxMemory implements Gate {
    private static final Logger log = LoggerFactory.getLogger(MaxMemory.class);

    private static final String REFUSAL = "OOM command not allowed when used memory > 'maxmemory'.";

    private static final String ONLY_POLICY = "noeviction";

    private final Keyspace keyspace;
    private final BooleanSupplier suspended;
    private long limit;

    /**
     * @param suspended whether there is no limit just now: a replica holds what its master holds,
     *     and while the data is being loaded or clients are paused nothing is weighed
     */
    MaxMemory(Keyspace keyspace, BooleanSupplier suspended) {
        this.keyspace = keyspace;
        this.suspended = suspended;
    }

    /** Refuses a limit that would have to be kept by eviction, which does not exist here. */
    static void check(Settings settings) throws BadDirective {
        var policy = settings.get(MAXMEMORY_POLICY);
        if (settings.get(MAXMEMORY) > 0 && !policy.equals(ONLY_POLICY)) {
            throw new BadDirective(
                    "maxmemory-policy "
                            + policy
                            + " together with maxmemory is not served by this version of Vedette",
                    "write maxmemory-policy noeviction, under which writes are refused at the"
                            + " limit, or maxmemory 0");
        }
    }

    void follow(Config config) {
        limit = config.get(MAXMEMORY);
        config.onChange(MAXMEMORY, this::set);
        config.onChange(MAXMEMORY_POLICY, MaxMemory::check);
    }

    private void set(Settings settings) throws BadDirective {
        check(settings);
        limit = settings.get(MAXMEMORY);
        var used = keyspace.bytes();
        if (limit > 0 && limit < used) {
            log.warn(
                    "WARNING: the new maxmemory value set via CONFIG SET ({}) is smaller than the"
                        + " current memory usage ({}). This will result in key eviction and/or the"
                        + " inability to accept new write commands depending on the"
                        + " maxmemory-policy.",
                    limit,
                    used);
        }
        var heap = Runtime.getRuntime().maxMemory();
        if (limit > heap) {
            log.warn("maxmemory is more than this process can hold: restart it bytes={}", heap);
        }
    }

    @Override
    public @Nullable String refuse(Session session, Command command, int anyFlags, int allFlags) {
        if (limit == 0 || !(adds(anyFlags) || isQueued(session, command))) {
            return null;
        }
        return !suspended.getAsBoolean() && keyspace.bytes() > limit ? REFUSAL : null;
    }

    private static boolean adds(int flags) {
        return (flags & Flag.DENYOOM.bit()) != 0;
    }

    /** A queue takes memory whatever stands in it. */
    private static boolean isQueued(Session session, Command command) {
        return session.transaction() != null
                && switch (command.name()) {
                    case "exec", "discard", "quit", "reset" -> false;
                    default -> true;
                };
    }
}
