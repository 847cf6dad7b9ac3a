package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Sentinels that watch two groups, each process on a {@link Host} of its own: {@code mymaster} by
 * address, with two replicas, and {@code named} by host names, with one. Faults are done to its
 * nodes and to the {@link Lab} between them; {@link #heal} ends all of them, whatever they were.
 */
final class FaultGroup implements AutoCloseable {
    static final String MASTER_NAME = FaultNodes.MASTER_NAME;
    static final String NAMED = FaultNodes.NAMED;
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    /** Attempts that fail, the pauses between them, and a full sync on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final FaultNodes nodes;
    private final Set<Node> stopped = new HashSet<>();
    private boolean keepsFolder = System.getenv("VEDETTE_IT_KEEP") != null;

    private FaultGroup(Path folder, List<Product> sentinels) throws IOException {
        this.folder = folder;
        nodes = FaultNodes.create(folder, sentinels);
    }

    /** One server of ours among three; sentinels of these products. */
    static FaultGroup start(List<Product> sentinels) throws IOException {
        var group = new FaultGroup(Files.createTempDirectory("vedette-faults-"), sentinels);
        try {
            group.start();
            return group;
        } catch (Throwable e) {
            group.close();
            throw e;
        }
    }

    private void start() {
        for (FaultNodes.Watched group : watched()) {
            group.servers().forEach(node -> node.daemon().start());
        }
        Await.noProblem(
                "replication",
                START_PATIENCE,
                () ->
                        watched().stream()
                                .flatMap(
                                        group ->
                                                health().servers(group, group.servers().getFirst()))
                                .findFirst(),
                this::view);
        sentinels().forEach(node -> node.daemon().start());
        sentinels().forEach(this::awaitSentinel);
        awaitWell();
    }

    /**
     * What happens at a replica is known within half a second; a pause of its own keeps it from
     * acting for five seconds, not thirty.
     */
    private void awaitSentinel(Node sentinel) {
        sentinel.daemon().awaitPong();
        sentinel.tell("SENTINEL", "DEBUG", "info-period", "500", "tilt-period", "5000");
    }

    // ---- what there is

    Lab lab() {
        return nodes.lab();
    }

    Helper names() {
        return nodes.names();
    }

    List<Node> sentinels() {
        return nodes.sentinels();
    }

    /** Its logs outlive it. */
    Path keep() {
        keepsFolder = true;
        return folder;
    }

    List<FaultNodes.Watched> watched() {
        return nodes.watched();
    }

    /** Of {@code mymaster}. */
    List<Node> servers() {
        return watched().getFirst().servers();
    }

    List<Node> nodes() {
        return nodes.all();
    }

    static List<Host> hosts(Collection<Node> nodes) {
        return nodes.stream().map(Node::host).toList();
    }

    /** All but these. */
    List<Node> others(Collection<Node> nodes) {
        return nodes().stream().filter(node -> !nodes.contains(node)).toList();
    }

    /** The master of {@code mymaster} that the first sentinel names. */
    Node master() {
        return master(MASTER_NAME);
    }

    Node master(String masterName) {
        return nodeAt(
                masterNamedBy(sentinels().getFirst(), masterName)
                        .orElseThrow(() -> new AssertionError("no master\n" + view())));
    }

    List<Node> replicas() {
        Node master = master();
        return servers().stream().filter(node -> !node.equals(master)).toList();
    }

    Node nodeAt(Address inside) {
        return nodes().stream()
                .filter(node -> node.inside().equals(inside))
                .findFirst()
                .orElseThrow(() -> new AssertionError("a stranger: " + inside + "\n" + view()));
    }

    static Optional<Address> masterNamedBy(Node sentinel, String masterName) {
        return sentinel.ask(
                        client ->
                                client.text("SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName)
                                        .split(" ", 2))
                .filter(words -> words.length == 2)
                .map(words -> new Address(words[0], Integer.parseInt(words[1])));
    }

    /** A client that writes to {@code mymaster} through the doors. */
    Writer writer(String prefix) {
        return new Writer(
                sentinels().stream().map(node -> node.daemon().address()).toList(),
                inside -> nodeAt(inside).daemon().address(),
                prefix);
    }

    // ---- conditions

    GroupHealth health() {
        return new GroupHealth(this);
    }

    /** One master, all agree, all follow, nobody is stuck; returns what was wrong last. */
    String awaitWell() {
        return awaitWell(System.nanoTime());
    }

    /**
     * @param healedNanos when the last fault ended
     */
    String awaitWell(long healedNanos) {
        var last = new AtomicReference<>("nothing");
        Await.noProblem(
                "health",
                PATIENCE,
                () -> {
                    var problem =
                            health().problem(Duration.ofNanos(System.nanoTime() - healedNanos));
                    problem.ifPresent(last::set);
                    return problem;
                },
                this::view);
        return last.get();
    }

    /** Until these sentinels name one same master that is another than this one. */
    Node awaitSwitchFrom(Node old, Collection<Node> asked) {
        String masterName =
                watched().stream()
                        .filter(group -> group.servers().contains(old))
                        .findFirst()
                        .orElseThrow()
                        .masterName();
        Await.noProblem(
                "a failover",
                PATIENCE,
                () -> {
                    var named = new HashSet<Optional<Address>>();
                    asked.forEach(sentinel -> named.add(masterNamedBy(sentinel, masterName)));
                    return named.size() == 1
                                    && named.stream()
                                            .flatMap(Optional::stream)
                                            .anyMatch(address -> !address.equals(old.inside()))
                            ? Optional.empty()
                            : Optional.of("they name " + named);
                },
                this::view);
        return nodeAt(masterNamedBy(asked.iterator().next(), masterName).orElseThrow());
    }

    // ---- faults of processes

    void stop(Node node) {
        if (node.daemon().isAlive()) {
            node.daemon().signal("STOP");
            stopped.add(node);
        }
    }

    void resume(Node node) {
        if (stopped.remove(node) && node.daemon().isAlive()) {
            node.daemon().signal("CONT");
        }
    }

    /** Starts what is dead again. */
    void revive(Node node) {
        if (!node.daemon().isAlive()) {
            node.daemon().start();
            if (sentinels().contains(node)) {
                awaitSentinel(node);
            }
        }
    }

    /** Ends every fault. */
    void heal() {
        lab().heal();
        names().order("0");
        nodes().forEach(Node::freeDisk);
        nodes().forEach(node -> node.clock().step(Duration.ZERO));
        List.copyOf(stopped).forEach(this::resume);
        nodes().forEach(this::revive);
    }

    // ---- the view of every node

    String view() {
        var view = new StringBuilder();
        for (Node node : nodes()) {
            view.append("\n=== ").append(node.name()).append(' ').append(node.inside());
            view.append('\n')
                    .append(sentinels().contains(node) ? sentinelView(node) : serverView(node));
        }
        nodes().forEach(node -> view.append('\n').append(node.daemon().lastLogLines()));
        return view.toString();
    }

    private static String serverView(Node server) {
        return server.ask(client -> client.text("INFO", "replication")).orElse("no answer");
    }

    private static String sentinelView(Node sentinel) {
        return sentinel.ask(
                        client ->
                                client.text("SENTINEL", "MASTERS")
                                        + "\n"
                                        + client.text("SENTINEL", "REPLICAS", MASTER_NAME)
                                        + "\n"
                                        + client.text("SENTINEL", "SENTINELS", MASTER_NAME))
                .orElse("no answer");
    }

    @Override
    public void close() {
        List.copyOf(stopped).forEach(this::resume);
        nodes.close();
        if (!keepsFolder) {
            remove();
        }
    }

    private void remove() {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
