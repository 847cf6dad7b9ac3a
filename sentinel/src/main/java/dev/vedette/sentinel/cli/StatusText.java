package dev.vedette.sentinel.cli;

import java.util.ArrayList;
import java.util.List;

/** The tables of {@code vedette status}. */
final class StatusText {
    private StatusText() {}

    static List<String> lines(SentinelView view) {
        var lines = new ArrayList<String>();
        lines.add("sentinel " + view.sentinel() + (view.id().isEmpty() ? "" : "  id " + view.id()));
        if (view.masters().isEmpty()) {
            lines.add("monitors no master; `sentinel monitor` in its conf names one");
            return lines;
        }
        lines.add("");
        lines.addAll(masters(view).lines());
        for (SentinelView.Master master : view.masters()) {
            add(lines, master.name() + ": replicas", "none known", replicas(master));
            add(lines, master.name() + ": other sentinels", "none known", peers(master));
        }
        return lines;
    }

    private static void add(List<String> lines, String title, String ifEmpty, TextTable table) {
        lines.add("");
        lines.add(title);
        List<String> rows = table.lines();
        if (rows.size() == 1) {
            lines.add("  " + ifEmpty);
        } else {
            rows.forEach(row -> lines.add("  " + row));
        }
    }

    private static TextTable masters(SentinelView view) {
        var table =
                new TextTable(
                        "MASTER", "ADDRESS", "STATE", "REPLICAS", "SENTINELS", "EPOCH", "QUORUM");
        for (SentinelView.Master master : view.masters()) {
            Fields fields = master.fields();
            table.row(
                    master.name(),
                    fields.address().toString(),
                    master.state(),
                    fields.text("num-slaves"),
                    Long.toString(fields.number("num-other-sentinels") + 1),
                    fields.text("config-epoch"),
                    quorum(master));
        }
        return table;
    }

    private static String quorum(SentinelView.Master master) {
        String needed = master.fields().text("quorum");
        return master.quorum().isReached()
                ? needed + ", reached"
                : needed + ", NOT reached: " + master.quorum().message();
    }

    private static TextTable replicas(SentinelView.Master master) {
        var table =
                new TextTable("ADDRESS", "STATE", "LINK", "FOLLOWS", "OFFSET", "PRIORITY", "FLAGS");
        for (Fields replica : master.replicas()) {
            table.row(
                    replica.address().toString(),
                    SentinelView.stateOf(replica),
                    replica.text("master-link-status").equals("ok") ? "up" : "down",
                    followed(replica),
                    replica.text("slave-repl-offset"),
                    replica.text("slave-priority"),
                    replica.text("flags"));
        }
        return table;
    }

    private static String followed(Fields replica) {
        String host = replica.text("master-host");
        // A sentinel prints "?" until INFO has named one, and of what is no replica at all.
        return host.equals("?") ? "-" : host + ":" + replica.text("master-port");
    }

    private static TextTable peers(SentinelView.Master master) {
        var table = new TextTable("ADDRESS", "STATE", "ID", "VOTED FOR", "HELLO MS AGO", "FLAGS");
        for (Fields peer : master.peers()) {
            table.row(
                    peer.address().toString(),
                    SentinelView.stateOf(peer),
                    peer.text("runid"),
                    vote(peer),
                    peer.text("last-hello-message"),
                    peer.text("flags"));
        }
        return table;
    }

    private static String vote(Fields peer) {
        String leader = peer.text("voted-leader");
        return leader.isEmpty() || leader.equals("?")
                ? "-"
                : leader.substring(0, Math.min(8, leader.length()))
                        + " in epoch "
                        + peer.text("voted-leader-epoch");
    }
}
