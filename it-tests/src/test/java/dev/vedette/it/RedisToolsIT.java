package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** redis-cli and redis-benchmark, as people use them, against our daemons. */
@Interop
class RedisToolsIT {
    @TempDir private Path folder;
    private Daemon server;

    @BeforeEach
    void start() {
        server = Daemon.server(Product.VEDETTE, folder, Ports.free(), List.of("save \"\""));
        server.start().awaitPong();
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void redisCliTalksToTheServer() {
        assertEquals("PONG\n", cli("ping"));
        assertEquals("OK\n", cli("set", "greeting", "hello world"));
        assertEquals("hello world\n", cli("get", "greeting"));
        assertEquals("1\n", cli("expire", "greeting", "100"));
        assertEquals("100\n", cli("ttl", "greeting"));
        assertEquals("1\n", cli("incr", "counter"));
        assertEquals("2\n", cli("dbsize"));
        assertEquals("\n", cli("get", "nosuch"));
        assertEquals("counter\ngreeting\n", sorted(cli("--scan")));
        assertTrue(cli("info", "replication").contains("role:master"));
        assertEquals("maxmemory\n0\n", cli("config", "get", "maxmemory"));
        assertTrue(cli("client", "list").contains("cmd=client|list"));
    }

    @Test
    void redisCliSpeaksTheThirdProtocolToo() {
        assertEquals("OK\n", cli("-3", "set", "a", "1"));
        assertEquals("maxmemory 0\n", cli("-3", "config", "get", "maxmemory"));
    }

    @Test
    void aScriptOnStandardInputRunsATransaction() {
        String replies =
                cliWithInput(
                        "multi\nset a 1\nincr a\nexec\nselect 1\nget a\nnosuchcommand x\nping\n");
        assertEquals(
                """
                OK
                QUEUED
                QUEUED
                OK
                2
                OK

                ERR unknown command 'nosuchcommand', with args beginning with: 'x'\s

                PONG
                """,
                replies);
    }

    @Test
    void redisBenchmarkRunsWithoutAnErrorLine() {
        var command =
                new ArrayList<>(
                        List.of(
                                "redis-benchmark",
                                "-p",
                                Integer.toString(server.address().port()),
                                "-t",
                                "ping,set,get,incr,mset",
                                "-n",
                                "20000",
                                "-q"));
        for (List<String> more : List.of(List.<String>of(), List.of("-P", "16"))) {
            command.addAll(more);
            Tool.Result benchmark = Tool.run(command);
            assertEquals(0, benchmark.exitCode(), benchmark::toString);
            assertEquals("", benchmark.stderr());
            assertFalse(
                    benchmark.stdout().toLowerCase(Locale.ROOT).contains("error"),
                    benchmark::toString);
            for (String test : List.of("PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET")) {
                assertTrue(benchmark.stdout().contains(test), benchmark::toString);
            }
        }
    }

    @Test
    void redisCliAsksTheSentinel() {
        var lines =
                List.of("sentinel monitor mymaster 127.0.0.1 " + server.address().port() + " 1");
        try (var sentinel = Daemon.sentinel(Product.VEDETTE, folder, Ports.free(), lines)) {
            sentinel.start().awaitPong();
            assertEquals("PONG\n", cliAt(sentinel, "", "ping"));
            assertEquals(
                    "127.0.0.1\n" + server.address().port() + "\n",
                    cliAt(sentinel, "", "sentinel", "get-master-addr-by-name", "mymaster"));
            assertTrue(cliAt(sentinel, "", "sentinel", "masters").startsWith("name\nmymaster\n"));
            assertTrue(cliAt(sentinel, "", "info", "sentinel").contains("sentinel_masters:1"));
            assertTrue(
                    cliAt(sentinel, "", "get", "x").startsWith("ERR unknown command 'get'"),
                    "a sentinel holds no data");
        }
    }

    private String cli(String... words) {
        return cliAt(server, "", words);
    }

    private String cliWithInput(String input) {
        return cliAt(server, input);
    }

    private String cliAt(Daemon daemon, String input, String... words) {
        var command =
                new ArrayList<>(
                        List.of("redis-cli", "-p", Integer.toString(daemon.address().port())));
        command.addAll(List.of(words));
        Tool.Result result = Tool.run(folder, input, command);
        assertEquals("", result.stderr(), result::toString);
        return result.stdout();
    }

    private static String sorted(String lines) {
        return String.join("\n", lines.lines().sorted().toList()) + "\n";
    }
}
