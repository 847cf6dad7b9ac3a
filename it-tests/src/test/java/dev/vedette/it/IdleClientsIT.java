package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Clients that connect, say nothing and stay: 20,000 of them on one sentinel. */
class IdleClientsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 20_000;
    private static final int BATCH = 2_000;
    private static final int RESERVED = 64;
    private static final String REFUSAL = "-ERR max number of clients reached\r\n";

    @Test
    void idleClientsHearRedissErrorWhileAPeerAndAnAdministratorGetIn(@TempDir Path folder)
            throws IOException {
        int places = places();
        List<Address> ports = Ports.free(3);
        String monitor = "sentinel monitor mymaster 127.0.0.1 " + ports.get(2).port() + " 2";
        try (var master =
                        Daemon.server(Product.VEDETTE, folder, ports.get(2), List.of("save \"\""));
                var sentinel =
                        Daemon.sentinel(
                                Product.VEDETTE,
                                folder,
                                ports.get(0),
                                List.of("maxclients " + places, monitor));
                var peer =
                        Daemon.sentinel(Product.VEDETTE, folder, ports.get(1), List.of(monitor))) {
            master.start().awaitPong();
            sentinel.start().awaitPong();
            List<Socket> idle = new ArrayList<>();
            try (var log = new EventLog(sentinel.address())) {
                while (idle.size() < places - 1) {
                    idle.add(connected(sentinel.address()));
                }
                int refused = 0;
                for (int left = CLIENTS - idle.size(); left > 0; left -= BATCH) {
                    refused += refused(sentinel.address(), Math.min(BATCH, left));
                }
                assertEquals(CLIENTS, idle.size() + refused);

                // Those who guard go on: an administrator is answered, a new peer gets in.
                try (var admin = sentinel.connect()) {
                    assertEquals(
                            places + 1L,
                            admin.info("clients").number("connected_clients").orElseThrow());
                    assertEquals("OK", admin.text("SENTINEL", "SET", "mymaster", "quorum", "2"));
                }
                Await.until("the event", PATIENCE, () -> log.has("+set", "quorum 2"));
                peer.start().awaitPong();
                for (Daemon one : List.of(sentinel, peer)) {
                    Await.noProblem(
                            one.name() + " knows the other",
                            PATIENCE,
                            () -> unacquainted(one),
                            () -> sentinel.lastLogLines() + peer.lastLogLines());
                }
                assertTrue(
                        descriptors(sentinel) < places + RESERVED + 200,
                        () -> "descriptors: " + descriptors(sentinel));
            } finally {
                for (Socket socket : idle) {
                    socket.close();
                }
            }
            // And everybody else once they are gone.
            Await.until("a place", PATIENCE, () -> Client.pongs(sentinel.address()));
        }
    }

    /** As many as redis-sentinel has, or as the limit of descriptors leaves; then it says so. */
    private static int places() {
        String limit = Tool.run(List.of("sh", "-c", "ulimit -Hn")).stdout().strip();
        int descriptors = limit.equals("unlimited") ? CLIENTS : Integer.parseInt(limit);
        int places = Math.min(10_000, descriptors - 1_000);
        if (places < 10_000) {
            System.err.println(
                    "NOT IN FULL: only "
                            + places
                            + " idle clients stay, for ulimit -Hn is "
                            + limit);
        }
        return places;
    }

    private static Socket connected(Address address) throws IOException {
        return new Socket(address.host(), address.port());
    }

    /** Connects all of them, then reads what each of them hears: how many heard the error. */
    private static int refused(Address sentinel, int count) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(connected(sentinel));
            }
            int refused = 0;
            for (Socket socket : sockets) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
                var heard =
                        new String(
                                socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertEquals(REFUSAL, heard);
                refused++;
            }
            return refused;
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Optional<String> unacquainted(Daemon sentinel) {
        try (var client = sentinel.connect()) {
            String quorum = client.text("SENTINEL", "CKQUORUM", "mymaster");
            return quorum.startsWith("OK 2 usable") ? Optional.empty() : Optional.of(quorum);
        } catch (UncheckedIOException e) {
            return Optional.of(e.toString());
        }
    }

    private static long descriptors(Daemon daemon) {
        try (Stream<Path> open =
                Files.list(Path.of("/proc", Long.toString(daemon.process().pid()), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
