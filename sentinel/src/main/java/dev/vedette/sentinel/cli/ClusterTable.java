package dev.vedette.sentinel.cli;

import dev.vedette.protocol.info.InfoText;
import dev.vedette.protocol.net.Address;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of a demo: each node with its role, link, offset and flags, as it is now. */
final class ClusterTable {
    /**
     * One line of the table.
     *
     * @param flags what the sentinels say of a node, each flag with the number of them that say it
     */
    record Row(String node, String role, String link, String offset, String pid, String flags) {
        /** What of it is worth telling when it changes. */
        String state() {
            return role + ", " + link;
        }
    }

    private final DemoCluster cluster;
    private final ClusterProbe probe;

    ClusterTable(DemoCluster cluster, ClusterProbe probe) {
        this.cluster = cluster;
        this.probe = probe;
    }

    /**
     * Asks every node.
     *
     * @param leader the sentinel that led the last failover, if there was one
     */
    List<Row> rows(Optional<Address> leader) {
        var flags = new FlagCount();
        List<Row> sentinelRows = new ArrayList<>();
        for (DemoNode sentinel : cluster.sentinels()) {
            sentinelRows.add(sentinelRow(sentinel, flags, leader));
        }
        List<Row> rows = new ArrayList<>();
        for (DemoNode server : cluster.servers()) {
            rows.add(serverRow(server, flags));
        }
        rows.addAll(sentinelRows);
        return rows;
    }

    static List<String> lines(List<Row> rows) {
        var table = new TextTable("NODE", "ROLE", "LINK", "OFFSET", "PID", "FLAGS");
        for (Row row : rows) {
            table.row(row.node(), row.role(), row.link(), row.offset(), row.pid(), row.flags());
        }
        return table.lines();
    }

    private Row serverRow(DemoNode server, FlagCount flags) {
        String node = server.address().toString();
        String seen = flags.of(server.address());
        Optional<InfoText> answer = probe.replication(server.address());
        if (answer.isEmpty()) {
            return new Row(node, silence(server), "-", "-", pid(server), seen);
        }
        InfoText info = answer.get();
        boolean isMaster = info.field("role").equals(Optional.of("master"));
        return new Row(
                node,
                isMaster ? "master" : "replica",
                isMaster
                        ? text(info, "connected_slaves") + " attached"
                        : text(info, "master_link_status") + " to " + text(info, "master_port"),
                text(info, isMaster ? "master_repl_offset" : "slave_repl_offset"),
                pid(server),
                seen);
    }

    private static String text(InfoText info, String field) {
        return info.field(field).orElse("-");
    }

    private Row sentinelRow(DemoNode sentinel, FlagCount flags, Optional<Address> leader) {
        String node = sentinel.address().toString();
        Optional<Fields> master = probe.master(sentinel);
        if (master.isEmpty()) {
            return new Row(node, silence(sentinel), "-", "-", pid(sentinel), "");
        }
        flags.sentinels++;
        flags.add(master.get());
        probe.replicas(sentinel).forEach(flags::add);
        long linked =
                probe.otherSentinels(sentinel).stream()
                        .filter(peer -> peer.text("flags").equals("sentinel"))
                        .count();
        boolean leads = leader.filter(sentinel.address()::equals).isPresent();
        return new Row(
                node,
                "sentinel",
                linked + " peers",
                "-",
                pid(sentinel),
                "epoch "
                        + master.get().number("config-epoch")
                        + (leads ? ", led the last failover" : ""));
    }

    private static String silence(DemoNode node) {
        return node.isAlive() ? "no answer" : "ended";
    }

    private static String pid(DemoNode node) {
        return node.isAlive() ? Long.toString(node.pid()) : "-";
    }

    /** What several sentinels say of the same instance, in one text. */
    private static final class FlagCount {
        private final Map<Address, Map<String, Integer>> counts = new LinkedHashMap<>();
        private int sentinels;

        void add(Fields instance) {
            Map<String, Integer> flags =
                    counts.computeIfAbsent(instance.address(), _ -> new LinkedHashMap<>());
            instance.flags().forEach(flag -> flags.merge(flag, 1, Integer::sum));
        }

        String of(Address instance) {
            return String.join(
                    ",",
                    counts.getOrDefault(instance, Map.of()).entrySet().stream()
                            .map(flag -> text(flag.getKey(), flag.getValue()))
                            .toList());
        }

        private String text(String flag, int count) {
            return count == sentinels ? flag : flag + " (" + count + " of " + sentinels + ")";
        }
    }
}
