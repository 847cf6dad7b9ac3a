package dev.vedette.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** CLIENT REPLY is kept for commands that have to wait, as far as Redis keeps it. */
class ReplyModeTest extends SideBySide {
    /**
     * How a client comes to wait, and how that ends; {@code ID} is its id, # is a replica's ACK.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "skip|set a 1|client unpause",
                "skip|wait 1 500|",
                "skip|wait 1 0|client unblock ID",
                "skip|wait 1 0|client unblock ID error",
                "skip|wait 1 0|#",
                "off|set a 1|client unpause",
                "off|wait 1 500|",
                "off|wait 1 0|client unblock ID",
                "off|wait 1 0|client unblock ID error",
                "off|wait 1 0|#"
            })
    void aClientThatWaitsHearsTheSame(String way) throws Exception {
        var heard = new ArrayList<List<String>>();
        for (var port : List.of(redisPort, ourPort)) {
            heard.add(heard(port, way));
        }
        assertEquals(heard.getFirst(), heard.getLast());
        assertFalse(heard.getFirst().isEmpty());
    }

    /** Redis 7.0 loses the thread of such a client, or crashes. */
    @Test
    void aShutdownThatIsAbortedWhileItsClientIsSilentIsNotAnswered() throws Exception {
        assertEquals(
                List.of("$5\r\nfirst\r\n", "$6\r\nsecond\r\n", "+OK\r\n", "$5\r\nthird\r\n"),
                heard(ourPort, "skip|shutdown nosave|shutdown abort"));
        assertEquals(
                List.of("+OK\r\n", "$5\r\nthird\r\n"),
                heard(ourPort, "off|shutdown nosave|shutdown abort"));
    }

    private static List<String> heard(int port, String way) throws IOException {
        var parts = way.replace('|', '\n').lines().toList();
        var end = parts.size() > 2 ? parts.get(2) : "";
        try (var operator = new Peer(port);
                var client = new Peer(port);
                var replica = new Peer(port)) {
            replica.sync();
            operator.call("set before 1");
            assertEquals("+OK\r\n", client.call("set own 1"));
            var id = client.call("client id").substring(1).strip();
            if (end.equals("client unpause")) {
                operator.call("client pause 100000 write");
            }
            client.send(Peer.words("client reply " + parts.getFirst()));
            client.send(Peer.words(parts.get(1)));
            awaitBlocked(operator, 1);
            if (end.equals("#")) {
                replica.send(Peer.words("replconf ack 1000000"));
            } else if (!end.isEmpty()) {
                operator.call(end.replace("ID", id));
            }
            awaitBlocked(operator, 0);
            for (var line : List.of("echo first", "echo second", "client reply on", "echo third")) {
                client.send(Peer.words(line));
            }
            var heard = new ArrayList<String>();
            while (heard.isEmpty() || !heard.getLast().contains("third")) {
                heard.add(Peer.shown(client.reply()));
            }
            return heard;
        }
    }

    private static void awaitBlocked(Peer operator, int clients) throws IOException {
        var wanted = "\r\nblocked_clients:" + clients + "\r\n";
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!operator.call("info clients").contains(wanted)) {
            assertTrue(System.nanoTime() < deadline, wanted);
        }
    }
}
