package dev.vedette.sentinel;

import static dev.vedette.sentinel.OurSentinel.MONITOR;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Strangers who send garbage, announce much, or do not read: a sentinel must not grow by them. */
@Timeout(60)
class HostileClientsTest {
    @TempDir Path folder;

    @Test
    void garbageAndHalfCommandsAndHugeLengthsDisturbNobody() throws Exception {
        var garbage =
                List.of(
                        "*2\r\n$1073741824\r\nabc",
                        "*1048577\r\n",
                        "*3\r\n$8\r\nSENTINEL\r\n$6\r\nMAS",
                        "*1\r\n$-5\r\n",
                        "\"unbalanced\r\n",
                        "\0\1\2\3\r\n",
                        "x".repeat(20_000));
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            var sockets = new ArrayList<Socket>();
            for (var i = 0; i < 200; i++) {
                var socket = new Socket(sentinel.address().host(), sentinel.address().port());
                sockets.add(socket);
                socket.getOutputStream().write(latin1(garbage.get(i % garbage.size())));
            }
            assertEquals("PONG", client.call("PING").asText());
            for (var socket : sockets) {
                socket.close();
            }
            Await.until(
                    Duration.ofSeconds(10),
                    () -> client.call("INFO", "clients").asText().contains("connected_clients:1\r"),
                    () -> "clients that are gone are still counted");
        }
    }

    @Test
    void aSubscriberThatDoesNotReadIsDroppedAtItsLimit() throws Exception {
        try (var sentinel =
                        OurSentinel.start(
                                folder,
                                MONITOR + "client-output-buffer-limit pubsub 1mb 512kb 60\n");
                var client = sentinel.connect();
                var lazy = new Socket(sentinel.address().host(), sentinel.address().port())) {
            lazy.getOutputStream().write(latin1("PSUBSCRIBE *\r\n"));
            var big = "x".repeat(100_000);
            Await.until(
                    Duration.ofSeconds(30),
                    () -> {
                        client.call("SENTINEL", "SET", "m", "auth-user", big);
                        return client.call("INFO", "clients")
                                .asText()
                                .contains("connected_clients:1\r");
                    },
                    () -> "the subscriber is still there");
        }
    }

    @Test
    void aCommandIsRefusedForWhatItAnnouncesOnlyWhereRedisRefusesIt() throws Exception {
        var bulk = "-ERR Protocol error: invalid bulk length\r\n";
        var multibulk = "-ERR Protocol error: invalid multibulk length\r\n";
        try (var sentinel = OurSentinel.start(folder, MONITOR)) {
            assertEquals(bulk, heard(sentinel, "*1\r\n$536870913\r\n", 1000));
            assertEquals(multibulk, heard(sentinel, "*2147483648\r\n", 1000));
            try (var waiting = new Socket(sentinel.address().host(), sentinel.address().port());
                    var other = new Socket(sentinel.address().host(), sentinel.address().port())) {
                waiting.getOutputStream().write(latin1("*2147483647\r\n$4\r\nPING\r\n"));
                other.getOutputStream().write(latin1("*2\r\n$4\r\nPING\r\n$536870912\r\nx"));
                assertEquals("PONG", sentinel.call("PING").asText());
                var clients = sentinel.call("CLIENT", "LIST").asText();
                assertEquals(3, clients.lines().count(), clients);
            }
            var megabyte = "x".repeat(1_000_000);
            assertEquals(
                    "$1000000\r\n",
                    heard(sentinel, "*2\r\n$4\r\nPING\r\n$1000000\r\n" + megabyte + "\r\n", 10));
        }
    }

    @Test
    void aCommandThatGrowsTooLongIsClosedWithoutAWord() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            var sent = "*2\r\n$4\r\nPING\r\n$536870912\r\n" + "x".repeat(1_100_000);
            assertEquals("", heard(sentinel, sent, 1000));
            var words = "*2147483647\r\n" + "$1\r\nx\r\n".repeat(200_000);
            assertEquals("", heard(sentinel, words, 1000));
            assertTrue(
                    client.call("INFO", "stats")
                            .asText()
                            .contains("client_query_buffer_limit_disconnections:2\r\n"));
        }
    }

    @Test
    void whoHasNotAuthenticatedIsHeldToLittle() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR + "requirepass secret\n")) {
            assertEquals(
                    "-ERR Protocol error: unauthenticated multibulk length\r\n",
                    heard(sentinel, "*11\r\n", 1000));
            assertEquals(
                    "-ERR Protocol error: unauthenticated bulk length\r\n",
                    heard(sentinel, "*1\r\n$16385\r\n", 1000));
        }
    }

    /** What a stranger hears who sends this and then only waits. */
    private static String heard(OurSentinel sentinel, String sent, int readBytes)
            throws IOException {
        try (var socket = new Socket(sentinel.address().host(), sentinel.address().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(latin1(sent));
            return new String(
                    socket.getInputStream().readNBytes(readBytes), StandardCharsets.ISO_8859_1);
        } catch (SocketException reset) {
            // Not all that was sent was read.
            return "";
        }
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
