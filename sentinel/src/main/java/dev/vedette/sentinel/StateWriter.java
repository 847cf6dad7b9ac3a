package dev.vedette.sentinel;

import dev.vedette.sentinel.core.SentinelState;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Optional;

/**
 * Writes the state on a thread of its own, one write at a time. What arrives while a write is under
 * way waits, and only the newest of it is written: one fsync serves all of them (group commit).
 */
final class StateWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StateWriter.class);

    private static final long CLOSE_MILLIS = 3_000;

    /** Where the state goes, durably. */
    interface Store {
        /**
         * @throws IOException when the state is not, or perhaps not, on disk
         */
        void write(SentinelState state) throws IOException;

        /** Keeps what a crash may take away: nobody waits for it. */
        default void writeAside(SentinelState state) {}
    }

    /** Hears of each write, on the writer's thread. */
    interface Outcome {
        /**
         * That state and every earlier one is on disk, or is not for this reason.
         *
         * @param error why not, empty when all is well
         */
        void written(long sequence, Optional<Exception> error);
    }

    private record Job(long sequence, SentinelState state) {}

    private final Store store;
    private final Outcome outcome;
    private final Thread thread;
    private @Nullable Job next;
    private boolean closed;

    StateWriter(Store store, Outcome outcome) {
        this.store = store;
        this.outcome = outcome;
        this.thread = Thread.ofPlatform().name("state-writer").daemon().start(this::run);
    }

    /** Any thread; sequences must rise. */
    synchronized void submit(long sequence, SentinelState state) {
        next = new Job(sequence, state);
        notifyAll();
    }

    private void run() {
        try {
            for (var job = take(); job != null; job = take()) {
                write(job);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Job job) {
        try {
            store.write(job.state());
        } catch (IOException | RuntimeException failure) {
            outcome.written(job.sequence(), Optional.of(failure));
            return;
        } catch (Error failure) {
            outcome.written(
                    job.sequence(), Optional.of(new IllegalStateException("" + failure, failure)));
            return;
        }
        outcome.written(job.sequence(), Optional.empty());
        try {
            store.writeAside(job.state());
        } catch (RuntimeException | Error failure) {
            // The state itself is on disk: the next one must be written too.
            log.warn("not written beside the conf", failure);
        }
    }

    private synchronized @Nullable Job take() throws InterruptedException {
        while (next == null && !closed) {
            wait();
        }
        var job = next;
        next = null;
        return job;
    }

    /** Waits for the writes that were asked for. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
