package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What an operator or a stranger does to a server once in a while. */
class ServerEdgesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;
    private final List<Daemon> daemons = new ArrayList<>();

    @AfterEach
    void endAll() {
        daemons.reversed().forEach(Daemon::close);
    }

    private Daemon start(List<String> lines) {
        Daemon daemon = Daemon.server(Product.VEDETTE, folder, Ports.free(), lines);
        daemons.add(daemon);
        return daemon.start().awaitPong();
    }

    private static String say(Daemon daemon, String... words) {
        return Client.ask(daemon.address(), c -> c.text(words)).orElse("(no answer)");
    }

    @Test
    void theAddressThatItListensOnCanBeSetAgain() {
        Daemon server = start(List.of("save \"\""));
        assertEquals("OK", say(server, "CONFIG", "SET", "bind", "127.0.0.1"));
        assertEquals("OK", say(server, "CONFIG", "SET", "bind", "127.0.0.1 -::1"));
        assertTrue(say(server, "CONFIG", "SET", "bind", "192.0.2.1").contains("CONFIG SET failed"));
        assertEquals("PONG", say(server, "PING"));
    }

    @Test
    void anHttpRequestIsClosedWithoutAnAnswer() throws IOException {
        Daemon server = start(List.of("save \"\""));
        for (String first : List.of("POST / HTTP/1.1", "host: foo")) {
            try (var socket =
                    new Socket(InetAddress.getLoopbackAddress(), server.address().port())) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
                socket.getOutputStream()
                        .write((first + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
                assertEquals(-1, socket.getInputStream().read(), first);
            }
        }
        assertTrue(server.stdout().contains("Possible SECURITY ATTACK detected"));
    }

    @Test
    void aForegroundSaveThatFailsDoesNotStopWrites() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        Daemon server = start(List.of("save 3600 1", "dir " + gone));
        Files.delete(gone);
        assertTrue(say(server, "SAVE").startsWith("-ERR"));
        assertEquals("PONG", say(server, "PING"));
        assertEquals("OK", say(server, "SET", "k", "v"));
        // Without a place to save to it would not end.
        Files.createDirectory(gone);
    }

    /** What is acknowledged behind the last snapshot is lost, and a replica is ahead of it. */
    @Test
    void anOrderlyEndLosesNothingThatWasAcknowledged() throws InterruptedException {
        Daemon server = start(List.of("save \"\""));
        assertEquals("OK", say(server, "SET", "large", "x".repeat(10_000_000)));
        var acknowledged = new ConcurrentHashMap<String, Long>();
        var writers = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            var key = "count" + i;
            writers.add(Thread.ofVirtual().start(() -> count(server, key, acknowledged)));
        }
        Await.until(
                "every writer",
                PATIENCE,
                () ->
                        acknowledged.size() == 8
                                && acknowledged.values().stream().allMatch(last -> last > 20));
        say(server, "SHUTDOWN", "SAVE");
        assertEquals(0, server.awaitEnd());
        for (var writer : writers) {
            writer.join();
        }
        server.start().awaitPong();
        acknowledged.forEach(
                (key, last) -> {
                    String saved = say(server, "GET", key);
                    assertTrue(Long.parseLong(saved) >= last, key + ": " + saved + " < " + last);
                });
    }

    private static void count(Daemon server, String key, Map<String, Long> acknowledged) {
        try (var client = Client.connect(server.address())) {
            while (true) {
                acknowledged.put(key, Long.parseLong(client.text("INCR", key)));
            }
        } catch (IOException | UncheckedIOException ended) {
            // With its server, as it should.
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHUTDOWN SAVE", "SIGTERM"})
    void anOrderlyEndDuringABackgroundSaveSavesEverything(String way) throws IOException {
        Daemon server = start(List.of("save 3600 1", "rdbcompression no"));
        try (var client = server.connect()) {
            String value = "x".repeat(1_000_000);
            for (int i = 0; i < 60; i++) {
                assertEquals("OK", client.text("SET", "key:" + i, value));
            }
            assertEquals("Background saving started", client.text("BGSAVE"));
            assertEquals("OK", client.text("SET", "last", "written"));
            if (way.equals("SIGTERM")) {
                server.signal("TERM");
            } else {
                say(server, "SHUTDOWN", "SAVE");
            }
        }
        assertEquals(0, server.awaitEnd(), server::lastLogLines);
        try (var names = Files.newDirectoryStream(server.folder(), "temp-*")) {
            assertFalse(names.iterator().hasNext(), "something was left behind");
        }
        server.start().awaitPong();
        assertEquals("61", say(server, "DBSIZE"));
        assertEquals("written", say(server, "GET", "last"));
    }

    @Test
    void anExhaustedHeapEndsTheServerAndSaysSo() throws IOException {
        Daemon server = Daemon.server(Product.VEDETTE, folder, Ports.free(), List.of("save \"\""));
        daemons.add(server);
        server.with("VEDETTE_SERVER_OPTS", "-Xms16m -Xmx64m").start().awaitPong();
        String value = "x".repeat(100_000);
        try (var client = server.connect()) {
            for (int i = 0; i < 2000; i++) {
                client.call("SET", "key:" + i, value);
            }
            throw new AssertionError("200 MB fit into 64");
        } catch (UncheckedIOException _) {
            // It is gone.
            assertEquals(3, server.awaitEnd(), server::lastLogLines);
        }
        assertTrue(server.stdout().contains("java.lang.OutOfMemoryError"), server::lastLogLines);
        assertTrue(Ports.isFree(server.address()));
    }

    @Test
    void aLimitThatWouldHaveToEvictIsRefused() {
        Daemon server = start(List.of("save \"\"", "maxmemory 100mb"));
        String refusal =
                "-ERR CONFIG SET failed (possibly related to argument 'maxmemory-policy') -"
                        + " maxmemory-policy allkeys-lru together with maxmemory is not served by"
                        + " this version of Vedette";
        assertEquals(refusal, say(server, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru"));
        assertEquals(
                "maxmemory-policy noeviction", say(server, "CONFIG", "GET", "maxmemory-policy"));
        assertEquals("OK", say(server, "CONFIG", "SET", "maxmemory", "0"));
        assertEquals("OK", say(server, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru"));
        assertEquals(
                refusal.replace("argument 'maxmemory-policy'", "argument 'maxmemory'"),
                say(server, "CONFIG", "SET", "maxmemory", "100mb"));
        assertEquals("maxmemory 0", say(server, "CONFIG", "GET", "maxmemory"));

        Tool.Result start =
                Tool.run(
                        List.of(
                                Product.launcher("vedette-server").toString(),
                                "--port",
                                Integer.toString(Ports.free().port()),
                                "--maxmemory",
                                "100mb",
                                "--maxmemory-policy",
                                "volatile-ttl"));
        assertEquals(1, start.exitCode(), start::toString);
        assertTrue(
                start.stderr()
                        .contains(
                                "maxmemory-policy volatile-ttl together with maxmemory is not"
                                        + " served by this version of Vedette"),
                start::toString);
    }
}
