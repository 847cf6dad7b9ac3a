package dev.vedette.server.replication;

import dev.vedette.server.keyspace.Expiry;
import dev.vedette.server.persistence.KeyspaceLoader;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Which history our data belongs to: the ids under which others know it, the stream with its
 * offset, and whether anybody could go on from here. Command loop only.
 */
final class History {
    private static final Logger log = LoggerFactory.getLogger(History.class);

    private final RandomGenerator random;
    private final ReplicationStream stream;
    private final Supplier<ReplicationSettings> settings;
    private ReplicationId id;

    /** Whether our data belongs to a history that another node may know. */
    private boolean continuable;

    /** The database that our master's stream had selected last. */
    private int masterDatabase;

    History(
            RandomGenerator random,
            ReplicationStream stream,
            Supplier<ReplicationSettings> settings) {
        this.random = random;
        this.stream = stream;
        this.settings = settings;
        this.id = ReplicationId.of(newId());
    }

    /** A fresh id; also used as the mark behind a snapshot that goes by socket. */
    String newId() {
        return ReplicationId.randomId(random);
    }

    ReplicationId id() {
        return id;
    }

    ReplicationStream stream() {
        return stream;
    }

    boolean isContinuable() {
        return continuable;
    }

    int masterDatabase() {
        return masterDatabase;
    }

    // ---- files

    /**
     * A file says whose history its data belongs to, so that a restart costs no full sync.
     *
     * @return false when it says nothing of that
     */
    boolean adopt(KeyspaceLoader loaded, boolean asReplica, Expiry expiry) {
        String fileId = loaded.fact("repl-id");
        long offset = number(loaded.fact("repl-offset"));
        if (fileId.length() != ReplicationId.DIGITS || offset < 0) {
            return false;
        }
        if (asReplica) {
            id = ReplicationId.of(fileId);
            stream.restart(offset, settings.get().backlogBytes());
            continuable = true;
            masterDatabase = databaseOf(loaded);
        } else {
            // Replicas that have exactly this data go on; under an id of our own, for nobody knows
            // what the last life wrote behind this offset (Redis server.c, loadDataFromDisk).
            id = ReplicationId.of(fileId).continuedAs(id.id(), offset);
            stream.restart(offset, settings.get().backlogBytes());
            // They still have what was dropped here because its time has come.
            loaded.expired()
                    .forEach(
                            gone ->
                                    stream.command(
                                            gone.database(), expiry.removalCommand(gone.key())));
        }
        return true;
    }

    private static int databaseOf(KeyspaceLoader loaded) {
        return (int) Math.max(0, number(loaded.fact("repl-stream-db")));
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** What a snapshot of this moment says of the history that it belongs to. */
    void addFacts(boolean isReplica, BiConsumer<String, String> head) {
        if (stream.backlog() == null && !continuable) {
            return;
        }
        int db = isReplica ? masterDatabase : stream.selectedDb();
        head.accept("repl-stream-db", Integer.toString(db));
        head.accept("repl-id", id.id());
        head.accept("repl-offset", Long.toString(stream.offset()));
    }

    // ---- as a master

    /** Begins to keep what is written, under a new id, if that has not begun. */
    void keepFromNow() {
        if (stream.backlog() == null) {
            id = ReplicationId.of(newId());
            stream.createBacklog(settings.get().backlogBytes());
            log.info(
                    "Replication backlog created, my new replication IDs are '{}' and '{}'",
                    id.id(),
                    id.previous());
        }
    }

    /**
     * Nobody may continue from here any more: what is written from now on is not counted (Redis
     * replication.c, replicationCron).
     */
    void forget() {
        id = ReplicationId.of(newId());
        stream.dropBacklog();
    }

    // ---- change of role

    /**
     * What we wrote as a master may be what the new one goes on from.
     *
     * @param whole whether all that we wrote is in the stream
     */
    void demoted(boolean whole) {
        stream.drain();
        continuable = whole;
        stream.createBacklog(settings.get().backlogBytes());
        masterDatabase = 0;
    }

    /** Our replicas and siblings go on under a new id. */
    void promoted() {
        stream.forgetSelected();
        id = id.continuedAs(newId(), stream.offset());
        continuable = true;
        log.warn(
                "Setting secondary replication ID to {}, valid up to offset: {}. New replication ID"
                        + " is {}",
                id.previous(),
                id.previousEnd(),
                id.id());
    }

    // ---- as a replica

    /** What we hold can no longer be continued from this master. */
    void broken() {
        continuable = false;
    }

    /** Our data is the master's of this offset now. */
    void replaced(KeyspaceLoader loaded, String masterId, long offset) {
        boolean known = !masterId.equals(ReplicationId.NONE);
        id = ReplicationId.of(known ? masterId : newId());
        continuable = known;
        masterDatabase = databaseOf(loaded);
        stream.restart(offset, settings.get().backlogBytes());
    }

    /**
     * The master goes on with us, under this id.
     *
     * @return whether it is another one than before
     */
    boolean continued(String masterId) {
        boolean changed = !masterId.equals(id.id());
        if (changed) {
            id = id.continuedAs(masterId, stream.offset());
            log.info("Master replication ID changed to {}", masterId);
        }
        return changed;
    }

    /** Keeps what comes for replicas of our own. */
    void keep() {
        stream.createBacklog(settings.get().backlogBytes());
    }

    /** These bytes of the master were obeyed. */
    void applied(byte[] bytes, int count, int selectedDatabase) {
        masterDatabase = selectedDatabase;
        stream.forward(bytes, count);
    }
}
