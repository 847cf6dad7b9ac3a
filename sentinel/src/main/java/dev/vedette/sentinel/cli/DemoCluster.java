package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The processes of one demo and their folder. However the demo ends, {@link #end} ends them all;
 * the {@link Watchdog} does when this JVM cannot.
 */
final class DemoCluster {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);
    private static final int LOG_LINES_SHOWN = 15;

    private final Path folder;
    private final DemoPlan plan;
    private final List<DemoNode> servers;
    private final List<DemoNode> sentinels;
    private final Watchdog watchdog;
    private boolean closed;

    private DemoCluster(Path folder, DemoPlan plan) throws IOException {
        this.folder = folder;
        this.plan = plan;
        this.servers = nodes("server", plan.ports().servers(), folder, plan.server());
        this.sentinels = nodes("sentinel", plan.ports().sentinels(), folder, plan.sentinel());
        this.watchdog = Watchdog.start();
    }

    private static List<DemoNode> nodes(
            String kind, List<Address> addresses, Path folder, CommandTemplate command) {
        return addresses.stream().map(at -> new DemoNode(kind, at, folder, command)).toList();
    }

    /** Writes all confs; nothing runs yet. */
    static DemoCluster prepare(Path folder, DemoPlan plan) throws IOException {
        var cluster = new DemoCluster(folder, plan);
        for (int i = 0; i < cluster.servers.size(); i++) {
            DemoNode node = cluster.servers.get(i);
            node.writeConf(plan.serverConf(i, node.folder().toString()));
        }
        for (int i = 0; i < cluster.sentinels.size(); i++) {
            DemoNode node = cluster.sentinels.get(i);
            node.writeConf(plan.sentinelConf(i, node.folder().toString()));
        }
        return cluster;
    }

    DemoPlan plan() {
        return plan;
    }

    Path folder() {
        return folder;
    }

    List<DemoNode> servers() {
        return servers;
    }

    List<DemoNode> sentinels() {
        return sentinels;
    }

    List<DemoNode> nodes() {
        return Stream.concat(servers.stream(), sentinels.stream()).toList();
    }

    DemoNode serverAt(Address address) {
        return servers.stream()
                .filter(node -> node.address().equals(address))
                .findFirst()
                .orElseThrow(
                        () -> CliException.failed("the sentinels name a stranger: " + address));
    }

    /**
     * Starts the servers, and the sentinels once these replicate: so the first INFO of a sentinel
     * finds every replica, where the next one would be ten seconds later.
     */
    void start(ClusterProbe probe) throws IOException, InterruptedException {
        for (DemoNode server : servers) {
            start(server);
        }
        Address master = servers.getFirst().address();
        await(() -> probe.replicationProblem(master), START_PATIENCE, "replication");
        for (DemoNode sentinel : sentinels) {
            start(sentinel);
        }
        await(probe::problem, START_PATIENCE, "the sentinels");
    }

    /** Starts one node (again). */
    synchronized void start(DemoNode node) throws IOException {
        if (closed) {
            throw new DemoClosedException();
        }
        watchdog.guard(node.start());
    }

    /** Kills one node with SIGKILL. */
    synchronized void kill(DemoNode node) throws IOException, InterruptedException {
        if (closed) {
            throw new DemoClosedException();
        }
        watchdog.release(node.kill());
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Waits until the probe finds no problem; fails early when a node ends by itself. */
    void await(Problem problem, Duration patience, String what) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<String> left = problem.find();
        while (left.isPresent()) {
            checkAllAlive();
            if (System.nanoTime() > deadline) {
                throw CliException.failed(
                        what + ": not ready after " + patience.toSeconds() + " s: " + left.get());
            }
            Thread.sleep(50);
            left = problem.find();
        }
    }

    /** What still is not as it should be. */
    @FunctionalInterface
    interface Problem {
        Optional<String> find();
    }

    private void checkAllAlive() {
        if (isClosed()) {
            throw new DemoClosedException();
        }
        for (DemoNode node : nodes()) {
            if (node.wasStarted() && !node.isAlive()) {
                throw CliException.failed(
                        node.name()
                                + " ended by itself; the end of "
                                + node.log()
                                + ":\n"
                                + String.join("\n", node.lastLogLines(LOG_LINES_SHOWN)));
            }
        }
    }

    /** Ends all processes: politely, then by force. Returns how many had to be ended. */
    synchronized int end() throws IOException, InterruptedException {
        if (closed) {
            return 0;
        }
        closed = true;
        List<DemoNode> alive = nodes().stream().filter(DemoNode::isAlive).toList();
        alive.forEach(DemoNode::askToEnd);
        long deadline = System.nanoTime() + END_PATIENCE.toNanos();
        for (DemoNode node : alive) {
            node.end(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
        watchdog.close();
        return alive.size();
    }

    /** Removes the folder with all that is in it. */
    void removeFolder() throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.forEach(paths::add);
        }
        for (Path path : paths.reversed()) {
            Files.deleteIfExists(path);
        }
    }

    int processCount() {
        return IntStream.of(servers.size(), sentinels.size()).sum();
    }
}
