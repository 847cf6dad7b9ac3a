package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The flags of the master and of each replica, looked at all the time while a replica is promoted
 * by hand and the other one needs long to follow: first with redis-sentinel as the leader, then
 * with ours. What is left out stands in {@link DifferentialExclusions}.
 */
@Interop
class SentinelFlagsDifferentialIT {
    private static final String MASTER = Topology.MASTER_NAME;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long the copy of the replica that is not promoted lets wait for itself. */
    private static final String SYNC_DELAY_SECONDS = "2";

    private static final int ATTEMPTS = 3;

    private static SentinelPair pair;

    @BeforeAll
    static void start() throws IOException {
        pair =
                SentinelPair.start(
                        List.of(
                                "sentinel monitor mymaster MASTER 1",
                                "sentinel failover-timeout mymaster 30000",
                                "sentinel monitor second SECOND 2"),
                        List.of("enable-debug-command yes"));
        // Priorities are seen at the next INFO.
        pair.sentinels().forEach(s -> tell(s, "SENTINEL", "DEBUG", "info-period", "1000"));
    }

    @AfterAll
    static void close() {
        pair.close();
    }

    /** A state may be over before somebody looks: then both lead once more. */
    @Test
    void everyStateOfAFailoverShowsTheSameFlags() {
        Map<String, List<String>> redisLeads = Map.of();
        Map<String, List<String>> oursLead = Map.of("not", List.of("tried"));
        for (int i = 0; i < ATTEMPTS && !redisLeads.equals(oursLead); i++) {
            redisLeads = flagsOfAFailoverBy(pair.redis());
            oursLead = flagsOfAFailoverBy(pair.ours());
        }
        assertEquals(redisLeads, oursLead);
        assertTrue(oursLead.getOrDefault("slow", List.of()).contains("slave,reconf_inprog"));
    }

    /** For each role of the story its flags in turn, each once. */
    private static Map<String, List<String>> flagsOfAFailoverBy(Daemon leader) {
        pair.awaitAcquainted();
        Daemon old = pair.masterSeenBy(leader);
        List<Daemon> replicas = pair.group().stream().filter(s -> !s.equals(old)).toList();
        Daemon heir = replicas.getFirst();
        Daemon slow = replicas.getLast();
        tell(heir, "CONFIG", "SET", "replica-priority", "1");
        tell(slow, "CONFIG", "SET", "replica-priority", "50");
        // Another history than the others know: they need a whole copy, and the copy a while.
        tell(heir, "DEBUG", "CHANGE-REPL-ID");
        tell(heir, "CONFIG", "SET", "repl-diskless-sync-delay", SYNC_DELAY_SECONDS);
        pair.sentinels().forEach(s -> awaitPriorities(s, heir, slow));

        Map<String, List<String>> seen = new TreeMap<>();
        try (var log = new EventLog(leader.address());
                var client = leader.connect()) {
            look(client, seen, Map.of(old, "old", heir, "heir", slow, "slow"));
            client.call("SENTINEL", "FAILOVER", MASTER);
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!log.has("+failover-end", MASTER) && System.nanoTime() < end) {
                look(client, seen, Map.of(old, "old", heir, "heir", slow, "slow"));
            }
            pair.awaitAcquainted();
            look(client, seen, Map.of(old, "old", heir, "heir", slow, "slow"));
        }
        tell(heir, "CONFIG", "SET", "repl-diskless-sync-delay", "0");
        for (Daemon server : pair.group()) {
            tell(server, "CONFIG", "SET", "replica-priority", "100");
        }
        return seen;
    }

    private static void look(
            Client client, Map<String, List<String>> seen, Map<Daemon, String> names) {
        List<Map<String, String>> rows = new ArrayList<>();
        client.rows("SENTINEL", "MASTERS").stream()
                .filter(row -> MASTER.equals(row.get("name")))
                .forEach(rows::add);
        rows.addAll(client.rows("SENTINEL", "REPLICAS", MASTER));
        var byAddress = new HashMap<Address, String>();
        names.forEach((daemon, name) -> byAddress.put(daemon.address(), name));
        for (var row : rows) {
            var address =
                    new Address(
                            row.getOrDefault("ip", ""),
                            Integer.parseInt(row.getOrDefault("port", "0")));
            String name = byAddress.getOrDefault(address, "a stranger");
            var flags = seen.computeIfAbsent(name, _ -> new ArrayList<>());
            String now = row.getOrDefault("flags", "");
            if (!DifferentialExclusions.areLeftOut(name, now)
                    && (flags.isEmpty() || !flags.getLast().equals(now))) {
                flags.add(now);
            }
        }
    }

    private static void awaitPriorities(Daemon sentinel, Daemon heir, Daemon slow) {
        pair.await(
                "the priorities",
                () ->
                        Client.ask(sentinel.address(), c -> c.rows("SENTINEL", "REPLICAS", MASTER))
                                .orElse(List.of())
                                .stream()
                                .filter(
                                        row ->
                                                !row.getOrDefault("slave-priority", "")
                                                        .equals(
                                                                wanted(
                                                                        row.getOrDefault(
                                                                                "port", ""),
                                                                        heir,
                                                                        slow)))
                                .findFirst()
                                .map(Map::toString));
    }

    private static String wanted(String port, Daemon heir, Daemon slow) {
        if (port.equals(Integer.toString(heir.address().port()))) {
            return "1";
        }
        return port.equals(Integer.toString(slow.address().port())) ? "50" : "100";
    }

    private static void tell(Daemon daemon, String... words) {
        try (var client = daemon.connect()) {
            assertEquals("OK", client.text(words));
        }
    }
}
