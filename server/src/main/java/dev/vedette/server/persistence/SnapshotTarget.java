package dev.vedette.server.persistence;

/** Where the bytes of a snapshot go while it is taken. Command loop only. */
public interface SnapshotTarget {
    /** The next bytes of the RDB; the array is the receiver's to keep. */
    void chunk(byte[] bytes);

    /**
     * Whether it has enough to do for now. The walk then rests until {@link SnapshotRun#resume};
     * what clients change meanwhile is handed over regardless.
     */
    boolean full();

    /** Everything was handed over. */
    void complete(SnapshotRun run);
}
