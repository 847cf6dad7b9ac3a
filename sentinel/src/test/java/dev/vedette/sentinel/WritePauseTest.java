package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A master whose writes are paused does not answer a PUBLISH, and nothing behind it on that link
 * (guard G17). Over redis-servers.
 */
@Timeout(60)
class WritePauseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @RegisterExtension final Running running = new Running();

    @Test
    void aMasterThatIsPausedForAThirdOfDownAfterIsNotHeldForDown() throws Exception {
        var master = running.add(RealRedis.server(folder));
        var port = Integer.toString(master.address().port());
        var replica = running.add(RealRedis.server(folder));
        replica.call("REPLICAOF", "127.0.0.1", port);
        var sentinel =
                running.add(
                        OurSentinel.start(
                                folder.resolve("sentinel"),
                                """
                                sentinel monitor mymaster 127.0.0.1 %s 1
                                sentinel down-after-milliseconds mymaster 9000
                                """
                                        .formatted(port)));
        Await.until(
                PATIENCE,
                () -> sentinel.replicas("mymaster").stream().anyMatch(OurSentinel::isReadyReplica),
                sentinel::toString);
        try (var events = sentinel.connect()) {
            events.call("PSUBSCRIBE", "+sdown", "+odown", "+try-failover", "+switch-master");
            master.call("CLIENT", "PAUSE", "3000", "WRITE");
            Await.until(PATIENCE, () -> silence(sentinel) > 1000, sentinel::toString);
            // Answered when the pause is over, as are the sentinel's.
            Await.until(PATIENCE, () -> silence(sentinel) < 100, sentinel::toString);
            assertEquals("master", sentinel.master("mymaster").get("flags"));
            assertEquals(port, sentinel.master("mymaster").get("port"));
            assertTrue(
                    events.message(Duration.ofMillis(1))
                            .filter(heard -> Replies.texts(heard).getFirst().equals("pmessage"))
                            .isEmpty());
        }
    }

    /** For how many milliseconds a PING has been unanswered. */
    private static long silence(OurSentinel sentinel) throws Exception {
        return Long.parseLong(sentinel.master("mymaster").getOrDefault("last-ping-sent", "0"));
    }
}
