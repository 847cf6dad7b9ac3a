package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A daemon on a host of its own, and what can be done to it there. The tests reach it through a
 * door that no fault of the network closes; its conf and state lie on a small disk of their own.
 *
 * @param inside where the other nodes find it
 */
record Node(Host host, Product product, Address inside, Daemon daemon, FakeClock clock, Path disk)
        implements AutoCloseable {
    /** The ports are those that everybody knows: each node has a network of its own. */
    static final int SERVER_PORT = 6379;

    static final int SENTINEL_PORT = 26_379;
    private static final String FILL = "filled";

    /** The patience with a daemon that may be stopped. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Pattern EVENT =
            Pattern.compile("^\\d+:X \\S+ \\S+ \\S+ \\S+ \\S ([+-][a-z][a-z-]*) (.*)$");

    /** An event in the log of a sentinel. */
    record Event(String name, String payload) {}

    /**
     * A node that is not started yet.
     *
     * @param command what starts the daemon from its conf
     */
    static Node on(
            Host host,
            Product product,
            Address inside,
            Path parent,
            List<String> lines,
            Function<List<String>, List<String>> command)
            throws IOException {
        Path folder = Files.createDirectories(parent.resolve(host.name()));
        Path disk = Files.createDirectories(folder.resolve("disk"));
        host.shell(
                "mount -t tmpfs -o size=%s vedette-disk %s".formatted(diskSize(inside), disk),
                // Where libfaketime keeps what it shares between processes.
                "mount -t tmpfs -o size=1m vedette-shm /dev/shm");
        var clock = new FakeClock(folder.resolve("clock"));
        Path socket = folder.resolve("door");
        var all = new ArrayList<String>();
        all.add("port " + inside.port());
        all.add("bind " + inside.host());
        all.add("protected-mode no");
        all.add("unixsocket " + socket);
        all.add("dir " + disk);
        all.addAll(lines);
        var words = new ArrayList<>(hasClock(product) ? clock.command() : List.of());
        words.addAll(command.apply(List.of(disk.resolve("conf").toString())));
        var door = Forwarder.door(socket);
        return new Node(
                host,
                product,
                inside,
                Daemon.elsewhere(
                        host.name(),
                        new Address("127.0.0.1", door.port()),
                        folder,
                        host.path(disk).resolve("conf"),
                        all,
                        host.inside(words)),
                clock,
                disk);
    }

    /** That of a server takes what it gets in a full sync. */
    private static String diskSize(Address inside) {
        return inside.port() == SENTINEL_PORT ? "128k" : "256m";
    }

    String name() {
        return host.name();
    }

    /** One question; empty if it does not answer soon. */
    <T> Optional<T> ask(Function<Client, T> question) {
        try (var client = Client.connect(daemon.address(), PATIENCE)) {
            return Optional.of(question.apply(client));
        } catch (IOException | UncheckedIOException _) {
            return Optional.empty();
        }
    }

    /** A command that it has to answer. */
    String tell(String... words) {
        try (var client = daemon.connect()) {
            return client.text(words);
        }
    }

    // ---- what a sentinel says

    long logLength() {
        return daemon.stdout().length();
    }

    String logSince(long length) {
        return daemon.stdout().substring((int) length);
    }

    /** What it logged of events behind this place. */
    List<Event> eventsSince(long length) {
        return logSince(length)
                .lines()
                .map(EVENT::matcher)
                .filter(Matcher::matches)
                .map(m -> new Event(m.group(1), m.group(2)))
                .toList();
    }

    // ---- faults

    void fillDisk() {
        Path file = host.path(disk).resolve(FILL);
        try {
            while (true) {
                Files.write(
                        file,
                        "x".repeat(1024).getBytes(StandardCharsets.US_ASCII),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
        } catch (IOException _) {
            // Full.
            return;
        }
    }

    void freeDisk() {
        try {
            Files.deleteIfExists(host.path(disk).resolve(FILL));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether its clock can be stepped: libfaketime and jemalloc wait for each other in Redis. */
    boolean hasClock() {
        return hasClock(product);
    }

    private static boolean hasClock(Product product) {
        return product == Product.VEDETTE;
    }

    /** How far its wall clock is ahead of the machine's, as itself says. */
    Duration clockAhead() {
        long micros =
                ask(client -> client.info("server").number("server_time_usec"))
                        .orElseThrow(() -> new AssertionError(name() + " does not answer"))
                        .orElseThrow();
        return Duration.ofMillis(micros / 1000 - System.currentTimeMillis());
    }

    @Override
    public void close() {
        daemon.close();
    }
}
