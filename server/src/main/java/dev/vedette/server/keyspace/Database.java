package dev.vedette.server.keyspace;

import dev.vedette.server.type.Bytes;
import dev.vedette.server.type.GrownString;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One numbered database. It knows nothing of roles, clients or replication: whether a key past its
 * time is still there is its caller's question ({@link Expiry}). Event loop only.
 *
 * <p>Keys handed in are kept and must never change afterwards.
 */
public final class Database {
    /** The expire time of a key that never expires. */
    public static final long NEVER = -1;

    private final Keyspace keyspace;
    private final int number;
    private Table table;
    private final Map<Bytes, List<Watcher>> watchers = new HashMap<>();

    // Commands ask several things of one key in a row: its hash is computed once.
    private byte @Nullable [] lastKey;
    private long lastHash;

    Database(Keyspace keyspace, int number, Table table) {
        this.keyspace = keyspace;
        this.number = number;
        this.table = table;
    }

    public int number() {
        return number;
    }

    public long size() {
        return table.size();
    }

    /** The memory of keys, values and the table that holds them. */
    public long bytes() {
        return table.bytes();
    }

    /** How many keys have an expire time. */
    public long expiringKeys() {
        return table.expiring();
    }

    /** The stored value, also of a key past its time, or null. */
    public @Nullable Object get(byte[] key) {
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        return slot < 0 ? null : segment.values[slot];
    }

    /** As {@link #get}, and notes that the key was used. */
    public @Nullable Object use(byte[] key) {
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        if (slot < 0) {
            return null;
        }
        segment.usedAt[slot] = keyspace.accessSeconds();
        return segment.values[slot];
    }

    public boolean contains(byte[] key) {
        return get(key) != null;
    }

    /** The stored form of the key, or null: for callers who want to keep no second copy. */
    public byte @Nullable [] storedKey(byte[] key) {
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        return slot < 0 ? null : segment.keys[slot];
    }

    /** Stores a value; the key has no expire time afterwards. */
    public void put(byte[] key, Object value) {
        put(key, value, NEVER);
    }

    /** Stores a value with an expire time in milliseconds since the epoch, or {@link #NEVER}. */
    public void put(byte[] key, Object value, long expireAtMillis) {
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        var isNew = slot < 0;
        if (!isNew) {
            table.replace(segment, slot, value);
            segment.usedAt[slot] = keyspace.accessSeconds();
        } else {
            segment = table.add(hash, key, value, keyspace.accessSeconds());
            slot = segment.find(hash, key);
        }
        if (expireAtMillis != NEVER || segment.expiring > 0) {
            table.setExpiry(segment, slot, expireAtMillis);
        }
        touched(key);
        if (isNew) {
            keyspace.added(this, key);
        }
    }

    /** Stores a value and leaves the expire time of the key as it is. */
    public void replace(byte[] key, Object value) {
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        if (slot < 0) {
            put(key, value, NEVER);
            return;
        }
        table.replace(segment, slot, value);
        segment.usedAt[slot] = keyspace.accessSeconds();
        touched(key);
    }

    /** Changes the value that a key has in its place. */
    public void change(byte[] key, GrownString value, Consumer<GrownString> change) {
        var hash = hash(key);
        table.beforeChange(table.segment(hash));
        var before = value.memory();
        change.accept(value);
        table.grew(value.memory() - before);
        touched(key);
    }

    public boolean remove(byte[] key) {
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        if (slot < 0) {
            return false;
        }
        table.remove(hash, segment, slot);
        touched(key);
        return true;
    }

    /** When the key expires, {@link #NEVER} also for a key that does not exist. */
    public long expireAt(byte[] key) {
        if (table.expiring() == 0) {
            return NEVER;
        }
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        return slot < 0 ? NEVER : segment.expiryOf(slot);
    }

    /** Sets or, with {@link #NEVER}, takes away the expire time of a key that exists. */
    public void setExpireAt(byte[] key, long expireAtMillis) {
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        if (slot < 0) {
            throw new IllegalStateException("no such key");
        }
        table.setExpiry(segment, slot, expireAtMillis);
        touched(key);
    }

    /** For how many seconds the key has not been used, or -1 when it does not exist. */
    public long idleSeconds(byte[] key) {
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        return slot < 0 ? -1 : Math.max(0, keyspace.accessSeconds() - segment.usedAt[slot]);
    }

    /** Sets for how long a key has not been used (RESTORE IDLETIME). */
    public void setIdleSeconds(byte[] key, long seconds) {
        var hash = hash(key);
        var segment = table.segment(hash);
        var slot = segment.find(hash, key);
        if (slot >= 0) {
            segment.usedAt[slot] =
                    (int) Math.max(Integer.MIN_VALUE, keyspace.accessSeconds() - seconds);
        }
    }

    /**
     * Shows some entries on from a cursor: every key that is there during a whole walk, at least
     * once. The visitor must not change the database.
     *
     * @return the cursor to go on from, 0 when the walk is complete
     */
    public long scan(long cursor, int count, ScanVisitor visitor) {
        return table.scan(cursor, count, visitor);
    }

    /** Shows all entries. The visitor must not change the database. */
    public void forEach(ScanVisitor visitor) {
        table.forEach(visitor);
    }

    public byte @Nullable [] randomKey(RandomGenerator random) {
        return table.randomKey(random);
    }

    /**
     * Goes on looking for keys whose time has come; they may be removed as they are handed over.
     *
     * @return whether this look came to the end of the database
     */
    public boolean findExpired(long nowMillis, int maxSegments, Consumer<byte[]> expired) {
        return table.findExpired(nowMillis, maxSegments, expired);
    }

    /** The mean time left of (a sample of) the keys that expire, in milliseconds. */
    public long meanTimeLeft(long nowMillis) {
        return table.meanTimeLeft(nowMillis);
    }

    /**
     * Empties the database. A running snapshot keeps the old content until it has taken it.
     *
     * @return how many keys went
     */
    public long flush() {
        var gone = table.size();
        touchAll();
        lastKey = null;
        table = keyspace.newTable();
        return gone;
    }

    /** Exchanges the contents of two databases; both stay who they are for their clients. */
    void swap(Database other) {
        touchWatched(other.table);
        other.touchWatched(table);
        var mine = table;
        table = other.table;
        other.table = mine;
        lastKey = null;
        other.lastKey = null;
    }

    Table table() {
        return table;
    }

    public void watch(Bytes key, Watcher watcher) {
        watchers.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(watcher);
    }

    public void unwatch(Bytes key, Watcher watcher) {
        var list = watchers.get(key);
        if (list != null && list.remove(watcher) && list.isEmpty()) {
            watchers.remove(key);
        }
    }

    private void touched(byte[] key) {
        if (!watchers.isEmpty()) {
            var list = watchers.get(new Bytes(key));
            if (list != null) {
                list.forEach(watcher -> watcher.touched(this, key));
            }
        }
    }

    private void touchAll() {
        for (var entry : watchers.entrySet()) {
            if (contains(entry.getKey().content())) {
                entry.getValue().forEach(w -> w.touched(this, entry.getKey().content()));
            }
        }
    }

    /** Touches the watched keys that exist here or in the table that comes. */
    private void touchWatched(Table coming) {
        for (var entry : watchers.entrySet()) {
            var key = entry.getKey().content();
            var hash = coming.hashOf(key);
            if (contains(key) || coming.segment(hash).find(hash, key) >= 0) {
                entry.getValue().forEach(w -> w.touched(this, key));
            }
        }
    }

    private long hash(byte[] key) {
        // The same array means the same content: keys never change.
        if (sameArray(key, lastKey)) {
            return lastHash;
        }
        lastHash = table.hashOf(key);
        lastKey = key;
        return lastHash;
    }

    @SuppressWarnings("ReferenceEquality") // It is the identity that saves the hashing.
    private static boolean sameArray(byte[] one, byte @Nullable [] other) {
        return one == other;
    }
}
