package dev.vedette.server.session;

import dev.vedette.server.keyspace.Database;
import dev.vedette.server.type.Bytes;

import java.util.ArrayList;
import java.util.List;

/** The keys that one session watches, and whether EXEC may still run. Event loop only. */
public final class Watches {
    private List<WatchedKey> keys = List.of();
    private boolean changed;

    Watches() {}

    /** Watches the key from now on; a second time it changes nothing. */
    public void add(Database database, Bytes key, long nowMillis) {
        for (var already : keys) {
            if (already.isFor(database, key)) {
                return;
            }
        }
        if (keys.isEmpty()) {
            keys = new ArrayList<>(2);
        }
        keys.add(new WatchedKey(this, database, key, nowMillis));
    }

    /** Watches nothing any more. */
    public void end() {
        keys.forEach(WatchedKey::end);
        keys = List.of();
        changed = false;
    }

    void keyChanged() {
        changed = true;
    }

    boolean isAnyChanged() {
        return changed;
    }

    /** Whether EXEC must not run because of a watched key. */
    public boolean forbidExec(long nowMillis) {
        if (changed) {
            return true;
        }
        for (var key : keys) {
            if (key.hasExpired(nowMillis)) {
                return true;
            }
        }
        return false;
    }
}
