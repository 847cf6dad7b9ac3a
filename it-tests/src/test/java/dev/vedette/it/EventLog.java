package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** All that a sentinel publishes, heard by PSUBSCRIBE *, from its creation on. */
final class EventLog implements AutoCloseable {
    /** What was heard, when in nanoseconds of this JVM, and where. */
    record Heard(long nanos, Address sentinel, String name, String payload) {
        @Override
        public String toString() {
            return name + " " + payload;
        }
    }

    private final Address sentinel;
    private final Wire wire;
    private final List<Heard> heard = new CopyOnWriteArrayList<>();

    EventLog(Address sentinel) {
        this.sentinel = sentinel;
        try {
            wire = Access.wire(sentinel);
            wire.patience(Duration.ZERO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        wire.send(Wire.command("PSUBSCRIBE", "*"));
        WireReply.read(wire);
        Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
        try {
            while (true) {
                var items = WireReply.read(wire).items();
                heard.add(
                        new Heard(
                                System.nanoTime(),
                                sentinel,
                                items.get(2).text(),
                                items.get(3).text()));
            }
        } catch (UncheckedIOException _) {
            // Closed: by us, or with its sentinel.
            return;
        }
    }

    List<Heard> heard() {
        return List.copyOf(heard);
    }

    boolean has(String name, String inPayload) {
        return heard.stream()
                .anyMatch(e -> e.name().equals(name) && e.payload().contains(inPayload));
    }

    void clear() {
        heard.clear();
    }

    @Override
    public void close() {
        wire.close();
    }
}
