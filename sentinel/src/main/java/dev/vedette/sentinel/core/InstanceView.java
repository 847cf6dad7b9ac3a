package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a master, a replica and a sentinel have in common for whoever asks, taken at one moment. All
 * ages count back from that moment.
 *
 * @param name the master's name; of a replica its address; of a sentinel its id
 * @param address where it is; of a master the old address until a failover's switch is done
 * @param flags iterates in Redis's order
 * @param linkRefcount how many masters share the link: more than 1 for one sentinel under several
 * @param lastPingSent age of the oldest unanswered ping; zero when none is pending
 * @param lastOkPingReply age of the last valid answer to a ping
 * @param lastPingReply age of the last answer of any kind to a ping
 * @param subjectivelyDownFor since +sdown, absent while it is up
 * @param objectivelyDownFor since +odown, absent while it is not; masters only
 */
public record InstanceView(
        String name,
        Address address,
        Optional<String> runId,
        Set<InstanceFlag> flags,
        int pendingCommands,
        int linkRefcount,
        Duration lastPingSent,
        Duration lastOkPingReply,
        Duration lastPingReply,
        Optional<Duration> subjectivelyDownFor,
        Optional<Duration> objectivelyDownFor,
        Duration downAfter) {

    public boolean has(InstanceFlag flag) {
        return flags.contains(flag);
    }
}
