package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RespClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * SENTINEL MASTER in the middle of a failover: a client hears of the new master, if there is one
 * soon; a sentinel hears at once how far it is. Over redis-servers.
 */
@Timeout(60)
class MasterQuestionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @RegisterExtension final Running running = new Running();

    private record Group(RealRedis master, RealRedis replica, OurSentinel sentinel) {
        String oldPort() {
            return port(master);
        }

        String newPort() {
            return port(replica);
        }

        private static String port(RealRedis node) {
            return Integer.toString(node.address().port());
        }
    }

    private Group startGroup(String... ofTheReplica) throws Exception {
        var master = running.add(RealRedis.server(folder));
        var replica = running.add(RealRedis.server(folder, ofTheReplica));
        replica.call("REPLICAOF", "127.0.0.1", Group.port(master));
        var sentinel =
                running.add(
                        OurSentinel.start(
                                folder.resolve("sentinel"),
                                """
                                sentinel monitor mymaster 127.0.0.1 %s 1
                                sentinel down-after-milliseconds mymaster 500
                                """
                                        .formatted(Group.port(master))));
        Await.until(
                PATIENCE,
                () -> sentinel.replicas("mymaster").stream().anyMatch(OurSentinel::isReadyReplica),
                sentinel::toString);
        return new Group(master, replica, sentinel);
    }

    /** What it is told, and after what time. */
    private record Told(Map<String, String> fields, Duration after) {
        String field(String name) {
            return fields.getOrDefault(name, "");
        }

        boolean isHealthy() {
            return !field("flags").contains("_");
        }

        /** By then a client is answered in any case: the machine was slow, and so the switch. */
        boolean isLate() {
            return after.toMillis() >= 600;
        }
    }

    private static Told ask(RespClient client) throws IOException {
        long asked = System.nanoTime();
        client.send("SENTINEL", "MASTER", "mymaster");
        var fields = Replies.fields(client.receive());
        return new Told(fields, Duration.ofNanos(System.nanoTime() - asked));
    }

    @Test
    void aClientThatAsksInTheMiddleOfAFailoverIsAnsweredBehindTheSwitch() throws Exception {
        var group = startGroup();
        try (var client = group.sentinel.connect()) {
            assertEquals("OK", client.call("SENTINEL", "FAILOVER", "mymaster").asText());
            long asked = System.nanoTime();
            client.send("SENTINEL", "MASTER", "mymaster");
            client.send("SENTINEL", "REPLICAS", "mymaster");
            var fields = Replies.fields(client.receive());
            var told = new Told(fields, Duration.ofNanos(System.nanoTime() - asked));
            var replicas = client.receive().asList();

            if (told.isHealthy()) {
                assertEquals("master", told.field("flags"));
                assertEquals(group.newPort(), told.field("port"));
                assertEquals(1, replicas.size());
                assertEquals(group.oldPort(), Replies.fields(replicas.getFirst()).get("port"));
            } else {
                assertTrue(told.isLate(), told::toString);
            }
        }
    }

    @Test
    void oneThatAsksAgainAndAgainWhileItsMasterDiesHearsOfNoFailover() throws Exception {
        var group = startGroup();
        group.master.close();
        try (var client = group.sentinel.connect()) {
            Await.until(
                    PATIENCE,
                    () -> {
                        var told = ask(client);
                        boolean longDown =
                                told.fields.containsKey("s-down-time")
                                        && Long.parseLong(told.field("s-down-time")) >= 300;
                        assertTrue(told.isHealthy() || longDown || told.isLate(), told::toString);
                        return told.field("port").equals(group.newPort());
                    },
                    group::toString);
        }
    }

    @Test
    void aSentinelIsToldAtOnce() throws Exception {
        var group = startGroup();
        try (var peer = group.sentinel.connect()) {
            assertEquals("OK", peer.call("CLIENT", "SETNAME", "sentinel-0123abcd-cmd").asText());
            peer.send("SENTINEL", "FAILOVER", "mymaster");
            peer.send("SENTINEL", "MASTER", "mymaster");
            assertEquals("OK", peer.receive().asText());
            assertEquals(
                    "master,failover_in_progress,force_failover",
                    Replies.fields(peer.receive()).get("flags"));
        }
    }

    /** Where a user's rights leave it no CLIENT SETNAME. */
    @Test
    void oneThatOnlyAsksAsASentinelToo() throws Exception {
        var group = startGroup();
        try (var peer = group.sentinel.connect()) {
            peer.send("SENTINEL", "IS-MASTER-DOWN-BY-ADDR", "127.0.0.1", group.oldPort(), "0", "*");
            peer.send("SENTINEL", "FAILOVER", "mymaster");
            peer.send("SENTINEL", "MASTER", "mymaster");
            assertEquals(3, peer.receive().asList().size());
            assertEquals("OK", peer.receive().asText());
            assertEquals(
                    "master,failover_in_progress,force_failover",
                    Replies.fields(peer.receive()).get("flags"));
        }
    }

    @Test
    void whoseMasterNobodyReplacesIsToldThatItIsDown() throws Exception {
        var group = startGroup("--replica-priority", "0");
        group.master.close();
        try (var client = group.sentinel.connect()) {
            Await.until(
                    PATIENCE, () -> ask(client).field("flags").contains("s_down"), group::toString);
        }
    }

    /** The kernel takes connections for a process that is being killed. */
    @Test
    void whetherAMasterLivesThatHungUpIsSaidWhenItIsKnown() throws Exception {
        var master = running.add(ScriptedNode.start());
        var sentinel =
                running.add(
                        OurSentinel.start(
                                folder.resolve("sentinel"),
                                "sentinel monitor mymaster 127.0.0.1 %d 1\n"
                                        .formatted(master.address().port())));
        try (var client = sentinel.connect()) {
            Await.until(PATIENCE, () -> isKnownToLive(client), sentinel::toString);

            master.ping = "";
            master.hangUp();
            Await.until(PATIENCE, () -> ask(client).isLate(), sentinel::toString);

            master.ping = "+PONG\r\n";
            Await.until(PATIENCE, () -> isKnownToLive(client), sentinel::toString);
        }
    }

    private static boolean isKnownToLive(RespClient client) throws IOException {
        var told = ask(client);
        return told.field("flags").equals("master") && !told.isLate();
    }
}
