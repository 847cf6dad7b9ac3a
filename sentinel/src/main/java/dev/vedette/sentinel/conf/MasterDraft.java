package dev.vedette.sentinel.conf;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.MasterOptions;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One monitored master while its lines are being read. */
final class MasterDraft {
    final String name;
    final Address address;
    final int quorum;

    final MasterOptions.Builder options = MasterOptions.DEFAULTS.toBuilder();
    final Map<String, String> renamedCommands = new LinkedHashMap<>();
    long configEpoch;
    long leaderEpoch;
    final Set<Address> replicas = new LinkedHashSet<>();
    final Map<SentinelId, Address> peers = new LinkedHashMap<>();

    MasterDraft(String name, Address address, int quorum) {
        this.name = name;
        this.address = address;
        this.quorum = quorum;
    }

    SentinelState.Master finish() {
        return new SentinelState.Master(
                name,
                address,
                quorum,
                options.renamedCommands(renamedCommands).build(),
                configEpoch,
                leaderEpoch,
                List.copyOf(replicas),
                peers.entrySet().stream()
                        .map(peer -> new SentinelState.Peer(peer.getKey(), peer.getValue()))
                        .collect(ArrayList::new, ArrayList::add, ArrayList::addAll));
    }
}
