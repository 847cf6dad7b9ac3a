package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RespClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A real redis-server that works at a script without end. */
@Timeout(120)
class BusyScriptTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void aMasterThatIsBusyForDownAfterIsToldToEndItsScriptAndIsUpAgain() throws Exception {
        try (var master = RealRedis.server(folder, "--busy-reply-threshold", "50");
                var sentinel =
                        OurSentinel.start(
                                folder.resolve("sentinel"),
                                """
                                sentinel monitor mymaster %s %d 2
                                sentinel down-after-milliseconds mymaster 1000
                                """
                                        .formatted(
                                                master.address().host(), master.address().port()));
                var events = sentinel.connect();
                var client = RespClient.connect(master.address(), PATIENCE)) {
            Await.until(
                    PATIENCE,
                    () -> "master".equals(sentinel.master("mymaster").get("flags")),
                    () -> "the master is not connected");
            events.call("SUBSCRIBE", "+sdown", "-sdown");
            client.send("EVAL", "while true do end", "0");
            assertEquals("+sdown", heard(events));
            assertEquals("-sdown", heard(events));
            var reply = client.receive().asText();
            assertTrue(reply.contains("Script killed by user"), reply);
            assertEquals("master", sentinel.master("mymaster").get("flags"));
        }
    }

    private static String heard(RespClient events) throws IOException {
        while (true) {
            var words = events.message(PATIENCE).orElseThrow().asList();
            if (words.getFirst().asText().equals("message")) {
                return words.get(1).asText();
            }
        }
    }
}
