package dev.vedette.protocol.net;

import io.netty.util.concurrent.DefaultThreadFactory;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where the keys of handshakes are reckoned. One takes milliseconds, a hundred times as long in a
 * JVM that has just started; an event loop has none of that to spare while a crowd of clients comes
 * back after a failover. As many as may wait are a crowd; what comes beyond is reckoned by the loop
 * that brings it, which then takes nobody else in: a flood must not fill the heap.
 */
final class HandshakeThreads {
    private static final int MOST = 4;
    private static final int MOST_WAITING = 256;

    /** They end when there was nothing to do for so long. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private static final Executor THREADS = create();
    private static final AtomicInteger UNDER_WAY = new AtomicInteger();

    static final Executor SHARED = HandshakeThreads::execute;

    private HandshakeThreads() {}

    private static void execute(Runnable task) {
        UNDER_WAY.incrementAndGet();
        THREADS.execute(
                () -> {
                    try {
                        task.run();
                    } finally {
                        UNDER_WAY.decrementAndGet();
                    }
                });
    }

    /** Whether somebody waits for a handshake. */
    static boolean areNeeded() {
        return UNDER_WAY.get() > 0;
    }

    private static Executor create() {
        // One processor is left to the event loop, where there are two.
        int count = Math.clamp(Runtime.getRuntime().availableProcessors() - 1L, 1, MOST);
        var threads =
                new ThreadPoolExecutor(
                        count,
                        count,
                        IDLE.toSeconds(),
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(MOST_WAITING),
                        new DefaultThreadFactory("tls", true),
                        new ThreadPoolExecutor.CallerRunsPolicy());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
