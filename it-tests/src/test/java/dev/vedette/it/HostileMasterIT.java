package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A replica of ours whose master breaks off, lies, or sends nonsense: the test is the master. */
class HostileMasterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ID = "a".repeat(40);
    private static final String MARK = "m".repeat(40);

    /** One key, without a checksum. */
    private static final String SNAPSHOT = "REDIS0009\u00fe\0\0\3key\5value\u00ff\0\0\0\0\0\0\0\0";

    @TempDir static Path folder;
    private static Daemon replica;

    private ServerSocket listening;

    @BeforeAll
    static void startReplica() {
        replica =
                Daemon.server(Product.VEDETTE, folder, Ports.free(), List.of("save \"\""))
                        .start()
                        .awaitPong();
    }

    @AfterAll
    static void endReplica() {
        replica.close();
    }

    @BeforeEach
    void listenAndBeFollowed() throws IOException {
        say("FLUSHALL");
        say("SET", "old", "data");
        listening = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
        listening.setSoTimeout((int) PATIENCE.toMillis());
        say("REPLICAOF", "127.0.0.1", Integer.toString(listening.getLocalPort()));
    }

    @AfterEach
    void beLeft() throws IOException {
        say("REPLICAOF", "NO", "ONE");
        say("CONFIG", "SET", "repl-timeout", "60");
        say("CONFIG", "SET", "masterauth", "");
        say("CONFIG", "SET", "masteruser", "");
        listening.close();
    }

    private static String say(String... words) {
        return Client.ask(replica.address(), c -> c.text(words)).orElse("(no answer)");
    }

    private static boolean isUp() {
        return say("INFO", "replication").contains("master_link_status:up");
    }

    /** The next attempt of the replica, up to and with its PSYNC. */
    private Wire accept(String psync) throws IOException {
        var wire = new Wire(listening.accept());
        assertEquals("PING", wire.command());
        wire.send("+PONG\r\n");
        assertEquals("REPLCONF listening-port " + replica.address().port(), wire.command());
        assertEquals("REPLCONF capa eof capa psync2 capa vedette-heartbeat", wire.command());
        wire.send("+OK\r\n+OK\r\n");
        String asked = wire.command();
        assertTrue(asked.matches(psync), asked);
        return wire;
    }

    private Wire accept() throws IOException {
        return accept("PSYNC .*");
    }

    /** A whole sync, so that the stream begins behind offset 1000. */
    private Wire synced() throws IOException {
        Wire wire = accept();
        wire.send("+FULLRESYNC " + ID + " 1000\r\n$EOF:" + MARK + "\r\n" + SNAPSHOT + MARK);
        assertEquals("REPLCONF ACK 1000", wire.command());
        return wire;
    }

    private static void assertOldData() {
        assertEquals("data", say("GET", "old"));
        assertEquals("1", say("DBSIZE"));
    }

    private static void awaitLog(String text) {
        Await.until("the log says " + text, PATIENCE, () -> replica.stdout().contains(text));
    }

    @Test
    void anInterruptedTransferIsTriedAgainAndTheOldDataServedMeanwhile() throws IOException {
        String psync = "PSYNC .*";
        for (int sent : new int[] {0, 5, SNAPSHOT.length() - 1}) {
            try (Wire wire = accept(psync)) {
                wire.send("+FULLRESYNC " + ID + " 7\r\n$" + SNAPSHOT.length() + "\r\n");
                wire.send(SNAPSHOT.substring(0, sent));
            }
            assertOldData();
            // What was begun to be given up is not asked for again.
            psync = "PSYNC \\? -1";
        }
        try (Wire wire = accept(psync)) {
            wire.send("\n\n+FULLRESYNC " + ID + " 7\r\n\n\n$" + SNAPSHOT.length() + "\r\n");
            wire.send(SNAPSHOT);
            assertEquals("REPLCONF ACK 7", wire.command());
            assertEquals("value", say("GET", "key"));
            assertEquals("(nil)", say("GET", "old"));
        }
    }

    @Test
    void aDamagedTransferIsRefused() throws IOException {
        for (String wrong :
                List.of(
                        // A checksum that is not that of the data.
                        SNAPSHOT.substring(0, SNAPSHOT.length() - 8) + "12345678",
                        SNAPSHOT.replace("REDIS0009", "REDIS0012"),
                        SNAPSHOT.replace("REDIS0009", "SIDER0009"),
                        SNAPSHOT + "more",
                        SNAPSHOT.replace("\0\3key", "w\3key"))) {
            try (Wire wire = accept()) {
                wire.send("+FULLRESYNC " + ID + " 7\r\n$" + wrong.length() + "\r\n" + wrong);
                wire.awaitClose();
            }
            assertOldData();
        }
        awaitLog("Wrong RDB checksum");
        awaitLog("Can't handle RDB format version 12");
        try (Wire wire = accept()) {
            wire.send("+FULLRESYNC " + ID + " 7\r\n$EOF:" + MARK + "\r\n" + SNAPSHOT);
            wire.send("x".repeat(40));
            wire.awaitClose();
        }
        assertOldData();
    }

    @Test
    void aBadHeaderIsRefused() throws IOException {
        for (String wrong :
                List.of(
                        "$abc\r\n",
                        "$-5\r\n",
                        "hello\r\n",
                        "$EOF:short\r\n",
                        "-ERR no memory\r\n")) {
            try (Wire wire = accept()) {
                wire.send("+FULLRESYNC " + ID + " 7\r\n" + wrong);
                wire.awaitClose();
            }
        }
        awaitLog("MASTER aborted replication with an error: ERR no memory");
        for (String wrong : List.of("+FULLRESYNC short 7\r\n", "+FULLRESYNC " + ID + " x\r\n")) {
            try (Wire wire = accept()) {
                wire.send(wrong);
                wire.awaitClose();
            }
        }
        assertOldData();
    }

    @Test
    void aMasterThatCannotYetIsAskedAgain() throws IOException {
        for (String notYet : List.of("-LOADING Redis is loading", "-NOMASTERLINK Can't SYNC")) {
            try (Wire wire = accept()) {
                wire.send(notYet + "\r\n");
                wire.awaitClose();
            }
        }
        synced().close();
    }

    @Test
    void aMasterOfTheFirstKindIsAskedBySync() throws IOException {
        try (Wire wire = accept()) {
            wire.send("-ERR unknown command 'PSYNC'\r\n");
            assertEquals("SYNC", wire.command());
            wire.send("$" + SNAPSHOT.length() + "\r\n" + SNAPSHOT + Wire.command("SET", "a", "1"));
            Await.until("the write", PATIENCE, () -> say("GET", "a").equals("1"));
        }
        // Of such a master we know no history: everything anew.
        accept("PSYNC \\? -1").close();
    }

    @Test
    void aPasswordIsGivenBeforeAnythingElse() throws IOException {
        say("CONFIG", "SET", "masterauth", "secret");
        say("CONFIG", "SET", "masteruser", "repl");
        listening.accept().close();
        try (var wire = new Wire(listening.accept())) {
            assertEquals("PING", wire.command());
            wire.send("-NOAUTH Authentication required.\r\n");
            assertEquals("AUTH repl secret", wire.command());
            wire.send("-WRONGPASS invalid username-password pair\r\n");
            awaitLog("Unable to AUTH to MASTER: WRONGPASS");
        }
    }

    @Test
    void aTransactionThatDidNotArriveWholeIsAsIfItNeverBegan() throws IOException {
        String first = Wire.command("SELECT", "0") + Wire.command("SET", "n", "1");
        String half = Wire.command("MULTI") + Wire.command("INCR", "n");
        try (Wire wire = synced()) {
            wire.send(first + half);
            Await.until("the first write", PATIENCE, () -> say("GET", "n").equals("1"));
        }
        long next = 1001L + first.length();
        try (Wire wire = accept("PSYNC " + ID + " " + next)) {
            wire.send("+CONTINUE\r\n" + half + Wire.command("EXEC"));
            Await.until("the transaction", PATIENCE, () -> say("GET", "n").equals("2"));
            wire.send(Wire.command("REPLCONF", "GETACK", "*"));
            long offset = next - 1 + half.length() + Wire.command("EXEC").length();
            String ack = wire.command();
            while (!ack.equals("REPLCONF ACK " + offset)) {
                assertTrue(ack.startsWith("REPLCONF ACK "), ack);
                ack = wire.command();
            }
        }
    }

    @Test
    void aStreamInSinglesBytesIsObeyed() throws IOException {
        try (Wire wire = synced()) {
            String stream =
                    Wire.command("SELECT", "3")
                            + Wire.command("SET", "a", "x\r\n$9")
                            + Wire.command("ping")
                            + Wire.command("APPEND", "a", "!");
            for (int i = 0; i < stream.length(); i++) {
                wire.send(stream.substring(i, i + 1));
            }
            Await.until("all of it", PATIENCE, () -> offset() == 1000 + stream.length());
            try (var client = replica.connect()) {
                client.call("SELECT", "3");
                assertEquals("x\r\n$9!", client.text("GET", "a"));
            }
        }
    }

    @Test
    void newlinesBetweenCommandsCountInNoOffset() throws IOException {
        String set = Wire.command("SET", "a", "1");
        long end = 1000L + 2L * set.length();
        try (Wire wire = synced()) {
            wire.send("\n" + set + "\n\n" + set.substring(0, 5));
            wire.send(set.substring(5) + "\n");
            Await.until("all of it", PATIENCE, () -> offset() == end);
        }
        accept("PSYNC " + ID + " " + (end + 1)).close();
    }

    private static long offset() {
        return Client.ask(
                        replica.address(),
                        c -> c.info("replication").number("slave_repl_offset").orElse(-1))
                .orElse(-1L);
    }

    @Test
    void aBrokenStreamEndsTheLinkAndNothingElse() throws IOException {
        String good = Wire.command("SET", "a", "1");
        long next = 1001;
        Wire wire = synced();
        for (String wrong :
                List.of("PING\r\n", "*x\r\n", "*1\r\n$99999999999\r\n", "*1\r\n:1\r\n")) {
            wire.send(good + wrong);
            wire.awaitClose();
            wire.close();
            next += good.length();
            wire = accept("PSYNC " + ID + " " + next);
            wire.send("+CONTINUE " + ID + "\r\n");
        }
        wire.close();
        assertEquals("1", say("GET", "a"));
        assertEquals("value", say("GET", "key"));
    }

    @Test
    void aSilentMasterIsGivenUp() throws IOException {
        say("CONFIG", "SET", "repl-timeout", "1");
        try (Wire silent = new Wire(listening.accept())) {
            assertEquals("PING", silent.command());
            silent.awaitClose();
        }
        try (Wire wire = accept()) {
            wire.send("+FULLRESYNC " + ID + " 7\r\n$1000\r\n");
            wire.awaitClose();
        }
        try (Wire wire = synced()) {
            wire.awaitClose();
        }
        awaitLog("MASTER timeout: no data nor PING received...");
    }

    @Test
    void anotherIdOnContinueIsTakenOver() throws IOException {
        synced().close();
        String other = "b".repeat(40);
        try (Wire wire = accept("PSYNC " + ID + " 1001")) {
            wire.send("+CONTINUE " + other + "\r\n");
            Await.until("the link", PATIENCE, HostileMasterIT::isUp);
            String info = say("INFO", "replication");
            assertTrue(info.contains("master_replid:" + other), info);
            assertTrue(info.contains("master_replid2:" + ID), info);
            assertTrue(info.contains("second_repl_offset:1001"), info);
        } catch (UncheckedIOException e) {
            throw new AssertionError(replica.lastLogLines(), e);
        }
    }
}
