package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.protocol.net.Address;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A redis-sentinel and one of ours that both listen in plain text and by TLS, on a server that does
 * too: which of their two ports they tell each other, and that they meet there.
 */
@Interop
class TlsAnnounceDifferentialIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    /** One daemon with two ports; the tests come in by the plain one. */
    private record TwoPorts(Daemon daemon, Address byTls) {}

    private TwoPorts start(
            boolean sentinel, Product product, Certificates certificates, List<String> more) {
        List<Address> ports = Ports.free(2);
        var lines = new ArrayList<>(certificates.lines(ports.get(1).port()));
        lines.remove("tls-replication yes");
        lines.addAll(more);
        var daemon =
                sentinel
                        ? Daemon.sentinel(product, folder, ports.get(0), lines)
                        : Daemon.server(product, folder, ports.get(0), lines);
        return new TwoPorts(daemon.start(), ports.get(1));
    }

    @ParameterizedTest
    @CsvSource({"no,", "yes,", "no,26379", "yes,26379"})
    void bothTellThePortOfTheirLinksOrTheOneThatTheyAreToldToTell(
            String tlsReplication, @Nullable Integer announced) {
        var certificates = Certificates.in(folder);
        boolean byTls = tlsReplication.equals("yes");
        var server = start(false, Product.REDIS, certificates, List.of("save \"\""));
        var sentinels = new ArrayList<TwoPorts>();
        try (var node = server.daemon()) {
            node.awaitPong();
            var master = byTls ? server.byTls() : node.address();
            var lines =
                    new ArrayList<>(
                            List.of(
                                    "tls-replication " + tlsReplication,
                                    "sentinel monitor mymaster 127.0.0.1 " + master.port() + " 2"));
            if (announced != null) {
                lines.add("sentinel announce-port " + announced);
            }
            sentinels.add(start(true, Product.REDIS, certificates, lines));
            sentinels.add(start(true, Product.VEDETTE, certificates, lines));
            Map<String, String> hellos = hellos(node, sentinels);
            for (var sentinel : sentinels) {
                int wanted = byTls ? sentinel.byTls().port() : sentinel.daemon().address().port();
                assertEquals(
                        Integer.toString(announced == null ? wanted : announced),
                        hellos.get(id(sentinel)),
                        sentinel.daemon()::name);
                assertEquals(
                        Integer.toString(sentinel.daemon().address().port()),
                        ask(sentinel, "INFO", "server")
                                .replaceFirst("(?s).*tcp_port:(\\d+).*", "$1"));
                if (announced == null) {
                    awaitPeer(sentinel);
                }
            }
        } finally {
            sentinels.forEach(sentinel -> sentinel.daemon().close());
        }
    }

    /** The port that each sentinel tells, by its id. */
    private static Map<String, String> hellos(Daemon server, List<TwoPorts> sentinels) {
        Map<String, String> ports = new TreeMap<>();
        try (var log = new EventLog(server.address())) {
            Await.noProblem(
                    "a hello of each",
                    PATIENCE,
                    () -> {
                        for (var heard : log.heard()) {
                            String[] words = heard.payload().split(",", -1);
                            ports.put(words[2], words[1]);
                        }
                        return ports.size() == sentinels.size()
                                ? Optional.empty()
                                : Optional.of(ports.toString());
                    },
                    () ->
                            sentinels.get(0).daemon().lastLogLines()
                                    + sentinels.get(1).daemon().lastLogLines());
        }
        return ports;
    }

    private static String id(TwoPorts sentinel) {
        return ask(sentinel, "SENTINEL", "MYID");
    }

    private static String ask(TwoPorts sentinel, String... words) {
        return Client.ask(sentinel.daemon().address(), client -> client.text(words)).orElseThrow();
    }

    private static void awaitPeer(TwoPorts sentinel) {
        Await.noProblem(
                sentinel.daemon().name() + " reaches the other",
                PATIENCE,
                () ->
                        Client.ask(
                                        sentinel.daemon().address(),
                                        client -> client.rows("SENTINEL", "SENTINELS", "mymaster"))
                                .filter(rows -> rows.size() == 1)
                                .map(rows -> rows.getFirst().getOrDefault("flags", ""))
                                .filter(flags -> flags.equals("sentinel"))
                                .map(_ -> Optional.<String>empty())
                                .orElse(Optional.of("it does not")),
                sentinel.daemon()::lastLogLines);
    }
}
