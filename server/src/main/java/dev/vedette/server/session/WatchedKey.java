package dev.vedette.server.session;

import dev.vedette.server.keyspace.Database;
import dev.vedette.server.keyspace.Expiry;
import dev.vedette.server.keyspace.Watcher;
import dev.vedette.server.type.Bytes;

/** A key that a session watches. Event loop only. */
final class WatchedKey implements Watcher {
    private final Watches watches;
    private final Database db;
    private final Bytes key;

    /** The key was past its time already when the watch began: its removal changes nothing. */
    private boolean expiredBefore;

    WatchedKey(Watches watches, Database db, Bytes key, long nowMillis) {
        this.watches = watches;
        this.db = db;
        this.key = key;
        this.expiredBefore = Expiry.isPast(db, key.content(), nowMillis);
        db.watch(key, this);
    }

    boolean isFor(Database otherDb, Bytes otherKey) {
        return db.equals(otherDb) && key.equals(otherKey);
    }

    /**
     * Whether the time of the key has come since the watch began (multi.c, isWatchedKeyExpired).
     */
    boolean hasExpired(long nowMillis) {
        return !expiredBefore && Expiry.isPast(db, key.content(), nowMillis);
    }

    @Override
    public void touched(Database where, byte[] changed) {
        if (expiredBefore && !db.contains(key.content())) {
            expiredBefore = false;
            return;
        }
        watches.keyChanged();
    }

    void end() {
        db.unwatch(key, this);
    }
}
