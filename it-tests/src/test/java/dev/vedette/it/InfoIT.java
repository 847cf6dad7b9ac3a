package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.info.InfoText;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What monitoring reads: the INFO of each daemon beside that of Redis. */
@Interop
class InfoIT {
    /** Counters that the same traffic moves by the same figure. */
    private static final List<String> COUNTERS =
            List.of(
                    "total_connections_received",
                    "total_commands_processed",
                    "total_net_input_bytes",
                    "total_error_replies",
                    "rejected_connections");

    @TempDir private Path folder;

    private Daemon start(Product product, String kind) {
        Daemon daemon =
                kind.equals("server")
                        ? Daemon.server(product, folder, Ports.free(), List.of("save \"\""))
                        : Daemon.sentinel(product, folder, Ports.free(), List.of());
        return daemon.start().awaitPong();
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "sentinel"})
    void everyFieldOfRedisIsThereInItsOrder(String kind) {
        try (var ours = start(Product.VEDETTE, kind);
                var redis = start(Product.REDIS, kind)) {
            for (String asked : List.of("default", "everything")) {
                InfoText expected = info(redis, asked);
                InfoText actual = info(ours, asked);
                assertEquals(titles(expected), titles(actual));
                for (var section : expected.sections()) {
                    List<String> wanted = names(section);
                    List<String> shown = names(actual.section(section.name()).orElseThrow());
                    assertEquals(wanted, shown.stream().filter(wanted::contains).toList());
                }
            }
        }
    }

    private static InfoText info(Daemon daemon, String section) {
        return Client.ask(daemon.address(), client -> client.info(section)).orElseThrow();
    }

    private static List<String> titles(InfoText info) {
        return info.sections().stream().map(InfoText.Section::name).toList();
    }

    /** Without those that name what was asked of it, such as cmdstat_ping. */
    private static List<String> names(InfoText.Section section) {
        return section.fields().stream()
                .map(InfoText.Field::name)
                .filter(name -> !name.matches("(cmdstat|latency_percentiles_usec|errorstat)_.*"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "sentinel"})
    void theSameTrafficIsCountedAsRedisCountsIt(String kind) throws IOException {
        try (var ours = start(Product.VEDETTE, kind);
                var redis = start(Product.REDIS, kind)) {
            assertEquals(counted(redis), counted(ours));
        }
    }

    private static Map<String, Long> counted(Daemon daemon) throws IOException {
        try (var wire = connect(daemon)) {
            Map<String, Long> before = counters(wire);
            for (int i = 0; i < 5; i++) {
                wire.send(Wire.command("PING"));
                assertEquals("+PONG", wire.line());
            }
            wire.send(Wire.command("NOSUCH", "a"));
            assertTrue(wire.line().startsWith("-ERR unknown command"));
            wire.send(Wire.command("CLIENT", "SETNAME", "a b"));
            assertTrue(wire.line().startsWith("-ERR Client names cannot contain"));
            try (var other = connect(daemon)) {
                other.send("PING\r\n");
                assertEquals("+PONG", other.line());
            }
            Map<String, Long> after = counters(wire);
            before.forEach((name, value) -> after.merge(name, -value, Long::sum));
            return after;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "sentinel"})
    void halfACommandIsShownAsTheClientsInputAndAsARecentPeak(String kind) throws IOException {
        String half = "*2\r\n$4\r\nECHO\r\n$5000\r\n" + "x".repeat(3000);
        try (var ours = start(Product.VEDETTE, kind);
                var slow = connect(ours);
                var asking = ours.connect()) {
            slow.send(half);
            Await.until(
                    "half a command is in",
                    Daemon.START_PATIENCE,
                    () -> asking.text("CLIENT", "LIST").contains(" qbuf=" + half.length() + " "));
            Await.until(
                    "the peak is noted",
                    Daemon.START_PATIENCE,
                    () ->
                            asking.info("clients")
                                    .field("client_recent_max_input_buffer")
                                    .equals(Optional.of(Integer.toString(half.length()))));
        }
    }

    private static Wire connect(Daemon daemon) throws IOException {
        return new Wire(new Socket(daemon.address().host(), daemon.address().port()));
    }

    private static Map<String, Long> counters(Wire wire) {
        wire.send(Wire.command("INFO", "stats"));
        String text = wire.bytes(Integer.parseInt(wire.line().substring(1)));
        wire.line();
        InfoText info = InfoText.parse(text);
        Map<String, Long> counters = new LinkedHashMap<>();
        COUNTERS.forEach(name -> counters.put(name, info.number(name).orElse(-1)));
        return counters;
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "sentinel"})
    void theLauncherIsNamedAsTheProgram(String kind) {
        try (var ours = start(Product.VEDETTE, kind)) {
            assertEquals(
                    Product.launcher("vedette-" + kind).toString(),
                    info(ours, "server").field("executable").orElse(""));
        }
    }
}
