package dev.vedette.it;

import dev.vedette.protocol.info.InfoText;
import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A master, its replicas and its sentinels as real processes in a temporary folder. Conditions are
 * awaited with a deadline; when one passes, the error shows the view of every node. Closing it ends
 * all processes and removes the folder.
 */
final class Topology implements AutoCloseable {
    static final String MASTER_NAME = "mymaster";
    static final Duration DOWN_AFTER = Duration.ofSeconds(2);
    static final Duration FAILOVER_TIMEOUT = Duration.ofSeconds(10);

    /** Starting all of it on a busy machine. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    /** One failed attempt, the pause after it, and the second attempt. */
    private static final Duration FAILOVER_PATIENCE =
            DOWN_AFTER.plus(FAILOVER_TIMEOUT.multipliedBy(4)).plusSeconds(20);

    private final Path folder;
    private final List<Daemon> servers = new ArrayList<>();
    private final List<Daemon> sentinels = new ArrayList<>();
    private final Group group;

    private Topology(Builder builder) throws IOException {
        folder = Files.createTempDirectory("vedette-it-");
        List<Product> products = builder.sentinelProducts;
        List<Address> ports = Ports.free(1 + builder.replicas + products.size());
        Address master = ports.getFirst();
        Optional<Certificates> tls =
                builder.tls ? Optional.of(Certificates.in(folder)) : Optional.empty();
        var access =
                new Access(tls, builder.users ? Optional.of(Users.PASSWORD) : Optional.empty());
        ports.forEach(access::isNeededAt);
        for (Address port : ports.subList(0, 1 + builder.replicas)) {
            var lines = new ArrayList<>(serverLines(port, master));
            lines.addAll(builder.serverLines);
            lines.addAll(builder.users ? Users.serverLines() : List.of());
            tls.ifPresent(made -> lines.addAll(made.lines(port.port())));
            servers.add(Daemon.server(builder.serverProduct, folder, port, lines));
        }
        for (int i = 0; i < products.size(); i++) {
            Address port = ports.get(1 + builder.replicas + i);
            var lines = new ArrayList<>(sentinelLines(master, products.size() / 2 + 1));
            lines.addAll(builder.moreSentinelLines.getOrDefault(products.get(i), List.of()));
            lines.addAll(builder.users ? Users.sentinelLines() : List.of());
            tls.ifPresent(made -> lines.addAll(made.lines(port.port())));
            sentinels.add(Daemon.sentinel(products.get(i), folder, port, lines));
        }
        group = new Group(sentinelAddresses(), tls, builder.users);
    }

    private static List<String> serverLines(Address self, Address master) {
        var lines = new ArrayList<>(List.of("save \"\"", "repl-diskless-sync-delay 0"));
        if (!self.equals(master)) {
            lines.add("replicaof " + master.host() + " " + master.port());
        }
        return lines;
    }

    private static List<String> sentinelLines(Address master, int quorum) {
        return List.of(
                "sentinel monitor %s %s %d %d"
                        .formatted(MASTER_NAME, master.host(), master.port(), quorum),
                "sentinel down-after-milliseconds " + MASTER_NAME + " " + DOWN_AFTER.toMillis(),
                "sentinel failover-timeout " + MASTER_NAME + " " + FAILOVER_TIMEOUT.toMillis());
    }

    /** Two replicas and three sentinels, unless said otherwise. */
    static Builder of(Product servers, Product sentinels) {
        return new Builder(servers, sentinels);
    }

    static final class Builder {
        private final Product serverProduct;
        private final Map<Product, List<String>> moreSentinelLines = new EnumMap<>(Product.class);
        private List<Product> sentinelProducts;
        private int replicas = 2;
        private boolean tls;
        private boolean users;
        private List<String> serverLines = List.of();

        private Builder(Product serverProduct, Product sentinelProduct) {
            this.serverProduct = serverProduct;
            this.sentinelProducts = Collections.nCopies(3, sentinelProduct);
        }

        /** Sentinels of several products in one group. */
        Builder sentinels(Product... products) {
            sentinelProducts = List.of(products);
            return this;
        }

        /** Nobody listens in plain text, and every link is TLS. */
        Builder tls() {
            tls = true;
            return this;
        }

        /** Everybody has to log in, with the rights of its role. */
        Builder users() {
            users = true;
            return this;
        }

        /** Lines at the end of the conf of every server. */
        Builder serverLines(String... lines) {
            serverLines = List.of(lines);
            return this;
        }

        /** Lines at the end of the conf of this product's sentinels. */
        Builder sentinelLines(Product product, String... lines) {
            moreSentinelLines.put(product, List.of(lines));
            return this;
        }

        Builder replicas(int count) {
            replicas = count;
            return this;
        }

        Builder sentinels(int count) {
            sentinelProducts = Collections.nCopies(count, sentinelProducts.getFirst());
            return this;
        }

        /** Starts all of it and waits until it is healthy. */
        Topology start() throws IOException {
            var topology = new Topology(this);
            try {
                topology.start();
                return topology;
            } catch (Throwable e) {
                topology.close();
                throw e;
            }
        }
    }

    private void start() {
        servers.forEach(Daemon::start);
        // The first INFO of a sentinel then finds every replica; the next comes 10 s later.
        Address master = servers.getFirst().address();
        await("replication", START_PATIENCE, () -> replicationProblem(master));
        sentinels.forEach(Daemon::start);
        awaitHealthy();
    }

    // ---- what there is

    List<Daemon> servers() {
        return servers;
    }

    List<Daemon> sentinels() {
        return sentinels;
    }

    List<Address> sentinelAddresses() {
        return sentinels.stream().map(Daemon::address).toList();
    }

    /** What an application must be told of it. */
    Group group() {
        return group;
    }

    Daemon serverAt(Address address) {
        return servers.stream()
                .filter(server -> server.address().equals(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("a stranger: " + address + "\n" + view()));
    }

    /** The master that this sentinel names. */
    static Optional<Address> masterNamedBy(Daemon sentinel) {
        return masterRow(sentinel)
                .map(row -> new Address(text(row, "ip"), Integer.parseInt(text(row, "port"))));
    }

    /** The server that the first sentinel names. */
    Daemon master() {
        return serverAt(
                masterNamedBy(sentinels.getFirst())
                        .orElseThrow(() -> new AssertionError("no master\n" + view())));
    }

    // ---- conditions

    void awaitHealthy() {
        await("health", START_PATIENCE, this::problem);
    }

    /** Until every running sentinel names one same master that is another than this one. */
    Daemon awaitFailoverFrom(Daemon old) {
        await("a failover", FAILOVER_PATIENCE, () -> switchProblem(old.address()));
        return master();
    }

    private Optional<String> switchProblem(Address old) {
        Set<Address> named = new HashSet<>();
        for (Daemon sentinel : sentinels) {
            if (sentinel.isAlive()) {
                Optional<Address> master = masterNamedBy(sentinel);
                if (master.isEmpty()) {
                    return Optional.of(sentinel.name() + " does not answer");
                }
                named.add(master.get());
            }
        }
        return named.size() == 1 && !named.contains(old)
                ? Optional.empty()
                : Optional.of("the sentinels name " + named);
    }

    /** What is not as it should be: flags, numbers of replicas and sentinels, links, one master. */
    Optional<String> problem() {
        Set<Address> masters = new HashSet<>();
        for (Daemon sentinel : sentinels) {
            Optional<Map<String, String>> row = masterRow(sentinel);
            if (row.isEmpty()) {
                return Optional.of(sentinel.name() + " does not answer");
            }
            Optional<String> problem = problem(sentinel, row.get());
            if (problem.isPresent()) {
                return problem;
            }
            masters.add(masterNamedBy(sentinel).orElseThrow());
        }
        return masters.size() == 1
                ? replicationProblem(masters.iterator().next())
                : Optional.of("the sentinels name " + masters);
    }

    private Optional<String> problem(Daemon sentinel, Map<String, String> master) {
        var wanted =
                Map.of(
                        "flags",
                        "master",
                        "num-slaves",
                        Integer.toString(servers.size() - 1),
                        "num-other-sentinels",
                        Integer.toString(sentinels.size() - 1));
        for (var field : wanted.entrySet()) {
            if (!text(master, field.getKey()).equals(field.getValue())) {
                return Optional.of(
                        sentinel.name()
                                + ": "
                                + field.getKey()
                                + " is "
                                + text(master, field.getKey())
                                + ", not "
                                + field.getValue());
            }
        }
        return rows(sentinel, "REPLICAS").stream()
                .filter(
                        replica ->
                                !text(replica, "flags").equals("slave")
                                        || !text(replica, "master-link-status").equals("ok"))
                .findFirst()
                .map(
                        r ->
                                "%s: %s is %s, its link is %s"
                                        .formatted(
                                                sentinel.name(),
                                                text(r, "name"),
                                                text(r, "flags"),
                                                text(r, "master-link-status")));
    }

    private Optional<String> replicationProblem(Address master) {
        for (Daemon server : servers) {
            Optional<InfoText> info =
                    Client.ask(server.address(), client -> client.info("replication"));
            if (info.isEmpty()) {
                return Optional.of(server.name() + " does not answer");
            }
            boolean isAsItShould =
                    server.address().equals(master)
                            ? info.get().field("role").equals(Optional.of("master"))
                            : follows(info.get(), master);
            if (!isAsItShould) {
                return Optional.of(server.name() + " is not what it should be under " + master);
            }
        }
        return Optional.empty();
    }

    private static boolean follows(InfoText info, Address master) {
        return info.field("role").equals(Optional.of("slave"))
                && info.number("master_port").equals(OptionalLong.of(master.port()))
                && info.field("master_link_status").equals(Optional.of("up"));
    }

    void await(String what, Duration patience, Supplier<Optional<String>> problem) {
        Await.noProblem(what, patience, problem, this::view);
    }

    // ---- the view of every node

    /**
     * What every server and sentinel says of itself and of the others, and the ends of the logs.
     */
    String view() {
        var view = new StringBuilder();
        for (Daemon server : servers) {
            view.append("\n=== ")
                    .append(server.name())
                    .append("\n")
                    .append(
                            Client.ask(
                                            server.address(),
                                            client -> client.text("INFO", "replication"))
                                    .orElse("no answer"));
        }
        for (Daemon sentinel : sentinels) {
            view.append("\n=== ")
                    .append(sentinel.name())
                    .append("\n")
                    .append(
                            Client.ask(
                                            sentinel.address(),
                                            client ->
                                                    client.text("SENTINEL", "MASTERS")
                                                            + "\n"
                                                            + client.text(
                                                                    "SENTINEL",
                                                                    "REPLICAS",
                                                                    MASTER_NAME))
                                    .orElse("no answer"));
        }
        nodes().forEach(node -> view.append("\n").append(node.lastLogLines()));
        return view.toString();
    }

    private Stream<Daemon> nodes() {
        return Stream.concat(servers.stream(), sentinels.stream());
    }

    private static Optional<Map<String, String>> masterRow(Daemon sentinel) {
        return rows(sentinel, "MASTERS").stream()
                .filter(row -> text(row, "name").equals(MASTER_NAME))
                .findFirst();
    }

    /** What a sentinel says of its MASTERS, or of the REPLICAS or SENTINELS of this master. */
    static List<Map<String, String>> rows(Daemon sentinel, String what) {
        return what.equals("MASTERS")
                ? Client.askRows(sentinel.address(), "SENTINEL", what)
                : Client.askRows(sentinel.address(), "SENTINEL", what, MASTER_NAME);
    }

    private static String text(Map<String, String> row, String field) {
        return row.getOrDefault(field, "");
    }

    @Override
    public void close() {
        nodes().filter(Daemon::isAlive).forEach(node -> node.process().destroy());
        nodes().forEach(Daemon::close);
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
