package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** All who are connected to a data node: sentinels, and replicas. */
final class NodeClients {
    private final Set<NodeClient> all = new LinkedHashSet<>();

    void add(NodeClient client) {
        all.add(client);
    }

    void remove(NodeClient client) {
        all.remove(client);
    }

    void clear() {
        all.clear();
    }

    boolean contains(NodeClient client) {
        return all.contains(client);
    }

    /** The addresses that replicas announce. */
    List<Address> replicas() {
        return all.stream().map(NodeClient::follows).flatMap(Optional::stream).distinct().toList();
    }

    /** A piece of the stream, for replicas. */
    void pass(Wire.Stream piece) {
        for (var client : all) {
            client.pass(piece);
        }
    }

    /** A message on the channel of hellos. */
    void hear(String hello) {
        for (var client : all) {
            client.hear(hello);
        }
    }

    void unpaused() {
        each(NodeClient::unpaused);
    }

    void everySecond() {
        each(NodeClient::everySecond);
    }

    void dropReplicas() {
        each(
                client -> {
                    if (client.isReplica()) {
                        client.drop();
                    }
                });
    }

    /** CLIENT KILL TYPE normal, and pubsub; but not whoever says it. */
    void killAllBut(Optional<NodeClient> caller) {
        each(
                client -> {
                    if (!client.isReplica() && !caller.equals(Optional.of(client))) {
                        client.drop();
                    }
                });
    }

    /** Who is dropped leaves meanwhile. */
    private void each(Consumer<NodeClient> action) {
        for (var client : all.toArray(NodeClient[]::new)) {
            action.accept(client);
        }
    }
}
