package dev.vedette.it;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.SimpleString;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client that asks the sentinels for the master, checks its ROLE, and writes one key after
 * another. It remembers what was acknowledged, and by whom.
 */
final class Writer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(5);

    record Acknowledged(long number, Address master) {
        String key() {
            return "it:" + number;
        }
    }

    private final List<Address> sentinels;
    private final List<Acknowledged> acknowledged = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;
    private int turn;
    private long number;
    private @Nullable Client master;

    Writer(Topology topology) {
        sentinels = topology.sentinelAddresses();
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
        var write = new Acknowledged(++number, master.address());
        if (master.call("SET", write.key(), Long.toString(write.number()))
                .equals(new SimpleString("OK"))) {
            acknowledged.add(write);
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
            var found = Client.connect(address, PATIENCE);
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
