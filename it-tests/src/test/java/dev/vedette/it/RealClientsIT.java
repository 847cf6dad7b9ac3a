package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.it.ClientFigures.Figure;
import dev.vedette.it.LibraryWriter.Acknowledged;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Client libraries as their users have them find the master through our sentinels and write all the
 * time, while the master is killed and switched by hand in turn. {@code VEDETTE_IT_ROUNDS} repeats
 * it, {@code VEDETTE_IT_CLIENTS} names the libraries, and {@code VEDETTE_IT_CLIENTS_OF=REDIS} has
 * them work with the daemons of Redis, for figures to compare with.
 */
class RealClientsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = Rounds.orInCi(2);
    private static final Product PRODUCT =
            Product.valueOf(wish("VEDETTE_IT_CLIENTS_OF", "VEDETTE"));
    private static final List<String> LIBRARIES =
            libraries("jedis,lettuce,lettuce-master-replica,redisson,ioredis,node-redis");

    /** The aim is a second; a machine that does ten other things may take longer. */
    private static final long LIMIT_MILLIS =
            Long.parseLong(wish("VEDETTE_IT_RESUME_LIMIT_MS", "20000"));

    private static final int SOME_WRITES = 20;
    private static final long SHORTEST_DOWN_AFTER_MILLIS = 4500;

    /** Multiples of the golden ratio: however few the rounds, they do not crowd. */
    private static final long SPREAD_MILLIS = 618;

    private static List<String> libraries(String unlessWished) {
        return List.of(wish("VEDETTE_IT_CLIENTS", unlessWished).split(",", -1));
    }

    private static String wish(String variable, String otherwise) {
        return System.getenv().getOrDefault(variable, otherwise);
    }

    @Test
    void everyLibraryWritesOnAfterEachSwitchAndLeaksNoConnection() throws IOException {
        switches("plain", patient());
    }

    @Test
    void throughTlsAndAsUsersOfTheDocumentedRightsTheyDoToo() throws IOException {
        switches("TLS and ACL", patient().tls().users());
    }

    /** Busy servers get time for a PONG: nobody is to be failed over who is alive. */
    private static Topology.Builder patient() {
        return Topology.of(PRODUCT, PRODUCT)
                .sentinelLines(PRODUCT, "sentinel down-after-milliseconds mymaster 5000");
    }

    private static void switches(String title, Topology.Builder builder) throws IOException {
        var figures = new ClientFigures(PRODUCT + ", " + title);
        try (var topology = builder.start()) {
            List<Long> before = connections(topology);
            List<LibraryWriter> writers = writers(topology.group());
            List<Long> inUse = List.of();
            try {
                topology.await("writes", PATIENCE, () -> idle(writers));
                for (int round = 1; round <= ROUNDS; round++) {
                    drawDownAfter(topology, round);
                    aSwitch(topology, writers, round % 2 == 1, figures);
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
            figures.print();
            System.out.printf(
                    "  connections of the sentinels: %s before, %s in use, %s afterwards%n",
                    before, inUse, connections(topology));
        }
    }

    private static List<LibraryWriter> writers(Group group) {
        Map<String, LibraryWriter.Connector> libraries = new LinkedHashMap<>();
        libraries.put("jedis", prefix -> JavaLibraries.jedis(group, prefix));
        libraries.put("lettuce", prefix -> JavaLibraries.lettuce(group, prefix));
        libraries.put(
                "lettuce-master-replica",
                prefix -> JavaLibraries.lettuceMasterReplica(group, prefix));
        libraries.put("redisson", prefix -> JavaLibraries.redisson(group, prefix));
        if (NodeLibraries.areInstalled()) {
            for (String library : List.of("ioredis", "node-redis")) {
                libraries.put(library, prefix -> NodeLibraries.start(library, group, prefix));
            }
        }
        var writers = new ArrayList<LibraryWriter>();
        try {
            libraries.forEach(
                    (name, connector) -> {
                        if (LIBRARIES.contains(name)) {
                            writers.add(new LibraryWriter(name, connector));
                        }
                    });
            return writers;
        } catch (Throwable e) {
            writers.forEach(LibraryWriter::close);
            throw e;
        }
    }

    /**
     * Another down-after in each round, evenly spread over a second. node-redis looks at the
     * sentinels once a second from the loss of its connection on: with a down-after of whole
     * seconds each kill would meet that clock in the same phase, the worst one.
     */
    private static void drawDownAfter(Topology topology, int round) {
        long millis = SHORTEST_DOWN_AFTER_MILLIS + Math.floorMod(round * SPREAD_MILLIS, 1000);
        for (Daemon sentinel : topology.sentinels()) {
            try (var client = sentinel.connect()) {
                assertEquals(
                        "OK",
                        client.text(
                                "SENTINEL",
                                "SET",
                                Topology.MASTER_NAME,
                                "down-after-milliseconds",
                                Long.toString(millis)));
            }
        }
    }

    private static void aSwitch(
            Topology topology,
            List<LibraryWriter> writers,
            boolean byDeath,
            ClientFigures figures) {
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
            topology.await("the news", PATIENCE, () -> unheard(logs));
            long switched = firstSwitchNanos(logs).orElseThrow();
            topology.await("writes", PATIENCE, () -> notAt(promoted, switched, writers));
            if (byDeath) {
                old.start();
            }
            topology.awaitHealthy();
            assertEquals(promoted.name(), topology.master().name(), topology::view);

            for (LibraryWriter writer : writers) {
                String fault = byDeath ? "kill" : "manual";
                Figure figure = figure(writer, promoted, switched, byDeath);
                System.out.printf("real clients, %s, %s: %s%n", fault, writer.name(), figure);
                figures.add(fault, writer.name(), figure);
                assertTrue(figure.firstMillis() <= LIMIT_MILLIS, () -> writer.name() + figure);
                assertEquals(0, figure.lost(), () -> writer.name() + figure);
            }
        } finally {
            logs.forEach(EventLog::close);
        }
    }

    /**
     * When the new master had the first write, and whether one behind it is missing. A master that
     * lives on may acknowledge writes until it is demoted: some that its replica still got, then
     * some that are missing. What follows these was written to the new one.
     */
    private static Figure figure(
            LibraryWriter writer, Daemon promoted, long switchedNanos, boolean oldIsDead) {
        List<Acknowledged> later = writer.acknowledgedSince(switchedNanos);
        var present = new ArrayList<Boolean>();
        try (var client = promoted.connect()) {
            for (Acknowledged write : later) {
                present.add(isAt(client, writer, write));
            }
        }
        int astrayFrom = oldIsDead ? -1 : present.indexOf(false);
        int first = Math.max(0, astrayFrom);
        while (first < present.size() && !present.get(first)) {
            first++;
        }
        assertTrue(first < present.size(), writer.name() + ": nothing lasts behind the switch");
        return new Figure(
                (later.get(first).nanos() - switchedNanos) / 1_000_000,
                first - Math.max(0, astrayFrom),
                present.subList(first, present.size()).stream().filter(p -> !p).count());
    }

    private static boolean isAt(Client client, LibraryWriter writer, Acknowledged write) {
        String value = client.text("GET", writer.key(write.number()));
        return value.equals(Long.toString(write.number()));
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

    private static OptionalLong firstSwitchNanos(List<EventLog> logs) {
        return logs.stream()
                .flatMap(log -> log.heard().stream())
                .filter(event -> event.name().equals("+switch-master"))
                .mapToLong(EventLog.Heard::nanos)
                .min();
    }

    private static Optional<String> unheard(List<EventLog> logs) {
        return firstSwitchNanos(logs).isPresent()
                ? Optional.empty()
                : Optional.of("no +switch-master");
    }

    /** Who has written nothing since the switch that this one has. */
    private static Optional<String> notAt(
            Daemon promoted, long switchedNanos, List<LibraryWriter> writers) {
        try (var client = promoted.connect()) {
            for (LibraryWriter writer : writers) {
                List<Acknowledged> later = writer.acknowledgedSince(switchedNanos);
                if (later.isEmpty() || !isAt(client, writer, later.getLast())) {
                    return Optional.of(writer.name() + ": " + writer.lastError());
                }
            }
        } catch (UncheckedIOException notNow) {
            return Optional.of(notNow.toString());
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
