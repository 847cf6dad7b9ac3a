package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every event of one sentinel, from the moment that {@link #open} returns. One thread reads. */
final class EventSubscription implements AutoCloseable {
    private final RedisPeer peer;

    private EventSubscription(RedisPeer peer) {
        this.peer = peer;
    }

    static EventSubscription open(Address sentinel, Credentials credentials, Duration timeout) {
        var peer =
                RedisPeer.connect(sentinel, credentials, timeout, "is a sentinel running there?");
        peer.call("PSUBSCRIBE", "*");
        return new EventSubscription(peer);
    }

    /** The next event, or null if none came in time. */
    @Nullable SentinelEvent next(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        long left = timeout.toNanos();
        while (left > 0) {
            Optional<RespValue> message = peer.nextMessage(Duration.ofNanos(left));
            if (message.isEmpty()) {
                return null;
            }
            if (message.get() instanceof Array(var items) && items.size() == 4) {
                return event(items);
            }
            left = deadline - System.nanoTime();
        }
        return null;
    }

    /** {@code pmessage, pattern, channel, message}. */
    private SentinelEvent event(List<RespValue> items) {
        return new SentinelEvent(
                System.nanoTime(),
                peer.address(),
                RedisPeer.text(items.get(2)),
                RedisPeer.text(items.get(3)));
    }

    @Override
    public void close() {
        peer.close();
    }
}
