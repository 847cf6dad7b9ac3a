package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The events of several sentinels in one queue. Each sentinel has a thread that subscribes, and
 * subscribes again when the sentinel comes back.
 */
final class EventFeed implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A demo's sentinels say some hundred events a failover; nobody reads for minutes. */
    private static final int MOST_WAITING = 10_000;

    private final BlockingQueue<SentinelEvent> queue = new LinkedBlockingQueue<>(MOST_WAITING);
    private final List<Thread> readers = new ArrayList<>();
    private final CountDownLatch unsubscribed;
    private volatile boolean closed;

    EventFeed(List<Address> sentinels) {
        unsubscribed = new CountDownLatch(sentinels.size());
        for (Address sentinel : sentinels) {
            readers.add(Thread.ofVirtual().name("events-" + sentinel).start(() -> read(sentinel)));
        }
    }

    /** Waits until no event can be missed any more. */
    void awaitSubscribed(Duration patience) throws InterruptedException {
        if (!unsubscribed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw CliException.failed("a sentinel did not accept PSUBSCRIBE");
        }
    }

    /** The next event of any sentinel, or null if none came in time. */
    @Nullable SentinelEvent next(Duration patience) throws InterruptedException {
        return queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void read(Address sentinel) {
        boolean first = true;
        while (!closed) {
            try (var events = EventSubscription.open(sentinel, Credentials.NONE, PATIENCE)) {
                if (first) {
                    unsubscribed.countDown();
                    first = false;
                }
                passOn(events);
            } catch (CliException _) {
                pause();
            }
        }
    }

    private void passOn(EventSubscription events) {
        while (!closed) {
            SentinelEvent event = events.next(Duration.ofMillis(500));
            if (event != null && !queue.offer(event)) {
                queue.clear();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException _) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        readers.forEach(Thread::interrupt);
    }
}
