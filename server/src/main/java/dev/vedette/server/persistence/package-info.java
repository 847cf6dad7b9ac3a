/**
 * Data on disk: the RDB format (reader, writer, DUMP payloads), snapshots taken without stopping
 * the command loop, crash-safe files, and the rules of when to save. It leans on the keyspace;
 * replication leans on it. Start reading at {@link dev.vedette.server.persistence.RdbReader}.
 */
@NullMarked
package dev.vedette.server.persistence;

import org.jspecify.annotations.NullMarked;
