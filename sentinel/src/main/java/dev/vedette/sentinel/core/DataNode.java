package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A process that holds data and answers INFO: a master or a replica. */
abstract sealed class DataNode extends Instance permits MonitoredMaster, Replica {
    Optional<String> runId = Optional.empty();

    /** The last INFO reply; when it came; and when it was asked for, so of what moment it tells. */
    final KeptText infoText = new KeptText();

    Instant infoAt = Periods.NEVER;
    Instant infoAsOf = Periods.NEVER;

    /** How many INFOs were asked of it, and which of them was answered last. */
    long infosAsked;

    long infoNumber;

    /** When INFO was last asked for, answered or not. */
    Instant infoAskedAt = Periods.NEVER;

    /** The replicas that it listed, and whether it has keys, by its last INFO. */
    List<Address> listed = List.of();

    boolean holdsKeys;

    /** Where its data come from, by its last INFO. */
    Optional<History> history = Optional.empty();

    InstanceInfo.Role roleReported;
    Instant roleReportedAt;

    DataNode(Address address, Link link, InstanceInfo.Role role, Instant now) {
        super(address, link, now);
        this.roleReported = role;
        this.roleReportedAt = now;
    }

    /** What we hold it for. */
    abstract InstanceInfo.Role role();

    boolean infoKnown() {
        return !infoAt.equals(Periods.NEVER);
    }

    @Override
    void linkLost() {
        // A new connection asks at once.
        infoAskedAt = Periods.NEVER;
    }
}
