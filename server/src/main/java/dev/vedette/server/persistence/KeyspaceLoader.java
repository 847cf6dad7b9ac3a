package dev.vedette.server.persistence;

import dev.vedette.server.keyspace.Database;
import dev.vedette.server.keyspace.Keyspace;
import dev.vedette.server.type.StringValue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Fills a new keyspace from an RDB. Nothing of it is seen by anybody until the RDB is complete and
 * verified, and its owner hands {@link #keyspace()} over. Thread: one at a time; not the command
 * loop if the caller wishes so.
 */
public final class KeyspaceLoader implements RdbSink {
    /** The moment for files whose expired keys are to stay: on replicas the master decides. */
    public static final long KEEP_EXPIRED = -1;

    /** A key that was dropped. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, only read.
    public record Expired(int database, byte[] key) {}

    private final Keyspace keyspace;
    private final long nowMillis;
    private final Map<String, String> facts = new HashMap<>();
    private final List<Expired> expired = new ArrayList<>();
    private Database database;
    private long keysLoaded;
    private long keysExpired;

    /**
     * @param nowMillis keys whose time came before this are dropped, or {@link #KEEP_EXPIRED}
     */
    public KeyspaceLoader(int databases, RandomGenerator random, long nowMillis) {
        this.keyspace = new Keyspace(databases, random);
        this.nowMillis = nowMillis;
        this.database = keyspace.database(0);
    }

    /** What was loaded; whole only once the reader has finished. */
    public Keyspace keyspace() {
        return keyspace;
    }

    /** A fact of the file by its name, such as {@code repl-id}, or an empty text. */
    public String fact(String name) {
        return facts.getOrDefault(name, "");
    }

    public long keysLoaded() {
        return keysLoaded;
    }

    public long keysExpired() {
        return keysExpired;
    }

    /**
     * The keys that were dropped from a file that names its history: replicas of that history still
     * have them.
     */
    public List<Expired> expired() {
        return expired;
    }

    @Override
    public void aux(String name, byte[] value) {
        facts.put(name, new String(value, StandardCharsets.UTF_8));
    }

    @Override
    public void selectDatabase(int index) throws RdbException {
        if (index >= keyspace.count()) {
            throw new RdbException(
                    "FATAL: Data file was created with a Redis server configured to handle more"
                            + " than %d databases: it has database %d; raise \"databases\""
                                    .formatted(keyspace.count(), index));
        }
        database = keyspace.database(index);
    }

    @Override
    public void sizeHint(long keys, long expiries) {}

    @Override
    public void string(byte[] key, byte[] value, long expireAtMillis) throws RdbException {
        if (expireAtMillis != NO_EXPIRY
                && nowMillis != KEEP_EXPIRED
                && expireAtMillis < nowMillis) {
            keysExpired++;
            if (!fact("repl-id").isEmpty()) {
                expired.add(new Expired(database.number(), key));
            }
            return;
        }
        if (database.contains(key)) {
            throw new RdbException(
                    "malformed RDB: a key comes twice in database " + database.number());
        }
        database.put(
                key,
                StringValue.shared(value),
                expireAtMillis == NO_EXPIRY ? Database.NEVER : expireAtMillis);
        keysLoaded++;
    }
}
