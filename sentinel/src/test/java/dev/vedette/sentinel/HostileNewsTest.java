package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What a sentinel of ours makes of a master, and of a peer, that lie or talk nonsense. */
@Timeout(120)
class HostileNewsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PEER_ID = "c".repeat(40);
    private static final String LIAR_ID = "d".repeat(40);
    private static final String WELL =
            "run_id:%s\r\nrole:master\r\nconnected_slaves:0\r\n".formatted("a".repeat(40));

    @TempDir Path folder;

    private ScriptedNode master;
    private ScriptedNode peer;
    private OurSentinel sentinel;

    @BeforeEach
    void start() throws Exception {
        master = ScriptedNode.start();
        master.info = ScriptedNode.bytes(WELL);
        peer = ScriptedNode.start();
        sentinel =
                OurSentinel.start(
                        folder.resolve("sentinel"),
                        "sentinel monitor mymaster 127.0.0.1 %d 2\n"
                                        .formatted(master.address().port())
                                + "sentinel down-after-milliseconds mymaster 3000\n");
        sentinel.call("SENTINEL", "DEBUG", "info-period", "100");
        Await.until(
                PATIENCE,
                () -> master.subscribers() == 1 && master.infos() > 0,
                () -> "the sentinel came");
    }

    @AfterEach
    void end() throws Exception {
        sentinel.close();
        master.close();
        peer.close();
    }

    private String hello(
            Address from, String id, long epoch, String name, Address at, long config) {
        return String.join(
                ",",
                from.host(),
                Integer.toString(from.port()),
                id,
                Long.toString(epoch),
                name,
                at.host(),
                Integer.toString(at.port()),
                Long.toString(config));
    }

    private String goodHello() {
        return hello(peer.address(), PEER_ID, 0, "mymaster", master.address(), 0);
    }

    /** After all that came before was read: a good hello behind it was. */
    private void aGoodHelloIsStillHeard() throws Exception {
        master.say(goodHello());
        Await.until(
                PATIENCE,
                () ->
                        sentinel.call("SENTINEL", "SENTINELS", "mymaster")
                                .asList()
                                .toString()
                                .contains(PEER_ID),
                () -> "the good peer is known");
    }

    /** Where the master is, who is known, which epoch is current: all as it was. */
    private void nothingElseIsBelieved() throws Exception {
        assertEquals(
                Integer.toString(master.address().port()),
                sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
                        .asList()
                        .get(1)
                        .asText());
        var view = sentinel.master("mymaster");
        assertEquals("1", view.get("num-other-sentinels"));
        assertEquals("0", view.get("config-epoch"));
        assertEquals("master", view.get("flags"));
        assertEquals("OK", sentinel.call("SENTINEL", "FLUSHCONFIG").asText());
        assertEquals(
                List.of(
                        "sentinel config-epoch mymaster 0",
                        "sentinel current-epoch 0",
                        "sentinel down-after-milliseconds mymaster 3000",
                        "sentinel known-sentinel mymaster 127.0.0.1 "
                                + peer.address().port()
                                + " "
                                + PEER_ID,
                        "sentinel leader-epoch mymaster 0",
                        "sentinel monitor mymaster 127.0.0.1 " + master.address().port() + " 2",
                        "sentinel myid " + sentinel.call("SENTINEL", "MYID").asText()),
                sentinel.confText()
                        .lines()
                        .filter(line -> line.startsWith("sentinel"))
                        .sorted()
                        .toList());
        // And the conf can be read again.
        sentinel.stop();
        sentinel = OurSentinel.restart(sentinel.conf(), sentinel.address());
        assertEquals("1", sentinel.master("mymaster").get("num-other-sentinels"));
    }

    private List<String> forgeries() throws Exception {
        var own = sentinel.call("SENTINEL", "MYID").asText();
        var liar = new Address("127.0.0.1", 26999);
        var elsewhere = new Address("127.0.0.1", 6999);
        var good = hello(liar, LIAR_ID, 0, "mymaster", master.address(), 0);
        return List.of(
                "",
                ",",
                ",,,,,,,",
                "nonsense",
                ",".repeat(1_000_000),
                good + ",one field more",
                good.substring(0, good.lastIndexOf(',')),
                good.replace(",26999,", ",0,"),
                good.replace(",26999,", ",70000,"),
                good.replace(",26999,", ",-1,"),
                good.replace(",26999,", ",99999999999999999999,"),
                good.replace(",26999,", ",x,"),
                good.replace(LIAR_ID, "d".repeat(39)),
                good.replace(LIAR_ID, "d".repeat(41)),
                good.replace(LIAR_ID, "d".repeat(19) + "\n" + "d".repeat(20)),
                good.replace(LIAR_ID, "x\nsentinel monitor e 1.2.3.4 6379 1 dddd"),
                good.replace(LIAR_ID, "d".repeat(19) + " " + "d".repeat(20)),
                good.replace(LIAR_ID, "d".repeat(19) + "\"" + "d".repeat(20)),
                good.replace(LIAR_ID, "d".repeat(39) + "\u00e9"),
                good.replace("127.0.0.1,26999", "127.0.0.1\nsentinel,26999"),
                good.replace("127.0.0.1,26999", " ,26999"),
                good.replace("127.0.0.1,26999", ",26999"),
                good.replace("127.0.0.1,26999", "h".repeat(300) + ",26999"),
                good.replace("127.0.0.1,26999", "a-name,26999"),
                hello(liar, own, 9, "mymaster", elsewhere, 9),
                hello(liar, LIAR_ID, 9, "another", elsewhere, 9),
                hello(liar, LIAR_ID, 9, "", elsewhere, 9),
                hello(liar, LIAR_ID, -5, "mymaster", elsewhere, 9),
                hello(liar, LIAR_ID, 9, "mymaster", elsewhere, -9),
                hello(liar, LIAR_ID, 9, "mymaster", elsewhere, 9).replace(",6999,", ",0,"),
                hello(liar, LIAR_ID, 9, "mymaster", elsewhere, 9).replace(",6999,", ",65536,"),
                good.replace(",0,mymaster", ",99999999999999999999,mymaster"),
                good.replace(",0,mymaster", ",1e3,mymaster"));
    }

    @Test
    void forgedAndBrokenHellosOnTheChannelOfTheMasterChangeNothing() throws Exception {
        for (var forgery : forgeries()) {
            master.say(forgery);
        }
        aGoodHelloIsStillHeard();
        nothingElseIsBelieved();
    }

    @Test
    void forgedAndBrokenHellosToTheSentinelsOwnPortChangeNothing() throws Exception {
        for (var forgery : forgeries()) {
            if (forgery.length() < 500_000) {
                assertEquals("1", sentinel.call("PUBLISH", "__sentinel__:hello", forgery).asText());
            }
        }
        aGoodHelloIsStillHeard();
        nothingElseIsBelieved();
    }

    @Test
    void anEpochAtTheEndOfAllEpochsIsNotBelieved() throws Exception {
        aGoodHelloIsStillHeard();
        var elsewhere = new Address("127.0.0.1", 6999);
        for (var epoch : List.of(Long.MAX_VALUE, Long.MAX_VALUE - 1, 1L << 40)) {
            master.say(hello(peer.address(), PEER_ID, epoch, "mymaster", elsewhere, epoch));
        }
        aGoodHelloIsStillHeard();
        nothingElseIsBelieved();
    }

    @Test
    void aPeerThatLiesAboutEpochsAndVotesIsNotBelieved() throws Exception {
        aGoodHelloIsStillHeard();
        master.ping = "-ERR not well\r\n";
        Await.until(
                PATIENCE,
                () -> sentinel.master("mymaster").getOrDefault("flags", "").contains("s_down"),
                () -> "the master is down");
        var lies =
                List.of(
                        "*3\r\n:0\r\n$40\r\n%s\r\n:9223372036854775807\r\n".formatted(LIAR_ID),
                        "*3\r\n:0\r\n$40\r\n%s\r\n:-7\r\n".formatted(LIAR_ID),
                        "*3\r\n:0\r\n$40\r\n%s\r\n:5\r\n".formatted("d".repeat(39) + "\n"),
                        "*3\r\n:0\r\n$1\r\n*\r\n:99999999999\r\n",
                        "*3\r\n:0\r\n$1\r\n*\r\n$1\r\n1\r\n",
                        "*2\r\n:0\r\n:0\r\n",
                        "*0\r\n",
                        "$-1\r\n",
                        ":1\r\n",
                        "+PONG\r\n",
                        "-ERR no such thing\r\n",
                        "*3\r\n*0\r\n*0\r\n*0\r\n");
        for (var lie : lies) {
            peer.masterDown = lie;
            int asked = peer.questions();
            Await.until(PATIENCE, () -> peer.questions() > asked, () -> "asked again");
        }
        master.ping = "+PONG\r\n";
        Await.until(
                PATIENCE,
                () -> "master".equals(sentinel.master("mymaster").get("flags")),
                () -> "the master is up");
        nothingElseIsBelieved();
    }

    /** What the master says of itself, line by line. */
    @SuppressWarnings("StringConcatToTextBlock") // lines that end in CR LF
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n\r\n\r\n",
                "role",
                "role:",
                "role:nobody",
                "role:master\r\n"
                        + "run_id:short\r\n"
                        + "slave0:\r\n"
                        + "slave1:ip=,port=,\r\n"
                        + "slave2:ip=1.2.3.4\r\n",
                "role:master\r\nslave0:ip=127.0.0.1,port=0,state=online\r\n"
                        + "slave1:ip=127.0.0.1,port=70000,x\r\nslave2:ip=127.0.0.1,port=-1,x\r\n",
                "role:master\r\nslave0:ip=1.2.3.4\nsentinel monitor e 1.2.3.4 1 1,port=6379,x\r\n",
                "role:master\r\nslave0:ip=a name,port=6379,x\r\nslave9999999999:1.2.3.4,x,y\r\n",
                "role:master\r\nmaster_replid:x\r\nmaster_repl_offset:9999999999999999999999\r\n"
                        + "loading:-\r\ndb:\r\ndb0:keys\r\ndbx:keys=\r\naof_enabled:maybe\r\n",
                "master_host:evil\r\nmaster_port:1\r\nslave_priority:0\r\n"
            })
    void anInfoOfNonsenseTeachesNothing(String text) throws Exception {
        master.info = ScriptedNode.bytes(text);
        int before = master.infos();
        Await.until(PATIENCE, () -> master.infos() > before + 2, () -> "it was read");
        aGoodHelloIsStillHeard();
        assertEquals("0", sentinel.master("mymaster").get("num-slaves"));
        nothingElseIsBelieved();
    }

    @Test
    void anInfoOfRandomBytesTeachesNothing() throws Exception {
        var random = new Random(7);
        for (int i = 0; i < 20; i++) {
            var bytes = new byte[10_000];
            random.nextBytes(bytes);
            master.info = bytes;
            int before = master.infos();
            Await.until(PATIENCE, () -> master.infos() > before, () -> "it was read");
        }
        master.info = ScriptedNode.bytes(WELL);
        aGoodHelloIsStillHeard();
        assertEquals("0", sentinel.master("mymaster").get("num-slaves"));
        nothingElseIsBelieved();
    }

    @Test
    void anInfoOfTenMegabytesIsNotTakenAndTheSentinelGoesOn() throws Exception {
        var line = "# ".concat("x".repeat(98));
        master.info =
                ScriptedNode.bytes(
                        String.join(
                                "\r\n", IntStream.range(0, 100_000).mapToObj(_ -> line).toList()));
        int before = master.infos();
        Await.until(PATIENCE, () -> master.infos() > before + 2, () -> "it was asked for again");
        master.info = ScriptedNode.bytes(WELL);
        Await.until(
                PATIENCE,
                () ->
                        master.subscribers() == 1
                                && "master".equals(sentinel.master("mymaster").get("flags")),
                () -> "all is well again");
        aGoodHelloIsStillHeard();
        nothingElseIsBelieved();
    }

    /** It is read, but not kept: there may be many nodes like that. */
    @Test
    void anInfoOfAMegabyteIsNotKept() throws Exception {
        master.info = ScriptedNode.bytes(WELL + "# " + "x".repeat(1_000_000) + "\r\n");
        int before = master.infos();
        Await.until(PATIENCE, () -> master.infos() > before + 2, () -> "it was read");
        var cached = textLength(sentinel.call("SENTINEL", "INFO-CACHE", "mymaster"));
        assertTrue(cached < 10_000, cached + " characters");
        assertFalse(sentinel.master("mymaster").getOrDefault("flags", "").contains("disconnected"));
    }

    private static int textLength(RespValue reply) {
        return reply instanceof RespValue.Array(var items)
                ? items.stream().mapToInt(HostileNewsTest::textLength).sum()
                : reply.asText().length();
    }
}
