package dev.vedette.server;

import dev.vedette.protocol.info.Stats;
import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.keyspace.Expiry;
import dev.vedette.server.keyspace.Keyspace;

import io.netty.channel.EventLoop;

import java.util.concurrent.TimeUnit;

/**
 * Looks for keys whose time has come, in slices short enough that no client notices, and removes
 * them; each removal is a unit of its own. Only a master does it (Redis expire.c,
 * activeExpireCycle). Event loop only.
 */
final class ActiveExpiry {
    private static final long PERIOD_MILLIS = 100;

    /** One slice; between two of them clients have their turn. */
    private static final long SLICE_NANOS = 1_000_000;

    /** The part of each period that may go into looking, in slices. */
    private static final int MAX_SLICES = 25;

    private static final int SEGMENTS_AT_ONCE = 16;

    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Keyspace keyspace;
    private final Expiry expiry;
    private final Stats stats;
    private boolean on = true;
    private int db;

    ActiveExpiry(EventLoop loop, Dispatcher dispatcher, Stats stats) {
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.keyspace = dispatcher.keyspace();
        this.expiry = dispatcher.expiry();
        this.stats = stats;
    }

    void start() {
        var _ =
                loop.scheduleWithFixedDelay(
                        () -> look(keyspace.count(), MAX_SLICES),
                        PERIOD_MILLIS,
                        PERIOD_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** For tests: DEBUG SET-ACTIVE-EXPIRE. */
    void set(boolean active) {
        this.on = active;
    }

    /** Looks at this many databases, or until the slice is over. */
    private void look(int databases, int slices) {
        if (!on || expiry.isReplica() || expiry.isPaused()) {
            return;
        }
        var began = System.nanoTime();
        var now = System.currentTimeMillis();
        var left = databases;
        var over = false;
        while (left > 0 && !over) {
            if (lookAtSome(now)) {
                db = (db + 1) % keyspace.count();
                left--;
            }
            over = System.nanoTime() - began > SLICE_NANOS;
        }
        stats.expireCycleNanos += System.nanoTime() - began;
        if (left == 0) {
            return;
        }
        if (slices > 1) {
            var rest = left;
            loop.execute(() -> look(rest, slices - 1));
        } else {
            stats.expiredTimeCapReached++;
        }
    }

    private boolean lookAtSome(long now) {
        var database = keyspace.database(db);
        return database.findExpired(
                now, SEGMENTS_AT_ONCE, key -> dispatcher.unit(() -> expiry.remove(database, key)));
    }
}
