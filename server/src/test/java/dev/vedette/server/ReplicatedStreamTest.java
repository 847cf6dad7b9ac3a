package dev.vedette.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What replicas are told of a client's commands: the same as by Redis, command for command. */
class ReplicatedStreamTest extends SideBySide {
    private static final String FAILED = "-ERR Errors trying to SHUTDOWN. Check logs.\r\n";

    @Test
    void aTransactionIsWrappedWhenItWroteTwiceAndNeverTellsOfItsExec() throws Exception {
        var script =
                List.of(
                        "set n 1",
                        "multi",
                        "set a 1",
                        "exec",
                        "multi",
                        "set a 2",
                        "incr n",
                        "exec",
                        "multi",
                        "get a",
                        "exec",
                        "multi",
                        "exec",
                        "multi",
                        "get a",
                        "incr n",
                        "get n",
                        "exec",
                        "multi",
                        "publish news x",
                        "exec",
                        "multi",
                        "publish news x",
                        "del a nosuch",
                        "exec",
                        "multi",
                        "set b 1",
                        "select 3",
                        "set c text",
                        "incr c",
                        "exec",
                        "select 0",
                        "multi",
                        "set d 1",
                        "discard",
                        "watch a",
                        "set a 3",
                        "multi",
                        "set a 4",
                        "exec");
        assertEquals(told(redisPort, script), told(ourPort, script));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get short",
                "exists short",
                "ttl short",
                "mget short short",
                "getdel short",
                "del short",
                "persist short",
                "append short x",
                "setnx short x",
                "rename short other",
                "multi|get short|exec",
                "multi|get short|incr n|exec"
            })
    void anExpiredKeyThatACommandFindsIsOneDel(String finding) throws Exception {
        var script = new ArrayList<>(List.of("debug set-active-expire 0", "set short v px 1", ""));
        script.addAll(List.of(finding.split("\\|")));
        var byRedis = told(redisPort, script);
        assertEquals(byRedis, told(ourPort, script));
        assertTrue(byRedis.contains("DEL short"), byRedis::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"get short", "set short w", "del short"})
    void anExpiryIsNoChangeThatSavePointsCount(String finding) throws Exception {
        var changes = new ArrayList<String>();
        for (var port : List.of(redisPort, ourPort)) {
            try (var client = new Peer(port)) {
                client.call("debug set-active-expire 0");
                client.call("set short v px 1");
                awaitNextMillis();
                client.call(finding);
                changes.add(
                        client.call("info persistence")
                                .lines()
                                .filter(line -> line.startsWith("rdb_changes_since_last_save:"))
                                .findFirst()
                                .orElseThrow());
            }
        }
        assertEquals(changes.getFirst(), changes.getLast());
    }

    /** What replicas are told by a script, in which an empty line lets a key's time pass. */
    private static List<String> told(int port, List<String> script) throws IOException {
        try (var replica = new Peer(port);
                var client = new Peer(port)) {
            replica.sync();
            for (var line : script) {
                if (line.isEmpty()) {
                    awaitNextMillis();
                } else {
                    client.call(line);
                }
            }
            return toldUntilNow(replica, client);
        }
    }

    private static void awaitNextMillis() {
        var past = System.currentTimeMillis() + 2;
        while (System.currentTimeMillis() <= past) {
            Thread.onSpinWait();
        }
    }

    private static List<String> toldUntilNow(Peer replica, Peer client) throws IOException {
        assertEquals("+OK\r\n", client.call("set end x"));
        var told = new ArrayList<String>();
        var command = command(replica);
        while (!command.equals("set end x")) {
            if (!command.equals("ping") && !command.startsWith("REPLCONF ")) {
                told.add(command.replaceAll("PXAT [0-9]+", "PXAT then"));
            }
            command = command(replica);
        }
        assertFalse(told.isEmpty(), "nothing was told");
        return told;
    }

    private static String command(Peer replica) throws IOException {
        var lines = Peer.shown(replica.reply()).lines().toList();
        var words = new ArrayList<String>();
        for (var i = 2; i < lines.size(); i += 2) {
            words.add(lines.get(i));
        }
        return String.join(" ", words);
    }

    // ---- commands that were held back

    @Test
    void commandsThatUnpauseLetsGoAreToldByThemselves() throws Exception {
        var told = new ArrayList<List<String>>();
        for (var port : List.of(redisPort, ourPort)) {
            try (var held = new Held(port)) {
                assertEquals("+OK\r\n", held.operator.call("client pause 100000 write"));
                held.begin(0);
                assertEquals("+OK\r\n", held.operator.call("client unpause"));
                told.add(held.told());
            }
        }
        assertEquals(told.getFirst(), told.getLast());
    }

    @Test
    void commandsThatAnAbortedShutdownLetsGoAreToldByThemselves() throws Exception {
        var told = new ArrayList<List<String>>();
        for (var port : List.of(redisPort, ourPort)) {
            try (var held = new Held(port);
                    var asker = new Peer(port)) {
                asker.send(Peer.words("shutdown nosave"));
                held.begin(1);
                assertEquals("+OK\r\n", held.operator.call("shutdown abort"));
                assertEquals(FAILED, Peer.shown(asker.reply()));
                told.add(held.told());
            }
        }
        assertEquals(told.getFirst(), told.getLast());
    }

    @Test
    void commandsThatAFailedShutdownLetsGoAreToldByThemselves() throws Exception {
        try (var held = new Held(ourPort);
                var asker = new Peer(ourPort)) {
            // Nothing can take the place of a folder that has something in it.
            Files.delete(directory.resolve("dump.rdb"));
            Files.createDirectories(directory.resolve("dump.rdb").resolve("x"));
            asker.send(Peer.words("shutdown nosave"));
            held.begin(1);
            assertEquals(FAILED, held.operator.call("shutdown save now"));
            assertEquals(FAILED, Peer.shown(asker.reply()));
            assertEquals(
                    List.of(
                            "SELECT 0",
                            "set before 1",
                            "set x 1",
                            "MULTI",
                            "set y 1",
                            "incr y",
                            "EXEC"),
                    held.told());
        }
    }

    /** A replica that never acknowledges, and two clients whose writes a pause holds back. */
    private static final class Held implements AutoCloseable {
        private final Peer operator;
        private final Peer replica;
        private final Peer writer;
        private final Peer transaction;

        Held(int port) throws IOException {
            operator = new Peer(port);
            replica = new Peer(port);
            writer = new Peer(port);
            transaction = new Peer(port);
            replica.sync();
            operator.call("set before 1");
            for (var line : List.of("multi", "set y 1", "incr y")) {
                transaction.call(line);
            }
        }

        /** When so many clients wait for something else. */
        void begin(int others) throws IOException {
            awaitBlocked(others);
            writer.send(Peer.words("set x 1"));
            awaitBlocked(others + 1);
            transaction.send(Peer.words("exec"));
            awaitBlocked(others + 2);
        }

        private void awaitBlocked(int clients) throws IOException {
            var wanted = "\r\nblocked_clients:" + clients + "\r\n";
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!operator.call("info clients").contains(wanted)) {
                assertTrue(System.nanoTime() < deadline, wanted);
            }
        }

        List<String> told() throws IOException {
            assertEquals("+OK\r\n", Peer.shown(writer.reply()));
            assertEquals("*2\r\n+OK\r\n:2\r\n", Peer.shown(transaction.reply()));
            return toldUntilNow(replica, operator);
        }

        @Override
        public void close() throws IOException {
            operator.close();
            replica.close();
            writer.close();
            transaction.close();
        }
    }
}
