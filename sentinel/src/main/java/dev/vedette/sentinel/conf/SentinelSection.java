package dev.vedette.sentinel.conf;

import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelOptions;
import dev.vedette.sentinel.core.SentinelState;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What the {@code sentinel} lines of a conf say, before anything is made up that they lack.
 *
 * @param myId absent on the first start
 */
record SentinelSection(
        Optional<SentinelId> myId,
        long currentEpoch,
        SentinelOptions options,
        List<SentinelState.Master> masters) {

    /**
     * These directives with what a sentinel has learned since: its id, epochs and votes, where the
     * masters are and who else is there.
     */
    SentinelSection withFactsOf(SentinelSection learned) {
        return new SentinelSection(
                learned.myId.or(() -> myId),
                Math.max(currentEpoch, learned.currentEpoch),
                options,
                masters.stream()
                        .map(
                                master ->
                                        learned.masters.stream()
                                                .filter(old -> old.name().equals(master.name()))
                                                .findFirst()
                                                .map(old -> withFacts(master, old))
                                                .orElse(master))
                        .toList());
    }

    private static SentinelState.Master withFacts(
            SentinelState.Master said, SentinelState.Master learned) {
        boolean newer = learned.configEpoch() >= said.configEpoch();
        var address = newer ? learned.address() : said.address();
        var replicas = new LinkedHashSet<>(learned.replicas());
        replicas.addAll(said.replicas());
        replicas.remove(address);
        var peers = new LinkedHashMap<SentinelId, SentinelState.Peer>();
        said.peers().forEach(peer -> peers.put(peer.id(), peer));
        learned.peers().forEach(peer -> peers.put(peer.id(), peer));
        return new SentinelState.Master(
                said.name(),
                address,
                said.quorum(),
                said.options(),
                Math.max(said.configEpoch(), learned.configEpoch()),
                Math.max(said.leaderEpoch(), learned.leaderEpoch()),
                List.copyOf(replicas),
                List.copyOf(peers.values()));
    }
}
