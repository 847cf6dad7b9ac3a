package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.resp.RespValue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sentinels of ours over redis-servers where everybody has exactly the rights that
 * docs/operations.md gives to each role.
 */
@Timeout(300)
class AclFailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String SENTINEL_ON_DATA_NODE =
            "user sentinel on >spw resetchannels &__sentinel__:hello -@all +ping +info +publish"
                + " +subscribe +client|setname +multi +exec +slaveof +config|rewrite +client|kill"
                + " +script|kill";
    private static final String REPLICA_ON_DATA_NODE =
            "user replica on >rpw resetchannels -@all +ping +replconf +psync";
    private static final String ADMIN = "user default on >adminpw ~* &* +@all";

    private static final String PEER_ON_SENTINEL =
            "user peer on >ppw resetchannels &__sentinel__:hello -@all +ping +publish"
                    + " +client|setname +sentinel|is-master-down-by-addr +sentinel|master"
                    + " +sentinel|sentinels";

    /** Here the default user has the role of a client, so that the test need not log in. */
    private static final String CLIENT_ON_SENTINEL =
            "user default on nopass allchannels -@all +auth +hello +ping +role +command"
                + " +client|getname +client|id +client|setname +subscribe +unsubscribe +psubscribe"
                + " +punsubscribe +sentinel|get-master-addr-by-name +sentinel|master +sentinel|myid"
                + " +sentinel|replicas +sentinel|slaves +sentinel|sentinels";

    private static final String ADMIN_ON_SENTINEL = "user admin on >adminpw &* +@all";

    @TempDir Path folder;

    @RegisterExtension final Running running = new Running();
    private final List<OurSentinel> sentinels = new ArrayList<>();

    private RealRedis dataNode(String... more) throws IOException {
        var arguments = new ArrayList<String>();
        for (var user : List.of(ADMIN, SENTINEL_ON_DATA_NODE, REPLICA_ON_DATA_NODE)) {
            var words = Arrays.asList(user.split(" "));
            arguments.add("--user");
            arguments.addAll(words.subList(1, words.size()));
        }
        arguments.addAll(List.of("--masteruser", "replica", "--masterauth", "rpw"));
        arguments.addAll(List.of(more));
        return running.add(RealRedis.server(folder, arguments.toArray(String[]::new)));
    }

    private RealRedis replicaOf(RealRedis master) throws IOException {
        return dataNode("--replicaof", master.address().host() + " " + master.address().port());
    }

    private OurSentinel sentinelOf(
            RealRedis master, int quorum, long downAfter, long failoverTimeout) throws Exception {
        var sentinel =
                running.add(
                        OurSentinel.start(
                                folder.resolve("sentinel-" + sentinels.size()),
                                String.join(
                                        "\n",
                                        PEER_ON_SENTINEL,
                                        CLIENT_ON_SENTINEL,
                                        ADMIN_ON_SENTINEL,
                                        "sentinel sentinel-user peer",
                                        "sentinel sentinel-pass ppw",
                                        "sentinel monitor m 127.0.0.1 "
                                                + master.address().port()
                                                + " "
                                                + quorum,
                                        "sentinel auth-user m sentinel",
                                        "sentinel auth-pass m spw",
                                        "sentinel down-after-milliseconds m " + downAfter,
                                        "sentinel failover-timeout m " + failoverTimeout)));
        sentinels.add(sentinel);
        return sentinel;
    }

    private static RespClient admin(RealRedis node) throws IOException {
        var client = RespClient.connect(node.address(), Duration.ofSeconds(5));
        assertEquals("OK", client.call("AUTH", "adminpw").asText());
        return client;
    }

    private static RespClient admin(OurSentinel sentinel) throws IOException {
        var client = sentinel.connect();
        assertEquals("OK", client.call("AUTH", "admin", "adminpw").asText());
        return client;
    }

    private static int masterPort(OurSentinel sentinel) throws IOException {
        var address = sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m").asList();
        return Integer.parseInt(address.get(1).asText());
    }

    private boolean allSee(int replicas, int peers) throws IOException {
        for (var sentinel : sentinels) {
            var ready = sentinel.replicas("m").stream().filter(OurSentinel::isReadyReplica).count();
            var up =
                    sentinel.call("SENTINEL", "SENTINELS", "m").asList().stream()
                            .filter(peer -> flagsOf(peer).equals("sentinel"))
                            .count();
            if (ready < replicas
                    || up < peers
                    || !"master".equals(sentinel.master("m").get("flags"))) {
                return false;
            }
        }
        return true;
    }

    private static String flagsOf(RespValue instance) {
        var fields = instance.asList().stream().map(RespValue::asText).toList();
        return fields.get(fields.indexOf("flags") + 1);
    }

    private String views() {
        var text = new StringBuilder();
        for (var sentinel : sentinels) {
            try {
                text.append(sentinel.master("m")).append('\n').append(sentinel.replicas("m"));
            } catch (IOException unreachable) {
                text.append(unreachable);
            }
        }
        return text.toString();
    }

    private boolean allNameAnother(int oldPort) throws IOException {
        for (var sentinel : sentinels) {
            if (masterPort(sentinel) == oldPort) {
                return false;
            }
        }
        return true;
    }

    @Test
    void everybodyFailsOverWithExactlyTheRightsOfItsRole() throws Exception {
        var master = dataNode();
        var nodes = List.of(master, replicaOf(master), replicaOf(master));
        for (var i = 0; i < 3; i++) {
            sentinelOf(master, 2, 2_000, 10_000);
        }
        Await.until(PATIENCE, () -> allSee(2, 2), this::views);

        try (var admin = admin(sentinels.getFirst())) {
            assertEquals("OK", admin.call("SENTINEL", "FAILOVER", "m").asText());
        }
        Await.until(PATIENCE, () -> allNameAnother(master.address().port()), this::views);
        Await.until(PATIENCE, () -> allSee(2, 2), this::views);

        var second = masterPort(sentinels.getFirst());
        var victim = nodes.stream().filter(n -> n.address().port() == second).findFirst();
        assertNobodyWasTurnedAway(victim.orElseThrow());
        victim.get().close();
        Await.until(PATIENCE, () -> allNameAnother(second), this::views);
        for (var node : nodes) {
            if (node != victim.get()) {
                assertNobodyWasTurnedAway(node);
            }
        }
        for (var sentinel : sentinels) {
            try (var admin = admin(sentinel)) {
                assertEquals(List.of(), admin.call("ACL", "LOG").asList());
            }
        }
    }

    private static void assertNobodyWasTurnedAway(RealRedis node) throws IOException {
        try (var admin = admin(node)) {
            assertEquals(List.of(), admin.call("ACL", "LOG").asList(), node.address().toString());
        }
    }

    @Test
    void aRightThatIsMissingOnADataNodeIsToldOfByTheNameOfTheCommand() throws Exception {
        var master = dataNode();
        var replica = replicaOf(master);
        var sentinel = sentinelOf(master, 1, 5_000, 1_000);
        Await.until(PATIENCE, () -> allSee(1, 0), this::views);
        try (var events = sentinel.connect();
                var steersSentinel = admin(sentinel);
                var steersReplica = admin(replica)) {
            events.call("SUBSCRIBE", "-command-denied");
            for (var command : List.of("client|setname", "ping", "info", "publish", "subscribe")) {
                steersReplica.call("ACL", "SETUSER", "sentinel", "-" + command);
                steersReplica.call("CLIENT", "KILL", "USER", "sentinel");
                awaitDenial(events, replica, command);
                steersReplica.call("ACL", "SETUSER", "sentinel", "+" + command);
            }
            // SLAVEOF stays denied: sent alone it would promote, and the next round had no master.
            // Without MULTI the rest is carried out one by one, CLIENT KILL too: it comes last.
            for (var command :
                    List.of("slaveof", "config|rewrite", "client|kill", "exec", "multi")) {
                steersReplica.call("CLIENT", "KILL", "USER", "sentinel");
                Await.until(PATIENCE, () -> allSee(1, 0), this::views);
                assertEquals(master.address().port(), masterPort(sentinel));
                steersReplica.call("ACL", "SETUSER", "sentinel", "-" + command);
                Await.until(PATIENCE, () -> startsFailover(steersSentinel), this::views);
                awaitDenial(events, replica, command);
                if (!command.equals("slaveof") && !command.equals("multi")) {
                    steersReplica.call("ACL", "SETUSER", "sentinel", "+" + command);
                }
            }
        }
    }

    /** Without this the right would be missed in the first failover that needs it. */
    @Test
    void aRightThatOnlyAFailoverNeedsIsMissedAtOnceAndNothingIsDoneToFindOut() throws Exception {
        var master = dataNode();
        var replica = replicaOf(master);
        var sentinel = sentinelOf(master, 1, 20_000, 20_000);
        Await.until(PATIENCE, () -> allSee(1, 0), this::views);
        try (var events = sentinel.connect();
                var bystander = admin(master);
                var steersMaster = admin(master);
                var steersReplica = admin(replica)) {
            events.call("SUBSCRIBE", "-command-denied");
            for (var command :
                    List.of(
                            "slaveof",
                            "config|rewrite",
                            "client|kill",
                            "script|kill",
                            "exec",
                            "multi")) {
                steersReplica.call("ACL", "SETUSER", "sentinel", "-" + command);
                steersReplica.call("CLIENT", "KILL", "USER", "sentinel");
                awaitDenial(events, replica, command);
                steersReplica.call("ACL", "SETUSER", "sentinel", "+" + command);
                steersMaster.call("ACL", "SETUSER", "sentinel", "-" + command);
                steersMaster.call("CLIENT", "KILL", "USER", "sentinel");
                var port = master.address().port();
                awaitDenial(events, "master m 127.0.0.1 %d ".formatted(port), command);
                steersMaster.call("ACL", "SETUSER", "sentinel", "+" + command);
            }
            assertEquals("slave", steersReplica.call("ROLE").asList().getFirst().asText());
            assertEquals("master", bystander.call("ROLE").asList().getFirst().asText());
        }
    }

    private static boolean startsFailover(RespClient sentinel) throws IOException {
        return sentinel.call("SENTINEL", "FAILOVER", "m").asText().equals("OK");
    }

    private static void awaitDenial(RespClient events, RealRedis node, String command)
            throws IOException {
        var port = node.address().port();
        awaitDenial(events, "slave 127.0.0.1:%d 127.0.0.1 %d @ m ".formatted(port, port), command);
    }

    private static void awaitDenial(RespClient events, String wanted, String command)
            throws IOException {
        var heard = new ArrayList<String>();
        while (true) {
            var message = events.message(PATIENCE);
            assertTrue(message.isPresent(), "nothing of " + command + ", but " + heard);
            var text = message.get().asList().get(2).asText();
            heard.add(text);
            if (text.startsWith(wanted)
                    && text.contains(" " + command + " NOPERM ")
                    && text.contains("'" + command + "'")) {
                return;
            }
        }
    }

    @Test
    void aPeerThatRefusesUsIsNamedWithTheCommand() throws Exception {
        var master = dataNode();
        var first = sentinelOf(master, 2, 2_000, 10_000);
        var second = sentinelOf(master, 2, 2_000, 10_000);
        Await.until(PATIENCE, () -> allSee(0, 1), this::views);
        try (var events = first.connect();
                var steers = admin(second)) {
            events.call("SUBSCRIBE", "-command-denied");
            steers.call("ACL", "SETUSER", "peer", "-publish");
            steers.call("CLIENT", "KILL", "USER", "peer");
            awaitDenial(events, "sentinel ", "publish");
            for (var command : List.of("is-master-down-by-addr", "master", "sentinels")) {
                steers.call("ACL", "SETUSER", "peer", "-sentinel|" + command);
                steers.call("CLIENT", "KILL", "USER", "peer");
                awaitDenial(events, "sentinel ", "sentinel|" + command);
                steers.call("ACL", "SETUSER", "peer", "+sentinel|" + command);
            }
        }
    }

    @Test
    void aPasswordIsReplacedWhileTwoAreAcceptedAndNobodyIsMissed() throws Exception {
        var master = dataNode();
        var replica = replicaOf(master);
        var sentinel = sentinelOf(master, 1, 20_000, 20_000);
        Await.until(PATIENCE, () -> allSee(1, 0), this::views);
        try (var events = sentinel.connect();
                var steers = admin(sentinel)) {
            events.call("SUBSCRIBE", "+sdown", "-command-denied");
            for (var node : List.of(master, replica)) {
                try (var admin = admin(node)) {
                    admin.call("ACL", "SETUSER", "sentinel", ">new");
                }
            }
            assertEquals("OK", steers.call("SENTINEL", "SET", "m", "auth-pass", "new").asText());
            for (var node : List.of(master, replica)) {
                try (var admin = admin(node)) {
                    assertEquals("OK", admin.call("ACL", "SETUSER", "sentinel", "<spw").asText());
                    admin.call("CLIENT", "KILL", "USER", "sentinel");
                }
            }
            Await.until(PATIENCE, () -> allSee(1, 0), this::views);
            assertEquals("OK", steers.call("SENTINEL", "FAILOVER", "m").asText());
            Await.until(PATIENCE, () -> allNameAnother(master.address().port()), this::views);

            steers.call("ACL", "SETUSER", "admin", ">second");
            for (var password : List.of("adminpw", "second")) {
                try (var client = sentinel.connect()) {
                    assertEquals("OK", client.call("AUTH", "admin", password).asText());
                }
            }
            while (true) {
                var message = events.message(Duration.ofMillis(1));
                if (message.isEmpty()) {
                    break;
                }
                var words = message.get().asList();
                assertTrue(!words.getFirst().asText().equals("message"), () -> words.toString());
            }
        }
    }
}
