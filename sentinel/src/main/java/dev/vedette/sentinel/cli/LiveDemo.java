package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code vedette demo} without a fault of its own: shows the cluster until somebody ends it. On a
 * terminal one table is drawn anew; elsewhere each change is one line.
 */
final class LiveDemo {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final int EVENTS_SHOWN = 8;

    private final DemoCluster cluster;
    private final ClusterTable table;
    private final PrintWriter out;
    private final long start = System.nanoTime();
    private final Deque<SentinelEvent> lastEvents = new ArrayDeque<>();
    private final Map<String, String> statesTold = new HashMap<>();
    private Optional<Address> leader = Optional.empty();

    LiveDemo(DemoCluster cluster, ClusterProbe probe, PrintWriter out) {
        this.cluster = cluster;
        this.table = new ClusterTable(cluster, probe);
        this.out = out;
    }

    void run() throws InterruptedException {
        boolean redraw = Terminal.isTerminal();
        if (redraw) {
            out.print(Terminal.CLEAR);
        }
        List<Address> sentinels = cluster.sentinels().stream().map(DemoNode::address).toList();
        try (var events = new EventFeed(sentinels)) {
            if (!redraw) {
                List<ClusterTable.Row> rows = table.rows(leader);
                ClusterTable.lines(rows).forEach(out::println);
                rows.forEach(row -> statesTold.put(row.node(), row.state()));
                hints().forEach(out::println);
                out.flush();
            }
            while (!cluster.isClosed()) {
                take(events, redraw);
                List<ClusterTable.Row> rows = table.rows(leader);
                // Whoever ends the demo has the last word on the screen.
                if (!cluster.isClosed()) {
                    show(rows, redraw);
                }
            }
        }
        throw new DemoClosedException();
    }

    private void take(EventFeed events, boolean redraw) throws InterruptedException {
        SentinelEvent event = events.next(BETWEEN_LOOKS);
        for (; event != null; event = events.next(Duration.ZERO)) {
            if (event.channel().equals("+elected-leader")) {
                leader = Optional.of(event.sentinel());
            }
            lastEvents.addLast(event);
            if (lastEvents.size() > EVENTS_SHOWN) {
                lastEvents.removeFirst();
            }
            if (!redraw) {
                out.println(line(event));
            }
        }
        out.flush();
    }

    private void show(List<ClusterTable.Row> rows, boolean redraw) {
        if (redraw) {
            draw(rows);
        } else {
            rows.forEach(this::tellIfChanged);
        }
        out.flush();
    }

    private void tellIfChanged(ClusterTable.Row row) {
        String before = statesTold.put(row.node(), row.state());
        if (!row.state().equals(before)) {
            out.printf("%9.1f s  %s: %s%n", seconds(System.nanoTime()), row.node(), row.state());
        }
    }

    private void draw(List<ClusterTable.Row> rows) {
        List<String> lines = new ArrayList<>();
        lines.add("Vedette demo in " + cluster.folder());
        lines.add("");
        lines.addAll(ClusterTable.lines(rows));
        lines.addAll(hints());
        lines.add("");
        lastEvents.forEach(event -> lines.add(line(event)));
        var screen = new StringBuilder(Terminal.HOME);
        lines.forEach(line -> screen.append(line).append(Terminal.END_OF_LINE).append('\n'));
        out.print(screen.append(Terminal.END_OF_SCREEN));
    }

    private List<String> hints() {
        int server = cluster.servers().getFirst().address().port();
        Address sentinel = cluster.sentinels().getFirst().address();
        return List.of(
                "",
                hint("redis-cli -p " + server, "talk to a server"),
                hint("bin/vedette status " + sentinel, "all that a sentinel knows"),
                hint("bin/vedette failover mymaster --sentinel " + sentinel, "order a failover"),
                hint("kill -9 <pid of the master>", "or force one"),
                "",
                "Ctrl-C ends everything.");
    }

    private static String hint(String command, String effect) {
        return String.format(Locale.ROOT, "  %-58s %s", command, effect);
    }

    private String line(SentinelEvent event) {
        return String.format(
                Locale.ROOT,
                "%9.1f s  sentinel %d: %s",
                seconds(event.nanos()),
                event.sentinel().port(),
                event.text());
    }

    private double seconds(long nanos) {
        return (nanos - start) / 1e9;
    }
}
