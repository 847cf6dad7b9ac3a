package dev.vedette.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The orderly end, seen by those who are still there: the process of this test goes on. */
class ShutdownTest extends SideBySide {
    private static final String FAILED = "-ERR Errors trying to SHUTDOWN. Check logs.\r\n";

    /** Two seconds are long enough for a ping and a save that are due every second. */
    private static final int SILENCE_MILLIS = 2500;

    @Test
    void behindTheEndReplicasHearNothingAndNothingIsSaved() throws Exception {
        try (var operator = new Peer(ourPort);
                var replica = new Peer(ourPort)) {
            operator.call("config set repl-ping-replica-period 1");
            replica.sync();
            assertEquals("+OK\r\n", operator.call("set k v"));
            while (!Peer.shown(replica.reply()).contains("\r\nping\r\n")) {
                // What came before the first ping.
            }
            operator.call(Stream.of("config", "set", "save", "1 1").map(Peer::bytes).toList());
            Files.deleteIfExists(dump());
            operator.send(Peer.words("shutdown nosave now"));
            var heard = replica.repliesWithin(SILENCE_MILLIS);
            assertTrue(heard.size() <= 1, () -> heard.size() + " pings");
            assertFalse(Files.exists(dump()), "a file that nobody wanted");
        }
    }

    @Test
    void aServerThatCouldNotEndSavesAgainAndSpeaksToItsReplicas() throws Exception {
        try (var operator = new Peer(ourPort);
                var replica = new Peer(ourPort)) {
            operator.call("config set repl-ping-replica-period 1");
            replica.sync();
            blockDump();
            assertEquals(FAILED, operator.call("shutdown save now"));
            unblockDump();
            while (!Peer.shown(replica.reply()).contains("\r\nping\r\n")) {
                // What came before the first ping.
            }
            assertEquals("+Background saving started\r\n", operator.call("bgsave"));
            await(() -> Files.exists(dump()));
        }
    }

    @Test
    void aFullSyncBySocketThatAFailedEndInterruptedBeginsAnew() throws Exception {
        try (var operator = new Peer(ourPort)) {
            operator.call("config set repl-diskless-sync-delay 0");
            operator.call("config set rdbcompression no");
            operator.call("debug populate 500 key 100000");
            try (var replica = new Peer(ourPort)) {
                replica.call("replconf capa eof capa psync2");
                replica.send(Peer.words("psync ? -1"));
                // It takes nothing more of the snapshot, which therefore does not end.
                assertTrue(Peer.shown(replica.reply()).startsWith("+FULLRESYNC "));
                blockDump();
                assertEquals(FAILED, operator.call("shutdown save now"));
                unblockDump();
                await(() -> operator.call("info replication").contains("connected_slaves:0"));
            }
            assertEquals("+Background saving started\r\n", operator.call("bgsave"));
            await(() -> Files.exists(dump()));
            await(() -> operator.call("info persistence").contains("rdb_bgsave_in_progress:0"));
        }
    }

    @Test
    void aSaveInTheBackgroundDoesNotStandInTheWayOfTheFinalOne() throws Exception {
        try (var operator = new Peer(ourPort);
                var asker = new Peer(ourPort)) {
            operator.call("config set rdbcompression no");
            operator.call("debug populate 50 key 1000000");
            assertEquals("+Background saving started\r\n", operator.call("bgsave"));
            asker.send(Peer.words("shutdown save now"));
            await(() -> Files.exists(dump()));
            assertEquals(0, asker.repliesWithin(500).size());
            await(() -> !anyTemporary());
            assertTrue(Files.size(dump()) > 50_000_000);
        }
    }

    private Path dump() {
        return directory.resolve("dump.rdb");
    }

    /** Nothing can take the place of a folder that has something in it. */
    private void blockDump() throws IOException {
        Files.deleteIfExists(dump());
        Files.createDirectories(dump().resolve("x"));
    }

    private void unblockDump() throws IOException {
        Files.delete(dump().resolve("x"));
        Files.delete(dump());
    }

    private boolean anyTemporary() throws IOException {
        try (var files = Files.newDirectoryStream(directory, "temp-*.rdb")) {
            return files.iterator().hasNext();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < deadline, "waited in vain");
        }
    }
}
