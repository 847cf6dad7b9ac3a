package dev.vedette.it;

import dev.vedette.it.FaultNodes.Watched;
import dev.vedette.protocol.info.InfoText;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** What must hold of a {@link FaultGroup} when its faults are over. */
record GroupHealth(FaultGroup group) {
    /**
     * The first thing that does not hold.
     *
     * @param healed since when; a master that was not heard since may be found down any moment
     */
    Optional<String> problem(Duration healed) {
        Map<String, Set<String>> configurations = new HashMap<>();
        for (Node sentinel : group.sentinels()) {
            var problems = sentinel.ask(client -> sentinel(client, healed, configurations));
            if (problems.isEmpty()) {
                return Optional.of(sentinel.name() + " does not answer");
            }
            if (!problems.get().isEmpty()) {
                return Optional.of(sentinel.name() + ": " + problems.get().getFirst());
            }
        }
        for (var entry : configurations.entrySet()) {
            if (entry.getValue().size() != 1) {
                return Optional.of(entry.getKey() + " is " + entry.getValue());
            }
        }
        return group.watched().stream()
                .flatMap(watched -> servers(watched, group.master(watched.masterName())))
                .findFirst();
    }

    private List<String> sentinel(
            Client client, Duration healed, Map<String, Set<String>> configurations) {
        var problems = new ArrayList<String>();
        if (!client.info("sentinel").field("sentinel_tilt").equals(Optional.of("0"))) {
            problems.add("in TILT");
        }
        for (Watched watched : group.watched()) {
            String name = watched.masterName();
            var master =
                    client.rows("SENTINEL", "MASTERS").stream()
                            .filter(row -> name.equals(row.get("name")))
                            .findFirst()
                            .orElse(Map.of());
            // A failover under way would be one of the flags.
            expect(problems, name, master, "flags", "master");
            expect(problems, name, master, "num-slaves", watched.servers().size() - 1);
            expect(problems, name, master, "num-other-sentinels", group.sentinels().size() - 1);
            if (Long.parseLong(master.getOrDefault("last-ok-ping-reply", "0"))
                    > healed.toMillis()) {
                problems.add(name + ": no PONG since all faults are over");
            }
            for (var replica : client.rows("SENTINEL", "REPLICAS", name)) {
                expect(problems, name, replica, "flags", "slave");
                expect(problems, name, replica, "master-link-status", "ok");
                expect(problems, name, replica, "master-port", Node.SERVER_PORT);
            }
            for (var peer : client.rows("SENTINEL", "SENTINELS", name)) {
                expect(problems, name, peer, "flags", "sentinel");
            }
            configurations
                    .computeIfAbsent(name, _ -> new HashSet<>())
                    .add(
                            "%s:%s under config epoch %s"
                                    .formatted(
                                            master.get("ip"),
                                            master.get("port"),
                                            master.get("config-epoch")));
        }
        return problems;
    }

    private static void expect(
            List<String> problems,
            String what,
            Map<String, String> row,
            String field,
            Object expected) {
        String value = row.getOrDefault(field, "missing");
        if (!value.equals(expected.toString())) {
            problems.add(
                    "%s: %s of %s is %s, not %s"
                            .formatted(what, field, row.get("name"), value, expected));
        }
    }

    /** What is wrong with the servers when this one should be the only master. */
    Stream<String> servers(Watched watched, Node master) {
        return Stream.concat(
                watched.servers().stream().flatMap(server -> server(server, master).stream()),
                lacking(watched, master).stream());
    }

    /** A master that does not have all the others as its replicas. */
    private static Optional<String> lacking(Watched watched, Node master) {
        var replicas = OptionalLong.of(watched.servers().size() - 1);
        return master.ask(client -> client.info("replication"))
                        .filter(info -> info.number("connected_slaves").equals(replicas))
                        .isPresent()
                ? Optional.empty()
                : Optional.of(master.name() + ": not all are its replicas");
    }

    /** What is wrong with this server when that one should be the only master. */
    Optional<String> server(Node server, Node master) {
        return server.ask(client -> client.info("replication"))
                .map(info -> server(server, master, info))
                .orElseGet(() -> Optional.of("no answer"))
                .map(problem -> server.name() + ": " + problem);
    }

    private static Optional<String> server(Node server, Node master, InfoText info) {
        if (server.equals(master)) {
            return info.field("role").equals(Optional.of("master"))
                    ? Optional.empty()
                    : Optional.of("no master");
        }
        String host = info.field("master_host").orElse("");
        boolean follows =
                info.field("role").equals(Optional.of("slave"))
                        && (host.equals(master.inside().host())
                                || host.equals(master.name() + ".lab"))
                        && info.field("master_link_status").equals(Optional.of("up"))
                        && info.field("master_sync_in_progress").equals(Optional.of("0"));
        return follows
                ? Optional.empty()
                : Optional.of(
                        "%s of %s, link %s, not a replica of %s"
                                .formatted(
                                        info.field("role").orElse("?"),
                                        host,
                                        info.field("master_link_status").orElse("-"),
                                        master.name()));
    }
}
