package dev.vedette.server.keyspace;

/** Wants to know of changes of one key, as WATCH does. */
public interface Watcher {
    /**
     * The key was changed, removed or is about to be lost with its whole database.
     *
     * @param db where it happened
     */
    void touched(Database db, byte[] key);
}
