package dev.vedette.server.persistence;

/**
 * Takes what an RDB holds, record by record, in the order of the file. An implementation refuses by
 * throwing; nothing of an RDB counts before {@link RdbReader#finished()}.
 */
public interface RdbSink {
    /** No expiry stands before the key. */
    long NO_EXPIRY = -1;

    /** A named fact about the file, such as {@code repl-id}. Unknown ones are to be ignored. */
    void aux(String name, byte[] value) throws RdbException;

    /** The keys that follow belong to this database. Without it they belong to 0. */
    void selectDatabase(int index) throws RdbException;

    /** How much the database will hold: a hint, never trusted. */
    void sizeHint(long keys, long expiries);

    /**
     * A string. The arrays are the receiver's to keep.
     *
     * @param expireAtMillis since the epoch, or {@link #NO_EXPIRY}
     */
    void string(byte[] key, byte[] value, long expireAtMillis) throws RdbException;
}
