package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Two sentinels of ours and one redis-sentinel over one group. Whoever is eager (quorum 1, a short
 * down-after) leads every failover; the others vote and follow. {@code VEDETTE_IT_ROUNDS} repeats
 * it, {@code VEDETTE_IT_DOWN_AFTER_MS} makes the eager ones more eager.
 */
@Interop
class MixedGroupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int ROUNDS = Rounds.orInCi(1);

    /**
     * On a machine that does ten other things a healthy server may need two seconds for a PONG;
     * then somebody is down who is not, and fails over once more or finds no good replica.
     */
    private static final String DOWN_AFTER_MILLIS =
            System.getenv().getOrDefault("VEDETTE_IT_DOWN_AFTER_MS", "3000");

    private enum Fault {
        KILL,
        HANG,
        MANUAL
    }

    @Test
    void redisLeadsAndOursVoteAndFollow() throws IOException {
        faultsLedBy(Product.REDIS, Product.VEDETTE);
    }

    @Test
    void oursLeadAndRedisVotesAndFollows() throws IOException {
        faultsLedBy(Product.VEDETTE, Product.REDIS);
    }

    private static void faultsLedBy(Product leaders, Product servers) throws IOException {
        Product others = leaders == Product.REDIS ? Product.VEDETTE : Product.REDIS;
        try (var topology =
                Topology.of(servers, others)
                        .sentinels(Product.VEDETTE, Product.VEDETTE, Product.REDIS)
                        .sentinelLines(
                                leaders,
                                "sentinel down-after-milliseconds mymaster " + DOWN_AFTER_MILLIS)
                        .sentinelLines(others, "sentinel down-after-milliseconds mymaster 8000")
                        .start()) {
            List<Daemon> eager =
                    leaders == Product.REDIS
                            ? topology.sentinels().subList(2, 3)
                            : topology.sentinels().subList(0, 2);
            for (Daemon sentinel : eager) {
                try (var client = sentinel.connect()) {
                    client.call("SENTINEL", "SET", Topology.MASTER_NAME, "quorum", "1");
                }
            }
            for (Fault fault : Fault.values()) {
                for (int round = 1; round <= ROUNDS; round++) {
                    failover(topology, eager, fault, leaders + " leads, " + fault + " " + round);
                }
            }
        }
    }

    private static void failover(Topology topology, List<Daemon> eager, Fault fault, String what) {
        Daemon old = topology.master();
        List<EventLog> logs = new ArrayList<>();
        try {
            topology.sentinels().forEach(s -> logs.add(new EventLog(s.address())));
            long start = System.nanoTime();
            switch (fault) {
                case KILL -> old.kill();
                case HANG -> old.signal("STOP");
                case MANUAL -> {
                    try (var client = eager.getFirst().connect()) {
                        client.call("SENTINEL", "FAILOVER", Topology.MASTER_NAME);
                    }
                }
            }
            topology.await(what, PATIENCE, () -> notSwitched(logs));
            System.out.printf(
                    "mixed group, %s: +switch-master after %d to %d ms%n",
                    what, millis(start, logs, true), millis(start, logs, false));
            switch (fault) {
                case KILL -> old.start();
                case HANG -> old.signal("CONT");
                case MANUAL -> {}
            }
            topology.awaitHealthy();

            assertEquals(List.of(), aborts(logs), () -> what + logs(logs));
            assertEquals(1, named(logs, "+elected-leader").size(), () -> what + logs(logs));
            assertEquals(
                    Set.of(),
                    named(logs, "+elected-leader").stream()
                            .map(EventLog.Heard::sentinel)
                            .filter(a -> eager.stream().noneMatch(e -> e.address().equals(a)))
                            .collect(Collectors.toSet()),
                    what);
            // Each of the three tells of one switch, and of the same.
            assertEquals(3, named(logs, "+switch-master").size(), () -> what + logs(logs));
            assertEquals(
                    1,
                    named(logs, "+switch-master").stream()
                            .map(EventLog.Heard::payload)
                            .distinct()
                            .count(),
                    what);
        } finally {
            logs.forEach(EventLog::close);
        }
    }

    /** But for those of one that stood again and heard that another had won meanwhile. */
    private static List<EventLog.Heard> aborts(List<EventLog> logs) {
        List<EventLog.Heard> all = named(logs, "-failover-abort");
        var beaten =
                all.stream()
                        .filter(e -> e.payload().endsWith(" another-leads"))
                        .map(EventLog.Heard::sentinel)
                        .collect(Collectors.toSet());
        return all.stream().filter(e -> !beaten.contains(e.sentinel())).toList();
    }

    private static Optional<String> notSwitched(List<EventLog> logs) {
        return logs.stream()
                .filter(log -> !log.has("+switch-master", ""))
                .findFirst()
                .map(log -> "one has not switched: " + log.heard());
    }

    private static long millis(long start, List<EventLog> logs, boolean first) {
        var times =
                named(logs, "+switch-master").stream().mapToLong(EventLog.Heard::nanos).sorted();
        long[] all = times.toArray();
        return (all[first ? 0 : all.length - 1] - start) / 1_000_000;
    }

    private static List<EventLog.Heard> named(List<EventLog> logs, String start) {
        return logs.stream()
                .flatMap(log -> log.heard().stream())
                .filter(event -> event.name().startsWith(start))
                .toList();
    }

    private static String logs(List<EventLog> logs) {
        return logs.stream()
                .map(log -> "\n" + log.heard().stream().map(Object::toString).toList())
                .collect(Collectors.joining());
    }
}
