package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.MapReply;
import dev.vedette.protocol.resp.RespValue.Null;
import dev.vedette.sentinel.command.CommandNames;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What clients can say to a sentinel of ours; no data node is needed. */
@Timeout(60)
class SentinelPortTest {
    /** Nobody listens on port 1 of the loopback. */
    private static final String MONITOR = "sentinel monitor m 127.0.0.1 1 2\n";

    @TempDir Path folder;

    private static void assertError(String line, RespValue reply) {
        assertEquals(new ErrorReply(line), reply);
    }

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

    private static List<String> texts(RespValue reply) {
        return reply.asList().stream().map(RespValue::asText).toList();
    }

    /** A mass failure: each vote waits for the disk, the next question does not wait for it. */
    @Test
    void votesThatAreAskedForAtOnceAreAnsweredInOrderAndWhatStandsBehindThemToo() throws Exception {
        var candidate = "c".repeat(40);
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            for (int epoch = 1; epoch <= 300; epoch++) {
                client.send(askingForVote(epoch, candidate));
                client.send("PING", "behind " + epoch);
            }
            client.send(askingForVote(301, candidate));
            client.send("QUIT");
            for (int epoch = 1; epoch <= 300; epoch++) {
                assertEquals(
                        List.of(candidate, Integer.toString(epoch)),
                        texts(client.receive()).subList(1, 3));
                assertEquals("behind " + epoch, client.receive().asText());
            }
            assertEquals(List.of(candidate, "301"), texts(client.receive()).subList(1, 3));
            assertEquals("OK", client.receive().asText());
            assertThrows(IOException.class, client::receive);
        }
    }

    @Test
    void whatChangesAConnectionWaitsForTheVotesThatAreAwaitedThere() throws Exception {
        var candidate = "c".repeat(40);
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            client.send(askingForVote(1, candidate));
            client.send("CLIENT", "REPLY", "SKIP");
            client.send("PING", "unheard");
            client.send(askingForVote(2, candidate));
            client.send("CLIENT", "REPLY", "OFF");
            client.send("PING", "unheard");
            client.send("CLIENT", "REPLY", "ON");
            client.send(askingForVote(3, candidate));
            client.send("SUBSCRIBE", "+sdown");
            assertEquals(List.of(candidate, "1"), texts(client.receive()).subList(1, 3));
            assertEquals(List.of(candidate, "2"), texts(client.receive()).subList(1, 3));
            assertEquals("OK", client.receive().asText());
            assertEquals(List.of(candidate, "3"), texts(client.receive()).subList(1, 3));
            assertEquals(List.of("subscribe", "+sdown", "1"), texts(client.receive()));
        }
    }

    /** As a candidate asks: else fifty votes took fifty writes, one after the other. */
    @Test
    void whatACandidateAsksBehindItsQuestionsDoesNotHoldThemUp() throws Exception {
        var candidate = "c".repeat(40);
        var logged = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(CoreRunner.class);
        logger.addAppender(logged);
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            logged.start();
            for (int epoch = 1; epoch <= 50; epoch++) {
                client.send(askingForVote(epoch, candidate));
                client.send("SENTINEL", "MASTER", "m");
                client.send("PING");
            }
            for (int epoch = 1; epoch <= 50; epoch++) {
                assertEquals(
                        List.of(candidate, Integer.toString(epoch)),
                        texts(client.receive()).subList(1, 3));
                assertEquals("m", texts(client.receive()).get(1));
                assertEquals("PONG", client.receive().asText());
            }
        } finally {
            logger.detachAppender(logged);
        }
        long writes =
                logged.list.stream()
                        .filter(e -> e.getMessage().contains("configuration saved"))
                        .count();
        assertTrue(writes > 0 && writes < 25, "writes " + writes);
    }

    private static String[] askingForVote(int epoch, String candidate) {
        return new String[] {
            "SENTINEL",
            "is-master-down-by-addr",
            "127.0.0.1",
            "1",
            Integer.toString(epoch),
            candidate
        };
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
    void whatChangesIsOnDiskBeforeItIsAnsweredAndTold() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect();
                var events = sentinel.connect()) {
            events.call("PSUBSCRIBE", "[-+]monitor", "+set");
            assertEquals(
                    "OK",
                    client.call("SENTINEL", "MONITOR", "other", "127.0.0.1", "2", "1").asText());
            assertTrue(
                    sentinel.confText().contains("sentinel monitor other 127.0.0.1 2 1\n"),
                    sentinel.confText());
            assertEquals("OK", client.call("SENTINEL", "SET", "other", "quorum", "3").asText());
            assertTrue(sentinel.confText().contains("sentinel monitor other 127.0.0.1 2 3\n"));
            assertEquals("OK", client.call("SENTINEL", "REMOVE", "other").asText());
            assertTrue(!sentinel.confText().contains("other"), sentinel.confText());

            var told = new ArrayList<String>();
            while (told.size() < 3) {
                var message = texts(events.message(Duration.ofSeconds(5)).orElseThrow());
                if (message.getFirst().equals("pmessage")) {
                    told.add(message.get(2) + " " + message.get(3));
                }
            }
            assertEquals(
                    List.of(
                            "+monitor master other 127.0.0.1 2 quorum 1",
                            "+set master other 127.0.0.1 2 quorum 3",
                            "-monitor master other 127.0.0.1 2"),
                    told);
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
    void theOwnRequirepassIsNotShownAsThePasswordForPeers() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR + "requirepass mine\n");
                var client = sentinel.connect()) {
            client.call("AUTH", "mine");
            assertEquals(
                    List.of("sentinel-pass", ""),
                    texts(client.call("SENTINEL", "CONFIG", "GET", "sentinel-pass")));
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
    void garbageAndHalfCommandsAndHugeLengthsDisturbNobody() throws Exception {
        var garbage =
                List.of(
                        "*2\r\n$1073741824\r\nabc",
                        "*1048577\r\n",
                        "*3\r\n$8\r\nSENTINEL\r\n$6\r\nMAS",
                        "*1\r\n$-5\r\n",
                        "\"unbalanced\r\n",
                        "\0\1\2\3\r\n",
                        "x".repeat(20_000));
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            var sockets = new ArrayList<Socket>();
            for (var i = 0; i < 200; i++) {
                var socket = new Socket(sentinel.address().host(), sentinel.address().port());
                sockets.add(socket);
                socket.getOutputStream()
                        .write(
                                garbage.get(i % garbage.size())
                                        .getBytes(StandardCharsets.ISO_8859_1));
            }
            assertEquals("PONG", client.call("PING").asText());
            for (var socket : sockets) {
                socket.close();
            }
            Await.until(
                    Duration.ofSeconds(10),
                    () -> client.call("INFO", "clients").asText().contains("connected_clients:1\r"),
                    () -> "clients that are gone are still counted");
        }
    }

    @Test
    void aSubscriberThatDoesNotReadIsDroppedAtItsLimit() throws Exception {
        try (var sentinel =
                        OurSentinel.start(
                                folder,
                                MONITOR + "client-output-buffer-limit pubsub 1mb 512kb 60\n");
                var client = sentinel.connect();
                var lazy = new Socket(sentinel.address().host(), sentinel.address().port())) {
            lazy.getOutputStream().write("PSUBSCRIBE *\r\n".getBytes(StandardCharsets.US_ASCII));
            var big = "x".repeat(100_000);
            Await.until(
                    Duration.ofSeconds(30),
                    () -> {
                        client.call("SENTINEL", "SET", "m", "auth-user", big);
                        return client.call("INFO", "clients")
                                .asText()
                                .contains("connected_clients:1\r");
                    },
                    () -> "the subscriber is still there");
        }
    }

    @Test
    void renamedCommandsAnswerToTheirNewNamesAlone() throws Exception {
        var lines = MONITOR + "\nrename-command PING Hello2\nrename-command CLIENT \"\"\n";
        try (var sentinel = OurSentinel.start(folder, lines)) {
            assertEquals("PONG", sentinel.call("hello2").asText());
            var gone = "ERR unknown command 'ping', with args beginning with: ";
            assertEquals(gone, sentinel.call("ping").asText());
            assertTrue(sentinel.call("CLIENT", "LIST").isError());
            var names = topLevelNames(sentinel);
            assertFalse(names.contains("client"), names.toString());
            assertTrue(names.contains("ping"), names.toString());
        }
    }

    @Test
    void theNamesThatAConfMayRenameAreThoseOfTheTable() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR)) {
            var names = topLevelNames(sentinel);
            assertTrue(CommandNames.ALL.containsAll(names), names.toString());
            var missing = new ArrayList<>(CommandNames.ALL);
            missing.removeAll(names);
            missing.remove("acl");
            assertEquals(List.of(), missing);
        }
    }

    private static List<String> topLevelNames(OurSentinel sentinel) throws IOException {
        return sentinel.call("COMMAND", "LIST").asList().stream()
                .map(RespValue::asText)
                .filter(name -> name.indexOf('|') < 0)
                .toList();
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

    @Test
    void pipelinedCommandsAreAnsweredInOrderThoughSomeWaitForTheDisk() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                RespClient client = sentinel.connect()) {
            client.send("SENTINEL", "FLUSHCONFIG");
            client.send("PING");
            client.send("SENTINEL", "SET", "m", "quorum", "4");
            client.send("SENTINEL", "MYID");
            assertEquals("OK", client.receive().asText());
            assertEquals("PONG", client.receive().asText());
            assertEquals("OK", client.receive().asText());
            assertEquals(40, client.receive().asText().length());
        }
    }

    @Test
    void debugAnswersAsRedisDoes() throws Exception {
        var redisPort = RealRedis.freeAddress().port();
        var redisConf = Files.createDirectory(folder.resolve("redis")).resolve("sentinel.conf");
        Files.writeString(redisConf, "port " + redisPort + "\nbind 127.0.0.1\n" + MONITOR);
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var redis = RealRedis.sentinel(redisConf, redisPort)) {
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

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a stranger hears who sends this and then only waits; a sentinel must not grow by it. */
    private static String heard(OurSentinel sentinel, String sent, int readBytes)
            throws IOException {
        try (var socket = new Socket(sentinel.address().host(), sentinel.address().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(latin1(sent));
            return new String(
                    socket.getInputStream().readNBytes(readBytes), StandardCharsets.ISO_8859_1);
        } catch (SocketException reset) {
            // Not all that was sent was read.
            return "";
        }
    }

    @Test
    void aCommandIsRefusedForWhatItAnnouncesOnlyWhereRedisRefusesIt() throws Exception {
        var bulk = "-ERR Protocol error: invalid bulk length\r\n";
        var multibulk = "-ERR Protocol error: invalid multibulk length\r\n";
        try (var sentinel = OurSentinel.start(folder, MONITOR)) {
            assertEquals(bulk, heard(sentinel, "*1\r\n$536870913\r\n", 1000));
            assertEquals(multibulk, heard(sentinel, "*2147483648\r\n", 1000));
            try (var waiting = new Socket(sentinel.address().host(), sentinel.address().port());
                    var other = new Socket(sentinel.address().host(), sentinel.address().port())) {
                waiting.getOutputStream().write(latin1("*2147483647\r\n$4\r\nPING\r\n"));
                other.getOutputStream().write(latin1("*2\r\n$4\r\nPING\r\n$536870912\r\nx"));
                assertEquals("PONG", sentinel.call("PING").asText());
                var clients = sentinel.call("CLIENT", "LIST").asText();
                assertEquals(3, clients.lines().count(), clients);
            }
            var megabyte = "x".repeat(1_000_000);
            assertEquals(
                    "$1000000\r\n",
                    heard(sentinel, "*2\r\n$4\r\nPING\r\n$1000000\r\n" + megabyte + "\r\n", 10));
        }
    }

    @Test
    void aCommandThatGrowsTooLongIsClosedWithoutAWord() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var client = sentinel.connect()) {
            var sent = "*2\r\n$4\r\nPING\r\n$536870912\r\n" + "x".repeat(1_100_000);
            assertEquals("", heard(sentinel, sent, 1000));
            var words = "*2147483647\r\n" + "$1\r\nx\r\n".repeat(200_000);
            assertEquals("", heard(sentinel, words, 1000));
            assertTrue(
                    client.call("INFO", "stats")
                            .asText()
                            .contains("client_query_buffer_limit_disconnections:2\r\n"));
        }
    }

    @Test
    void whoHasNotAuthenticatedIsHeldToLittle() throws Exception {
        try (var sentinel = OurSentinel.start(folder, MONITOR + "requirepass secret\n")) {
            assertEquals(
                    "-ERR Protocol error: unauthenticated multibulk length\r\n",
                    heard(sentinel, "*11\r\n", 1000));
            assertEquals(
                    "-ERR Protocol error: unauthenticated bulk length\r\n",
                    heard(sentinel, "*1\r\n$16385\r\n", 1000));
        }
    }

    @Test
    void simulateFailureAnswersAndShowsItsFlagsAsRedisDoes() throws Exception {
        var redisPort = RealRedis.freeAddress().port();
        var redisConf = Files.createDirectory(folder.resolve("redis")).resolve("sentinel.conf");
        Files.writeString(redisConf, "port " + redisPort + "\nbind 127.0.0.1\n" + MONITOR);
        try (var sentinel = OurSentinel.start(folder, MONITOR);
                var redis = RealRedis.sentinel(redisConf, redisPort)) {
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
