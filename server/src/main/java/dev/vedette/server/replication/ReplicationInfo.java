package dev.vedette.server.replication;

import dev.vedette.protocol.info.InfoText;
import dev.vedette.protocol.resp.ReplyWriter;
import dev.vedette.server.replication.MasterLinkState.Streaming;
import dev.vedette.server.replication.MasterLinkState.Syncing;

import java.util.List;
import java.util.function.Supplier;

/** What INFO and ROLE say of replication: asked of its parts each time. Command loop only. */
final class ReplicationInfo {
    private final Replication replication;
    private final History history;
    private final Followers followers;
    private final Supplier<ReplicationSettings> settings;

    ReplicationInfo(
            Replication replication,
            History history,
            Followers followers,
            Supplier<ReplicationSettings> settings) {
        this.replication = replication;
        this.history = history;
        this.followers = followers;
        this.settings = settings;
    }

    /** Writes the fields of INFO's section "replication". */
    void info(InfoText.Builder out) {
        long now = System.nanoTime();
        MasterLink current = replication.link();
        out.field("role", current == null ? "master" : "slave");
        if (current != null) {
            followingInfo(out, current, now);
        }
        List<AttachedReplica> replicas = followers.all();
        out.field("connected_slaves", replicas.size());
        if (settings.get().gatesWrites()) {
            out.field("min_slaves_good_slaves", followers.good());
        }
        for (int i = 0; i < replicas.size(); i++) {
            AttachedReplica replica = replicas.get(i);
            out.field(
                    "slave" + i,
                    "ip=%s,port=%d,state=%s,offset=%d,lag=%d"
                            .formatted(
                                    replica.host(),
                                    replica.options().listeningPort(),
                                    replica.stage().word(),
                                    replica.ackOffset(),
                                    replica.lagSeconds(now)));
        }
        ReplicationStream stream = history.stream();
        ReplicationId id = history.id();
        Backlog backlog = stream.backlog();
        out.field("master_failover_state", "no-failover")
                .field("master_replid", id.id())
                .field("master_replid2", id.previous())
                .field("master_repl_offset", stream.offset())
                .field("second_repl_offset", id.previousEnd())
                .field("repl_backlog_active", backlog != null)
                .field("repl_backlog_size", settings.get().backlogBytes())
                .field(
                        "repl_backlog_first_byte_offset",
                        backlog == null ? 0 : backlog.firstByteOffset())
                .field("repl_backlog_histlen", backlog == null ? 0 : backlog.length());
    }

    private void followingInfo(InfoText.Builder out, MasterLink current, long now) {
        MasterLinkState state = current.state();
        boolean syncing = state instanceof Syncing;
        // An offset of another history would mislead whoever compares replicas.
        long offset = history.isContinuable() ? history.stream().offset() : 1;
        out.field("master_host", current.master().host())
                .field("master_port", current.master().port())
                .field("master_link_status", current.isUp() ? "up" : "down")
                .field(
                        "master_last_io_seconds_ago",
                        state instanceof Streaming(long heard) ? seconds(now - heard) : -1)
                .field(
                        "master_last_io_milliseconds_ago",
                        state instanceof Streaming(long heard) ? millis(now - heard) : -1);
        if (current.heartbeatMillis() > 0) {
            out.field("master_heartbeat_milliseconds", current.heartbeatMillis());
        }
        out.field("master_sync_in_progress", syncing)
                .field("slave_read_repl_offset", offset + current.unappliedBytes())
                .field("slave_repl_offset", offset);
        if (state instanceof Syncing(MasterLinkState.Transfer transfer, long heard)) {
            transferInfo(out, transfer, seconds(now - heard));
        }
        if (!current.isUp()) {
            out.field(
                    "master_link_down_since_seconds",
                    current.downSinceNanos() == -1 ? -1 : seconds(now - current.downSinceNanos()));
        }
        out.field("slave_priority", settings.get().priority())
                .field("slave_read_only", settings.get().readOnly())
                .field("replica_announced", settings.get().announced());
    }

    private static void transferInfo(
            InfoText.Builder out, MasterLinkState.Transfer transfer, long lastIoSeconds) {
        long total = Math.max(0, transfer.totalBytes());
        long read = transfer.reader().bytesRead();
        out.field("master_sync_total_bytes", total)
                .field("master_sync_read_bytes", read)
                .field("master_sync_left_bytes", total - read)
                .field(
                        "master_sync_perc",
                        "%.2f".formatted(total == 0 ? 0.0 : 100.0 * read / total))
                .field("master_sync_last_io_seconds_ago", lastIoSeconds);
    }

    private static long seconds(long nanos) {
        return nanos / 1_000_000_000L;
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000L;
    }

    /** Writes the reply to ROLE. */
    void role(ReplyWriter reply) {
        MasterLink current = replication.link();
        if (current != null) {
            reply.array(5);
            reply.bulk("slave");
            reply.bulk(current.master().host());
            reply.integer(current.master().port());
            reply.bulk(current.state().roleWord());
            reply.integer(current.isUp() ? history.stream().offset() : -1);
            return;
        }
        List<AttachedReplica> online =
                followers.all().stream().filter(AttachedReplica::isOnline).toList();
        reply.array(3);
        reply.bulk("master");
        reply.integer(history.stream().offset());
        reply.array(online.size());
        for (AttachedReplica replica : online) {
            reply.array(3);
            reply.bulk(replica.host());
            reply.bulk(Integer.toString(replica.options().listeningPort()));
            reply.bulk(Long.toString(replica.ackOffset()));
        }
    }
}
