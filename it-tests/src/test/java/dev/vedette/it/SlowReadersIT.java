package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Clients that ask for much and read nothing cost the server little, and then their connection. */
class SlowReadersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int VALUE_BYTES = 200_000;

    /** So often the value is 400 MB. */
    private static final int MANY = 2000;

    /** The heap's garbage and the limit; were the replies kept, it would be 400 MB and more. */
    private static final long MOST_GROWTH_KB = 160 * 1024;

    @TempDir private Path folder;

    private Daemon server(String limits) {
        var lines = List.of("save \"\"", "client-output-buffer-limit " + limits);
        return Daemon.server(Product.VEDETTE, folder, Ports.free(), lines)
                .with("VEDETTE_SERVER_OPTS", "-Xms16m -Xmx96m")
                .start()
                .awaitPong();
    }

    /** Its window is small, so that little gets lost in the kernel's buffers. */
    private static Wire slowReader(Daemon server) throws IOException {
        Address address = server.address();
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(address.host(), address.port()));
        var wire = new Wire(socket);
        wire.patience(PATIENCE);
        wire.send(Wire.command("CLIENT", "SETNAME", "slow"));
        assertEquals("+OK", wire.line());
        return wire;
    }

    private static boolean isThere(Client client) {
        return client.text("CLIENT", "LIST").contains(" name=slow ");
    }

    private static void awaitDropped(Daemon server, Client client) {
        Await.until("the slow reader's end", PATIENCE, () -> !isThere(client));
        assertTrue(
                server.stdout()
                        .contains("scheduled to be closed ASAP for overcoming of output buffer"),
                server::lastLogLines);
    }

    @Test
    void anAskerThatReadsNothingIsDroppedAtTheHardLimit() throws IOException {
        try (var server = server("normal 2mb 0 0");
                var client = server.connect();
                var slow = slowReader(server)) {
            client.text("SET", "big", "x".repeat(VALUE_BYTES));
            for (int i = 0; i < 20; i++) {
                client.text("GET", "big");
            }
            long before = server.residentKilobytes();
            slow.send(Wire.command("GET", "big").repeat(MANY));
            awaitDropped(server, client);
            long growth = server.residentKilobytes() - before;
            assertTrue(growth < MOST_GROWTH_KB, () -> "grew by " + growth + " kB");
            slow.awaitClose();
        }
    }

    @Test
    void aSubscriberThatReadsNothingIsDroppedAtTheHardLimit() throws IOException {
        try (var server = server("pubsub 2mb 0 0");
                var client = server.connect();
                var slow = slowReader(server)) {
            slow.send(Wire.command("SUBSCRIBE", "news"));
            assertEquals("*3", slow.line());
            String message = "x".repeat(VALUE_BYTES);
            long before = server.residentKilobytes();
            int heard = 0;
            for (int i = 0; i < MANY; i++) {
                heard += Integer.parseInt(client.text("PUBLISH", "news", message));
            }
            awaitDropped(server, client);
            assertTrue(heard < 100, "it was there for " + heard + " messages");
            long growth = server.residentKilobytes() - before;
            assertTrue(growth < MOST_GROWTH_KB, () -> "grew by " + growth + " kB");
        }
    }

    /** Over the soft limit for less than its time a client stays; it goes when that is over. */
    @ParameterizedTest
    @ValueSource(strings = {"normal 0 1mb 1", "pubsub 0 1mb 1"})
    void theSoftLimitGivesTime(String limits) throws IOException {
        boolean asks = limits.startsWith("normal");
        try (var server = server(limits);
                var client = server.connect();
                var slow = slowReader(server)) {
            client.text("SET", "big", "x".repeat(VALUE_BYTES));
            long start = System.nanoTime();
            if (asks) {
                slow.send(Wire.command("GET", "big").repeat(50));
            } else {
                slow.send(Wire.command("SUBSCRIBE", "news"));
                assertEquals("*3", slow.line());
                for (int i = 0; i < 50; i++) {
                    client.text("PUBLISH", "news", "x".repeat(VALUE_BYTES));
                }
            }
            awaitDropped(server, client);
            var taken = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(taken.compareTo(Duration.ofSeconds(1)) > 0, () -> "after " + taken);
        }
    }

    @Test
    void aReaderThatKeepsUpStaysWhateverItReads() throws IOException {
        try (var server = server("normal 2mb 0 0");
                var client = server.connect()) {
            client.text("SET", "big", "x".repeat(VALUE_BYTES));
            for (int i = 0; i < 100; i++) {
                assertEquals(VALUE_BYTES, client.text("GET", "big").length());
            }
        }
    }
}
