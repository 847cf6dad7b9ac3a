package dev.vedette.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The sign of life between servers of ours: seldom enough, and no part of the stream. */
class HeartbeatTest extends SideBySide {
    private static final String HEARTBEAT = "master_heartbeat_milliseconds";
    private static final String LAST_IO = "master_last_io_milliseconds_ago";

    @Test
    void whoAsksForItIsPromisedItAndAMasterOfRedisPassesOverTheWord() throws Exception {
        try (var ours = new Peer(ourPort);
                var redis = new Peer(redisPort)) {
            var asking = "replconf capa eof capa psync2 capa vedette-heartbeat";
            assertEquals("+OK vedette-heartbeat 100\r\n", ours.call(asking));
            assertEquals("+OK\r\n", redis.call(asking));
            SideBySide.same("replconf capa eof capa psync2", ours, redis);
        }
    }

    @Test
    void aReplicaOfRedisHearsNothingOfIt() throws Exception {
        try (var operator = new Peer(ourPort);
                var plain = new Peer(ourPort);
                var listening = new Peer(ourPort)) {
            plain.sync();
            listening.call("replconf capa vedette-heartbeat");
            listening.sync();
            endPings(operator);
            var offset = number(operator, "master_repl_offset");
            for (var beats = 0; beats < 3; beats++) {
                assertEquals("\n", Peer.shown(listening.reply()));
            }
            assertEquals(offset, number(operator, "master_repl_offset"));
            operator.call("set k v");
            var heard = Peer.shown(plain.reply());
            while (heard.equals("*1\r\n$4\r\nping\r\n")) {
                heard = Peer.shown(plain.reply());
            }
            assertEquals("*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n", heard);
            assertEquals("*3\r\n$3\r\nset\r\n$1\r\nk\r\n$1\r\nv\r\n", Peer.shown(plain.reply()));
        }
    }

    @Test
    void aReplicaShowsThatItHearsItsMasterThoughNothingIsWritten() throws Exception {
        var port = freePort();
        var master = new Peer(ourPort);
        try (var _ = new Closing(startOurs(port));
                var replica = new Peer(port);
                master) {
            follow(replica, ourPort);
            endPings(master);
            assertEquals(100, number(replica, HEARTBEAT));
            var offset = number(master, "master_repl_offset");
            awaitBeat(replica);
            assertEquals(offset, number(master, "master_repl_offset"));
            assertEquals(offset, number(replica, "slave_repl_offset"));
            assertEquals(offset, number(replica, "slave_read_repl_offset"));
        }
    }

    @Test
    void aReplicaOfRedisShowsNoHeartbeat() throws Exception {
        try (var replica = new Peer(ourPort)) {
            follow(replica, redisPort);
            assertTrue(number(replica, LAST_IO) >= 0);
            assertFalse(info(replica).contains(HEARTBEAT));
        }
    }

    /** What was beaten meanwhile is nothing that the new master would lack. */
    @Test
    void aMasterThatBeatWhenItsReplicaWasPromotedGoesOnFromThereWithoutAFullSync()
            throws Exception {
        var port = freePort();
        var master = new Peer(ourPort);
        try (var _ = new Closing(startOurs(port));
                var replica = new Peer(port);
                var listening = new Peer(ourPort);
                master) {
            follow(replica, ourPort);
            endPings(master);
            listening.call("replconf capa vedette-heartbeat");
            listening.sync();
            master.call("set k v");
            await(() -> replica.call("get k").equals("$1\r\nv\r\n"));
            replica.call("replicaof no one");
            for (var beats = 0; beats < 3; ) {
                beats += Peer.shown(listening.reply()).equals("\n") ? 1 : 0;
            }
            follow(master, port);
            assertEquals(
                    List.of("sync_full:0", "sync_partial_ok:1"),
                    replica.call("info stats")
                            .lines()
                            .filter(line -> line.matches("sync_(full|partial_ok):.*"))
                            .toList());
        }
    }

    /** Until it says that it last heard its master more recently than it said before. */
    private static void awaitBeat(Peer replica) throws IOException {
        var before = new long[] {0};
        await(
                () -> {
                    var said = number(replica, LAST_IO);
                    var fell = said < before[0];
                    before[0] = said;
                    return fell;
                });
    }

    private static void follow(Peer replica, int port) throws IOException {
        replica.call("replicaof 127.0.0.1 " + port);
        await(() -> info(replica).contains("master_link_status:up"));
    }

    /** No PING but one that was sent just now moves offsets in this test. */
    private static void endPings(Peer master) throws IOException {
        var offset = number(master, "master_repl_offset");
        master.call("config set repl-ping-replica-period 1");
        await(() -> number(master, "master_repl_offset") > offset);
        master.call("config set repl-ping-replica-period 3600");
    }

    private static String info(Peer server) throws IOException {
        return server.call("info replication");
    }

    private static long number(Peer server, String field) throws IOException {
        return info(server)
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> Long.parseLong(line.substring(field.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private record Closing(Server server) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
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
