package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One redis-sentinel and one of ours under the same conf, on the same redis-servers: {@code
 * mymaster} with two replicas, and {@code second}, which has none. What differs between them by
 * nature (ids and ports) reads the same after {@link #plain}.
 */
final class SentinelPair implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final List<Daemon> servers = new ArrayList<>();
    private final Address second;
    private final Daemon redis;
    private final Daemon ours;
    private String redisId = "?";
    private String oursId = "?";

    private SentinelPair(List<String> sentinelLines, List<String> serverLines) throws IOException {
        folder = Files.createTempDirectory("vedette-it-");
        List<Address> ports = Ports.free(6);
        Address master = ports.getFirst();
        second = ports.get(3);
        for (Address port : ports.subList(0, 4)) {
            var lines = new ArrayList<>(List.of("save \"\"", "repl-diskless-sync-delay 0"));
            if (!port.equals(master) && !port.equals(second)) {
                lines.add("replicaof " + master.host() + " " + master.port());
            }
            lines.addAll(serverLines);
            servers.add(Daemon.server(Product.REDIS, folder, port, lines));
        }
        List<String> lines =
                sentinelLines.stream()
                        .map(line -> line.replace("MASTER", blank(master)))
                        .map(line -> line.replace("SECOND", blank(second)))
                        .toList();
        redis = Daemon.sentinel(Product.REDIS, folder, ports.get(4), lines);
        ours = Daemon.sentinel(Product.VEDETTE, folder, ports.get(5), lines);
    }

    private static String blank(Address address) {
        return address.host() + " " + address.port();
    }

    /**
     * Starts all and waits until each sentinel knows both replicas and the other.
     *
     * @param sentinelLines {@code MASTER} and {@code SECOND} stand for host and port
     */
    static SentinelPair start(List<String> sentinelLines) throws IOException {
        return start(sentinelLines, List.of());
    }

    /** The same with lines at the end of the conf of every server. */
    static SentinelPair start(List<String> sentinelLines, List<String> serverLines)
            throws IOException {
        var pair = new SentinelPair(sentinelLines, serverLines);
        try {
            pair.servers.forEach(Daemon::start);
            pair.await("replication", pair::replicationProblem);
            pair.redis.start();
            pair.ours.start();
            pair.awaitAcquainted();
            pair.redisId = pair.id(pair.redis);
            pair.oursId = pair.id(pair.ours);
            return pair;
        } catch (Throwable e) {
            pair.close();
            throw e;
        }
    }

    Daemon redis() {
        return redis;
    }

    Daemon ours() {
        return ours;
    }

    List<Daemon> sentinels() {
        return List.of(redis, ours);
    }

    Daemon peerOf(Daemon sentinel) {
        return sentinel.equals(redis) ? ours : redis;
    }

    /** The servers of {@code mymaster}. */
    List<Daemon> group() {
        return servers.subList(0, 3);
    }

    /** The server that this sentinel names as {@code mymaster}. */
    Daemon masterSeenBy(Daemon sentinel) {
        Address master = Topology.masterNamedBy(sentinel).orElseThrow();
        return servers.stream().filter(s -> s.address().equals(master)).findFirst().orElseThrow();
    }

    /** The text with the sentinel's own id and port, and those of the other, as words. */
    String plain(Daemon self, String text) {
        Daemon peer = peerOf(self);
        return text.replace(self.equals(redis) ? redisId : oursId, "<own id>")
                .replace(self.equals(redis) ? oursId : redisId, "<peer's id>")
                .replaceAll("\\b" + self.address().port() + "\\b", "<own port>")
                .replaceAll("\\b" + peer.address().port() + "\\b", "<peer's port>");
    }

    private String id(Daemon sentinel) {
        return Client.ask(sentinel.address(), client -> client.text("SENTINEL", "MYID"))
                .orElseThrow();
    }

    // ---- conditions

    /** Each names one same master with two replicas that are up, and knows the other. */
    void awaitAcquainted() {
        await("both know all", () -> sentinels().stream().flatMap(this::strange).findFirst());
    }

    void await(String what, Supplier<Optional<String>> problem) {
        Await.noProblem(what, START_PATIENCE, problem, this::view);
    }

    private Stream<String> strange(Daemon sentinel) {
        List<Map<String, String>> masters = rows(sentinel, "MASTERS");
        if (masters.size() != 2) {
            return Stream.of(sentinel.name() + " knows " + masters.size() + " masters");
        }
        for (var master : masters) {
            var name = master.getOrDefault("name", "");
            var wanted =
                    name.equals(Topology.MASTER_NAME)
                            ? Map.of("flags", "master", "num-slaves", "2")
                            : Map.of("flags", "master", "num-slaves", "0");
            if (!master.entrySet().containsAll(wanted.entrySet())
                    || !master.getOrDefault("num-other-sentinels", "").equals("1")) {
                return Stream.of(sentinel.name() + ": " + master);
            }
            if (rows(sentinel, "SENTINELS", name).stream()
                    .anyMatch(peer -> !peer.getOrDefault("flags", "").equals("sentinel"))) {
                return Stream.of(sentinel.name() + " sees the other down");
            }
        }
        return rows(sentinel, "REPLICAS", Topology.MASTER_NAME).stream()
                .filter(
                        r ->
                                !r.getOrDefault("flags", "").equals("slave")
                                        || !r.getOrDefault("master-link-status", "").equals("ok"))
                .map(r -> sentinel.name() + ": " + r);
    }

    private static List<Map<String, String>> rows(Daemon sentinel, String... words) {
        var all = new ArrayList<>(List.of("SENTINEL"));
        all.addAll(List.of(words));
        return Client.askRows(sentinel.address(), all.toArray(String[]::new));
    }

    private Optional<String> replicationProblem() {
        return group().stream()
                .skip(1)
                .filter(
                        server ->
                                !Client.ask(server.address(), c -> c.info("replication"))
                                        .flatMap(info -> info.field("master_link_status"))
                                        .equals(Optional.of("up")))
                .findFirst()
                .map(server -> server.name() + " is not in sync");
    }

    private String view() {
        var view = new StringBuilder();
        Stream.concat(servers.stream(), sentinels().stream())
                .forEach(node -> view.append('\n').append(node.lastLogLines()));
        return view.toString();
    }

    @Override
    public void close() {
        Stream.concat(servers.stream(), sentinels().stream()).forEach(Daemon::close);
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
