package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one INFO reply says, as far as a sentinel cares (Redis {@code sentinelRefreshInstanceInfo}).
 * The link layer parses it; fields that the reply lacks have the value that Redis Sentinel assumes.
 *
 * @param text the whole reply, for INFO-CACHE
 * @param runId absent when the reply has no well-formed {@code run_id}
 * @param role absent when the reply has no {@code role} line: such a reply teaches nothing else
 * @param replicas the {@code slaveN} lines of a master, in order
 * @param masterAddress {@code master_host} and {@code master_port} of a replica
 * @param masterLinkUp {@code master_link_status} is {@code up}
 * @param masterLinkDownFor {@code master_link_down_since_seconds}; zero when the line is missing,
 *     minus one second for a replica that never synced
 * @param replicaPriority {@code slave_priority}, 100 when missing
 * @param replicaOffset {@code slave_repl_offset}, 0 when missing
 * @param replicaAnnounced {@code replica_announced}, true when missing
 * @param loading {@code loading} is 1: it reads its data from the disk
 * @param syncing {@code master_sync_in_progress} is 1: a copy of everything is on its way to it
 * @param appendOnly {@code aof_enabled} is 1
 * @param holdsKeys some database has keys
 * @param history where its data come from; absent when the reply does not tell it
 * @param pulse what a replica hears of a master that beats; absent where the master does not, and
 *     while the link is down
 */
public record InstanceInfo(
        String text,
        Optional<String> runId,
        Optional<Role> role,
        List<Address> replicas,
        Optional<Address> masterAddress,
        boolean masterLinkUp,
        Duration masterLinkDownFor,
        int replicaPriority,
        long replicaOffset,
        boolean replicaAnnounced,
        boolean loading,
        boolean syncing,
        boolean appendOnly,
        boolean holdsKeys,
        Optional<History> history,
        Optional<Pulse> pulse) {

    /** Of a node that tells no more than a sentinel of Redis reads. */
    public InstanceInfo(
            String text,
            Optional<String> runId,
            Optional<Role> role,
            List<Address> replicas,
            Optional<Address> masterAddress,
            boolean masterLinkUp,
            Duration masterLinkDownFor,
            int replicaPriority,
            long replicaOffset,
            boolean replicaAnnounced) {
        this(
                text,
                runId,
                role,
                replicas,
                masterAddress,
                masterLinkUp,
                masterLinkDownFor,
                replicaPriority,
                replicaOffset,
                replicaAnnounced,
                false,
                false,
                false,
                false,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * A vedette-server promises its replicas of the same kind a sign of life every so often ({@code
     * master_heartbeat_milliseconds}).
     *
     * @param lastByteAgo {@code master_last_io_milliseconds_ago}
     */
    public record Pulse(Duration lastByteAgo, Duration interval) {}

    /** What a data node says that it is. */
    public enum Role {
        MASTER,
        REPLICA
    }
}
