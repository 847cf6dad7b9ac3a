package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.util.List;
import java.util.Optional;

/**
 * All that a sentinel knows over a restart: what {@code sentinel.conf} says in its {@code sentinel}
 * lines. The core starts from one and hands out a new one with each {@link Effect.Persist}.
 *
 * @param masters in the order of the file
 */
public record SentinelState(
        SentinelId myId, long currentEpoch, SentinelOptions options, List<Master> masters) {

    public SentinelState {
        masters = List.copyOf(masters);
    }

    /**
     * One monitored master.
     *
     * @param address the address that {@code sentinel monitor} carries: during a failover from the
     *     promotion on, the promoted one
     * @param leaderEpoch the last epoch in which a vote was given for this master
     * @param ancestry not in the conf, which has no place for it
     */
    public record Master(
            String name,
            Address address,
            int quorum,
            MasterOptions options,
            long configEpoch,
            long leaderEpoch,
            List<Address> replicas,
            List<Peer> peers,
            Ancestry ancestry) {
        public Master {
            replicas = List.copyOf(replicas);
            peers = List.copyOf(peers);
        }

        /** As the conf tells it. */
        public Master(
                String name,
                Address address,
                int quorum,
                MasterOptions options,
                long configEpoch,
                long leaderEpoch,
                List<Address> replicas,
                List<Peer> peers) {
            this(
                    name,
                    address,
                    quorum,
                    options,
                    configEpoch,
                    leaderEpoch,
                    replicas,
                    peers,
                    Ancestry.UNKNOWN);
        }

        public Master with(Ancestry known) {
            return new Master(
                    name,
                    address,
                    quorum,
                    options,
                    configEpoch,
                    leaderEpoch,
                    replicas,
                    peers,
                    known);
        }
    }

    /** A {@code known-sentinel} line. */
    public record Peer(SentinelId id, Address address) {}

    public Optional<Master> master(String name) {
        return masters.stream().filter(m -> m.name().equals(name)).findFirst();
    }
}
