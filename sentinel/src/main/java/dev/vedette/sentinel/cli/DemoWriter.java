package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.SimpleString;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * A client as applications have it: it asks the sentinels for the master, checks with {@code ROLE}
 * that it is one, writes one key after another, and asks again when a write fails. It remembers
 * each write that was acknowledged.
 */
final class DemoWriter implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(10);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);
    private static final String KEY_PREFIX = "vedette:demo:";

    /** A write that the master at {@code master} said it has. */
    record Acknowledged(long nanos, long number, Address master) {}

    private final List<Address> sentinels;
    private final List<Acknowledged> acknowledged = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private int turn;
    private long number;
    private @Nullable RedisPeer master;
    private volatile boolean closed;

    DemoWriter(List<Address> sentinels) {
        this.sentinels = sentinels;
        this.thread = Thread.ofVirtual().name("writer").start(this::write);
    }

    int count() {
        return acknowledged.size();
    }

    /** The first acknowledged write at another master than this one. */
    Optional<Acknowledged> firstElsewhere(Address oldMaster) {
        return acknowledged.stream().filter(ack -> !ack.master().equals(oldMaster)).findFirst();
    }

    Optional<Acknowledged> lastAt(Address oldMaster) {
        return acknowledged.reversed().stream()
                .filter(ack -> ack.master().equals(oldMaster))
                .findFirst();
    }

    /** How many of the acknowledged writes the master that is reached there does not have. */
    long missingAt(Address finalMaster, Predicate<Acknowledged> which) {
        try (var peer =
                RedisPeer.connect(finalMaster, Credentials.NONE, Duration.ofSeconds(5), "")) {
            return acknowledged.stream().filter(which).filter(ack -> !has(peer, ack)).count();
        }
    }

    private static boolean has(RedisPeer peer, Acknowledged ack) {
        return peer.call("GET", KEY_PREFIX + ack.number()) instanceof BulkString value
                && value.text().equals(Long.toString(ack.number()));
    }

    private void write() {
        while (!closed) {
            boolean written = false;
            try {
                written = writeOnce();
            } catch (CliException _) {
                drop();
            }
            pause(written ? BETWEEN_WRITES : BETWEEN_TRIES);
        }
        drop();
    }

    private boolean writeOnce() {
        if (master == null) {
            master = askForMaster();
        }
        number++;
        RespValue reply = master.call("SET", KEY_PREFIX + number, Long.toString(number));
        if (!reply.equals(new SimpleString("OK"))) {
            // READONLY, LOADING and the like: not the place to write to.
            drop();
            return false;
        }
        acknowledged.add(new Acknowledged(System.nanoTime(), number, master.address()));
        return true;
    }

    private RedisPeer askForMaster() {
        Address sentinel = sentinels.get(turn++ % sentinels.size());
        RedisPeer peer;
        try (var asked = RedisPeer.connect(sentinel, Credentials.NONE, PATIENCE, "")) {
            RespValue answer =
                    asked.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", DemoPlan.MASTER_NAME);
            if (!(answer instanceof Array(var items)) || items.size() != 2) {
                throw CliException.failed(sentinel + " names no master");
            }
            var address =
                    new Address(
                            RedisPeer.text(items.get(0)),
                            Integer.parseInt(RedisPeer.text(items.get(1))));
            peer = RedisPeer.connect(address, Credentials.NONE, PATIENCE, "");
        }
        if (peer.call("ROLE") instanceof Array(var role)
                && !role.isEmpty()
                && RedisPeer.text(role.getFirst()).equals("master")) {
            return peer;
        }
        peer.close();
        throw CliException.failed(peer.address() + " is no master");
    }

    private void drop() {
        if (master != null) {
            master.close();
            master = null;
        }
    }

    private void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException _) {
            closed = true;
        }
    }

    /** Stops writing; when this returns nothing is added any more. */
    void stop() throws InterruptedException {
        close();
        thread.join();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
