package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vedette.protocol.client.RealRedis;
import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.daemon.Version;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a real redis-server refuses is refused in the same words, and what it takes is taken. */
class RealRedisTest {
    private static final String NEVER_KNOWN = "no-such-directive-ends-the-start 1";

    @TempDir Path folder;

    @BeforeAll
    static void redisIsNeeded() {
        boolean present = Files.isExecutable(Path.of("/usr/bin/redis-server"));
        if (System.getenv("VEDETTE_REQUIRE_INTEROP") != null) {
            assertTrue(present, "VEDETTE_REQUIRE_INTEROP is set, but redis-server is missing");
        }
        assumeTrue(present, "SKIPPED: no /usr/bin/redis-server (apt-get install redis-server)");
    }

    /** {@code \n} stands for a line end; a last line that nobody knows ends every start. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo bar",
                "port abc",
                "port 70000",
                "port",
                "port 1 2",
                "port 08",
                "port +8",
                "port -0",
                "PORT abc",
                "  port   abc  ",
                "appendonly maybe",
                "always-show-logo YES",
                "maxmemory 1zb",
                "maxmemory -1",
                "maxmemory 1GB",
                "maxmemory 1.5gb",
                "maxmemory-clients 20x",
                "maxmemory-clients -5%",
                "maxmemory-clients 5%",
                "dir \"abc",
                "dir /nonexist",
                "dir \"\"",
                "dir /etc/passwd",
                "save 1",
                "save a b",
                "save 0 0",
                "save 1 0",
                "save -1 1",
                "save 1 2 3 4",
                "save \"\" 1",
                "save \"\"",
                "save \"1 2\"",
                "maxmemory-policy foo",
                "bind",
                "bind 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
                "databases 0",
                "databases 99999999999",
                "repl-backlog-size 0",
                "sentinel monitor a 127.0.0.1 1 1",
                "sentinel",
                "replicaof a",
                "replicaof a 99999",
                "replicaof a -1",
                "slaveof no one",
                "client-output-buffer-limit normal 1",
                "client-output-buffer-limit foo 1 1 1",
                "client-output-buffer-limit normal 1 2 x",
                "client-output-buffer-limit slave 1 1 -1",
                "client-output-buffer-limit replica 1mb 1kb 1",
                "notify-keyspace-events foo",
                "notify-keyspace-events KEA",
                "unixsocketperm 999",
                "unixsocketperm 700",
                "oom-score-adj foo",
                "oom-score-adj-values 1",
                "oom-score-adj-values a b c",
                "oom-score-adj-values 5000 1 1",
                "latency-tracking-info-percentiles 200",
                "latency-tracking-info-percentiles 10.5 abc",
                "latency-tracking-info-percentiles \"\"",
                "list-max-ziplist-size 99999999999",
                "maxclients 0",
                "tls-auth-clients foo",
                "shutdown-on-sigterm foo",
                "shutdown-on-sigterm save nosave",
                "shutdown-on-sigterm save now",
                "dbfilename a/b",
                "appendfilename a/b",
                "appenddirname a/b",
                "appenddirname \"\"",
                "client-query-buffer-limit 1",
                "io-threads 200",
                "lua-time-limit abc",
                "slowlog-log-slower-than -2",
                "slowlog-log-slower-than -1",
                "loglevel DEBUG",
                "lua-replicate-commands yes",
                "list-max-ziplist-entries 1",
                "list-max-ziplist-entries",
                "include",
                "include a b",
                "include /nope/*.conf",
                "requirepass",
                "port \"70\\x30\"x",
                "port ' a \\' b'",
                "\"\" 1",
                "port\t\t7\u000b8",
                "# comment\n\n\ntimeout abc",
                "timeout 1\nfoo 1",
                "logfile \"a\" \"b\"",
                "hz 0"
            })
    void aLineIsRefusedOrTakenAlike(String text) throws Exception {
        Path conf = folder.resolve("a.conf");
        Files.writeString(conf, text + "\n" + NEVER_KNOWN + "\n");
        assertEquals(redisSays(List.of(conf.toString())), weSay(List.of(conf.toString())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--foo|bar",
                "--foo|--bar",
                "--port",
                "--port|a|b",
                "--port|1|--foo|bar",
                "CONF|--foo|bar",
                "CONF|--port|a|b",
                "CONF|foo|bar",
                "CONF|--save|--foo",
                "CONF|--save||--foo",
                "CONF|--port 7322|--foo",
                "CONF|--port|7321|---foo",
                "CONF|--port|1 2",
                "CONF|--logfile|a b|--foo|1",
                "-foo|bar",
                "--dir|\"abc|--foo",
                "CONF|--loglevel|",
                "CONF|--timeout|é"
            })
    void aCommandLineIsReadAlike(String words) throws Exception {
        Path conf = folder.resolve("a.conf");
        Files.writeString(conf, "port 7320\n# x\nsave \"\"\n");
        var arguments = new ArrayList<String>();
        for (String word : words.split("\\|", -1)) {
            arguments.add(word.equals("CONF") ? conf.toString() : word);
        }
        String redis = redisSays(arguments);
        // 7.2 knows one more level than the 7.0 that Debian has.
        assertEquals(
                redis.replace("notice, warning\n", "notice, warning, nothing\n"), weSay(arguments));
    }

    /** Asked of the real one: every name, every alias, every default. */
    @Test
    void everyDirectiveIsKnownWithItsDefault() throws Exception {
        var set = Set.of("port", "bind", "save", "dir");
        Settings ours = Settings.defaults(GeneralDirectives.TABLE);
        var wrong = new ArrayList<String>();
        try (RealRedis redis = RealRedis.start("--dir", folder.toString());
                RespClient client = redis.connect()) {
            var reply = assertInstanceOf(Array.class, client.call("CONFIG", "GET", "*"));
            List<String> words = reply.items().stream().map(RealRedisTest::text).toList();
            assertTrue(words.size() > 300);
            for (int i = 0; i < words.size(); i += 2) {
                String name = words.get(i);
                String value = words.get(i + 1);
                Optional<Directive<?>> known = GeneralDirectives.TABLE.find(name);
                if (known.isEmpty()) {
                    wrong.add(name + " is not known");
                } else if (!set.contains(name) && !ours.show(known.get()).equals(value)) {
                    wrong.add(name + " is " + ours.show(known.get()) + " and not " + value);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static String text(RespValue value) {
        return assertInstanceOf(BulkString.class, value).text();
    }

    private String redisSays(List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>(List.of("/usr/bin/redis-server"));
        command.addAll(arguments);
        Path err = folder.resolve("err");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(err.toFile())
                        .start();
        boolean ended = process.waitFor(10, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        assertTrue(ended, "redis-server did start");
        return Files.readString(err).replaceAll("\\(Redis [0-9.]+\\)", "(Redis)");
    }

    private String weSay(List<String> arguments) {
        try {
            new ConfLoader(GeneralDirectives.TABLE, WorkingDirectory.of(folder))
                    .serving(GeneralDirectives.TABLE.rows())
                    .load(
                            CommandLine.parse(arguments),
                            new ByteArrayInputStream("".getBytes(StandardCharsets.UTF_8)));
            return "";
        } catch (ConfException e) {
            return e.redisText().replace("(Redis " + Version.REDIS + ")", "(Redis)");
        }
    }
}
