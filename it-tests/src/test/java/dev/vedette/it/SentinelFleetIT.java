package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** More sentinels and more masters than usual, as real processes. */
class SentinelFleetIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration FLEET_DOWN_AFTER = Duration.ofSeconds(5);

    @Test
    void fiveSentinelsPromoteOneReplicaAndAllAgree() throws IOException {
        List<EventLog> logs = new ArrayList<>();
        try (var topology = Topology.of(Product.VEDETTE, Product.VEDETTE).sentinels(5).start()) {
            topology.sentinelAddresses().forEach(address -> logs.add(new EventLog(address)));
            Daemon old = topology.master();
            old.kill();
            Daemon promoted = topology.awaitFailoverFrom(old);
            topology.await(
                    "the news at all",
                    PATIENCE,
                    () ->
                            logs.stream()
                                    .filter(log -> !log.has("+switch-master", ""))
                                    .findFirst()
                                    .map(log -> log.heard().toString()));
            old.start();
            topology.awaitHealthy();

            String switched =
                    "%s %s %s"
                            .formatted(
                                    Topology.MASTER_NAME,
                                    blank(old.address()),
                                    blank(promoted.address()));
            for (EventLog log : logs) {
                assertEquals(List.of(switched), payloads(log, "+switch-master"));
            }
            List<String> led = logs.stream().flatMap(SentinelFleetIT::epochsLed).toList();
            assertEquals(led.stream().distinct().toList(), led, "one leader an epoch");
            Set<String> epochs = new HashSet<>();
            for (Daemon sentinel : topology.sentinels()) {
                epochs.add(masters(sentinel).getFirst().getOrDefault("config-epoch", "?"));
            }
            assertEquals(1, epochs.size(), epochs::toString);
        } finally {
            logs.forEach(EventLog::close);
        }
    }

    /** The epochs in which it was elected: the one in which it voted last. */
    private static Stream<String> epochsLed(EventLog log) {
        var epochs = new ArrayList<String>();
        String epoch = "none";
        for (var event : log.heard()) {
            if (event.name().equals("+vote-for-leader")) {
                epoch = event.payload().replaceFirst(".* ", "");
            } else if (event.name().equals("+elected-leader")) {
                epochs.add(epoch);
            }
        }
        return epochs.stream();
    }

    /**
     * Only one of them has a replica: it takes over; the others stay where they are, and on a
     * machine that lets them answer in time nobody holds them for down.
     */
    @Test
    @Interop
    void threeSentinelsWatchAHundredMastersAndReplaceTheOneThatDies(@TempDir Path folder)
            throws IOException {
        int count = 100;
        List<Address> ports = Ports.free(count + 4);
        List<Daemon> servers = new ArrayList<>();
        List<Daemon> sentinels = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(server(folder, ports.get(i), List.of()));
            lines.add("sentinel monitor group%d %s 2".formatted(i, blank(ports.get(i))));
            lines.add(
                    "sentinel down-after-milliseconds group%d %d"
                            .formatted(i, FLEET_DOWN_AFTER.toMillis()));
        }
        // Where it is not elected at once, the next try is not minutes away.
        lines.add("sentinel failover-timeout group0 10000");
        Address doomed = ports.getFirst();
        Address heir = ports.get(count);
        servers.add(server(folder, heir, List.of("replicaof " + blank(doomed))));
        for (Address port : ports.subList(count + 1, count + 4)) {
            sentinels.add(Daemon.sentinel(Product.VEDETTE, folder, port, lines));
        }
        List<EventLog> logs = new ArrayList<>();
        try {
            servers.forEach(Daemon::start);
            servers.forEach(Daemon::awaitPong);
            sentinels.forEach(Daemon::start);
            for (Daemon sentinel : sentinels) {
                sentinel.awaitPong();
                Await.noProblem(
                        sentinel.name() + " knows all",
                        PATIENCE,
                        () -> unknown(sentinel, count),
                        sentinel::lastLogLines);
                logs.add(new EventLog(sentinel.address()));
            }
            try (var witness = new Witness(servers.subList(1, count))) {
                servers.getFirst().kill();
                for (Daemon sentinel : sentinels) {
                    Await.noProblem(
                            sentinel.name() + " switches",
                            PATIENCE,
                            () -> elsewhere(sentinel, heir),
                            sentinel::lastLogLines);
                }
                assertOnlyThatOneWasReplaced(logs, doomed, heir, witness.longestSilence());
            }
            for (Daemon sentinel : sentinels) {
                Await.noProblem(
                        sentinel.name() + " finds the others as they were",
                        PATIENCE,
                        () -> changed(sentinel, ports.subList(1, count)),
                        sentinel::lastLogLines);
            }
            for (Daemon sentinel : sentinels) {
                assertTrue(peerConnections(sentinel) <= 2, () -> clients(sentinel));
            }
        } finally {
            logs.forEach(EventLog::close);
            sentinels.forEach(Daemon::close);
            servers.forEach(Daemon::close);
        }
    }

    private static void assertOnlyThatOneWasReplaced(
            List<EventLog> logs, Address doomed, Address heir, Duration longestSilence) {
        String down = "master group0 " + blank(doomed);
        for (EventLog log : logs) {
            assertEquals(
                    List.of("group0 %s %s".formatted(blank(doomed), blank(heir))),
                    payloads(log, "+switch-master"));
            if (longestSilence.compareTo(FLEET_DOWN_AFTER.dividedBy(2)) < 0) {
                assertTrue(
                        payloads(log, "+sdown").stream().allMatch(down::equals),
                        () -> payloads(log, "+sdown") + ", but who asks waits " + longestSilence);
            }
        }
        long quorum = logs.stream().filter(log -> payloads(log, "+sdown").contains(down)).count();
        assertTrue(quorum >= 2, () -> quorum + " sentinels saw it down");
    }

    /** The first of the others that is another master now than it was, or down. */
    private static Optional<String> changed(Daemon sentinel, List<Address> others) {
        List<Map<String, String>> rows = masters(sentinel);
        return rows.stream()
                .filter(row -> !row.getOrDefault("name", "").equals("group0"))
                .filter(
                        row ->
                                !row.getOrDefault("flags", "").equals("master")
                                        || !row.getOrDefault("config-epoch", "").equals("0")
                                        || others.stream().noneMatch(at -> isAt(row, at)))
                .findFirst()
                .map(Map::toString)
                .or(() -> rows.isEmpty() ? Optional.of("no answer") : Optional.empty());
    }

    private static boolean isAt(Map<String, String> row, Address address) {
        return row.getOrDefault("ip", "").equals(address.host())
                && row.getOrDefault("port", "").equals(Integer.toString(address.port()));
    }

    /** Pings servers one after another, all the time. */
    private static final class Witness implements AutoCloseable {
        private static final Duration PAUSE = Duration.ofMillis(100);

        private final List<Client> clients;
        private final Thread thread =
                Thread.ofPlatform().daemon().name("witness").unstarted(this::run);
        private final AtomicLong longestNanos = new AtomicLong();
        private volatile boolean stopped;

        Witness(List<Daemon> servers) {
            clients = servers.stream().map(Daemon::connect).toList();
            thread.start();
        }

        private void run() {
            while (!stopped) {
                long begin = System.nanoTime();
                clients.forEach(client -> client.text("PING"));
                longestNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }

        /** For no longer than that a server was silent, as far as a busy machine lets us see. */
        Duration longestSilence() {
            return Duration.ofNanos(longestNanos.get());
        }

        @Override
        public void close() {
            stopped = true;
            try {
                thread.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            clients.forEach(Client::close);
        }
    }

    private static Daemon server(Path folder, Address address, List<String> lines) {
        var all = new ArrayList<>(List.of("save \"\"", "repl-diskless-sync-delay 0"));
        all.addAll(lines);
        return Daemon.server(Product.REDIS, folder, address, all);
    }

    private static Optional<String> unknown(Daemon sentinel, int count) {
        List<Map<String, String>> rows = masters(sentinel);
        if (rows.size() != count) {
            return Optional.of("it knows " + rows.size() + " masters");
        }
        return rows.stream().filter(row -> !isAsWanted(row)).findFirst().map(Map::toString);
    }

    private static boolean isAsWanted(Map<String, String> row) {
        String replicas = row.getOrDefault("name", "").equals("group0") ? "1" : "0";
        return row.entrySet()
                .containsAll(
                        Map.of(
                                        "flags",
                                        "master",
                                        "num-slaves",
                                        replicas,
                                        "num-other-sentinels",
                                        "2")
                                .entrySet());
    }

    private static Optional<String> elsewhere(Daemon sentinel, Address wanted) {
        String named =
                Client.ask(
                                sentinel.address(),
                                c -> c.text("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "group0"))
                        .orElse("no answer");
        return named.equals(blank(wanted)) ? Optional.empty() : Optional.of(named);
    }

    private static List<Map<String, String>> masters(Daemon sentinel) {
        return Client.askRows(sentinel.address(), "SENTINEL", "MASTERS");
    }

    /** One from each of the others, however many masters there are. */
    private static long peerConnections(Daemon sentinel) {
        return clients(sentinel).lines().filter(line -> line.contains(" name=sentinel-")).count();
    }

    private static String clients(Daemon sentinel) {
        return Client.ask(sentinel.address(), client -> client.text("CLIENT", "LIST"))
                .orElse("no answer");
    }

    private static List<String> payloads(EventLog log, String name) {
        return log.heard().stream()
                .filter(event -> event.name().equals(name))
                .map(EventLog.Heard::payload)
                .collect(Collectors.toList());
    }

    private static String blank(Address address) {
        return address.host() + " " + address.port();
    }
}
