package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Daemons with 64 file descriptors, of which a JVM needs some twenty for itself. */
@Timeout(120)
class FileLimitIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SILENT_MASTERS = 20;
    private static final int CLIENTS = 60;

    /** Spinning would take all of it. */
    private static final Duration WATCHED = Duration.ofSeconds(4);

    private static final Duration CPU_ALLOWED = Duration.ofSeconds(2);

    @TempDir Path folder;

    private static Function<String, List<String>> withFewFiles(String launcher) {
        return conf ->
                List.of(
                        "sh",
                        "-c",
                        "ulimit -n 64; exec \"$0\" \"$1\"",
                        Product.launcher(launcher).toString(),
                        conf);
    }

    /** Its links and its clients together want more descriptors than there are. */
    @Test
    void aSentinelThatCanOpenNoFurtherSocketNeitherEndsNorSpinsAndRecovers() throws Exception {
        var masters = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        var lines =
                IntStream.range(0, SILENT_MASTERS)
                        .mapToObj(
                                i ->
                                        "sentinel monitor m%d 127.0.0.1 %d 1"
                                                .formatted(i, masters.getLocalPort()))
                        .toList();
        try (var sentinel =
                Daemon.sentinelBy(folder, Ports.free(), lines, withFewFiles("vedette-sentinel"))) {
            sentinel.start();
            Await.until(
                    "it listens",
                    Daemon.START_PATIENCE,
                    () -> sentinel.stdout().contains("+monitor master m0"));
            survives(
                    sentinel,
                    () ->
                            Await.until(
                                    "no descriptor is left",
                                    PATIENCE,
                                    () -> sentinel.stdout().contains("Too many open files")));
            masters.close();
            sentinel.awaitPong();
        } finally {
            masters.close();
        }
    }

    @Test
    void aServerTurnsAwayWhomItHasNoDescriptorFor() throws Exception {
        try (var server =
                Daemon.serverBy(
                        folder,
                        Ports.free(),
                        List.of("save \"\""),
                        withFewFiles("vedette-server"))) {
            server.start().awaitPong();
            survives(server, () -> {});
            server.awaitPong();
        }
    }

    private static void survives(Daemon daemon, Runnable untilItHurts)
            throws IOException, InterruptedException {
        var clients = new ArrayList<Socket>();
        try {
            for (var i = 0; i < CLIENTS; i++) {
                clients.add(connect(daemon.address()));
            }
            untilItHurts.run();
            var before = cpuOf(daemon);
            assertFalse(
                    daemon.process().waitFor(WATCHED.toMillis(), TimeUnit.MILLISECONDS),
                    daemon::lastLogLines);
            var used = cpuOf(daemon).minus(before);
            assertTrue(used.compareTo(CPU_ALLOWED) < 0, () -> "used " + used + " of CPU");
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
        assertFalse(daemon.stdout().contains("\tat "), daemon::lastLogLines);
        assertEquals("", daemon.stderr());
    }

    private static Socket connect(Address address) throws IOException {
        return new Socket(InetAddress.getByName(address.host()), address.port());
    }

    private static Duration cpuOf(Daemon daemon) {
        return daemon.process().toHandle().info().totalCpuDuration().orElseThrow();
    }
}
