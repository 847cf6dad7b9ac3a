package dev.vedette.sentinel;

import static dev.vedette.sentinel.OurSentinel.MONITOR;
import static dev.vedette.sentinel.Replies.assertError;
import static dev.vedette.sentinel.Replies.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.resp.RespValue.ErrorReply;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** What commands put into the conf, and what they cannot. */
@Timeout(60)
class ConfByCommandTest {
    @TempDir Path folder;

    @Test
    void configSetActsAtOnceIsSavedAndSurvivesARestart() throws Exception {
        var sentinel = OurSentinel.start(folder, MONITOR + "sentinel announce-port 5\n");
        assertEquals(
                "OK",
                sentinel.call(
                                "SENTINEL",
                                "CONFIG",
                                "SET",
                                "announce-ip",
                                "10.1.1.1",
                                "announce-port",
                                "0",
                                "sentinel-user",
                                "u",
                                "sentinel-pass",
                                "two words",
                                "loglevel",
                                "warning")
                        .asText());
        var text = sentinel.confText();
        for (var line :
                List.of(
                        "sentinel announce-ip \"10.1.1.1\"\n",
                        "sentinel sentinel-user u\n",
                        "sentinel sentinel-pass \"two words\"\n",
                        "loglevel warning\n")) {
            assertTrue(text.contains(line), text);
        }
        assertTrue(!text.contains("announce-port"), text);
        sentinel.stop();
        try (var again = OurSentinel.restart(sentinel.conf(), sentinel.address())) {
            assertEquals(
                    List.of(
                            "resolve-hostnames",
                            "no",
                            "announce-hostnames",
                            "no",
                            "announce-ip",
                            "10.1.1.1",
                            "announce-port",
                            "0",
                            "sentinel-user",
                            "u",
                            "sentinel-pass",
                            "two words",
                            "loglevel",
                            "warning"),
                    texts(again.call("SENTINEL", "CONFIG", "GET", "*", "announce-*")));
            assertEquals(
                    "OK", again.call("SENTINEL", "CONFIG", "SET", "loglevel", "notice").asText());
            assertTrue(again.confText().contains("loglevel notice\n"), again.confText());
            assertError(
                    "ERR Only SENTINEL CONFIG GET <param> [<param> <param> ...]/ SET <param>"
                            + " <value> [<param> <value> ...] are supported.",
                    again.call("SENTINEL", "CONFIG", "SET", "loglevel"));
        }
    }

    @Test
    void noCommandCanPutALineIntoTheConf() throws Exception {
        var evil = "x\nsentinel monitor evil 127.0.0.1 9 1";
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            for (var option : List.of("auth-pass", "auth-user", "notification-script")) {
                assertInstanceOf(
                        ErrorReply.class,
                        client.call("SENTINEL", "SET", "m", option, evil),
                        option);
            }
            for (var words : List.of(List.of("PING", evil), List.of(evil, "PONG"))) {
                assertInstanceOf(
                        ErrorReply.class,
                        client.call(
                                "SENTINEL",
                                "SET",
                                "m",
                                "rename-command",
                                words.getFirst(),
                                words.getLast()));
            }
            assertInstanceOf(
                    ErrorReply.class,
                    client.call("SENTINEL", "MONITOR", evil, "127.0.0.1", "9", "1"));
            assertInstanceOf(
                    ErrorReply.class, client.call("SENTINEL", "MONITOR", "e", evil, "9", "1"));
            for (var option : List.of("announce-ip", "sentinel-user", "sentinel-pass")) {
                assertInstanceOf(
                        ErrorReply.class,
                        client.call("SENTINEL", "CONFIG", "SET", option, evil),
                        option);
            }
            assertEquals("OK", client.call("SENTINEL", "FLUSHCONFIG").asText());
            assertTrue(!sentinel.confText().contains("evil"), sentinel.confText());
            assertEquals(1, client.call("SENTINEL", "MASTERS").asList().size());
        }
    }

    @Test
    void theOwnRequirepassIsNotShownAsThePasswordForPeers() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR + "requirepass mine\n");
                var client = sentinel.connect()) {
            client.call("AUTH", "mine");
            assertEquals(
                    List.of("sentinel-pass", ""),
                    texts(client.call("SENTINEL", "CONFIG", "GET", "sentinel-pass")));
        }
    }
}
