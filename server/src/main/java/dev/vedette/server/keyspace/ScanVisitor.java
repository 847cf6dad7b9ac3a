package dev.vedette.server.keyspace;

/** Is shown entries of one database, in no order that means anything. */
@FunctionalInterface
public interface ScanVisitor {
    /**
     * @param expireAtMillis when the key expires, or {@link Database#NEVER}
     */
    void entry(byte[] key, Object value, long expireAtMillis);
}
