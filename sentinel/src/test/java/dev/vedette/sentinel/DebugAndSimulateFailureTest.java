package dev.vedette.sentinel;

import static dev.vedette.sentinel.OurSentinel.MONITOR;
import static dev.vedette.sentinel.Replies.assertError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.MapReply;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code SENTINEL DEBUG} and {@code SENTINEL SIMULATE-FAILURE}, beside those of Redis. */
@Timeout(60)
class DebugAndSimulateFailureTest {
    @TempDir Path folder;

    private RealRedis redis() throws IOException {
        var port = RealRedis.freeAddress().port();
        var conf = Files.createDirectory(folder.resolve("redis")).resolve("sentinel.conf");
        Files.writeString(conf, "port " + port + "\nbind 127.0.0.1\n" + MONITOR);
        return RealRedis.sentinel(conf, port);
    }

    @Test
    void debugAnswersAsRedisDoes() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var redis = redis()) {
            for (var words :
                    List.of(
                            "",
                            "info-period",
                            "info-period 0",
                            "info-period abc",
                            "info-period -5",
                            "info-period 007",
                            "foo 1",
                            "foo",
                            "ping-period 500 foo 2",
                            "PING-Period 700 info-period 0 ask-period 3",
                            "ask-period 900 Info-Period",
                            "publish-period 9223372036854775808",
                            "slave-reconf-timeout 9223372036854775807",
                            "default-down-after 1 default-failover-timeout 2 tilt-trigger 30000",
                            "tilt-period 4 min-link-reconnect-period 5 election-timeout 6",
                            "script-max-runtime 7 script-retry-delay 8 publish-period 900",
                            "")) {
                var command = ("SENTINEL DEBUG " + words).split(" ", 0);
                assertEquals(redis.call(command), sentinel.call(command), words);
            }
            assertError(
                    "ERR unknown subcommand 'debugs'. Try SENTINEL HELP.",
                    sentinel.call("SENTINEL", "debugs"));
            try (var client = sentinel.connect()) {
                client.call("HELLO", "3");
                assertInstanceOf(MapReply.class, client.call("SENTINEL", "DEBUG"));
            }
        }
    }

    @Test
    void simulateFailureAnswersAndShowsItsFlagsAsRedisDoes() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var redis = redis()) {
            for (var words :
                    List.of(
                            "",
                            "foo",
                            "help",
                            "crash-after-election",
                            "help foo",
                            "crash-after-election CRASH-after-promotion",
                            "crash-after-promotion foo crash-after-election",
                            "crash-after-election help",
                            "help crash-after-election")) {
                var command = ("SENTINEL SIMULATE-FAILURE " + words).split(" ", 0);
                assertEquals(redis.call(command), sentinel.call(command), words);
                assertEquals(
                        flags(redis.call("INFO", "sentinel")),
                        flags(sentinel.call("INFO", "sentinel")),
                        words);
            }
        }
    }

    private static String flags(RespValue info) {
        return info.asText()
                .lines()
                .filter(line -> line.startsWith("sentinel_simulate_failure_flags:"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSimulatedFailureEndsTheProcessWith99() throws Exception {
        try (var master = RealRedis.server(folder);
                var replica =
                        RealRedis.server(
                                folder,
                                "--replicaof",
                                master.address().host() + " " + master.address().port());
                var sentinel =
                        OurSentinel.start(
                                folder,
                                "sentinel monitor m 127.0.0.1 "
                                        + master.address().port()
                                        + " 1\n")) {
            sentinel.call("SENTINEL", "SIMULATE-FAILURE", "crash-after-promotion");
            Await.until(
                    Duration.ofSeconds(30),
                    () -> sentinel.call("SENTINEL", "FAILOVER", "m").asText().equals("OK"),
                    () -> "no failover begins");
            assertEquals(99, sentinel.exitCode());
            assertTrue(
                    sentinel.confText()
                            .contains(
                                    "sentinel monitor m 127.0.0.1 "
                                            + replica.address().port()
                                            + " 1\n"),
                    sentinel.confText());
        }
    }
}
