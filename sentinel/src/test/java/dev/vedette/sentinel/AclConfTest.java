package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Users in sentinel.conf and in ACL files: what is refused, what is saved, what is read back. */
final class AclConfTest {
    @TempDir Path folder;

    private ConfException refusal(String lines) {
        return assertThrows(
                ConfException.class,
                () -> OurSentinel.start(folder.resolve("ours"), lines.replace("\\n", "\n")));
    }

    /** What redis-sentinel prints when it does not start from these lines. */
    private List<String> redisRefusal(String lines) throws IOException, InterruptedException {
        var conf = Files.createDirectories(folder.resolve("redis")).resolve("sentinel.conf");
        Files.writeString(
                conf,
                "port %d\nbind 127.0.0.1\ndir %s\n%s\n"
                        .formatted(
                                RealRedis.freeAddress().port(),
                                conf.getParent(),
                                lines.replace("\\n", "\n")));
        var process =
                new ProcessBuilder("redis-sentinel", conf.toString())
                        .redirectErrorStream(true)
                        .start();
        try {
            assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it started");
            assertEquals(1, process.exitValue());
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("^\\d+:[A-Z] .* [.*#-] ", ""))
                    .toList();
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    user a bogus
                    user a on #zz
                    user a on >p <q
                    user a on ~* ~x
                    user a on (+ping bogus)
                    user
                    user a on\\nuser a off
                    user a on +bogus
                    user a on +@bogus
                    user a on +get
                    user a on +client‖nosuch
                    user "a b" on
                    user a on (+ping) (+get)
                    aclfile /nonexistent/users.acl
                    aclfile /nonexistent/users.acl\\nuser a on
                    """)
    void aConfThatRedisRefusesIsRefusedInItsWordsAndTheLineIsNamed(String written)
            throws Exception {
        var lines = written.replace('‖', '|');
        var refusal = refusal(lines);
        var said = redisRefusal(lines);
        var ours = refusal.redisText().lines().filter(line -> !line.isEmpty()).toList();
        // The version is another, and so may be the number of the line.
        for (var line : ours) {
            if (!line.startsWith("***")) {
                assertTrue(said.contains(line), line + "\nis not in\n" + String.join("\n", said));
            }
        }
        var hint = refusal.hint();
        assertTrue(hint.contains("sentinel.conf:") || hint.contains("users.acl"), hint);
    }

    @Test
    void anAclFileWithMistakesIsRefusedInRedissWords() throws Exception {
        var text = "user a on nopass +bogus\nuser b zz\nfoo\nuser\nuser c on\nuser c off\n";
        for (var name : List.of("ours", "redis")) {
            Files.createDirectories(folder.resolve(name));
            Files.writeString(folder.resolve(name).resolve("users.acl"), text);
        }
        var refusal = refusal("aclfile users.acl");
        assertTrue(
                redisRefusal("aclfile users.acl").contains(refusal.redisText()),
                refusal.redisText());
        assertTrue(refusal.hint().contains("/ours/users.acl"), refusal.hint());
    }

    private static String list(RespClient client) throws IOException {
        return client.call("ACL", "LIST").asList().stream()
                .map(RespValue::asText)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void usersAreWrittenIntoTheConfAndRedisSentinelStartsFromItAgain() throws Exception {
        var lines =
                """
                requirepass secret
                # mine
                user zoe on >p ~x* %R~y &ch* -@all +ping +sentinel|masters (+info &z)
                USER alice ON NOPASS +@all -@dangerous
                """;
        String list;
        Path conf;
        int port;
        try (var sentinel = OurSentinel.start(folder, lines);
                var client = sentinel.connect()) {
            assertEquals("OK", client.call("AUTH", "secret").asText());
            assertEquals("OK", client.call("ACL", "SETUSER", "bob", "on", ">q").asText());
            assertEquals("OK", client.call("SENTINEL", "FLUSHCONFIG").asText());
            list = list(client);
            conf = sentinel.conf();
            port = sentinel.address().port();
            var text = sentinel.confText();
            assertTrue(text.contains("requirepass \"secret\"\n# mine\nuser alice on "), text);
            assertFalse(text.contains(">p"), text);
            assertEquals(4, text.lines().filter(line -> line.startsWith("user ")).count(), text);
        }
        try (var again = OurSentinel.restart(conf, new Address("127.0.0.1", port));
                var client = again.connect()) {
            assertEquals("OK", client.call("AUTH", "secret").asText());
            // The default user of a line has been reset first, as by Redis.
            assertEquals(list, list(client).replace(" sanitize-payload", ""));
        }
        try (var redis = RealRedis.sentinel(conf, port);
                var client = RawClient.connect(redis.address())) {
            assertEquals("+OK\r\n", client.call("AUTH", "zoe", "p"));
            assertEquals("+PONG\r\n", client.call("PING"));
            assertTrue(client.call("INFO").contains("redis_version"));
            assertTrue(client.call("SENTINEL", "FLUSHCONFIG").startsWith("-NOPERM"));
            assertEquals("+OK\r\n", client.call("AUTH", "secret"));
            assertEquals("+OK\r\n", client.call("SENTINEL", "FLUSHCONFIG"));
        }
        // And back: what redis-sentinel has written starts ours.
        try (var ours = OurSentinel.restart(conf, new Address("127.0.0.1", port));
                var client = ours.connect()) {
            assertEquals("OK", client.call("AUTH", "bob", "q").asText());
        }
    }

    @Test
    void anAclFileIsLoadedSavedAndLoadedAnewWhileClientsStay() throws Exception {
        var file = folder.resolve("users.acl");
        Files.writeString(file, "user alice on >p +ping\nuser bob on nopass +@all &*\n");
        try (var sentinel = OurSentinel.start(folder, "aclfile users.acl");
                var alice = sentinel.connect();
                var bob = sentinel.connect();
                var listens = sentinel.connect();
                var admin = sentinel.connect()) {
            assertEquals("OK", alice.call("AUTH", "alice", "p").asText());
            assertEquals("OK", bob.call("AUTH", "bob", "").asText());
            assertEquals("OK", listens.call("AUTH", "bob", "").asText());
            listens.call("SUBSCRIBE", "+sdown");

            assertEquals("OK", admin.call("ACL", "SETUSER", "carl", "on", "nopass").asText());
            assertEquals("OK", admin.call("ACL", "SAVE").asText());
            var hash = "148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940";
            assertEquals(
                    "user alice on #"
                            + hash
                            + " resetchannels -@all +ping\n"
                            + "user bob on nopass &* +@all\n"
                            + "user carl on nopass resetchannels -@all\n"
                            + "user default on nopass ~* &* +@all\n",
                    Files.readString(file));
            assertEquals("OK", admin.call("SENTINEL", "FLUSHCONFIG").asText());
            assertFalse(sentinel.confText().contains("\nuser "), sentinel.confText());

            Files.writeString(file, "user alice on >new +ping +info\nuser bob on nopass +ping\n");
            assertEquals("OK", admin.call("ACL", "LOAD").asText());
            assertEquals("PONG", alice.call("PING").asText());
            assertFalse(alice.call("INFO").isError());
            assertTrue(bob.call("INFO").asText().startsWith("NOPERM"));
            assertThrows(IOException.class, () -> listens.call("PING"));
            assertTrue(alice.call("AUTH", "alice", "p").asText().startsWith("WRONGPASS"));

            Files.writeString(file, "user alice on (+ping\n");
            assertEquals(
                    "ERR users.acl:1: Unmatched parenthesis in selector definition. WARNING: ACL"
                            + " errors detected, no change to the previously active ACL rules was"
                            + " performed",
                    admin.call("ACL", "LOAD").asText());
            Files.delete(file);
            assertEquals(
                    "ERR Error loading ACLs, opening file 'users.acl': No such file or directory",
                    admin.call("ACL", "LOAD").asText());
            Files.createDirectory(file);
            Files.createFile(file.resolve("in the way"));
            assertTrue(
                    admin.call("ACL", "SAVE")
                            .asText()
                            .startsWith("ERR There was an error trying to save the ACLs."));
            assertEquals("PONG", alice.call("PING").asText());
        }
    }

    @Test
    void aNewUserHearsEveryChannelWhereTheConfSaysSo() throws Exception {
        try (var sentinel =
                        OurSentinel.start(
                                folder, "acl-pubsub-default allchannels\nacllog-max-len 1\n");
                var client = sentinel.connect()) {
            client.call("ACL", "SETUSER", "u", "on", "nopass");
            assertTrue(client.call("ACL", "LIST").toString().contains("user u on nopass &* -@all"));
            var refused = new ArrayList<String>();
            client.call("AUTH", "u", "");
            for (var command : List.of("INFO", "ROLE")) {
                refused.add(client.call(command).asText());
            }
            assertEquals(2, refused.size());
            try (var admin = sentinel.connect()) {
                assertEquals(1, admin.call("ACL", "LOG").asList().size());
            }
        }
    }
}
