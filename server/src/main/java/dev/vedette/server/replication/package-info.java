/**
 * Following and being followed: how changes leave this server, the replication history (id pair and
 * offset), the backlog, the link to our master and the replicas attached to us. Everything runs on
 * the command loop. Start reading at {@link dev.vedette.server.replication.Propagation} and {@link
 * dev.vedette.server.replication.ReplicationId}.
 */
@NullMarked
package dev.vedette.server.replication;

import org.jspecify.annotations.NullMarked;
