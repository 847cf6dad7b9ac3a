package dev.vedette.server.keyspace;

import java.util.List;

/**
 * A walk over all databases as of the moment at which it began. The walker takes segment after
 * segment; whoever is about to change a segment that was not taken yet has it taken first. So a
 * snapshot costs memory only for what its visitor keeps.
 *
 * <p>Event loop only. It ends by {@link #advance} returning true or by {@link #abort}.
 */
public final class Snapshot {
    /** One table of the moment of the beginning and the number of its database then. */
    record Part(int db, Table table) {}

    private final Keyspace keyspace;
    private final int version;
    private final SnapshotVisitor visitor;
    private final List<Part> parts;
    private int current;
    private long position;
    private long taken;
    private final long total;
    private boolean ended;

    Snapshot(Keyspace keyspace, int version, SnapshotVisitor visitor, List<Part> parts) {
        this.keyspace = keyspace;
        this.version = version;
        this.visitor = visitor;
        this.parts = parts;
        this.total = parts.stream().mapToLong(part -> part.table().size()).sum();
        for (var part : parts) {
            part.table().begin(this, part.db());
        }
    }

    /** How many keys there are to take in all. */
    public long totalKeys() {
        return total;
    }

    public long takenKeys() {
        return taken;
    }

    public boolean ended() {
        return ended;
    }

    /**
     * Takes about this many keys more.
     *
     * @return whether everything has been taken
     */
    public boolean advance(int keys) {
        if (ended) {
            return true;
        }
        var goal = taken + keys;
        var segments = 0;
        while (current < parts.size()) {
            // Empty segments count a little, too.
            if (taken >= goal || segments > keys) {
                return false;
            }
            var part = parts.get(current);
            var segment = part.table().segment(position);
            take(part.db(), segment);
            segments++;
            position = Table.endOf(segment, position);
            if (position == 0) {
                part.table().endSnapshot();
                current++;
            }
        }
        end();
        return true;
    }

    /** Gives up: the visitor is not called any more. */
    public void abort() {
        end();
    }

    private void end() {
        if (!ended) {
            ended = true;
            for (var part : parts) {
                part.table().endSnapshot();
            }
            keyspace.snapshotEnded(this);
        }
    }

    /** Takes a segment, unless that has been done: the walker, or a table about to change it. */
    void take(int db, Segment segment) {
        if (segment.version == version) {
            return;
        }
        segment.version = version;
        Table.showAll(
                segment,
                (key, value, expireAt) -> {
                    taken++;
                    visitor.entry(db, key, value, expireAt);
                });
    }
}
