package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What PSUBSCRIBE * hears of ours and of redis-sentinel 7.0.15 in the same failover, once with the
 * one as leader and once with the other. What is left out stands in {@link DifferentialExclusions}.
 */
@Interop
class SentinelEventsDifferentialIT {
    private static final String MASTER = Topology.MASTER_NAME;
    private static final String PROMOTED = "+failover-state-reconf-slaves";
    private static SentinelPair pair;

    @BeforeAll
    static void start() throws IOException {
        pair =
                SentinelPair.start(
                        List.of(
                                "sentinel monitor mymaster MASTER 1",
                                "sentinel failover-timeout mymaster 4000",
                                "sentinel monitor second SECOND 2"));
        // An old master is repaired after four publish-periods, and seen by the next INFO.
        pair.sentinels()
                .forEach(s -> tell(s, "DEBUG", "publish-period", "500", "info-period", "1000"));
    }

    @AfterAll
    static void close() {
        pair.close();
    }

    /** What both heard, with names for what differs from run to run. */
    private record Story(List<String> leader, List<String> observer) {}

    @Test
    void theDeathOfAMasterIsToldAlike() {
        Story redisLeads = ledBy(pair.redis(), Daemon::kill, this::isSeenDead);
        Story oursLeads = ledBy(pair.ours(), Daemon::kill, this::isSeenDead);
        assertEquals(lines(redisLeads.leader()), lines(oursLeads.leader()));
        assertEquals(lines(redisLeads.observer()), lines(oursLeads.observer()));
    }

    @Test
    void aManualFailoverIsToldAlike() {
        Story redisLeads = manual(pair.redis());
        Story oursLeads = manual(pair.ours());
        assertEquals(lines(redisLeads.leader()), lines(oursLeads.leader()));
        var excluded = DifferentialExclusions.EVENTS_OF_MANUAL_OBSERVERS;
        assertEquals(
                lines(without(excluded, redisLeads.observer())),
                lines(without(excluded, oursLeads.observer())));
    }

    @Test
    void commandsThatChangeAreToldAlike() {
        List<List<String>> orders =
                List.of(
                        List.of("SET", MASTER, "quorum", "1", "parallel-syncs", "2"),
                        List.of("SET", MASTER, "PARALLEL-SYNCS", "1"),
                        List.of("SET", MASTER, "failover-timeout", "4000"),
                        List.of("SET", MASTER, "down-after-milliseconds", "30000"),
                        List.of("SET", MASTER, "master-reboot-down-after-period", "0"),
                        List.of("SET", MASTER, "rename-command", "CONFIG", "CONFIG2"),
                        List.of("SET", MASTER, "rename-command", "CONFIG", "CONFIG"),
                        List.of("SET", "second", "auth-pass", "secret"),
                        List.of("SET", "second", "auth-user", "somebody", "auth-pass", ""),
                        List.of("SET", "second", "auth-user", ""),
                        List.of("SET", MASTER, "quorum", "1", "parallel-syncs", "0"),
                        List.of("MONITOR", "third", "127.0.0.1", "1", "7"),
                        List.of("SET", "third", "quorum", "8"),
                        List.of("REMOVE", "third"),
                        List.of("RESET", "nosuch*"));
        assertEquals(lines(told(pair.redis(), orders)), lines(told(pair.ours(), orders)));
    }

    private static List<String> told(Daemon sentinel, List<List<String>> orders) {
        try (var log = new EventLog(sentinel.address())) {
            orders.forEach(order -> tell(sentinel, order.toArray(String[]::new)));
            // The last order leaves no event: this one does.
            tell(sentinel, "SET", "second", "quorum", "2");
            awaitEvent(log, "+set", "quorum 2");
            return log.heard().stream().map(e -> pair.plain(sentinel, e.toString())).toList();
        }
    }

    @Test
    void aResetIsToldAlikeAndAllIsFoundAgain() {
        assertEquals(lines(resetBy(pair.redis())), lines(resetBy(pair.ours())));
    }

    private static List<String> resetBy(Daemon sentinel) {
        pair.awaitAcquainted();
        try (var log = new EventLog(sentinel.address())) {
            tell(sentinel, "RESET", MASTER);
            awaitEvent(log, "+reset-master", MASTER);
            pair.awaitAcquainted();
            // What is known is also told, but perhaps not heard yet.
            awaitEvent(log, "+sentinel", "");
            Daemon master = pair.masterSeenBy(sentinel);
            pair.group().stream()
                    .filter(server -> !server.equals(master))
                    .forEach(server -> awaitEvent(log, "+slave", "slave " + server.address()));
            // The replicas and the other sentinel are found again in any order.
            return names(sentinel, log).stream().sorted().toList();
        }
    }

    @Test
    void aReplicaThatEndsAndReturnsIsToldAlike() {
        pair.awaitAcquainted();
        pair.sentinels().forEach(s -> tell(s, "SET", MASTER, "down-after-milliseconds", "1000"));
        Daemon master = pair.masterSeenBy(pair.ours());
        Daemon replica =
                pair.group().stream().filter(s -> !s.equals(master)).findFirst().orElseThrow();
        try (var theirs = new EventLog(pair.redis().address());
                var ours = new EventLog(pair.ours().address())) {
            replica.kill();
            awaitEvent(theirs, "+sdown", "slave");
            awaitEvent(ours, "+sdown", "slave");
            replica.start().awaitPong();
            for (var log : List.of(theirs, ours)) {
                awaitEvent(log, "-sdown", "slave");
                awaitEvent(log, "+reboot", "slave");
            }
            assertEquals(
                    lines(names(pair.redis(), theirs).stream().sorted().toList()),
                    lines(names(pair.ours(), ours).stream().sorted().toList()));
        }
    }

    // ---- failovers

    private static Story manual(Daemon leader) {
        return ledBy(
                leader,
                _ -> tell(leader, "FAILOVER", MASTER),
                (log, old) -> log.has("+slave", "slave " + old.address()));
    }

    private interface End {
        boolean isReached(EventLog log, Daemon old);
    }

    private boolean isSeenDead(EventLog log, Daemon old) {
        return log.has("+sdown", "slave " + old.address());
    }

    /** Both hear one failover, which this one leads; afterwards all is healthy again. */
    private static Story ledBy(Daemon leader, Consumer<Daemon> fault, End end) {
        pair.awaitAcquainted();
        Daemon observer = pair.peerOf(leader);
        // Long enough that nobody, Redis neither, takes the promoted one for dead while it syncs.
        tell(leader, "SET", MASTER, "down-after-milliseconds", "3000");
        tell(observer, "SET", MASTER, "down-after-milliseconds", "10000");
        Daemon old = pair.masterSeenBy(leader);
        String next = Long.toString(configEpoch(leader) + 1);
        try (var led = new EventLog(leader.address());
                var watched = new EventLog(observer.address())) {
            fault.accept(old);
            awaitEvent(led, "+failover-end", MASTER);
            pair.await(
                    "the end of the failover",
                    () ->
                            end.isReached(led, old) && end.isReached(watched, old)
                                    ? Optional.empty()
                                    : Optional.of(led.heard() + "\n" + watched.heard()));
            Daemon promoted = pair.masterSeenBy(leader);
            var cast = new Cast(old, promoted, next);
            var story =
                    new Story(cast.tell(leader, led, true), cast.tell(observer, watched, false));
            if (!old.isAlive()) {
                old.start().awaitPong();
            }
            return story;
        }
    }

    /** Who is who in a failover. */
    private record Cast(Daemon old, Daemon promoted, String epoch) {

        List<String> tell(Daemon sentinel, EventLog log, boolean leads) {
            var lines =
                    new ArrayList<>(
                            names(sentinel, log).stream().map(line -> named(line)).toList());
            int promotion = leads ? lines.indexOf(PROMOTED + " master " + MASTER + " OLD") : -1;
            if (promotion > 0) {
                // Behind it the order differs on purpose, and whose replicas they are.
                var later =
                        lines.subList(promotion, lines.size()).stream()
                                .map(Cast::withoutMasterWhereItDiffers)
                                .sorted()
                                .toList();
                return java.util.stream.Stream.concat(
                                lines.subList(0, promotion).stream(), later.stream())
                        .toList();
            }
            return lines;
        }

        private static String withoutMasterWhereItDiffers(String line) {
            boolean isNamed =
                    DifferentialExclusions.LATER_EVENTS.containsKey(line.replaceFirst(" .*", ""));
            return isNamed ? line.replaceFirst(" @ .*", "") : line;
        }

        private String named(String line) {
            String named = replace(replace(line, old, "OLD"), promoted, "NEW");
            for (Daemon server : pair.group()) {
                named = replace(named, server, "THIRD");
            }
            return named.startsWith("+new-epoch ") || named.startsWith("+vote-for-leader ")
                    ? named.replaceFirst(" " + epoch + "$", " next")
                    : named;
        }

        private static String replace(String line, Daemon server, String name) {
            var address = server.address();
            return line.replace(address.host() + ":" + address.port(), name)
                    .replace(address.host() + " " + address.port(), name);
        }
    }

    // ---- what both have in common

    private static List<String> names(Daemon sentinel, EventLog log) {
        return without(
                DifferentialExclusions.EVENTS,
                log.heard().stream().map(e -> pair.plain(sentinel, e.toString())).toList());
    }

    private static List<String> without(Map<String, String> excluded, List<String> lines) {
        return lines.stream()
                .filter(line -> !excluded.containsKey(line.replaceFirst(" .*", "")))
                .toList();
    }

    private static void awaitEvent(EventLog log, String name, String inPayload) {
        pair.await(
                name,
                () ->
                        log.has(name, inPayload)
                                ? Optional.empty()
                                : Optional.of(log.heard().toString()));
    }

    private static void tell(Daemon sentinel, String... words) {
        var all = new ArrayList<>(List.of("SENTINEL"));
        all.addAll(List.of(words));
        try (var client = sentinel.connect()) {
            client.call(all.toArray(String[]::new));
        }
    }

    private static long configEpoch(Daemon sentinel) {
        try (var client = sentinel.connect()) {
            return client.rows("SENTINEL", "MASTERS").stream()
                    .filter(row -> MASTER.equals(row.get("name")))
                    .mapToLong(row -> Long.parseLong(row.getOrDefault("config-epoch", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String lines(List<String> all) {
        return String.join("\n", all);
    }
}
