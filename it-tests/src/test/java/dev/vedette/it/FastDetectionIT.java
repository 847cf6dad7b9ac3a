package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Guard G4 where all are ours: a master that can be reached through a proxy only, which refuses new
 * connections; down-after is much longer than any test waits.
 */
class FastDetectionIT {
    private static final String NAME = "mymaster";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long MANY_HOLDS_MILLIS = 3_000;

    @TempDir Path folder;
    private final List<Daemon> daemons = new ArrayList<>();
    private Daemon master;
    private Daemon sentinel;
    private Forwarder proxy;
    private Address known;

    @BeforeEach
    void startAll() throws IOException {
        master = server().start().awaitPong();
        proxy = Forwarder.to(master.address());
        known = new Address("127.0.0.1", proxy.port());
        for (int i = 0; i < 2; i++) {
            server("replicaof 127.0.0.1 " + known.port()).start();
        }
        sentinel =
                Daemon.sentinel(
                        Product.VEDETTE,
                        folder,
                        Ports.free(),
                        List.of(
                                "sentinel monitor " + NAME + " 127.0.0.1 " + known.port() + " 1",
                                "sentinel down-after-milliseconds " + NAME + " 300000",
                                "sentinel fast-detection " + NAME + " 200"));
        daemons.add(sentinel);
        sentinel.start().awaitPong();
        Await.noProblem(
                "two replicas can be promoted", PATIENCE, this::replicasProblem, this::view);
    }

    private Daemon server(String... lines) {
        // Replicas give no silent link up by themselves.
        var all = new ArrayList<>(List.of("save \"\"", "repl-timeout 600"));
        all.add("repl-diskless-sync-delay 0");
        all.addAll(List.of(lines));
        Daemon daemon = Daemon.server(Product.VEDETTE, folder, Ports.free(), all);
        daemons.add(daemon);
        return daemon;
    }

    @AfterEach
    void endAll() {
        daemons.reversed().forEach(Daemon::close);
        proxy.close();
    }

    private Optional<String> replicasProblem() {
        var rows = Client.askRows(sentinel.address(), "SENTINEL", "REPLICAS", NAME);
        long ready =
                rows.stream()
                        .filter(row -> "slave".equals(row.get("flags")))
                        .filter(row -> "ok".equals(row.get("master-link-status")))
                        .count();
        return ready == 2 ? Optional.empty() : Optional.of(rows.toString());
    }

    private String view() {
        var view = new StringBuilder();
        daemons.forEach(daemon -> view.append(daemon.lastLogLines()).append('\n'));
        return view.toString();
    }

    /** The proxy's door is closed behind the sentinel: its new connections are refused. */
    private void sendSentinelAway() throws IOException {
        proxy.refuse();
        try (var client = master.connect()) {
            client.call("CLIENT", "KILL", "TYPE", "pubsub");
            client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
    }

    private Map<String, String> shown() {
        return Client.askRows(sentinel.address(), "SENTINEL", "MASTERS").stream()
                .findFirst()
                .orElse(Map.of());
    }

    private String port() {
        return shown().getOrDefault("port", "unknown");
    }

    @Test
    void aMasterThatItsReplicasDoNotHearEitherIsReplacedThoughTheirLinksAreOpen()
            throws IOException {
        proxy.swallow();
        sendSentinelAway();
        Await.noProblem(
                "another master",
                PATIENCE,
                () ->
                        List.of(Integer.toString(known.port()), "unknown").contains(port())
                                ? Optional.of("still " + known)
                                : Optional.empty(),
                this::view);
    }

    @Test
    void aMasterThatItsReplicasHearIsKeptThoughItRefusesTheSentinel() throws IOException {
        sendSentinelAway();
        Await.noProblem(
                "refused for many holds",
                PATIENCE,
                () -> {
                    var millis = Long.parseLong(shown().getOrDefault("last-ok-ping-reply", "0"));
                    return millis > MANY_HOLDS_MILLIS
                            ? Optional.empty()
                            : Optional.of("a PONG " + millis + " ms ago");
                },
                this::view);
        assertEquals(Integer.toString(known.port()), port());
        assertFalse(shown().getOrDefault("flags", "").contains("down"), () -> shown().toString());
    }
}
