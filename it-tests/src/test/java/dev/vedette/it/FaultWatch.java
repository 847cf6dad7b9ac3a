package dev.vedette.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at a {@link FaultGroup} from before a fault until all is well again: a client writes all
 * the time, and what the sentinels log is read. Ends with the proof that there is one master, that
 * all agree and follow, and that the present master and its replicas have what it acknowledged.
 */
final class FaultWatch {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SOME_WRITES = 10;

    private final FaultGroup group;
    private final Map<Node, Long> logsBefore = new HashMap<>();
    private final Map<Node, Long> pidsBefore = new HashMap<>();
    private final Node masterBefore;
    private final Writer writer;

    /** What came of it. */
    record Outcome(
            Node master, int switches, Duration untilWell, String lastProblem, int writesChecked) {
        @Override
        public String toString() {
            return "%s is master after %d switches, all well after %d ms (%s), %d writes kept"
                    .formatted(
                            master.name(),
                            switches,
                            untilWell.toMillis(),
                            lastProblem,
                            writesChecked);
        }
    }

    /**
     * @param prefix of the keys that are written
     */
    FaultWatch(FaultGroup group, String prefix) {
        this.group = group;
        group.sentinels().forEach(node -> logsBefore.put(node, node.logLength()));
        group.servers().forEach(node -> pidsBefore.put(node, pid(node)));
        masterBefore = group.master();
        writer = group.writer(prefix);
        awaitWrites(Long.MIN_VALUE);
    }

    private static long pid(Node node) {
        return node.daemon().process().pid();
    }

    private void awaitWrites(long sinceNanos) {
        Await.noProblem(
                "writes",
                PATIENCE,
                () -> {
                    long count =
                            group.servers().stream()
                                    .mapToLong(server -> writes(server, sinceNanos).size())
                                    .sum();
                    return count >= SOME_WRITES
                            ? Optional.empty()
                            : Optional.of(count + " acknowledged");
                },
                group::view);
    }

    private List<Writer.Acknowledged> writes(Node master, long sinceNanos) {
        return writer.acknowledgedBy(master.daemon()).stream()
                .filter(write -> write.nanos() >= sinceNanos)
                .toList();
    }

    /** Until each of them has something that was written since the beginning. */
    void awaitWritesAt(List<Node> servers) {
        Await.noProblem(
                "writes",
                PATIENCE,
                () -> {
                    var master = group.master();
                    var writes = writes(master, Long.MIN_VALUE);
                    return writes.isEmpty()
                            ? Optional.of("none acknowledged by " + master.name())
                            : servers.stream()
                                    .flatMap(
                                            server ->
                                                    missing(server, writes.subList(0, 1)).stream())
                                    .findFirst();
                },
                group::view);
    }

    // ---- what the sentinels log meanwhile

    List<Node.Event> events(Node sentinel) {
        return sentinel.eventsSince(logsBefore.getOrDefault(sentinel, 0L));
    }

    boolean hasLogged(Node sentinel, String text) {
        return sentinel.logSince(logsBefore.getOrDefault(sentinel, 0L)).contains(text);
    }

    boolean has(Node sentinel, String name, String inPayload) {
        return events(sentinel).stream()
                .anyMatch(e -> e.name().equals(name) && e.payload().contains(inPayload));
    }

    /** Until each of them has logged it. */
    void awaitEvent(List<Node> sentinels, String name, String inPayload) {
        Await.noProblem(
                name + " " + inPayload,
                PATIENCE,
                () ->
                        sentinels.stream()
                                .filter(node -> !has(node, name, inPayload))
                                .findFirst()
                                .map(node -> "not logged by " + node.name()),
                group::view);
    }

    /** The switches of a group that a sentinel logged. */
    List<Node.Event> switches(Node sentinel, String masterName) {
        return events(sentinel).stream()
                .filter(e -> e.name().equals("+switch-master"))
                .filter(e -> e.payload().startsWith(masterName + " "))
                .toList();
    }

    /** At all sentinels. */
    List<Node.Event> switches(String masterName) {
        return group.sentinels().stream()
                .flatMap(sentinel -> switches(sentinel, masterName).stream())
                .toList();
    }

    // ---- the proof

    /** Ends all faults, waits until all is well, and proves it. */
    Outcome conclude() {
        try {
            long start = System.nanoTime();
            group.heal();
            String lastProblem = group.awaitWell(start);
            long well = System.nanoTime();
            awaitWrites(well);
            writer.stop();
            // It stays well, or another failover has come to its end.
            group.awaitWell(start);
            Node master = group.master();
            var kept = writes(master, isOneTerm(master) ? Long.MIN_VALUE : well);
            verify(master, kept);
            verifyLeaders();
            int switches =
                    group.sentinels().stream()
                            .mapToInt(s -> switches(s, FaultGroup.MASTER_NAME).size())
                            .max()
                            .orElse(0);
            return new Outcome(
                    master, switches, Duration.ofNanos(well - start), lastProblem, kept.size());
        } finally {
            writer.stop();
        }
    }

    private void fail(String problem) {
        throw new AssertionError(problem + "\n" + group.view());
    }

    /**
     * Whether all that it acknowledged must be there: it was master once in this time, and did not
     * die. What a master acknowledged that was replaced, or that came back without a file to load,
     * cannot be promised.
     */
    private boolean isOneTerm(Node master) {
        if (!Long.valueOf(pid(master)).equals(pidsBefore.get(master))) {
            return false;
        }
        int before = master.equals(masterBefore) ? 1 : 0;
        return group.sentinels().stream()
                .allMatch(
                        sentinel -> {
                            var switches = switches(sentinel, FaultGroup.MASTER_NAME);
                            long to =
                                    switches.stream()
                                            .filter(e -> e.payload().endsWith(address(master)))
                                            .count();
                            return before == 1 ? switches.isEmpty() : to <= 1;
                        });
    }

    private static String address(Node node) {
        return " " + node.inside().host() + " " + node.inside().port();
    }

    private void verify(Node master, List<Writer.Acknowledged> writes) {
        missing(master, writes).ifPresent(lost -> fail("lost by " + lost));
        for (Node server : group.servers()) {
            Await.noProblem("the data", PATIENCE, () -> missing(server, writes), group::view);
        }
    }

    private static Optional<String> missing(Node server, List<Writer.Acknowledged> writes) {
        var words = new ArrayList<>(List.of("MGET"));
        writes.forEach(write -> words.add(write.key()));
        String expected =
                String.join(" ", writes.stream().map(w -> Long.toString(w.number())).toList());
        String actual = server.ask(client -> client.text(words.toArray(String[]::new))).orElse("");
        if (actual.equals(expected)) {
            return Optional.empty();
        }
        var values = List.of(actual.split(" ", -1));
        for (int i = 0; i < writes.size() && values.size() == writes.size(); i++) {
            if (!values.get(i).equals(Long.toString(writes.get(i).number()))) {
                return Optional.of(
                        "%s, which has %s under %s, written %d of %d"
                                .formatted(
                                        server.name(),
                                        values.get(i),
                                        writes.get(i).key(),
                                        i + 1,
                                        writes.size()));
            }
        }
        return Optional.of(server.name() + ", which answers " + actual);
    }

    /**
     * No epoch has two leaders. The log of a vote does not name the master, so it is only looked at
     * while the other group is at peace.
     */
    private void verifyLeaders() {
        var leaders = new HashSet<String>();
        for (Node sentinel : group.sentinels()) {
            var events = events(sentinel);
            if (events.stream().anyMatch(e -> e.payload().contains(FaultGroup.NAMED))) {
                return;
            }
            String epoch = "none";
            for (var event : events) {
                if (event.name().equals("+vote-for-leader")) {
                    epoch = event.payload().replaceFirst(".* ", "");
                } else if (event.name().equals("+elected-leader") && !leaders.add(epoch)) {
                    fail("two leaders in epoch " + epoch);
                }
            }
        }
    }

    /** If nothing was concluded. */
    void abandon() {
        writer.stop();
    }
}
