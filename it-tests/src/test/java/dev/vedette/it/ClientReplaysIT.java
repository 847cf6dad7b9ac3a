package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Client libraries that cannot be installed here: what they send when they look for the master, as
 * bytes, and whether what they read is there.
 */
class ClientReplaysIT {
    private static Topology topology;

    /** What redis-py turns into numbers, where it is there. */
    private static final Set<String> NUMBERS_OF_REDIS_PY =
            Set.of(
                    "config-epoch",
                    "down-after-milliseconds",
                    "failover-timeout",
                    "info-refresh",
                    "last-hello-message",
                    "last-ok-ping-reply",
                    "last-ping-reply",
                    "last-ping-sent",
                    "link-pending-commands",
                    "link-refcount",
                    "master-link-down-time",
                    "master-port",
                    "num-other-sentinels",
                    "num-slaves",
                    "o-down-time",
                    "parallel-syncs",
                    "port",
                    "quorum",
                    "role-reported-time",
                    "s-down-time",
                    "slave-priority",
                    "slave-repl-offset",
                    "voted-leader-epoch");

    @BeforeAll
    static void start() throws IOException {
        topology = Topology.of(Product.VEDETTE, Product.VEDETTE).replicas(1).sentinels(2).start();
    }

    @AfterAll
    static void close() {
        topology.close();
    }

    @Test
    void redisPyFindsTheMasterInMastersAndItsFieldsAreNumbers() throws IOException {
        var replies =
                say(
                        sentinel(),
                        "CLIENT SETNAME app",
                        "CLIENT SETINFO LIB-NAME redis-py",
                        "CLIENT SETINFO LIB-VER 7.0.0",
                        "SENTINEL MASTERS",
                        "SENTINEL SLAVES mymaster");
        Map<String, String> master = fields(replies.get(3).items().getFirst());
        assertEquals("master", master.get("flags"));
        assertEquals("1", master.get("num-other-sentinels"));
        assertEquals(topology.master().address().port(), port(master));
        Map<String, String> replica = fields(replies.get(4).items().getFirst());
        assertEquals("slave", replica.get("flags"));
        for (var row : List.of(master, replica)) {
            row.forEach(
                    (name, value) ->
                            assertTrue(
                                    !NUMBERS_OF_REDIS_PY.contains(name) || value.matches("-?\\d+"),
                                    () -> name + " is " + value));
        }
    }

    @Test
    void goRedisFindsAllAndSubscribesInResp3() throws IOException {
        var replies =
                say(
                        sentinel(),
                        "HELLO 3 SETNAME app",
                        "CLIENT SETINFO LIB-NAME go-redis(,go1.24)",
                        "CLIENT MAINT_NOTIFICATIONS ON",
                        "SENTINEL get-master-addr-by-name mymaster",
                        "SENTINEL sentinels mymaster",
                        "SENTINEL replicas mymaster",
                        "SUBSCRIBE +switch-master +replica-reconf-done");
        assertEquals('%', replies.get(0).sign());
        assertEquals('-', replies.get(2).sign());
        assertEquals(2, replies.get(3).items().size());
        assertEquals('%', replies.get(4).items().getFirst().sign());
        assertEquals("ok", fields(replies.get(5).items().getFirst()).get("master-link-status"));
        assertEquals('>', replies.get(6).sign());
        assertEquals("+switch-master", replies.get(6).items().get(1).text());
        assertEquals("+replica-reconf-done", replies.get(7).items().get(1).text());
    }

    @Test
    void stackExchangesPipelinedHandshakeGetsOneReplyToEachCommand() throws IOException {
        String[] handshake = {
            "CLIENT SETNAME app",
            "CLIENT SETINFO lib-name SE.Redis",
            "CLIENT SETINFO lib-ver 2.9",
            "CLIENT ID",
            "CONFIG GET timeout",
            "CONFIG GET replica-read-only",
            "CONFIG GET databases",
            "INFO replication",
            "INFO server",
            "CLUSTER NODES",
            "GET __Booksleeve_TieBreak",
            "ECHO abc",
            "SENTINEL MASTERS",
            "ROLE",
            "PING"
        };
        for (Address node : List.of(sentinel(), topology.master().address())) {
            var replies = say(node, handshake);
            assertEquals(handshake.length, replies.size());
            assertEquals("+PONG\n", replies.getLast().show());
        }
        // A plain server has no SENTINEL, a sentinel no ECHO: an error each, and all goes on.
        assertEquals('-', say(sentinel(), "ECHO abc").getFirst().sign());
        assertEquals('-', say(topology.master().address(), "SENTINEL MASTERS").getFirst().sign());
        assertEquals("sentinel", say(sentinel(), "ROLE").getFirst().items().getFirst().text());
        assertEquals(
                "master",
                say(topology.master().address(), "ROLE").getFirst().items().getFirst().text());
    }

    @Test
    void stackExchangeFindsAllAndListensOnASentinel() throws IOException {
        var replies =
                say(
                        sentinel(),
                        "HELLO 3 SETNAME app",
                        "SENTINEL get-master-addr-by-name mymaster",
                        "SENTINEL replicas mymaster",
                        "SENTINEL slaves mymaster",
                        "SENTINEL sentinels mymaster",
                        "SENTINEL masters",
                        "SUBSCRIBE +switch-master",
                        "SUBSCRIBE +sentinel");
        assertEquals(
                topology.master().address().port(),
                Integer.parseInt(replies.get(1).items().get(1).text()));
        for (var rows : replies.subList(2, 6)) {
            assertEquals(1, rows.items().size(), rows::show);
            fields(rows.items().getFirst())
                    .forEach((name, value) -> assertFalse(name.isEmpty(), value));
        }
        assertEquals("+sentinel", replies.get(7).items().get(1).text());
    }

    @Test
    void redisRbReadsTheRoleOfTheMasterInItsPrelude() throws IOException {
        var replies =
                say(
                        topology.master().address(),
                        "HELLO 3",
                        "CLIENT SETINFO LIB-NAME redis-client",
                        "CLIENT SETNAME app",
                        "ROLE");
        assertEquals('%', replies.get(0).sign());
        assertEquals("master", replies.get(3).items().getFirst().text());
    }

    @Test
    void redisRbGetsMapsInResp3AndTheAddressAsAnArray() throws IOException {
        var replies =
                say(
                        sentinel(),
                        "HELLO 3",
                        "SENTINEL get-master-addr-by-name mymaster",
                        "SENTINEL sentinels mymaster",
                        "SENTINEL replicas mymaster",
                        "SENTINEL get-master-addr-by-name nosuch");
        assertEquals('*', replies.get(1).sign());
        for (var rows : replies.subList(2, 4)) {
            assertFalse(rows.items().isEmpty());
            rows.items().forEach(row -> assertEquals('%', row.sign()));
        }
        assertEquals("_\n", replies.get(4).show());
    }

    @Test
    void nodeRedissPatternsWithClassesOfCharactersAreSubscribedTo() throws IOException {
        var replies =
                say(
                        sentinel(),
                        "PSUBSCRIBE switch-master [-+]sdown +slave +sentinel [-+]odown"
                                + " +slave-reconf-done");
        assertEquals(6, replies.size());
        assertEquals("6", replies.getLast().items().getLast().text());
    }

    private static Address sentinel() {
        return topology.sentinelAddresses().getFirst();
    }

    /** All commands at once; all replies up to that of a last one. */
    private static List<WireReply> say(Address node, String... commands) throws IOException {
        try (var wire = new Wire(new Socket(node.host(), node.port()))) {
            var bytes = new StringBuilder();
            for (String command : commands) {
                bytes.append(Wire.command(command.split(" ", -1)));
            }
            wire.send(bytes + Wire.command("PING", "the end"));
            var replies = new ArrayList<WireReply>();
            for (var reply = WireReply.read(wire);
                    !reply.show().contains("the end");
                    reply = WireReply.read(wire)) {
                replies.add(reply);
            }
            return replies;
        }
    }

    private static Map<String, String> fields(WireReply row) {
        var fields = new LinkedHashMap<String, String>();
        for (int i = 0; i + 1 < row.items().size(); i += 2) {
            fields.put(row.items().get(i).text(), row.items().get(i + 1).text());
        }
        return fields;
    }

    private static int port(Map<String, String> row) {
        return Integer.parseInt(row.getOrDefault("port", "0"));
    }
}
