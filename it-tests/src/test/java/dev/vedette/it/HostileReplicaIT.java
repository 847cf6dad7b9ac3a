package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A master of ours with replicas of every manner: the test is the replica. */
class HostileReplicaIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir Path folder;
    private Daemon master;
    private final List<Wire> wires = new ArrayList<>();

    @BeforeEach
    void startMaster() {
        master =
                Daemon.server(
                                Product.VEDETTE,
                                folder,
                                Ports.free(),
                                List.of("save \"\"", "repl-diskless-sync-delay 0"))
                        .start()
                        .awaitPong();
    }

    @AfterEach
    void endMaster() {
        wires.forEach(Wire::close);
        master.close();
    }

    private String say(String... words) {
        return Client.ask(master.address(), c -> c.text(words)).orElse("(no answer)");
    }

    private String field(String name) {
        return Client.ask(master.address(), c -> c.info("replication").field(name).orElse(""))
                .orElse("(no answer)");
    }

    private Wire connect() throws IOException {
        var wire = new Wire(new Socket(master.address().host(), master.address().port()));
        wires.add(wire);
        return wire;
    }

    private Wire introduced(String... capabilities) throws IOException {
        Wire wire = connect();
        for (String capability : capabilities) {
            wire.send(Wire.command("REPLCONF", "capa", capability));
            assertEquals("+OK", wire.text());
        }
        wire.send(Wire.command("REPLCONF", "listening-port", "7", "ip-address", "10.9.8.7"));
        assertEquals("+OK", wire.text());
        return wire;
    }

    /** The mark that ends the snapshot, once the sync has begun. */
    private static String beginSocketSync(Wire wire) {
        wire.send(Wire.command("PSYNC", "?", "-1"));
        assertTrue(wire.text().startsWith("+FULLRESYNC "));
        String header = wire.text();
        assertTrue(header.startsWith("$EOF:") && header.length() == 45, header);
        return header.substring(5);
    }

    private static String until(Wire wire, String end) {
        var text = new StringBuilder();
        while (text.length() < end.length()
                || text.indexOf(end, text.length() - end.length()) < 0) {
            text.append(wire.bytes(1));
        }
        return text.toString();
    }

    private static void assertSilent(Wire wire) throws IOException {
        wire.patience(SHORT);
        try {
            String heard = wire.bytes(1);
            throw new AssertionError("heard '" + heard + "'");
        } catch (java.io.UncheckedIOException e) {
            assertTrue(e.getCause() instanceof java.net.SocketTimeoutException, e.toString());
        }
        wire.patience(PATIENCE);
    }

    @Test
    void theStreamWaitsBehindASocketSyncForTheFirstAck() throws IOException {
        say("SET", "k", "v");
        Wire wire = introduced("eof", "psync2");
        String mark = beginSocketSync(wire);
        String snapshot = until(wire, mark);
        assertTrue(snapshot.startsWith("REDIS0009"), snapshot);
        say("SET", "later", "1");
        assertSilent(wire);
        assertEquals("10.9.8.7,port=7", field("slave0").substring(3, 18));
        wire.send("\n\n" + Wire.command("REPLCONF", "ACK", "0"));
        var heard = new ArrayList<String>();
        while (!heard.contains("SET later 1")) {
            heard.add(wire.command());
        }
        assertTrue(heard.contains("SELECT 0"), heard.toString());
    }

    @Test
    void behindAFileTheStreamFollowsAtOnce() throws IOException {
        say("SET", "k", "v");
        Wire wire = introduced("psync2");
        wire.send(Wire.command("PSYNC", "?", "-1"));
        assertTrue(wire.text().startsWith("+FULLRESYNC "));
        int length = Integer.parseInt(wire.text().substring(1));
        assertTrue(wire.bytes(length).startsWith("REDIS0009"));
        say("SET", "later", "1");
        String heard = wire.command();
        while (!heard.equals("SET later 1")) {
            heard = wire.command();
        }
    }

    @Test
    void replicasThatWaitTogetherShareOneSnapshot() throws IOException {
        say("CONFIG", "SET", "repl-diskless-sync-delay", "60");
        say("CONFIG", "SET", "repl-diskless-sync-max-replicas", "3");
        var replies = new ArrayList<String>();
        var waiting = new ArrayList<Wire>();
        for (int i = 0; i < 3; i++) {
            Wire wire = introduced("eof", "psync2");
            wire.send(Wire.command("PSYNC", "?", "-1"));
            waiting.add(wire);
            if (i == 0) {
                // While it waits it hears that we live.
                assertEquals("", wire.line());
                assertTrue(field("slave0").contains("state=wait_bgsave"));
            }
        }
        var headers = new ArrayList<String>();
        for (Wire wire : waiting) {
            replies.add(wire.text());
            headers.add(wire.text());
        }
        assertEquals(1, List.copyOf(replies).stream().distinct().count(), replies.toString());
        assertEquals(1, headers.stream().distinct().count(), headers.toString());
    }

    @Test
    void aReplicaThatIsLostMidwayDisturbsNobody() throws IOException {
        new SeededWrites(1).run(master.address(), 20_000);
        say("CONFIG", "SET", "repl-diskless-sync-delay", "60");
        say("CONFIG", "SET", "repl-diskless-sync-max-replicas", "2");
        Wire one = introduced("eof", "psync2");
        one.send(Wire.command("PSYNC", "?", "-1"));
        Wire two = introduced("eof", "psync2");
        two.send(Wire.command("PSYNC", "?", "-1"));
        assertTrue(one.text().startsWith("+FULLRESYNC"));
        one.close();
        assertTrue(two.text().startsWith("+FULLRESYNC"));
        String mark = two.text().substring(5);
        assertTrue(until(two, mark).startsWith("REDIS0009"));
        Await.until("one replica", PATIENCE, () -> field("connected_slaves").equals("1"));
    }

    @Test
    void psyncBehindUnreadRepliesIsRefused() throws IOException {
        Wire wire = connect();
        wire.send(Wire.command("REPLCONF", "capa", "eof") + Wire.command("PSYNC", "?", "-1"));
        assertEquals("+OK", wire.text());
        assertEquals("-ERR SYNC and PSYNC are invalid with pending output", wire.text());
    }

    @Test
    void aReplicaThatSendsOrdinaryCommandsIsClosed() throws IOException {
        Wire wire = introduced("eof", "psync2");
        until(wire, beginSocketSync(wire));
        wire.send(Wire.command("GET", "k"));
        wire.awaitClose();
        assertEquals("0", field("connected_slaves"));
    }

    @Test
    void aSilentReplicaIsGivenUp() throws IOException {
        say("CONFIG", "SET", "repl-timeout", "1");
        Wire wire = introduced("eof", "psync2");
        until(wire, beginSocketSync(wire));
        wire.send(Wire.command("REPLCONF", "ACK", "0"));
        wire.awaitClose();
        assertTrue(master.stdout().contains("Disconnecting timedout replica (streaming sync)"));
    }

    @Test
    void aReplicaThatReadsTooSlowlyIsClosed() throws IOException {
        say("CONFIG", "SET", "client-output-buffer-limit", "replica 1mb 0 0");
        Wire wire = introduced("eof", "psync2");
        until(wire, beginSocketSync(wire));
        // Held back until an ACK that never comes.
        String value = "x".repeat(100_000);
        for (int i = 0; i < 15; i++) {
            say("SET", "k", value);
        }
        Await.until("its end", PATIENCE, () -> field("connected_slaves").equals("0"));

        Wire other = introduced("eof", "psync2");
        until(other, beginSocketSync(other));
        other.send(Wire.command("REPLCONF", "ACK", "0"));
        for (int i = 0; i < 200; i++) {
            say("SET", "k", value);
        }
        Await.until("its end", PATIENCE, () -> field("connected_slaves").equals("0"));
        assertEquals("PONG", say("PING"));
    }

    @Test
    void withoutThePsync2CapabilityContinueNamesNoId() throws IOException {
        Wire first = introduced("eof", "psync2");
        until(first, beginSocketSync(first));
        String id = field("master_replid");
        long next = Long.parseLong(field("master_repl_offset")) + 1;
        Wire old = introduced();
        old.send(Wire.command("PSYNC", id, Long.toString(next)));
        assertEquals("+CONTINUE", old.text());
        Wire recent = introduced("psync2");
        recent.send(Wire.command("PSYNC", id, Long.toString(next)));
        assertEquals("+CONTINUE " + id, recent.text());
        Wire future = introduced("eof", "psync2");
        future.send(Wire.command("PSYNC", id, Long.toString(next + 1_000_000)));
        assertTrue(future.text().startsWith("+FULLRESYNC " + id));
    }

    @Test
    void theBacklogIsDroppedWithItsHistoryWhenNobodyReadsIt() throws IOException {
        say("CONFIG", "SET", "repl-backlog-ttl", "1");
        Wire wire = introduced("eof", "psync2");
        until(wire, beginSocketSync(wire));
        String id = field("master_replid");
        assertEquals("1", field("repl_backlog_active"));
        wire.close();
        Await.until("the drop", PATIENCE, () -> field("repl_backlog_active").equals("0"));
        assertNotEquals(id, field("master_replid"));
        assertEquals("0".repeat(40), field("master_replid2"));
    }

    @Test
    void replconfIsAnsweredAsRedisDoes() throws IOException {
        Wire wire = connect();
        wire.send(Wire.command("REPLCONF"));
        assertEquals("+OK", wire.text());
        wire.send(Wire.command("REPLCONF", "capa"));
        assertEquals("-ERR syntax error", wire.text());
        wire.send(Wire.command("REPLCONF", "capa", "never-heard-of"));
        assertEquals("+OK", wire.text());
        wire.send(Wire.command("REPLCONF", "colour", "red"));
        assertEquals("-ERR Unrecognized REPLCONF option: colour", wire.text());
        wire.send(Wire.command("REPLCONF", "ACK", "5") + Wire.command("PING"));
        assertEquals("+PONG", wire.text());
    }

    @Test
    @Interop
    void redisCliCopiesTheDataAndFollowsTheStream() throws IOException {
        new SeededWrites(2).run(master.address(), 2000);
        Path copy = folder.resolve("copy.rdb");
        String port = Integer.toString(master.address().port());
        Tool.Result copied = Tool.run(List.of("redis-cli", "-p", port, "--rdb", copy.toString()));
        assertEquals(0, copied.exitCode(), copied.toString());
        Tool.Result checked = Tool.run(List.of("redis-check-rdb", copy.toString()));
        assertEquals(0, checked.exitCode(), checked.toString());
    }
}
