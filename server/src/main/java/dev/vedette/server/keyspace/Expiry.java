package dev.vedette.server.keyspace;

import java.nio.charset.StandardCharsets;

/**
 * Decides what becomes of a key whose time has come: a master removes it and tells its replicas; a
 * replica only reads it as missing and leaves the removal to its master (Redis db.c,
 * expireIfNeeded). Event loop only.
 */
public final class Expiry {
    /** What the command loop must be told when a key goes. */
    public interface Removal {
        void expired(Database db, byte[] key);
    }

    /** Who asks for a key. */
    public enum Asker {
        READER,
        /** A client's command that writes; on a writable replica it removes the key itself. */
        WRITER,
        /** Our master's stream, for which nothing expires by itself. */
        MASTER
    }

    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] UNLINK = "UNLINK".getBytes(StandardCharsets.ISO_8859_1);

    private final Removal removal;
    private boolean replica;
    private boolean unlink;
    private boolean paused;
    private long expiredKeys;

    public Expiry(Removal removal) {
        this.removal = removal;
    }

    /** As a replica this server never removes a key because of its time. */
    public void setReplica(boolean replica) {
        this.replica = replica;
    }

    public boolean isReplica() {
        return replica;
    }

    /** Whether removals are propagated as UNLINK (directive lazyfree-lazy-expire). */
    public void setUnlink(boolean unlink) {
        this.unlink = unlink;
    }

    /** While writes are paused a key past its time reads as missing but is not removed. */
    public void setPaused(boolean paused) {
        this.paused = paused;
    }

    public boolean isPaused() {
        return paused;
    }

    /** How many keys were removed because of their time. */
    public long expiredKeys() {
        return expiredKeys;
    }

    public void resetStats() {
        expiredKeys = 0;
    }

    /** The command by which a removal is propagated. */
    public byte[][] removalCommand(byte[] key) {
        return new byte[][] {unlink ? UNLINK : DEL, key};
    }

    public static boolean isPast(Database db, byte[] key, long nowMillis) {
        var at = db.expireAt(key);
        return at != Database.NEVER && at < nowMillis;
    }

    /**
     * Whether the key reads as missing because its time has come; a master removes it on the way.
     *
     * @param asker who wants to know, and what for
     */
    public boolean expireIfNeeded(Database db, byte[] key, long nowMillis, Asker asker) {
        if (!isPast(db, key, nowMillis)) {
            return false;
        }
        if (replica && asker != Asker.WRITER) {
            return asker == Asker.READER;
        }
        if (!paused) {
            remove(db, key);
        }
        return true;
    }

    /** Removes a key whose time has come, on a master. */
    public void remove(Database db, byte[] key) {
        if (db.remove(key)) {
            expiredKeys++;
            removal.expired(db, key);
        }
    }
}
