/**
 * Following and being followed: how changes leave this server, the replication history (id pair and
 * offset), the backlog, the link to our master and the replicas attached to us. Everything runs on
 * the command loop. Start reading at {@link dev.vedette.server.replication.Replication}, which
 * changes the role; {@link dev.vedette.server.replication.Followers} are those who follow us.
 */
@NullMarked
package dev.vedette.server.replication;

import org.jspecify.annotations.NullMarked;
