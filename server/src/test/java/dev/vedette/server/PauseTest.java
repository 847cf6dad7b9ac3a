package dev.vedette.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** CLIENT PAUSE holds the same commands back as Redis does, and lets them go in order. */
class PauseTest extends SideBySide {
    private static final Duration PAUSE = Duration.ofMillis(400);

    @Test
    void writesWaitAndReadsDoNot() throws Exception {
        for (var port : List.of(redisPort, ourPort)) {
            try (var operator = new Peer(port);
                    var writer = new Peer(port);
                    var transaction = new Peer(port);
                    var publisher = new Peer(port)) {
                assertEquals("+OK\r\n", operator.call("client pause 100000 write"));
                writer.send(Peer.words("incr n"));
                awaitBlocked(operator, 1);
                writer.send(Peer.words("get n"));
                assertEquals("+OK\r\n", transaction.call("multi"));
                assertEquals("+QUEUED\r\n", transaction.call("get n"));
                assertEquals("*1\r\n$-1\r\n", transaction.call("exec"));
                transaction.call("multi");
                transaction.send(Peer.words("incr n"));
                publisher.send(Peer.words("publish news x"));
                awaitBlocked(operator, 3);
                assertEquals("$-1\r\n", operator.call("get n"));
                assertEquals("+PONG\r\n", operator.call("ping"));

                assertEquals("+OK\r\n", operator.call("client unpause"));
                assertEquals(":1\r\n", Peer.shown(writer.reply()));
                assertEquals("$1\r\n1\r\n", Peer.shown(writer.reply()));
                assertEquals("+QUEUED\r\n", Peer.shown(transaction.reply()));
                assertEquals("*1\r\n:2\r\n", transaction.call("exec"));
                assertEquals(":0\r\n", Peer.shown(publisher.reply()));
                awaitBlocked(operator, 0);
            }
        }
    }

    private static void awaitBlocked(Peer operator, int clients) throws IOException {
        var wanted = "\r\nblocked_clients:" + clients + "\r\n";
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        var info = operator.call("info clients");
        while (!info.contains(wanted)) {
            assertTrue(System.nanoTime() < deadline, info);
            info = operator.call("info clients");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " all"})
    void aPauseOfAllHoldsEverythingUntilItsEnd(String mode) throws Exception {
        for (var port : List.of(redisPort, ourPort)) {
            try (var operator = new Peer(port);
                    var reader = new Peer(port)) {
                var start = System.nanoTime();
                operator.call("client pause " + PAUSE.toMillis() + mode);
                reader.send(Peer.words("ping"));
                reader.send(Peer.words("echo x"));
                assertEquals("+OK\r\n", operator.call("client unpause"));
                assertLong(start, port);
                assertEquals("+PONG\r\n", Peer.shown(reader.reply()));
                assertEquals("$1\r\nx\r\n", Peer.shown(reader.reply()));
                assertLong(start, port);
            }
        }
    }

    private void assertLong(long start, int port) {
        var taken = Duration.ofNanos(System.nanoTime() - start);
        // The clock that the pause is measured by has whole milliseconds.
        assertTrue(
                taken.compareTo(PAUSE.minusMillis(2)) >= 0,
                () -> (port == ourPort ? "ours" : "Redis") + " answered after " + taken);
    }

    @Test
    void aPauseThatMakesNoSenseIsRefusedInTheSameWords() throws Exception {
        compare(
                List.of(
                        "client pause",
                        "client pause x",
                        "client pause -1",
                        "client pause 1 foo",
                        "client pause 0 write",
                        "client unpause",
                        "client unpause x"));
    }
}
