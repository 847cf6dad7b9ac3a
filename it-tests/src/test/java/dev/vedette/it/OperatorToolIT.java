package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code vedette status} and {@code vedette failover} on one running topology, and what a sentinel
 * remembers of it. The questions come first, the failover after them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperatorToolIT {
    private static Topology topology;

    @BeforeAll
    static void start() throws IOException {
        topology = Topology.of(Product.VEDETTE, Product.VEDETTE).replicas(1).start();
    }

    @AfterAll
    static void end() {
        topology.close();
    }

    @Test
    @Order(1)
    void statusShowsMastersReplicasPeersAndQuorum() {
        Tool.Result status = Tool.vedette("status", sentinel().toString());
        assertEquals(0, status.exitCode(), status::toString);
        assertEquals("", status.stderr());
        Address master = topology.master().address();
        assertMatches(
                "(?m)^mymaster +" + Pattern.quote(master.toString()) + " +up +1 +3 +0 +2, reached$",
                status);
        assertMatches(
                "(?m)^  127.0.0.1:\\d+ +up +up +" + Pattern.quote(master.toString()) + " ", status);
        for (Daemon peer : topology.sentinels().subList(1, 3)) {
            assertMatches("(?m)^  " + Pattern.quote(peer.address().toString()) + " +up ", status);
        }
    }

    @Test
    @Order(1)
    void statusForScriptsIsOneJsonDocument() {
        Tool.Result status = Tool.vedette("status", "--json", sentinel().toString());
        assertEquals(0, status.exitCode(), status::toString);
        assertMatches("(?s)^\\{.*\"healthy\" : true.*\\}\\s*$", status);
        assertMatches("\"port\" : " + topology.master().address().port(), status);
        assertMatches("\"reached\" : true", status);
    }

    @Test
    @Order(1)
    void anUnknownMasterIsToldApartAndTheKnownOnesAreNamed() {
        Tool.Result failover =
                Tool.vedette("failover", "nosuch", "--sentinel", sentinel().toString());
        assertEquals(4, failover.exitCode(), failover::toString);
        assertEquals(
                "vedette: no such master 'nosuch'; the names known to "
                        + sentinel()
                        + " are: mymaster\n",
                failover.stderr());
    }

    @Test
    @Order(1)
    void aServerIsNotTakenForASentinel() {
        Address server = topology.master().address();
        Tool.Result status = Tool.vedette("status", server.toString());
        assertEquals(1, status.exitCode(), status::toString);
        assertTrue(
                status.stderr().startsWith("vedette: " + server + " is not a sentinel"),
                status::toString);
    }

    @Test
    @Order(2)
    void anOrderedFailoverIsFollowedToItsEnd() {
        Daemon before = topology.master();
        Tool.Result failover =
                Tool.vedette("failover", "mymaster", "--sentinel", sentinel().toString());
        assertEquals(0, failover.exitCode(), failover::toString);
        assertMatches("(?m)^ *\\d+ ms  \\+promoted-slave ", failover);
        Daemon after = topology.awaitFailoverFrom(before);
        assertNotEquals(before.name(), after.name());
        assertTrue(
                failover.stdout()
                        .endsWith(
                                "mymaster is now %s (was %s)\n"
                                        .formatted(after.address(), before.address())),
                failover::toString);
        topology.awaitHealthy();
    }

    @Test
    @Order(3)
    void aKilledSentinelGoesOnFromItsConf() {
        Daemon sentinel = topology.sentinels().getLast();
        Address master = topology.master().address();
        String id = ask(sentinel, "SENTINEL", "MYID");

        sentinel.kill();
        String conf = sentinel.confText();
        for (String line :
                List.of(
                        "sentinel myid " + id,
                        "sentinel monitor mymaster 127.0.0.1 " + master.port() + " 2",
                        "sentinel config-epoch mymaster 1",
                        "sentinel known-replica mymaster 127.0.0.1 ",
                        "sentinel known-sentinel mymaster 127.0.0.1 ",
                        "sentinel current-epoch 1")) {
            assertTrue(
                    conf.lines().anyMatch(l -> l.startsWith(line)),
                    () -> "no \"" + line + "\" in\n" + conf);
        }

        sentinel.start().awaitPong();
        assertEquals(id, ask(sentinel, "SENTINEL", "MYID"));
        assertEquals(
                master.host() + " " + master.port(),
                ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"));
        topology.awaitHealthy();
    }

    private static Address sentinel() {
        return topology.sentinels().getFirst().address();
    }

    private static String ask(Daemon daemon, String... words) {
        try (var client = daemon.connect()) {
            return client.text(words);
        }
    }

    private static void assertMatches(String pattern, Tool.Result result) {
        assertTrue(
                Pattern.compile(pattern).matcher(result.stdout()).find(),
                () -> "no match of " + pattern + " in:\n" + result);
    }
}
