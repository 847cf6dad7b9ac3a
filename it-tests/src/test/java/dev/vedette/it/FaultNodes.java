package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a {@link FaultGroup} consists of: the lab, its name server, and the nodes with their confs.
 *
 * @param names answers what the sentinels ask of {@code *.lab}
 */
record FaultNodes(Lab lab, Helper names, List<Watched> watched, List<Node> sentinels)
        implements AutoCloseable {
    static final String MASTER_NAME = "mymaster";
    static final String NAMED = "named";
    private static final Duration DOWN_AFTER = Duration.ofSeconds(1);
    private static final Duration FAILOVER_TIMEOUT = Duration.ofSeconds(3);

    /** The servers that sentinels watch under one name; the first is the master to begin with. */
    record Watched(String masterName, List<Node> servers) {}

    /** One server of ours among three; sentinels of these products. Nothing is started yet. */
    static FaultNodes create(Path folder, List<Product> sentinels) throws IOException {
        var hosts = new ArrayList<>(List.of("d1", "d2", "d3", "n1", "n2"));
        IntStream.rangeClosed(1, sentinels.size()).forEach(i -> hosts.add("s" + i));
        var lab = new Lab(hosts);
        try {
            return new FaultNodes(
                    lab,
                    Helper.start(
                            lab.hub(),
                            SlowDns.class,
                            Lab.HUB_IP,
                            "n1.lab=" + lab.ip(lab.host("n1")),
                            "n2.lab=" + lab.ip(lab.host("n2"))),
                    List.of(
                            new Watched(
                                    MASTER_NAME,
                                    List.of(
                                            server(lab, folder, "d1", Product.REDIS, "d1"),
                                            server(lab, folder, "d2", Product.VEDETTE, "d1"),
                                            server(lab, folder, "d3", Product.REDIS, "d1"))),
                            new Watched(
                                    NAMED,
                                    List.of(
                                            server(lab, folder, "n1", Product.REDIS, "n1"),
                                            server(lab, folder, "n2", Product.REDIS, "n1")))),
                    sentinels(lab, folder, sentinels));
        } catch (Throwable e) {
            lab.close();
            throw e;
        }
    }

    private static Node server(Lab lab, Path folder, String name, Product product, String master)
            throws IOException {
        Host host = lab.host(name);
        String announced = name.startsWith("n") ? name + ".lab" : lab.ip(host);
        var lines =
                new ArrayList<>(
                        List.of(
                                "save \"\"",
                                "repl-diskless-sync-delay 0",
                                "repl-timeout 5",
                                "repl-ping-replica-period 1",
                                "replica-announce-ip " + announced));
        if (!name.equals(master)) {
            lines.add("replicaof %s %d".formatted(lab.ip(lab.host(master)), Node.SERVER_PORT));
        }
        return Node.on(
                host,
                product,
                new Address(lab.ip(host), Node.SERVER_PORT),
                folder,
                lines,
                product::server);
    }

    private static List<Node> sentinels(Lab lab, Path folder, List<Product> products)
            throws IOException {
        var sentinels = new ArrayList<Node>();
        for (int i = 0; i < products.size(); i++) {
            sentinels.add(
                    sentinel(lab, folder, "s" + (i + 1), products.get(i), products.size() / 2 + 1));
        }
        return sentinels;
    }

    private static Node sentinel(Lab lab, Path folder, String name, Product product, int quorum)
            throws IOException {
        Host host = lab.host(name);
        Path resolver = Files.createDirectories(folder.resolve(name)).resolve("resolv.conf");
        Files.writeString(
                resolver, "nameserver " + Lab.HUB_IP + "\noptions timeout:2 attempts:2\n");
        host.shell("mount --bind " + resolver + " /etc/resolv.conf");
        var lines = new ArrayList<>(List.of("sentinel resolve-hostnames yes"));
        for (var master : Map.of(MASTER_NAME, lab.ip(lab.host("d1")), NAMED, "n1.lab").entrySet()) {
            lines.add(
                    "sentinel monitor %s %s %d %d"
                            .formatted(
                                    master.getKey(), master.getValue(), Node.SERVER_PORT, quorum));
            lines.add(
                    "sentinel down-after-milliseconds %s %d"
                            .formatted(master.getKey(), DOWN_AFTER.toMillis()));
            lines.add(
                    "sentinel failover-timeout %s %d"
                            .formatted(master.getKey(), FAILOVER_TIMEOUT.toMillis()));
        }
        return Node.on(
                host,
                product,
                new Address(lab.ip(host), Node.SENTINEL_PORT),
                folder,
                lines,
                product::sentinel);
    }

    /** Servers first. */
    List<Node> all() {
        return Stream.concat(
                        watched.stream().flatMap(group -> group.servers().stream()),
                        sentinels.stream())
                .toList();
    }

    @Override
    public void close() {
        all().stream()
                .map(Node::daemon)
                .filter(Daemon::isAlive)
                .forEach(daemon -> daemon.process().destroy());
        all().forEach(Node::close);
        names.close();
        lab.close();
    }
}
