package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelOptions;
import dev.vedette.sentinel.core.SentinelState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

@Timeout(30)
class StateWriterTest {
    private final List<Long> written = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

    private static SentinelState state(long epoch) {
        return new SentinelState(
                new SentinelId("a".repeat(SentinelId.CHARS)),
                epoch,
                SentinelOptions.DEFAULTS,
                List.of());
    }

    @Test
    void whatArrivesDuringAWriteSharesTheNextOne() throws Exception {
        var started = new Semaphore(0);
        var disk = new Semaphore(0);
        StateWriter.Store slow =
                state -> {
                    started.release();
                    disk.acquireUninterruptibly();
                    written.add(state.currentEpoch());
                };
        try (var writer =
                new StateWriter(slow, (sequence, error) -> outcomes.add(sequence + " " + error))) {
            writer.submit(1, state(1));
            started.acquire();
            writer.submit(2, state(2));
            writer.submit(3, state(3));
            writer.submit(4, state(4));
            disk.release(2);

            assertEquals("1 Optional.empty", outcomes.take());
            assertEquals("4 Optional.empty", outcomes.take());
            assertEquals(List.of(1L, 4L), written);
        }
    }

    @Test
    void aFailedWriteIsReportedAndTheNextOneIsTried() throws Exception {
        StateWriter.Store fullDisk =
                state -> {
                    if (state.currentEpoch() == 1) {
                        throw new IOException("No space left on device");
                    }
                };
        try (var writer =
                new StateWriter(
                        fullDisk,
                        (sequence, error) ->
                                outcomes.add(
                                        sequence
                                                + " "
                                                + error.map(Exception::getMessage).orElse("ok")))) {
            writer.submit(1, state(1));
            assertEquals("1 No space left on device", outcomes.take());
            writer.submit(2, state(2));
            assertEquals("2 ok", outcomes.take());
        }
    }

    private static StateWriter.Store writingAside(Consumer<SentinelState> aside) {
        return new StateWriter.Store() {
            @Override
            public void write(SentinelState state) {}

            @Override
            public void writeAside(SentinelState state) {
                aside.accept(state);
            }
        };
    }

    @Test
    void nobodyWaitsForWhatACrashMayTakeAway() throws Exception {
        var aside = new Semaphore(0);
        var store =
                writingAside(
                        state -> {
                            aside.acquireUninterruptibly();
                            written.add(state.currentEpoch());
                        });
        try (var writer =
                new StateWriter(store, (sequence, error) -> outcomes.add(sequence + " " + error))) {
            writer.submit(1, state(7));
            assertEquals("1 Optional.empty", outcomes.take());
            assertEquals(List.of(), written);
            aside.release();
        }
        assertEquals(List.of(7L), written);
    }

    @Test
    void whatCannotBeWrittenAsideDoesNotEndTheWriting() throws Exception {
        var store =
                writingAside(
                        _ -> {
                            throw new IllegalStateException("a defect");
                        });
        try (var writer =
                new StateWriter(store, (sequence, error) -> outcomes.add(sequence + " " + error))) {
            writer.submit(1, state(1));
            assertEquals("1 Optional.empty", outcomes.take());
            writer.submit(2, state(2));
            assertEquals("2 Optional.empty", outcomes.take());
        }
    }

    @Test
    void closingWaitsForWhatWasAskedFor() {
        var writer = new StateWriter(state -> written.add(state.currentEpoch()), (_, _) -> {});
        writer.submit(1, state(7));
        writer.close();
        assertEquals(7L, written.getLast());
    }
}
