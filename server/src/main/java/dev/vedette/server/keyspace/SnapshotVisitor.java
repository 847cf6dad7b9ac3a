package dev.vedette.server.keyspace;

/**
 * Gets every entry of all databases as they were when the snapshot began, each exactly once, with
 * databases in any order and mixed. It must take what it needs of a value before it returns: the
 * value may be changed in place right after.
 */
@FunctionalInterface
public interface SnapshotVisitor {
    /**
     * @param db the number that the database had when the snapshot began
     * @param value see {@link dev.vedette.server.type.ValueType}
     * @param expireAtMillis when the key expires, or {@link Database#NEVER}
     */
    void entry(int db, byte[] key, Object value, long expireAtMillis);
}
