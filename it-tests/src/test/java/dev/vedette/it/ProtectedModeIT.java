package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who comes from elsewhere while there is no password: an address of this machine is enough. */
class ProtectedModeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir private Path folder;
    private InetAddress outside = InetAddress.getLoopbackAddress();

    @BeforeEach
    void findAnAddress() throws SocketException {
        Optional<InetAddress> found =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(address -> address instanceof Inet4Address)
                        .filter(address -> !address.isLoopbackAddress())
                        .findFirst();
        if (found.isEmpty()) {
            System.err.println("NOT RUN: " + this + ": this machine has no address but loopback");
        }
        assumeTrue(found.isPresent(), "no address but loopback");
        outside = found.get();
    }

    private Daemon start(Product product, String kind, String... lines) {
        var all = new ArrayList<>(List.of("bind 127.0.0.1 " + outside.getHostAddress()));
        all.addAll(List.of(lines));
        Daemon daemon =
                kind.equals("server")
                        ? Daemon.server(product, folder, Ports.free(), all)
                        : Daemon.sentinel(product, folder, Ports.free(), all);
        return daemon.start().awaitPong();
    }

    /** All that comes until the server closes; it was asked for a PONG. */
    private String heardFromOutside(Daemon daemon) throws IOException {
        try (var socket = new Socket(outside, daemon.address().port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private String pingFromOutside(Daemon daemon) throws IOException {
        try (var wire = new Wire(new Socket(outside, daemon.address().port()))) {
            wire.send("PING\r\n");
            return wire.line();
        }
    }

    @Interop
    @ParameterizedTest
    @ValueSource(strings = {"server", "sentinel"})
    void aStrangerHearsWhatRedisSays(String kind) throws IOException {
        try (var ours = start(Product.VEDETTE, kind, "protected-mode yes");
                var redis = start(Product.REDIS, kind, "protected-mode yes")) {
            String refusal = heardFromOutside(ours);
            assertTrue(refusal.startsWith("-DENIED "), refusal);
            assertEquals(heardFromOutside(redis), refusal);
            assertTrue(Client.pongs(ours.address()));
            try (var client = ours.connect()) {
                assertEquals(1, client.info("stats").number("rejected_connections").orElse(-1));
            }
        }
    }

    @Test
    void aServerIsProtectedUnlessToldOtherwise() throws IOException {
        try (var server = start(Product.VEDETTE, "server")) {
            assertTrue(heardFromOutside(server).startsWith("-DENIED "));
            try (var client = server.connect()) {
                assertEquals("OK", client.text("CONFIG", "SET", "protected-mode", "no"));
                assertEquals("+PONG", pingFromOutside(server));
                client.text("CONFIG", "SET", "protected-mode", "yes");
                client.text("CONFIG", "SET", "requirepass", "secret");
                assertEquals("-NOAUTH Authentication required.", pingFromOutside(server));
            }
        }
    }

    @Test
    void aSentinelIsOpenUnlessToldOtherwise() throws IOException {
        try (var sentinel = start(Product.VEDETTE, "sentinel")) {
            assertEquals("+PONG", pingFromOutside(sentinel));
        }
    }
}
