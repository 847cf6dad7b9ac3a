package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The conf that redis-sentinel 7.0.15 writes and the one that ours writes, line for line but for
 * ids and ports, after the same history. What is left out stands in {@link DifferentialExclusions}.
 */
@Interop
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConfDifferentialIT {
    private static SentinelPair pair;

    @BeforeAll
    static void start() throws IOException {
        pair =
                SentinelPair.start(
                        List.of(
                                "# the first group",
                                "sentinel monitor mymaster MASTER 2",
                                "sentinel down-after-milliseconds mymaster 5000",
                                "",
                                "loglevel verbose",
                                "# another one, of which some is written behind the rest",
                                "sentinel monitor second SECOND 2",
                                "sentinel failover-timeout mymaster 20000",
                                "maxclients 5000",
                                "# the end"));
    }

    @AfterAll
    static void close() {
        pair.close();
    }

    @Test
    @Order(1)
    void whatWasDiscoveredIsWrittenAlike() {
        assertWrittenAlike();
    }

    @Test
    @Order(2)
    void whatWasSetAtRunTimeIsWrittenAlike() {
        for (Daemon sentinel : pair.sentinels()) {
            tell(sentinel, "SET", "mymaster", "down-after-milliseconds", "30000");
            tell(sentinel, "SET", "mymaster", "down-after-milliseconds", "6000", "quorum", "1");
            tell(sentinel, "SET", "mymaster", "parallel-syncs", "3");
            tell(sentinel, "SET", "second", "auth-pass", "secret", "auth-user", "somebody");
            tell(sentinel, "SET", "second", "rename-command", "CONFIG", "CONFIG2");
            tell(sentinel, "SET", "second", "master-reboot-down-after-period", "7000");
            tell(sentinel, "MONITOR", "third", "127.0.0.1", "1", "3");
            tell(sentinel, "MONITOR", "fourth", "127.0.0.1", "2", "3");
            tell(sentinel, "REMOVE", "third");
        }
        assertWrittenAlike();
    }

    @Test
    @Order(3)
    void aFailoverIsWrittenAlike() {
        Daemon old = pair.masterSeenBy(pair.ours());
        try (var log = new EventLog(pair.redis().address())) {
            tell(pair.redis(), "FAILOVER", "mymaster");
            pair.await(
                    "the switch",
                    () ->
                            log.has("+failover-end", "mymaster")
                                            && !pair.masterSeenBy(pair.ours()).equals(old)
                                    ? Optional.empty()
                                    : Optional.of(log.heard().toString()));
        }
        assertWrittenAlike();
    }

    private static void assertWrittenAlike() {
        for (Daemon sentinel : pair.sentinels()) {
            tell(sentinel, "FLUSHCONFIG");
        }
        assertEquals(conf(pair.redis()), conf(pair.ours()));
    }

    private static String conf(Daemon sentinel) {
        String plain =
                pair.plain(sentinel, sentinel.confText())
                        .replace(sentinel.folder().toString(), "<folder>");
        return String.join("\n", DifferentialExclusions.confLines(plain));
    }

    private static void tell(Daemon sentinel, String... words) {
        try (var client = sentinel.connect()) {
            var all = new ArrayList<>(List.of("SENTINEL"));
            all.addAll(List.of(words));
            assertEquals("OK", client.text(all.toArray(String[]::new)), () -> all.toString());
        }
    }
}
