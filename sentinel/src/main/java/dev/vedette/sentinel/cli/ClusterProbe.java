package dev.vedette.sentinel.cli;

import dev.vedette.protocol.info.InfoText;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue.BulkString;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Asks the nodes of a demo how they are, over connections that stay open. One thread. A node that
 * does not answer is not an error here: it is what the table shows.
 */
final class ClusterProbe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final DemoCluster cluster;
    private final Map<Address, RedisPeer> peers = new HashMap<>();

    ClusterProbe(DemoCluster cluster) {
        this.cluster = cluster;
    }

    /** Why not everything is linked, one master is named by all, and nothing is down. */
    Optional<String> problem() {
        Set<Address> masters = new HashSet<>();
        for (DemoNode sentinel : cluster.sentinels()) {
            Optional<Fields> master = master(sentinel);
            if (master.isEmpty()) {
                return Optional.of(sentinel.name() + " does not answer");
            }
            Optional<String> problem = problem(sentinel, master.get());
            if (problem.isPresent()) {
                return problem;
            }
            masters.add(master.get().address());
        }
        if (masters.size() != 1) {
            return Optional.of("the sentinels name different masters: " + masters);
        }
        return replicationProblem(masters.iterator().next());
    }

    private Optional<String> problem(DemoNode sentinel, Fields master) {
        if (!master.text("flags").equals("master")) {
            return Optional.of(sentinel.name() + ": the master is " + master.text("flags"));
        }
        int replicas = cluster.servers().size() - 1;
        if (master.number("num-slaves") != replicas) {
            return Optional.of(
                    sentinel.name() + " knows " + master.text("num-slaves") + " replicas");
        }
        int others = cluster.sentinels().size() - 1;
        if (master.number("num-other-sentinels") != others) {
            return Optional.of(
                    sentinel.name()
                            + " knows "
                            + master.text("num-other-sentinels")
                            + " other sentinels");
        }
        return replicas(sentinel).stream()
                .filter(replica -> !replica.text("flags").equals("slave"))
                .findFirst()
                .map(
                        replica ->
                                sentinel.name()
                                        + ": replica "
                                        + replica.address()
                                        + " is "
                                        + replica.text("flags"));
    }

    /** Why not all other servers follow this master. */
    Optional<String> replicationProblem(Address master) {
        Optional<String> role = replication(master).flatMap(info -> info.field("role"));
        if (role.isEmpty()) {
            return Optional.of("server " + master + " does not answer");
        }
        if (!role.get().equals("master")) {
            return Optional.of("server " + master + " is no master");
        }
        for (DemoNode server : cluster.servers()) {
            Address address = server.address();
            if (!address.equals(master) && !follows(address, master)) {
                return Optional.of(server.name() + " does not follow " + master + " yet");
            }
        }
        return Optional.empty();
    }

    /** Whether a server says that it is a replica of this master, with its link up. */
    boolean follows(Address server, Address master) {
        return replication(server)
                .filter(info -> info.field("role").equals(Optional.of("slave")))
                .filter(info -> info.number("master_port").equals(OptionalLong.of(master.port())))
                .filter(info -> info.field("master_link_status").equals(Optional.of("up")))
                .isPresent();
    }

    /** The replication section of INFO, empty if the server does not answer. */
    Optional<InfoText> replication(Address server) {
        return ask(server, peer -> peer.call("INFO", "replication"))
                .filter(BulkString.class::isInstance)
                .map(reply -> InfoText.parse(((BulkString) reply).text()));
    }

    /** The master as this sentinel sees it. */
    Optional<Fields> master(DemoNode sentinel) {
        return askSentinel(sentinel, SentinelPeer::masters)
                .flatMap(
                        masters ->
                                masters.stream()
                                        .filter(m -> m.text("name").equals(DemoPlan.MASTER_NAME))
                                        .findFirst());
    }

    List<Fields> replicas(DemoNode sentinel) {
        return askSentinel(sentinel, peer -> peer.replicas(DemoPlan.MASTER_NAME)).orElse(List.of());
    }

    List<Fields> otherSentinels(DemoNode sentinel) {
        return askSentinel(sentinel, peer -> peer.peers(DemoPlan.MASTER_NAME)).orElse(List.of());
    }

    private <T> Optional<T> askSentinel(DemoNode sentinel, Question<SentinelPeer, T> question) {
        return ask(sentinel.address(), peer -> question.ask(new SentinelPeer(peer)));
    }

    private interface Question<P, T> {
        T ask(P peer);
    }

    private <T> Optional<T> ask(Address address, Question<RedisPeer, T> question) {
        boolean wasOpen = peers.containsKey(address);
        try {
            return Optional.of(question.ask(peers.computeIfAbsent(address, ClusterProbe::connect)));
        } catch (CliException _) {
            RedisPeer broken = peers.remove(address);
            if (broken != null) {
                broken.close();
            }
            // A server that changes its master closes its clients' connections: no silence yet.
            return wasOpen ? ask(address, question) : Optional.empty();
        }
    }

    private static RedisPeer connect(Address address) {
        return RedisPeer.connect(address, Credentials.NONE, PATIENCE, "");
    }

    @Override
    public void close() {
        new ArrayList<>(peers.values()).forEach(RedisPeer::close);
        peers.clear();
    }
}
