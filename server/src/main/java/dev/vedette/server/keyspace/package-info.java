/**
 * The databases: keys, values and the moments at which keys expire, in a hash that grows piece by
 * piece and can be walked as of one point in time. Everything here belongs to the one thread of the
 * command loop. Start reading at {@link dev.vedette.server.keyspace.Keyspace}, then {@code Table}.
 */
@NullMarked
package dev.vedette.server.keyspace;

import org.jspecify.annotations.NullMarked;
