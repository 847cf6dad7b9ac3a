package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The siblings of a replica that we promoted, on their way to it. The switch is announced by then:
 * this is no failover any more (guard G12).
 *
 * @param from the master before
 * @param siblings who is led to the new master; the old one is not among them
 */
record Repointing(Address from, Instant since, Set<Address> siblings) {
    Repointing {
        siblings = Set.copyOf(siblings);
    }

    List<Replica> of(MonitoredMaster master) {
        return master.replicas.values().stream()
                .filter(replica -> siblings.contains(replica.address))
                .filter(replica -> !Kinship.foreign(replica))
                .toList();
    }
}
