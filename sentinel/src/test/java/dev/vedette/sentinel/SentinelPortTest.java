package dev.vedette.sentinel;

import static dev.vedette.sentinel.OurSentinel.MONITOR;
import static dev.vedette.sentinel.Replies.assertError;
import static dev.vedette.sentinel.Replies.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.MapReply;
import dev.vedette.protocol.resp.RespValue.Null;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** What clients can say to a sentinel of ours; no data node is needed. */
@Timeout(60)
class SentinelPortTest {
    @TempDir Path folder;

    @Test
    void pingAnswersAlsoInTheSubscribedState() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            assertEquals("PONG", client.call("PING").asText());
            assertEquals("hi", client.call("PING", "hi").asText());
            client.call("SUBSCRIBE", "+sdown");
            client.send("PING");
            assertEquals(List.of("pong", ""), texts(client.receive()));
            client.send("ROLE");
            assertError(
                    "ERR Can't execute 'role': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT"
                            + " / RESET are allowed in this context",
                    client.receive());
        }
    }

    @Test
    void errorsHaveTheTextsOfRedis() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            assertError(
                    "ERR unknown command 'GET', with args beginning with: 'a' ",
                    client.call("GET", "a"));
            assertError(
                    "ERR unknown subcommand 'foo'. Try SENTINEL HELP.",
                    client.call("SENTINEL", "foo"));
            assertError(
                    "ERR wrong number of arguments for 'sentinel' command",
                    client.call("SENTINEL"));
            assertError(
                    "ERR wrong number of arguments for 'sentinel|master' command",
                    client.call("SENTINEL", "MASTER"));
            assertError(
                    "ERR No such master with that name", client.call("SENTINEL", "MASTER", "x"));
            assertError(
                    "ERR value is not an integer or out of range",
                    client.call("SENTINEL", "is-master-down-by-addr", "a", "b", "1", "*"));
            assertError(
                    "ERR Only HELLO messages are accepted by Sentinel instances.",
                    client.call("PUBLISH", "a", "b"));
            assertError(
                    "NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the"
                            + " specified quorum for this master",
                    client.call("SENTINEL", "CKQUORUM", "m"));
            assertInstanceOf(
                    Null.class, client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "nobody"));
        }
    }

    @Test
    void instancesAreFlatPairsInResp2AndMapsInResp3() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            var flat = texts(client.call("SENTINEL", "MASTER", "m"));
            assertEquals(
                    List.of("name", "m", "ip", "127.0.0.1", "port", "1", "runid", ""),
                    flat.subList(0, 8));

            var hello = texts(client.call("HELLO", "3"));
            assertEquals(
                    List.of("server", "version", "proto", "id", "mode", "modules"),
                    List.of(
                            hello.get(0),
                            hello.get(2),
                            hello.get(4),
                            hello.get(6),
                            hello.get(8),
                            hello.get(10)));
            assertInstanceOf(MapReply.class, client.call("SENTINEL", "MASTER", "m"));
        }
    }

    @Test
    void valkeysNamesAreUnderstoodBesideRedissAndNotListed() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            var address = client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m");
            assertEquals(List.of("127.0.0.1", "1"), texts(address));
            assertEquals(address, client.call("SENTINEL", "GET-PRIMARY-ADDR-BY-NAME", "m"));
            assertEquals(
                    List.of("name", "m", "ip", "127.0.0.1"),
                    texts(client.call("SENTINEL", "PRIMARY", "m")).subList(0, 4));
            assertEquals(1, client.call("SENTINEL", "primaries").asList().size());
            assertEquals(
                    client.call("SENTINEL", "IS-MASTER-DOWN-BY-ADDR", "127.0.0.1", "1", "0", "*"),
                    client.call("SENTINEL", "IS-PRIMARY-DOWN-BY-ADDR", "127.0.0.1", "1", "0", "*"));
            var listed = client.call("COMMAND", "LIST").asList().stream().map(RespValue::asText);
            assertTrue(listed.noneMatch(name -> name.contains("prim") || name.equals("reset")));
        }
    }

    @Test
    void resetMakesAConnectionNewAndQuitEndsIt() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR + "requirepass secret\n");
                var client = sentinel.connect()) {
            client.call("HELLO", "3", "AUTH", "default", "secret", "SETNAME", "me");
            client.call("SUBSCRIBE", "+sdown");
            assertEquals("RESET", client.call("RESET").asText());
            assertError("NOAUTH Authentication required.", client.call("PING"));
            assertEquals("OK", client.call("AUTH", "secret").asText());
            assertEquals("PONG", client.call("PING").asText());
            assertInstanceOf(Null.class, client.call("CLIENT", "GETNAME"));
            assertEquals("OK", client.call("QUIT").asText());
            assertThrows(IOException.class, () -> client.call("PING"));
        }
    }

    @Test
    void aPasswordIsWantedAndHelloMayBringIt() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR + "requirepass secret\n");
                var client = sentinel.connect();
                var other = sentinel.connect()) {
            assertError("NOAUTH Authentication required.", client.call("PING"));
            assertError(
                    "WRONGPASS invalid username-password pair or user is disabled.",
                    client.call("AUTH", "wrong"));
            assertEquals("OK", client.call("AUTH", "secret").asText());
            assertEquals("PONG", client.call("PING").asText());
            assertInstanceOf(MapReply.class, other.call("HELLO", "3", "AUTH", "default", "secret"));
        }
    }

    @Test
    void aSocketFileIsAPortLikeAnyOther() throws Exception {
        var file = folder.resolve("sentinel.sock");
        var lines = MONITOR + "\nunixsocket " + file + "\nunixsocketperm 700\n";
        try (var sentinel = OurSentinel.start(folder, lines)) {
            assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
                channel.write(ByteBuffer.wrap("CLIENT INFO\r\n".getBytes(UTF_8)));
                var reply = ByteBuffer.allocate(1000);
                channel.read(reply);
                var line = new String(reply.array(), 0, reply.position(), UTF_8);
                assertTrue(line.contains(" addr=" + file + ":0 laddr=" + file + ":0 "), line);
                assertTrue(line.contains(" flags=U "), line);
            }
            assertEquals("PONG", sentinel.call("PING").asText());
        }
        assertFalse(Files.exists(file));
    }

    @Test
    void aPortInUseIsRefusedWithAHint() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR)) {
            var refused =
                    assertThrows(
                            IOException.class,
                            () -> OurSentinel.restart(sentinel.conf(), sentinel.address()));
            assertTrue(
                    String.valueOf(refused.getMessage())
                            .contains(sentinel.conf() + ":1: another process listens"),
                    refused.toString());
        }
    }

    @Test
    void shutdownEndsInOrderAndFreesThePort() throws Exception {
        var sentinel = OurSentinel.start(folder, MONITOR);
        try (var client = sentinel.connect()) {
            assertThrows(IOException.class, () -> client.call("SHUTDOWN"));
        }
        assertEquals(0, sentinel.stop());
        var again = OurSentinel.restart(sentinel.conf(), sentinel.address());
        assertEquals("PONG", again.call("PING").asText());
        again.close();
    }
}
