package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
class HandshakeThreadsTest {
    private static final int FLOOD = 1000;

    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger byTheBringer = new AtomicInteger();

    @Test
    void aFloodIsReckonedByWhoeverBringsItBeyondWhatMayWait() {
        var bringer = Thread.currentThread();
        try {
            for (int i = 0; i < FLOOD; i++) {
                HandshakeThreads.SHARED.execute(() -> reckon(bringer));
            }
            int waiting = FLOOD - byTheBringer.get();
            assertTrue(waiting >= 256 && waiting <= 256 + 4, () -> waiting + " wait");
            assertTrue(HandshakeThreads.areNeeded());
        } finally {
            end.countDown();
        }
    }

    private void reckon(Thread bringer) {
        if (Thread.currentThread().equals(bringer)) {
            byTheBringer.incrementAndGet();
            return;
        }
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
