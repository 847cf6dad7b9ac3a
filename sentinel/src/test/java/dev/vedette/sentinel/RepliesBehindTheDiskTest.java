package dev.vedette.sentinel;

import static dev.vedette.sentinel.OurSentinel.MONITOR;
import static dev.vedette.sentinel.Replies.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.vedette.protocol.client.RespClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Replies that wait for the disk, and what stands behind them on the same connection. */
@Timeout(60)
class RepliesBehindTheDiskTest {
    @TempDir Path folder;

    @Test
    void whatChangesIsOnDiskBeforeItIsAnsweredAndTold() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect();
                var events = sentinel.connect()) {
            events.call("PSUBSCRIBE", "[-+]monitor", "+set");
            assertEquals(
                    "OK",
                    client.call("SENTINEL", "MONITOR", "other", "127.0.0.1", "2", "1").asText());
            assertTrue(
                    sentinel.confText().contains("sentinel monitor other 127.0.0.1 2 1\n"),
                    sentinel.confText());
            assertEquals("OK", client.call("SENTINEL", "SET", "other", "quorum", "3").asText());
            assertTrue(sentinel.confText().contains("sentinel monitor other 127.0.0.1 2 3\n"));
            assertEquals("OK", client.call("SENTINEL", "REMOVE", "other").asText());
            assertTrue(!sentinel.confText().contains("other"), sentinel.confText());

            var told = new ArrayList<String>();
            while (told.size() < 3) {
                var message = texts(events.message(Duration.ofSeconds(5)).orElseThrow());
                if (message.getFirst().equals("pmessage")) {
                    told.add(message.get(2) + " " + message.get(3));
                }
            }
            assertEquals(
                    List.of(
                            "+monitor master other 127.0.0.1 2 quorum 1",
                            "+set master other 127.0.0.1 2 quorum 3",
                            "-monitor master other 127.0.0.1 2"),
                    told);
        }
    }

    @Test
    void pipelinedCommandsAreAnsweredInOrderThoughSomeWaitForTheDisk() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                RespClient client = sentinel.connect()) {
            client.send("SENTINEL", "FLUSHCONFIG");
            client.send("PING");
            client.send("SENTINEL", "SET", "m", "quorum", "4");
            client.send("SENTINEL", "MYID");
            assertEquals("OK", client.receive().asText());
            assertEquals("PONG", client.receive().asText());
            assertEquals("OK", client.receive().asText());
            assertEquals(40, client.receive().asText().length());
        }
    }

    /** A mass failure: each vote waits for the disk, the next question does not wait for it. */
    @Test
    void votesThatAreAskedForAtOnceAreAnsweredInOrderAndWhatStandsBehindThemToo() throws Exception {
        var candidate = "c".repeat(40);
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            for (int epoch = 1; epoch <= 300; epoch++) {
                client.send(askingForVote(epoch, candidate));
                client.send("PING", "behind " + epoch);
            }
            client.send(askingForVote(301, candidate));
            client.send("QUIT");
            for (int epoch = 1; epoch <= 300; epoch++) {
                assertEquals(
                        List.of(candidate, Integer.toString(epoch)),
                        texts(client.receive()).subList(1, 3));
                assertEquals("behind " + epoch, client.receive().asText());
            }
            assertEquals(List.of(candidate, "301"), texts(client.receive()).subList(1, 3));
            assertEquals("OK", client.receive().asText());
            assertThrows(IOException.class, client::receive);
        }
    }

    @Test
    void whatChangesAConnectionWaitsForTheVotesThatAreAwaitedThere() throws Exception {
        var candidate = "c".repeat(40);
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            client.send(askingForVote(1, candidate));
            client.send("CLIENT", "REPLY", "SKIP");
            client.send("PING", "unheard");
            client.send(askingForVote(2, candidate));
            client.send("CLIENT", "REPLY", "OFF");
            client.send("PING", "unheard");
            client.send("CLIENT", "REPLY", "ON");
            client.send(askingForVote(3, candidate));
            client.send("SUBSCRIBE", "+sdown");
            assertEquals(List.of(candidate, "1"), texts(client.receive()).subList(1, 3));
            assertEquals(List.of(candidate, "2"), texts(client.receive()).subList(1, 3));
            assertEquals("OK", client.receive().asText());
            assertEquals(List.of(candidate, "3"), texts(client.receive()).subList(1, 3));
            assertEquals(List.of("subscribe", "+sdown", "1"), texts(client.receive()));
        }
    }

    /** As a candidate asks: else fifty votes took fifty writes, one after the other. */
    @Test
    void whatACandidateAsksBehindItsQuestionsDoesNotHoldThemUp() throws Exception {
        var candidate = "c".repeat(40);
        var logged = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(CoreRunner.class);
        logger.addAppender(logged);
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            logged.start();
            for (int epoch = 1; epoch <= 50; epoch++) {
                client.send(askingForVote(epoch, candidate));
                client.send("SENTINEL", "MASTER", "m");
                client.send("PING");
            }
            for (int epoch = 1; epoch <= 50; epoch++) {
                assertEquals(
                        List.of(candidate, Integer.toString(epoch)),
                        texts(client.receive()).subList(1, 3));
                assertEquals("m", texts(client.receive()).get(1));
                assertEquals("PONG", client.receive().asText());
            }
        } finally {
            logger.detachAppender(logged);
        }
        long writes =
                logged.list.stream()
                        .filter(e -> e.getMessage().contains("configuration saved"))
                        .count();
        assertTrue(writes > 0 && writes < 25, "writes " + writes);
    }

    private static String[] askingForVote(int epoch, String candidate) {
        return new String[] {
            "SENTINEL",
            "is-master-down-by-addr",
            "127.0.0.1",
            "1",
            Integer.toString(epoch),
            candidate
        };
    }
}
