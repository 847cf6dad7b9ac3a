package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.it.LibraryWriter.Acknowledged;
import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Client libraries as their users have them find the master through our sentinels and write all the
 * time, while the master is killed and switched by hand in turn. {@code VEDETTE_IT_ROUNDS} repeats
 * it.
 */
class RealClientsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = Rounds.orInCi(2);

    /** The aim is a second; a machine that does ten other things may take longer. */
    private static final long LIMIT_MILLIS =
            Long.parseLong(System.getenv().getOrDefault("VEDETTE_IT_RESUME_LIMIT_MS", "20000"));

    private static final int SOME_WRITES = 20;

    @Test
    void everyLibraryWritesOnAfterEachSwitchAndLeaksNoConnection() throws IOException {
        try (var topology = Topology.of(Product.VEDETTE, Product.VEDETTE).start()) {
            List<Long> before = connections(topology);
            List<LibraryWriter> writers = writers(topology.sentinelAddresses());
            try {
                topology.await("writes", PATIENCE, () -> idle(writers));
                List<Long> inUse = List.of();
                for (int round = 1; round <= ROUNDS; round++) {
                    aSwitch(topology, writers, round, round % 2 == 1);
                    if (round == 1) {
                        inUse = connections(topology);
                    }
                }
                List<Long> most = inUse;
                topology.await("no more connections", PATIENCE, () -> more(topology, most));
            } finally {
                writers.forEach(LibraryWriter::close);
            }
            topology.await("all connections closed", PATIENCE, () -> more(topology, before));
        }
    }

    private static List<LibraryWriter> writers(List<Address> sentinels) {
        Map<String, LibraryWriter.Connector> libraries = new LinkedHashMap<>();
        libraries.put("jedis", prefix -> JavaLibraries.jedis(sentinels, prefix));
        libraries.put("lettuce", prefix -> JavaLibraries.lettuce(sentinels, prefix));
        libraries.put("redisson", prefix -> JavaLibraries.redisson(sentinels, prefix));
        if (NodeLibraries.areInstalled()) {
            for (String library : List.of("ioredis", "node-redis")) {
                libraries.put(library, prefix -> NodeLibraries.start(library, sentinels, prefix));
            }
        }
        String only = System.getenv().getOrDefault("VEDETTE_IT_CLIENTS", "");
        var writers = new ArrayList<LibraryWriter>();
        libraries.forEach(
                (name, connector) -> {
                    if (only.isEmpty() || List.of(only.split(",", -1)).contains(name)) {
                        writers.add(new LibraryWriter(name, connector));
                    }
                });
        return writers;
    }

    private static void aSwitch(
            Topology topology, List<LibraryWriter> writers, int round, boolean byDeath) {
        Daemon old = topology.master();
        List<EventLog> logs = new ArrayList<>();
        try {
            topology.sentinelAddresses().forEach(address -> logs.add(new EventLog(address)));
            if (byDeath) {
                old.kill();
            } else {
                try (var client = topology.sentinels().getFirst().connect()) {
                    assertEquals("OK", client.text("SENTINEL", "FAILOVER", Topology.MASTER_NAME));
                }
            }
            Daemon promoted = topology.awaitFailoverFrom(old);
            topology.await("writes", PATIENCE, () -> notAt(promoted, writers));
            if (byDeath) {
                old.start();
            }
            topology.awaitHealthy();
            assertEquals(promoted.name(), topology.master().name(), topology::view);

            long switched =
                    logs.stream()
                            .flatMap(log -> log.heard().stream())
                            .filter(event -> event.name().equals("+switch-master"))
                            .mapToLong(EventLog.Heard::nanos)
                            .min()
                            .orElseThrow();
            for (LibraryWriter writer : writers) {
                String what = (byDeath ? "kill" : "manual") + " " + round + ", " + writer.name();
                check(what, writer, promoted, switched);
            }
        } finally {
            logs.forEach(EventLog::close);
        }
    }

    /** The first write that the new master has, and that none behind it is missing. */
    private static void check(
            String what, LibraryWriter writer, Daemon promoted, long switchedNanos) {
        List<Acknowledged> later =
                writer.acknowledged().stream().filter(a -> a.nanos() > switchedNanos).toList();
        var present = new ArrayList<Boolean>();
        try (var client = promoted.connect()) {
            for (Acknowledged write : later) {
                present.add(
                        client.text("GET", writer.key(write.number()))
                                .equals(Long.toString(write.number())));
            }
        }
        int first = present.indexOf(true);
        assertTrue(first >= 0, () -> what + ": nothing written after the switch");
        long millis = (later.get(first).nanos() - switchedNanos) / 1_000_000;
        System.out.printf(
                "real clients, %s: first write %d ms after +switch-master, %d went astray before,"
                        + " %d since%n",
                what, millis, first, later.size() - first);
        assertTrue(millis <= LIMIT_MILLIS, () -> what + ": " + millis + " ms");
        long lost = present.subList(first, present.size()).stream().filter(p -> !p).count();
        assertEquals(0, lost, () -> what + ": lost after the first write");
    }

    private static Optional<String> idle(List<LibraryWriter> writers) {
        return writers.stream()
                .filter(writer -> writer.count() < SOME_WRITES)
                .findFirst()
                .map(
                        writer ->
                                writer.name()
                                        + " wrote "
                                        + writer.count()
                                        + ": "
                                        + writer.lastError());
    }

    private static Optional<String> notAt(Daemon promoted, List<LibraryWriter> writers) {
        try (var client = promoted.connect()) {
            for (LibraryWriter writer : writers) {
                Acknowledged last = writer.acknowledged().getLast();
                if (!client.text("GET", writer.key(last.number()))
                        .equals(Long.toString(last.number()))) {
                    return Optional.of(writer.name() + ": " + writer.lastError());
                }
            }
        }
        return Optional.empty();
    }

    // ---- connections of the sentinels

    private static List<Long> connections(Topology topology) {
        return topology.sentinels().stream()
                .map(
                        sentinel ->
                                Client.ask(
                                                sentinel.address(),
                                                client ->
                                                        client.info("clients")
                                                                .number("connected_clients")
                                                                .orElseThrow())
                                        .orElseThrow())
                .toList();
    }

    private static Optional<String> more(Topology topology, List<Long> most) {
        List<Long> now = connections(topology);
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i) > most.get(i)) {
                return Optional.of("connections " + now + ", there were " + most);
            }
        }
        return Optional.empty();
    }
}
