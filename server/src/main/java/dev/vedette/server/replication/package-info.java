/**
 * How changes leave this server and how those of a master come in. Start reading at {@link
 * dev.vedette.server.replication.Propagation}.
 */
@NullMarked
package dev.vedette.server.replication;

import org.jspecify.annotations.NullMarked;
