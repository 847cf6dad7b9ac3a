package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What must hold between a master and its replicas, whosever they are. */
abstract class ReplicationScenarios {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LATER = Duration.ofSeconds(30);

    /** Milliseconds that a key has left while a busy machine stops its master. */
    private static final String LONG_ENOUGH = "3000";

    private static final int MANY = 100_000;
    private static final int SOME = 3_000;

    @TempDir Path folder;
    private final List<Daemon> daemons = new ArrayList<>();

    abstract Product masters();

    abstract Product replicas();

    @AfterEach
    void endAll() {
        daemons.reversed().forEach(Daemon::close);
    }

    private Daemon start(Product product, String... lines) {
        var all = new ArrayList<>(List.of("save \"\"", "repl-diskless-sync-delay 0"));
        all.addAll(List.of(lines));
        Daemon daemon = Daemon.server(product, folder, Ports.free(), all);
        daemons.add(daemon);
        return daemon.start().awaitPong();
    }

    private Daemon startReplica(Product product, Daemon master, String... lines) {
        var all = new ArrayList<>(List.of(lines));
        Address address = master.address();
        all.add("replicaof " + address.host() + " " + address.port());
        return start(product, all.toArray(String[]::new));
    }

    private static String info(Daemon daemon, String section, String field) {
        return Client.ask(daemon.address(), c -> c.info(section).field(field).orElse(""))
                .orElse("(no answer)");
    }

    private static String field(Daemon daemon, String field) {
        return info(daemon, "replication", field);
    }

    private static long stat(Daemon daemon, String field) {
        return Long.parseLong(info(daemon, "stats", field));
    }

    private static String say(Daemon daemon, String... words) {
        return Client.ask(daemon.address(), c -> c.text(words)).orElse("(no answer)");
    }

    private static Optional<String> expect(String what, String expected, String actual) {
        return actual.equals(expected)
                ? Optional.empty()
                : Optional.of(what + " is " + actual + ", not " + expected);
    }

    private String view() {
        var view = new StringBuilder();
        for (Daemon daemon : daemons) {
            view.append(say(daemon, "INFO", "replication")).append(daemon.lastLogLines());
            view.append('\n');
        }
        return view.toString();
    }

    private void awaitLinkUp(Daemon replica) {
        Await.noProblem(
                replica.name() + " in step",
                LATER,
                () -> expect("link", "up", field(replica, "master_link_status")),
                this::view);
    }

    /** Until both have the same history up to the same byte, and no key is about to expire. */
    private void awaitInStep(Daemon master, Daemon replica, Duration patience) {
        Await.noProblem(
                replica.name() + " has what " + master.name() + " has",
                patience,
                () -> {
                    // The replica first: what the master has by then it had before.
                    String has = field(replica, "slave_repl_offset");
                    Optional<String> lag =
                            expect("offset", field(master, "master_repl_offset"), has);
                    return lag.isPresent()
                            ? lag
                            : expect("keys", say(master, "DBSIZE"), say(replica, "DBSIZE"));
                },
                this::view);
    }

    private void assertSameData(Daemon one, Daemon other) throws IOException {
        awaitInStep(one, other, SOON);
        var keys = new AtomicInteger();
        // A key may expire between two looks at the same data.
        Await.noProblem(
                other.name() + " holds the data of " + one.name(),
                SOON,
                () -> {
                    try {
                        Map<String, String> expected = SeededWrites.data(one.address());
                        keys.set(expected.size());
                        return difference(expected, SeededWrites.data(other.address()));
                    } catch (IOException e) {
                        return Optional.of(e.toString());
                    }
                },
                this::view);
        assertTrue(keys.get() > 100, () -> "only " + keys + " keys");
    }

    private static Optional<String> difference(
            Map<String, String> expected, Map<String, String> actual) {
        var different = new TreeMap<String, String>();
        expected.forEach(
                (key, value) -> {
                    if (!value.equals(actual.get(key))) {
                        different.put(key, value + " <> " + actual.get(key));
                    }
                });
        actual.keySet().stream()
                .filter(key -> !expected.containsKey(key))
                .forEach(key -> different.put(key, "missing <> " + actual.get(key)));
        return different.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        different.size() + " differ: " + Objects.toString(different.firstEntry()));
    }

    // ---- following

    @Test
    void aHundredThousandWritesArriveWithinTenSeconds() throws IOException {
        Daemon master = start(masters());
        var writes = new SeededWrites(4711);
        writes.run(master.address(), SOME);
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        writes.run(master.address(), MANY);
        awaitInStep(master, replica, SOON);
        assertSameData(master, replica);
        assertEquals(1, stat(master, "sync_full"));
    }

    @Test
    void aSyncThroughAFileBringsTheSame() throws IOException {
        Daemon master = start(masters(), "repl-diskless-sync no");
        var writes = new SeededWrites(1);
        writes.run(master.address(), SOME);
        Daemon replica = startReplica(replicas(), master);
        writes.run(master.address(), SOME);
        awaitLinkUp(replica);
        assertSameData(master, replica);
    }

    @Test
    void aCutLinkIsMendedByAPartialResync() throws IOException {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        var writes = new SeededWrites(2);
        for (int round = 1; round <= 3; round++) {
            writes.run(master.address(), SOME);
            long before = stat(master, "sync_partial_ok");
            if (round == 2) {
                say(replica, "CLIENT", "KILL", "TYPE", "master");
            } else {
                say(master, "CLIENT", "KILL", "TYPE", "replica");
            }
            writes.run(master.address(), SOME);
            Await.until("a partial resync", LATER, () -> stat(master, "sync_partial_ok") > before);
            assertSameData(master, replica);
        }
        assertEquals(1, stat(master, "sync_full"));
    }

    @Test
    void aBacklogThatIsTooShortLeadsToAFullSync() throws IOException {
        Daemon master = start(masters(), "repl-backlog-size 16kb");
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        replica.signal("STOP");
        say(master, "CLIENT", "KILL", "TYPE", "replica");
        var writes = new SeededWrites(3);
        writes.run(master.address(), SOME);
        replica.signal("CONT");
        Await.until("a full sync", LATER, () -> stat(master, "sync_full") == 2);
        awaitLinkUp(replica);
        assertSameData(master, replica);
    }

    @Test
    void aChainOfThreeHoldsTheSameData() throws IOException {
        Daemon top = start(masters());
        Daemon middle = startReplica(replicas(), top);
        awaitLinkUp(middle);
        Daemon last = startReplica(masters(), middle);
        awaitLinkUp(last);
        var writes = new SeededWrites(5);
        writes.run(top.address(), SOME);
        assertSameData(top, middle);
        assertSameData(top, last);
        assertEquals(field(top, "master_replid"), field(last, "master_replid"));
        // The middle one is cut off and back: the last one notices nothing but a pause.
        say(top, "CLIENT", "KILL", "TYPE", "replica");
        writes.run(top.address(), SOME);
        assertSameData(top, last);
        assertEquals(1, stat(top, "sync_full"));
        assertEquals(1, stat(middle, "sync_full"));
    }

    // ---- change of roles

    @Test
    void siblingsOfAPromotedReplicaContinue() throws IOException {
        Daemon master = start(masters());
        Daemon promoted = startReplica(replicas(), master);
        Daemon sibling = startReplica(masters(), master);
        Daemon other = startReplica(replicas(), master);
        List.of(promoted, sibling, other).forEach(this::awaitLinkUp);
        var writes = new SeededWrites(6);
        writes.run(master.address(), SOME);
        for (Daemon replica : List.of(promoted, sibling, other)) {
            awaitInStep(master, replica, SOON);
        }
        String oldId = field(master, "master_replid");
        master.kill();

        assertEquals("OK", say(promoted, "REPLICAOF", "NO", "ONE"));
        assertEquals(oldId, field(promoted, "master_replid2"));
        writes.run(promoted.address(), SOME);
        for (Daemon replica : List.of(sibling, other)) {
            assertEquals("OK", follow(replica, promoted));
            awaitLinkUp(replica);
            assertSameData(promoted, replica);
            assertEquals(field(promoted, "master_replid"), field(replica, "master_replid"));
        }
        assertEquals(0, stat(promoted, "sync_full"));
        assertEquals(2, stat(promoted, "sync_partial_ok"));
    }

    private static String follow(Daemon follower, Daemon leader) {
        Address address = leader.address();
        return say(follower, "REPLICAOF", address.host(), Integer.toString(address.port()));
    }

    @Test
    void aDemotedMasterThatLostNothingContinues() throws IOException {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        // Neither a ping nor what expires: a master that tells of it once its replica has left is
        // ahead.
        assertEquals("OK", say(master, "CONFIG", "SET", "repl-ping-replica-period", "3600"));
        for (int i = 0; i < 200; i++) {
            assertEquals("OK", say(master, "SET", "key" + i, "value" + i));
        }
        assertSameData(master, replica);

        assertEquals("OK", say(replica, "REPLICAOF", "NO", "ONE"));
        assertEquals("OK", follow(master, replica));
        awaitLinkUp(master);
        new SeededWrites(8).run(replica.address(), SOME);
        assertSameData(replica, master);
        assertEquals(0, stat(replica, "sync_full"));
        assertTrue(say(master, "SET", "a", "b").startsWith("-READONLY"));
    }

    @Test
    void aReplicaThatWasRestartedContinues() throws IOException {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        new SeededWrites(9).run(master.address(), SOME);
        awaitInStep(master, replica, SOON);
        say(replica, "SHUTDOWN", "SAVE");
        assertEquals(0, replica.awaitEnd());

        new SeededWrites(10).run(master.address(), SOME);
        replica.start().awaitPong();
        awaitLinkUp(replica);
        assertSameData(master, replica);
        assertEquals(1, stat(master, "sync_full"));
        assertEquals(1, stat(master, "sync_partial_ok"));
    }

    @Test
    void aMasterThatWasRestartedIsContinuedFrom() throws IOException {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        new SeededWrites(11).run(master.address(), SOME);
        awaitInStep(master, replica, SOON);
        say(master, "SHUTDOWN", "SAVE");
        assertEquals(0, master.awaitEnd());

        master.start().awaitPong();
        awaitLinkUp(replica);
        new SeededWrites(12).run(master.address(), SOME);
        assertSameData(master, replica);
        assertEquals(0, stat(master, "sync_full"));
        assertEquals(1, stat(master, "sync_partial_ok"));
    }

    @Test
    void whatAMasterSavesIsNoMatterOfItsReplicas() {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        say(master, "SET", "unsaved", "v");
        assertEquals("OK", say(master, "SAVE"));
        say(master, "SET", "behind", "v");
        Await.until("the write behind", SOON, () -> say(replica, "GET", "behind").equals("v"));
        String commands = say(replica, "INFO", "commandstats");
        assertTrue(commands.contains("cmdstat_set:"), commands);
        assertTrue(!commands.contains("cmdstat_save:"), commands);
    }

    @Test
    void aTransactionOfTheSentinelTurnsAReplicaIntoAMaster() {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        try (var sentinel = replica.connect()) {
            sentinel.call("MULTI");
            sentinel.call("SLAVEOF", "NO", "ONE");
            sentinel.call("CONFIG", "REWRITE");
            sentinel.call("CLIENT", "KILL", "TYPE", "normal");
            sentinel.call("CLIENT", "KILL", "TYPE", "pubsub");
            assertTrue(sentinel.text("EXEC").startsWith("OK OK"), "EXEC");
        }
        assertEquals("master", field(replica, "role"));
        assertTrue(!replica.confText().contains("replicaof"), replica.confText());
    }

    // ---- WAIT and gates

    @Test
    void waitCountsTheReplicasThatHaveTheWrite() {
        Daemon master = start(masters(), "min-replicas-to-write 1");
        assertEquals(
                "-NOREPLICAS Not enough good replicas to write.", say(master, "SET", "a", "1"));
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        try (var client = master.connect()) {
            Await.until("a good replica", LATER, () -> client.text("SET", "a", "1").equals("OK"));
            assertEquals("1", client.text("WAIT", "1", "5000"));
            assertEquals("1", client.text("WAIT", "2", "100"));
        }
        assertEquals("1", say(replica, "GET", "a"));
        assertTrue(say(replica, "WAIT", "1", "0").startsWith("-ERR WAIT cannot be used"));
    }

    @Test
    void aReplicaWithoutItsMasterMayRefuseToServe() {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        say(replica, "CONFIG", "SET", "replica-serve-stale-data", "no");
        assertEquals("PONG", say(replica, "PING"));
        master.kill();
        Await.until("the loss", LATER, () -> field(replica, "master_link_status").equals("down"));
        assertEquals(
                "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
                say(replica, "PING"));
        assertEquals("slave", say(replica, "ROLE").split(" ", 2)[0]);
    }

    // ---- expiry

    @Test
    void aReplicaLeavesExpiredKeysToItsMaster() {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        say(master, "SET", "k", "v");
        Await.until("the key", SOON, () -> say(replica, "GET", "k").equals("v"));
        say(master, "PEXPIRE", "k", LONG_ENOUGH);
        Await.until("its time", SOON, () -> !say(replica, "PTTL", "k").equals("-1"));
        master.signal("STOP");
        Await.until("its end", SOON, () -> say(replica, "GET", "k").equals("(nil)"));
        assertEquals("1", say(replica, "DBSIZE"));
        master.signal("CONT");
        Await.until("the removal", SOON, () -> say(replica, "DBSIZE").equals("0"));
    }

    @Test
    void aKeyWhoseTimeCameWhileTheMasterWasAwayLeavesItsReplicasToo() {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        say(master, "SET", "short", "v");
        say(master, "SET", "long", "v");
        Await.until("both keys", SOON, () -> say(replica, "DBSIZE").equals("2"));
        say(master, "PEXPIRE", "short", LONG_ENOUGH);
        Await.until("its time", SOON, () -> !say(replica, "PTTL", "short").equals("-1"));
        say(master, "SHUTDOWN", "SAVE");
        assertEquals(0, master.awaitEnd());
        Await.until("its time", SOON, () -> say(replica, "GET", "short").equals("(nil)"));
        assertEquals("2", say(replica, "DBSIZE"));
        master.start().awaitPong();
        Await.until("its removal", LATER, () -> say(replica, "DBSIZE").equals("1"));
        assertEquals(0, stat(master, "sync_full"));
    }

    @Test
    void nothingInTheStreamIsAnErrorAtTheReplica() throws IOException {
        Daemon master = start(masters(), "enable-debug-command yes");
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        long before = stat(replica, "total_error_replies");
        try (var client = master.connect();
                var held = RespClient.connect(master.address(), SOON)) {
            for (String line :
                    List.of(
                            "MULTI",
                            "SET a 1",
                            "EXEC",
                            "MULTI",
                            "SET a 2",
                            "INCR a",
                            "EXEC",
                            "DEBUG SET-ACTIVE-EXPIRE 0",
                            "SET short v PX 1")) {
                client.text(line.split(" ", -1));
            }
            Await.until("its time", SOON, () -> client.text("GET", "short").equals("(nil)"));
            assertEquals("OK", client.text("CLIENT", "PAUSE", "100000", "WRITE"));
            held.send("SET", "held", "back");
            Await.until(
                    "the write is held back",
                    SOON,
                    () -> client.info("clients").field("blocked_clients").equals(Optional.of("1")));
            assertEquals("OK", client.text("CLIENT", "UNPAUSE"));
            assertEquals("OK", Client.text(held.receive()));
        }
        Await.until("the write", SOON, () -> say(replica, "GET", "held").equals("back"));
        assertEquals("3", say(replica, "GET", "a"));
        assertEquals(before, stat(replica, "total_error_replies"), this::view);
    }

    @Test
    void messagesReachSubscribersOfReplicas() throws IOException {
        Daemon master = start(masters());
        Daemon replica = startReplica(replicas(), master);
        awaitLinkUp(replica);
        try (var subscriber = RespClient.connect(replica.address(), SOON)) {
            subscriber.call("SUBSCRIBE", "news");
            assertEquals("0", say(master, "PUBLISH", "news", "hello"));
            String heard = "";
            while (!heard.startsWith("message")) {
                heard = Client.text(subscriber.message(SOON).orElseThrow());
            }
            assertEquals("message news hello", heard);
        }
    }
}
