package dev.vedette.server.keyspace;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/** All databases of the server. Event loop only. */
public final class Keyspace {
    private final KeyHash hash;
    private final Database[] databases;
    private int version;
    private @Nullable Snapshot running;
    private long dirty;
    private int accessSeconds;
    private BiConsumer<Database, byte[]> addition = (database, key) -> {};

    /**
     * @param count how many databases (directive {@code databases})
     * @param random where the key of the hash comes from
     */
    public Keyspace(int count, RandomGenerator random) {
        this.hash = new KeyHash(random.nextLong(), random.nextLong());
        this.databases = new Database[count];
        for (var i = 0; i < count; i++) {
            databases[i] = new Database(this, i, newTable());
        }
    }

    /** How many databases there are. */
    public int count() {
        return databases.length;
    }

    /**
     * @throws ArrayIndexOutOfBoundsException when there is no such database
     */
    public Database database(int number) {
        return databases[number];
    }

    /** Is told of every key that did not exist before, when it has been added. */
    public void onAddition(BiConsumer<Database, byte[]> listener) {
        addition = listener;
    }

    void added(Database database, byte[] key) {
        addition.accept(database, key);
    }

    public void swap(int one, int other) {
        if (one != other) {
            databases[one].swap(databases[other]);
        }
    }

    /**
     * Empties every database.
     *
     * @return how many keys went
     */
    public long flushAll() {
        var gone = 0L;
        for (var database : databases) {
            gone += database.flush();
        }
        return gone;
    }

    /**
     * Takes over the content of another keyspace in one step; clients that watch a key which is in
     * either are told. The other one is of no use afterwards.
     *
     * @throws IllegalArgumentException when it has another number of databases
     */
    public void adopt(Keyspace other) {
        if (other.count() != count()) {
            throw new IllegalArgumentException(other.count() + " databases for " + count());
        }
        for (var i = 0; i < databases.length; i++) {
            databases[i].swap(other.databases[i]);
        }
    }

    public long totalKeys() {
        var sum = 0L;
        for (var database : databases) {
            sum += database.size();
        }
        return sum;
    }

    /** The memory of all data, as {@code maxmemory} counts it. */
    public long bytes() {
        var sum = 0L;
        for (var database : databases) {
            sum += database.bytes();
        }
        return sum;
    }

    /** How many changes there were since the last successful save began. */
    public long dirty() {
        return dirty;
    }

    public void addDirty(long changes) {
        dirty += changes;
    }

    /** For the owner of the saves: what was saved does not count any more. */
    public void setDirty(long changes) {
        dirty = changes;
    }

    /** The clock by which keys note when they were used, in seconds. */
    public int accessSeconds() {
        return accessSeconds;
    }

    public void setAccessSeconds(int seconds) {
        this.accessSeconds = seconds;
    }

    /**
     * Begins a snapshot of this very moment. To be called between units of propagation, so that the
     * replication offset of the moment and the content belong together.
     *
     * @throws IllegalStateException when another snapshot still runs
     */
    public Snapshot beginSnapshot(SnapshotVisitor visitor) {
        if (running != null) {
            throw new IllegalStateException("a snapshot is running already");
        }
        version++;
        var parts = new ArrayList<Snapshot.Part>();
        for (var database : databases) {
            if (database.size() > 0) {
                parts.add(new Snapshot.Part(database.number(), database.table()));
            }
        }
        running = new Snapshot(this, version, visitor, parts);
        return running;
    }

    /** The snapshot that runs, or null. */
    public @Nullable Snapshot runningSnapshot() {
        return running;
    }

    void snapshotEnded(Snapshot ended) {
        if (ended.equals(running)) {
            running = null;
        }
    }

    Table newTable() {
        return new Table(hash, version);
    }
}
