package dev.vedette.server.persistence;

import dev.vedette.server.keyspace.Database;
import dev.vedette.server.keyspace.Keyspace;
import dev.vedette.server.keyspace.Snapshot;
import dev.vedette.server.type.StringValue;

import io.netty.channel.EventLoop;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Writes the keyspace of one moment as an RDB while commands go on: slice after slice on the
 * command loop, with everything that sockets want in between. Command loop only.
 */
public final class SnapshotRun {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int KEYS_BETWEEN_CLOCK_LOOKS = 64;

    /** How long one slice may keep the loop. */
    private static final long SLICE_NANOS = 500_000;

    private static final int NO_DATABASE = -1;

    private final EventLoop loop;
    private final RdbWriter writer;
    private final SnapshotTarget target;
    private final Snapshot snapshot;
    private int selected = NO_DATABASE;
    private boolean scheduled;
    private boolean over;

    private SnapshotRun(
            EventLoop loop, RdbWriter writer, SnapshotTarget target, Keyspace keyspace) {
        this.loop = loop;
        this.writer = writer;
        this.target = target;
        this.snapshot = keyspace.beginSnapshot(this::entry);
    }

    /**
     * Begins with this moment. The target hears of the first bytes only after this returned.
     *
     * @param facts aux fields for the head of the RDB, in their order
     * @throws IllegalStateException when a snapshot runs already
     */
    public static SnapshotRun begin(
            EventLoop loop,
            Keyspace keyspace,
            List<Map.Entry<String, String>> facts,
            RdbWriter writer,
            SnapshotTarget target) {
        SnapshotRun run = new SnapshotRun(loop, writer, target, keyspace);
        facts.forEach(fact -> writer.aux(fact.getKey(), fact.getValue()));
        for (int i = 0; i < keyspace.count(); i++) {
            Database database = keyspace.database(i);
            if (database.size() > 0) {
                writer.selectDatabase(i, database.size(), database.expiringKeys());
                run.selected = i;
            }
        }
        run.resume();
        return run;
    }

    public long totalKeys() {
        return snapshot.totalKeys();
    }

    public long takenKeys() {
        return snapshot.takenKeys();
    }

    /** Bytes of the RDB so far. */
    public long bytes() {
        return writer.total();
    }

    /** Goes on after the target was full. */
    public void resume() {
        if (!scheduled && !over) {
            scheduled = true;
            // Not execute(): the loop would run task after task and look at no socket.
            var _ = loop.schedule(this::slice, 0, TimeUnit.NANOSECONDS);
        }
    }

    /** Takes everything that is left, now: for SAVE and for an orderly end. */
    public void finish() {
        while (!over) {
            if (snapshot.advance(Integer.MAX_VALUE)) {
                end();
            }
        }
    }

    /** Gives up; the target hears nothing more. */
    public void abort() {
        over = true;
        snapshot.abort();
    }

    private void slice() {
        scheduled = false;
        if (over || target.full()) {
            return;
        }
        long until = System.nanoTime() + SLICE_NANOS;
        do {
            if (snapshot.advance(KEYS_BETWEEN_CLOCK_LOOKS)) {
                end();
                return;
            }
        } while (System.nanoTime() < until && !target.full());
        resume();
    }

    private void end() {
        over = true;
        writer.end();
        target.chunk(writer.take());
        target.complete(this);
    }

    private void entry(int db, byte[] key, Object value, long expireAtMillis) {
        if (db != selected) {
            writer.reselectDatabase(db);
            selected = db;
        }
        writer.string(
                key,
                StringValue.bytes(value),
                expireAtMillis == Database.NEVER ? RdbSink.NO_EXPIRY : expireAtMillis);
        if (writer.pending() >= CHUNK_BYTES) {
            target.chunk(writer.take());
        }
    }
}
