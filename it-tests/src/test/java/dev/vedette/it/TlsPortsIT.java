package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One server of ours with a port in plain text and one of TLS, and a sentinel with TLS alone. */
@Interop
class TlsPortsIT {
    @TempDir static Path folder;
    private static Certificates certificates;
    private static Address serverTls;
    private static Daemon server;
    private static Daemon sentinel;

    @BeforeAll
    static void start() {
        certificates = Certificates.in(folder);
        serverTls = Ports.free();
        var serverLines = new ArrayList<>(certificates.lines(serverTls.port()));
        serverLines.add("unixsocket " + folder.resolve("server.sock"));
        server = Daemon.server(Product.VEDETTE, folder, Ports.free(), serverLines);
        var sentinelPort = Ports.free();
        new Access(Optional.of(certificates), Optional.empty()).isNeededAt(sentinelPort);
        var lines = new ArrayList<>(certificates.lines(sentinelPort.port()));
        lines.add("port 0");
        lines.add("sentinel monitor mymaster 127.0.0.1 " + serverTls.port() + " 1");
        sentinel = Daemon.sentinel(Product.VEDETTE, folder, sentinelPort, lines);
        server.start();
        sentinel.start();
        server.awaitPong();
        sentinel.awaitPong();
    }

    @AfterAll
    static void end() {
        sentinel.close();
        server.close();
    }

    private static String cli(Address address, List<String> options, String... words) {
        var command = new ArrayList<>(List.of("redis-cli", "-p", "" + address.port()));
        command.addAll(options);
        command.addAll(List.of(words));
        return Tool.run(folder, "", command).stdout().strip();
    }

    @Test
    void redisCliReachesBothDaemonsThroughTlsAndTheServerInPlainTextToo() {
        assertEquals("PONG", cli(serverTls, certificates.options(), "PING"));
        assertEquals("PONG", cli(sentinel.address(), certificates.options(), "PING"));
        assertEquals("PONG", cli(server.address(), List.of(), "PING"));
        var value = "v".repeat(100_000);
        assertEquals("OK", cli(serverTls, certificates.options(), "SET", "key", value));
        assertEquals(value, cli(serverTls, certificates.options(), "GET", "key"));
    }

    @Test
    void redisCliReachesTheServerThroughItsSocketFile() {
        var file = folder.resolve("server.sock").toString();
        var line = cli(server.address(), List.of("-s", file), "CLIENT", "INFO");
        assertTrue(line.contains(" addr=" + file + ":0 laddr=" + file + ":0 "), line);
        assertTrue(line.contains(" flags=U "), line);
    }

    @Test
    void infoNamesThePortThatIsServedAndTheMasterIsLinkedThroughTls() {
        var info = cli(sentinel.address(), certificates.options(), "INFO");
        assertTrue(info.contains("tcp_port:" + sentinel.address().port()), info);
        assertTrue(info.contains("status=ok"), info);
    }

    @Test
    void aClientWithoutACertificateIsLetInOnlyWhereTheConfSaysSo() {
        var without = List.of("--tls", "--cacert", certificates.file("ca.crt").toString());
        assertEquals("", cli(serverTls, without, "PING"));
        assertEquals("", cli(sentinel.address(), without, "PING"));
        try (var client = server.connect()) {
            assertEquals("OK", client.text("CONFIG", "SET", "tls-auth-clients", "optional"));
            assertEquals("PONG", cli(serverTls, without, "PING"));
            assertEquals("OK", client.text("CONFIG", "SET", "tls-auth-clients", "yes"));
            assertEquals("", cli(serverTls, without, "PING"));
        }
    }

    @Test
    void aChangeOfTlsThatCannotBeIsRefusedAndTheOldFilesStayInUse() {
        try (var client = server.connect()) {
            assertEquals(
                    "-ERR CONFIG SET failed (possibly related to argument 'tls-key-file') - Unable"
                            + " to update TLS configuration. Check server logs.",
                    client.text(
                            "CONFIG",
                            "SET",
                            "tls-key-file",
                            certificates.file("client.key").toString()));
            assertEquals(
                    "tls-key-file " + certificates.file("node.key"),
                    client.text("CONFIG", "GET", "tls-key-file"));
        }
        assertEquals("PONG", cli(serverTls, certificates.options(), "PING"));
    }

    @Test
    void theToolSpeaksTlsAndSaysSoWhenItShouldHave() {
        var words = new ArrayList<>(List.of("status", sentinel.address().toString()));
        words.addAll(certificates.options());
        var status = Tool.vedette(words.toArray(String[]::new));
        assertTrue(status.stdout().contains("mymaster"), status::toString);
        var plain = Tool.vedette("status", sentinel.address().toString());
        assertEquals(3, plain.exitCode(), plain::toString);
        assertTrue(plain.stderr().contains("--tls"), plain::toString);
    }

    @Test
    void garbageAndPlainTextOnATlsPortHurtNobodyAndDoNotFloodTheLog() throws IOException {
        var random = new Random(1);
        for (int i = 0; i < 100; i++) {
            for (var address : List.of(serverTls, sentinel.address())) {
                var bytes = new byte[1 + random.nextInt(2000)];
                random.nextBytes(bytes);
                if (i % 2 == 0) {
                    bytes = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
                }
                try (var socket = new Socket(address.host(), address.port())) {
                    socket.getOutputStream().write(bytes);
                    socket.shutdownOutput();
                    drain(socket);
                }
            }
        }
        for (var daemon : List.of(server, sentinel)) {
            var log = daemon.stdout();
            assertTrue(log.contains("client speaks plain text on the TLS port"), log);
            var told = log.lines().filter(line -> line.contains("accepting a client")).count();
            assertTrue(told < 60, () -> told + " lines");
        }
        assertEquals("PONG", cli(serverTls, certificates.options(), "PING"));
        assertEquals("PONG", cli(sentinel.address(), certificates.options(), "PING"));
    }

    private static void drain(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
        } catch (IOException _) {
            // A reset is an answer too.
        }
    }

    @Test
    void aConfWithoutAUsableKeyEndsTheStartInRedissWordsWithFileAndLine() {
        for (var product : List.of(Product.VEDETTE, Product.REDIS)) {
            var lines = new ArrayList<>(certificates.lines(Ports.free().port()));
            lines.add("tls-key-file " + certificates.file("client.key"));
            lines.add("sentinel monitor mymaster 127.0.0.1 6379 1");
            try (var refused = Daemon.sentinel(product, folder, Ports.free(), lines)) {
                refused.start();
                Await.until("its end", Daemon.START_PATIENCE, () -> !refused.isAlive());
                assertEquals(1, refused.awaitEnd());
                var out = refused.stdout();
                assertTrue(
                        out.contains("# Failed to load private key: ")
                                && out.contains("key values mismatch"),
                        out);
                assertTrue(
                        out.contains("# Failed to configure TLS. Check logs for more info."), out);
                var hint = "hint: " + refused.conf() + ":9: ";
                assertEquals(product == Product.VEDETTE, refused.stderr().contains(hint), hint);
            }
        }
        assertFalse(server.stdout().contains("# Failed to configure TLS"));
    }
}
