package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.History;

import java.util.Optional;

/**
 * The replication history of one data node: the pair of replication ids, the offset, and the piece
 * of the stream that the backlog still has. The data themselves are not modelled: the history says
 * who has what.
 */
final class ReplicationStream {
    private final Dice dice;
    private String id;
    private String secondId = "";
    private long secondOffset = -1;
    private long offset;
    private long backlogStart;
    long backlogBytes = 20_000;

    /** A resynchronisation point on disk. */
    record Saved(String replicationId, long offset) {}

    ReplicationStream(Dice dice) {
        this.dice = dice;
        this.id = "";
    }

    String id() {
        return id;
    }

    long offset() {
        return offset;
    }

    /** A process starts, empty or with what it saved. */
    void begin(Optional<Saved> found) {
        secondId = "";
        secondOffset = -1;
        begin(found.map(Saved::replicationId).orElseGet(dice::id), found.map(Saved::offset));
    }

    /** With data that nobody here knows. */
    void beginForeign() {
        secondId = "";
        secondOffset = -1;
        begin(dice.id(), Optional.of(dice.between(1000, 100_000)));
    }

    private void begin(String newId, Optional<Long> newOffset) {
        id = newId;
        offset = newOffset.orElse(0L);
        backlogStart = offset;
    }

    Saved save() {
        return new Saved(id, offset);
    }

    /** A new history begins here; those who followed the old one up to here may go on. */
    void branch() {
        secondId = id;
        secondOffset = offset;
        id = dice.id();
    }

    void grow(long bytes) {
        reach(offset + bytes);
    }

    /** The stream stands there now. */
    void reach(long newOffset) {
        offset = newOffset;
        backlogStart = Math.max(backlogStart, offset - backlogBytes);
    }

    boolean canContinue(Wire.Synchronize from) {
        boolean known =
                from.replicationId().equals(id)
                        || (from.replicationId().equals(secondId) && from.offset() <= secondOffset);
        return known && backlogStart <= from.offset() && from.offset() <= offset;
    }

    /**
     * The master goes on from where we are.
     *
     * @return whether it does so under another id
     */
    boolean goOn(Wire.Continue go) {
        boolean renamed = !go.replicationId().equals(id);
        if (renamed) {
            secondId = id;
            secondOffset = offset;
            id = go.replicationId();
        }
        reach(go.offset());
        return renamed;
    }

    void load(Wire.Snapshot snapshot) {
        secondId = "";
        secondOffset = -1;
        begin(snapshot.replicationId(), Optional.of(snapshot.offset()));
    }

    History history() {
        return secondId.isEmpty()
                ? new History(id, Optional.empty(), offset, -1)
                : new History(id, Optional.of(secondId), offset, secondOffset + 1);
    }
}
