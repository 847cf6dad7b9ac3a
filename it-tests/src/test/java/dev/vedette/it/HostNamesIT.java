package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code resolve-hostnames} and {@code announce-hostnames}: servers of Redis that go by a name
 * alone, and two sentinels of ours beside one of Redis. The name is the one that every machine
 * knows; ports tell the nodes apart.
 */
@Interop
class HostNamesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "localhost";

    /** All that the name may stand for. */
    private static final String BIND = "bind 127.0.0.1 -::1";

    @TempDir Path folder;

    private final List<Daemon> servers = new ArrayList<>();
    private final List<Daemon> sentinels = new ArrayList<>();

    private void start() {
        List<Address> ports = Ports.free(6);
        int master = ports.getFirst().port();
        for (Address port : ports.subList(0, 3)) {
            var lines = new ArrayList<>(List.of("save \"\"", "repl-diskless-sync-delay 0"));
            lines.add("replica-announce-ip " + NAME);
            lines.add(BIND);
            if (port.port() != master) {
                lines.add("replicaof %s %d".formatted(NAME, master));
            }
            servers.add(Daemon.server(Product.REDIS, folder, port, lines).start());
        }
        servers.forEach(Daemon::awaitPong);
        var lines =
                List.of(
                        BIND,
                        "sentinel resolve-hostnames yes",
                        "sentinel announce-hostnames yes",
                        "sentinel announce-ip " + NAME,
                        "sentinel monitor mymaster %s %d 2".formatted(NAME, master),
                        "sentinel down-after-milliseconds mymaster 2000",
                        "sentinel failover-timeout mymaster 10000");
        var products = List.of(Product.VEDETTE, Product.VEDETTE, Product.REDIS);
        for (int i = 0; i < products.size(); i++) {
            sentinels.add(
                    Daemon.sentinel(products.get(i), folder, ports.get(3 + i), lines).start());
        }
        awaitHealthy();
    }

    @AfterEach
    void end() {
        Stream.concat(sentinels.stream(), servers.stream()).forEach(Daemon::close);
    }

    @Test
    void everybodyIsToldNamesInAFailoverAndSoAreServersAndConfsAndPeers() {
        start();
        List<EventLog> logs = sentinels.stream().map(s -> new EventLog(s.address())).toList();
        try {
            Daemon first = servers.getFirst();
            first.kill();
            Daemon second = awaitSwitchFrom(first);
            first.start();
            awaitHealthy();
            try (var client = sentinels.getFirst().connect()) {
                assertEquals("OK", client.text("SENTINEL", "FAILOVER", "mymaster"));
            }
            Daemon third = awaitSwitchFrom(second);
            awaitHealthy();

            for (EventLog log : logs) {
                assertEquals(
                        List.of(switched(first, second), switched(second, third)),
                        log.heard().stream()
                                .filter(event -> event.name().equals("+switch-master"))
                                .map(EventLog.Heard::payload)
                                .toList());
                assertTrue(
                        log.heard().stream().noneMatch(event -> event.payload().contains("127.0.")),
                        () -> log.heard().toString());
            }
        } finally {
            logs.forEach(EventLog::close);
        }
        for (Daemon sentinel : sentinels) {
            for (String what : List.of("MASTERS", "REPLICAS", "SENTINELS")) {
                for (var row : Topology.rows(sentinel, what)) {
                    assertEquals(NAME, row.get("ip"), () -> sentinel.name() + row);
                }
            }
            String state =
                    String.join(
                            "\n",
                            sentinel.confText()
                                    .lines()
                                    .filter(line -> line.startsWith("sentinel "))
                                    .toList());
            assertTrue(state.contains("sentinel known-replica mymaster " + NAME + " "), state);
            assertTrue(state.contains("sentinel known-sentinel mymaster " + NAME + " "), state);
            assertTrue(!state.contains("127.0."), state);
        }
    }

    private static String switched(Daemon from, Daemon to) {
        return "mymaster %s %d %s %d"
                .formatted(NAME, from.address().port(), NAME, to.address().port());
    }

    // ---- conditions

    private Daemon awaitSwitchFrom(Daemon old) {
        Await.noProblem(
                "all name another than " + old.name(),
                PATIENCE,
                () -> {
                    List<Integer> named = sentinels.stream().map(HostNamesIT::masterPort).toList();
                    return named.stream().distinct().count() == 1
                                    && !named.contains(old.address().port())
                            ? Optional.empty()
                            : Optional.of(named.toString());
                },
                this::view);
        int port = masterPort(sentinels.getFirst());
        return servers.stream().filter(s -> s.address().port() == port).findFirst().orElseThrow();
    }

    private static int masterPort(Daemon sentinel) {
        return Topology.rows(sentinel, "MASTERS").stream()
                .findFirst()
                .map(row -> Integer.parseInt(row.getOrDefault("port", "0")))
                .orElse(0);
    }

    private void awaitHealthy() {
        Await.noProblem("health", PATIENCE, this::problem, this::view);
    }

    private Optional<String> problem() {
        for (Daemon sentinel : sentinels) {
            if (!flags(sentinel, "MASTERS").equals(List.of("master"))
                    || !flags(sentinel, "REPLICAS").equals(List.of("slave", "slave"))
                    || !flags(sentinel, "SENTINELS").equals(List.of("sentinel", "sentinel"))) {
                return Optional.of(sentinel.name() + " does not see all of them well");
            }
        }
        int master = masterPort(sentinels.getFirst());
        return servers.stream()
                .filter(server -> server.address().port() != master)
                .filter(server -> !follows(server, master))
                .findFirst()
                .map(server -> server.name() + " does not follow the name of the master");
    }

    private static boolean follows(Daemon server, int master) {
        return Client.ask(server.address(), client -> client.info("replication"))
                .filter(info -> info.field("master_host").equals(Optional.of(NAME)))
                .filter(info -> info.field("master_link_status").equals(Optional.of("up")))
                .flatMap(info -> info.field("master_port"))
                .equals(Optional.of(Integer.toString(master)));
    }

    private static List<String> flags(Daemon sentinel, String what) {
        return Topology.rows(sentinel, what).stream()
                .map(row -> row.getOrDefault("flags", ""))
                .toList();
    }

    private String view() {
        var view = new StringBuilder();
        Stream.concat(servers.stream(), sentinels.stream())
                .forEach(node -> view.append('\n').append(node.lastLogLines()));
        return view.toString();
    }
}
