package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RespClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A redis-server of another group, with a sentinel of its own, at the address of our replica. */
@Timeout(120)
class StrangerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @RegisterExtension final Running running = new Running();

    private RealRedis sentinelOfTheOtherGroup(int port) throws Exception {
        var home = Files.createDirectories(folder.resolve("other"));
        var address = RealRedis.freeAddress();
        var conf =
                Files.writeString(
                        home.resolve("sentinel.conf"),
                        "port %d\nbind 127.0.0.1\ndir %s\nsentinel monitor other 127.0.0.1 %d 1\n"
                                .formatted(address.port(), home, port));
        return running.add(RealRedis.sentinel(conf, address.port()));
    }

    private static Map<String, String> onlyReplica(OurSentinel sentinel) throws Exception {
        return sentinel.replicas("mymaster").getFirst();
    }

    /** Of the next event. */
    private static String payload(RespClient subscriber) throws Exception {
        while (true) {
            var words = subscriber.message(PATIENCE).orElseThrow().asList();
            if (words.getFirst().asText().equals("pmessage")) {
                return words.get(3).asText();
            }
        }
    }

    @Test
    void itIsNeverWiped() throws Exception {
        var master = running.add(RealRedis.server(folder));
        master.call("SET", "ours", "1");
        var replica =
                RealRedis.server(folder, "--replicaof", "127.0.0.1 " + master.address().port());
        running.add(replica);
        var sentinel =
                running.add(
                        OurSentinel.start(
                                folder.resolve("sentinel"),
                                "sentinel monitor mymaster 127.0.0.1 %d 1\n"
                                                .formatted(master.address().port())
                                        + "sentinel down-after-milliseconds mymaster 5000\n"
                                        + "sentinel failover-timeout mymaster 2000\n"));
        sentinel.call("SENTINEL", "DEBUG", "info-period", "500");
        Await.until(
                PATIENCE,
                () ->
                        !sentinel.replicas("mymaster").isEmpty()
                                && OurSentinel.isReadyReplica(onlyReplica(sentinel)),
                () -> "the replica is ready");

        sentinelOfTheOtherGroup(replica.address().port());
        try (var events = sentinel.connect()) {
            events.call("PSUBSCRIBE", "-foreign-instance");
            replica.close();
            var stranger =
                    running.add(
                            RealRedis.serverAt(
                                    replica.address(), folder, "--dbfilename", "theirs.rdb"));
            stranger.call("SET", "theirs", "2");
            var told = payload(events);
            assertEquals(
                    "slave %s 127.0.0.1 %d @ mymaster 127.0.0.1 %d #%s"
                            .formatted(
                                    replica.address(),
                                    replica.address().port(),
                                    master.address().port(),
                                    "hellos-of-another-group,unknown-data"),
                    told);

            // A replica of ours that says master is brought back after eight seconds.
            Await.until(
                    PATIENCE,
                    () ->
                            "master".equals(onlyReplica(sentinel).get("role-reported"))
                                    && Long.parseLong(
                                                    onlyReplica(sentinel).get("role-reported-time"))
                                            > 12_000,
                    () -> "it has said master for long");
            assertEquals("2", stranger.call("GET", "theirs").asText());
            assertTrue(stranger.call("INFO", "replication").asText().contains("role:master"));

            events.call("PSUBSCRIBE", "-failover-abort-reason");
            master.close();
            var reason = payload(events);
            assertTrue(
                    reason.endsWith(" 127.0.0.1 " + replica.address().port() + " foreign"), reason);
            assertEquals("2", stranger.call("GET", "theirs").asText());
        }
    }
}
