package dev.vedette.it;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.SimpleString;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/**
 * A client that asks the sentinels for the master, checks its ROLE, and writes one key after
 * another. It remembers what was acknowledged, and by whom.
 */
final class Writer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(5);

    record Acknowledged(String key, long number, Address master, long nanos) {}

    private final List<Address> sentinels;
    private final UnaryOperator<Address> way;
    private final String prefix;
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean stopped;
    private int turn;
    private long number;
    private @Nullable Client master;

    Writer(Topology topology) {
        this(topology.sentinelAddresses(), UnaryOperator.identity(), "it:");
    }

    /**
     * @param way where the tests reach the master that the sentinels name
     * @param prefix of the keys
     */
    Writer(List<Address> sentinels, UnaryOperator<Address> way, String prefix) {
        this.sentinels = List.copyOf(sentinels);
        this.way = way;
        this.prefix = prefix;
        thread = Thread.ofPlatform().daemon().name("writer").start(this::run);
    }

    /** How many writes this master has acknowledged. */
    long countAt(Daemon server) {
        return acknowledged.stream().filter(a -> a.master().equals(server.address())).count();
    }

    List<Acknowledged> acknowledgedBy(Daemon server) {
        return acknowledged.stream().filter(a -> a.master().equals(server.address())).toList();
    }

    private void run() {
        while (!stopped) {
            try {
                writeOnce();
            } catch (IOException | UncheckedIOException _) {
                drop();
            }
            try {
                Thread.sleep(BETWEEN_WRITES);
            } catch (InterruptedException _) {
                stopped = true;
            }
        }
        drop();
    }

    private void writeOnce() throws IOException {
        if (master == null) {
            master = findMaster();
        }
        String key = prefix + ++number;
        if (master.call("SET", key, Long.toString(number)).equals(new SimpleString("OK"))) {
            acknowledged.add(new Acknowledged(key, number, master.address(), System.nanoTime()));
        } else {
            drop();
        }
    }

    private Client findMaster() throws IOException {
        Address sentinel = sentinels.get(turn++ % sentinels.size());
        try (var asked = Client.connect(sentinel, PATIENCE)) {
            var answer = asked.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Topology.MASTER_NAME);
            if (!(answer instanceof Array(var items))) {
                throw new IOException(sentinel + " names no master");
            }
            var address =
                    new Address(
                            Client.text(items.get(0)), Integer.parseInt(Client.text(items.get(1))));
            var found = Client.connect(way.apply(address), PATIENCE);
            if (!found.text("ROLE").startsWith("master ")) {
                found.close();
                throw new IOException(address + " is no master");
            }
            return found;
        }
    }

    private void drop() {
        if (master != null) {
            master.close();
            master = null;
        }
    }

    /** Stops writing; afterwards nothing is added. */
    void stop() {
        stopped = true;
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
