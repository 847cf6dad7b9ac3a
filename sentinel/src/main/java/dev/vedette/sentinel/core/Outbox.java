package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The effects of the step at hand, and what is known of the disk (guard G13, durability).
 *
 * <p>All that one step changes is written by one {@link Effect.Persist}. It takes the place of the
 * first demand, so that whatever the step says afterwards stands behind it, and it carries the
 * state at the end of the step.
 */
final class Outbox {
    private static final int REMEMBERED_WRITES = 16;

    private record Saved(long sequence, Runnable then) {}

    private record Waiting(long sequence, Consumer<Boolean> then) {}

    private List<Effect> effects = new ArrayList<>();
    private int persistAt = -1;
    private long sequence;
    private long attempted;
    private long durable;
    private long changes;
    private Instant retryAt = Periods.NO_DEADLINE;
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Saved> saved = new ArrayList<>();
    private final Map<Long, Instant> writing = new HashMap<>();
    private final Deque<Duration> writeTimes = new ArrayDeque<>();

    void add(Effect effect) {
        effects.add(effect);
        changes++;
    }

    void publish(Event event) {
        add(new Effect.Publish(event));
    }

    void log(Event.Level level, String text) {
        add(new Effect.Log(level, text));
    }

    void reply(ClientToken client, Answer answer) {
        add(new Effect.Reply(client, answer));
    }

    /** Something changed that no effect tells: the rules must be asked once more. */
    void changed() {
        changes++;
    }

    /** Grows with each effect and each change. */
    long changes() {
        return changes;
    }

    /**
     * The state shall be on disk before anything that this step says from here on.
     *
     * @return the sequence of the write that will hold all of this step
     */
    long persist() {
        if (persistAt < 0) {
            persistAt = effects.size();
            sequence++;
            changes++;
        }
        return sequence;
    }

    /** Whether all that was to be saved by that write is on disk. */
    boolean durable(long sequence) {
        return sequence <= durable;
    }

    /** Whether that write has ended, well or badly. */
    boolean attempted(long sequence) {
        return sequence <= attempted;
    }

    /** Does that once the write has ended, and tells it whether the state is on disk. */
    void whenAttempted(long sequence, Consumer<Boolean> then) {
        waiting.add(new Waiting(sequence, then));
    }

    /** Does that once the state of that write is on disk, by it or by a later one. */
    void whenSaved(long sequence, Runnable then) {
        saved.add(new Saved(sequence, then));
    }

    /** A write ended. */
    void persisted(long written, Optional<String> error, Instant now) {
        attempted = Math.max(attempted, written);
        if (error.isEmpty()) {
            durable = Math.max(durable, written);
        } else {
            // The next write notes anew all that it saves.
            saved.removeIf(s -> s.sequence() <= written);
            if (written == sequence) {
                retryAt = now.plus(Periods.SAVE_RETRY);
            }
        }
        var startedAt = writing.get(written);
        writing.keySet().removeIf(older -> older <= written);
        if (startedAt != null) {
            writeTimes.addLast(Duration.between(startedAt, now));
            if (writeTimes.size() > REMEMBERED_WRITES) {
                writeTimes.removeFirst();
            }
        }
        saved.stream().filter(s -> durable(s.sequence())).forEach(s -> s.then().run());
        saved.removeIf(s -> durable(s.sequence()));
        var ended = waiting.stream().filter(w -> w.sequence() <= written).toList();
        waiting.removeAll(ended);
        ended.forEach(w -> w.then().accept(durable(w.sequence())));
    }

    /**
     * When to write again what is not on disk, because a write failed. Redis waits for the next
     * change; until then a restart would bring back an old configuration.
     */
    Instant retryAt() {
        return retryAt;
    }

    /** The longest of the last writes, absent before the first. */
    Optional<Duration> longestWrite() {
        return writeTimes.stream().max(Duration::compareTo);
    }

    /**
     * The effects of the step, which ends here.
     *
     * @param beforeWrite told the sequence of the write that the step asks for, if it does
     */
    List<Effect> take(LongConsumer beforeWrite, Instant now) {
        if (persistAt >= 0) {
            beforeWrite.accept(sequence);
            effects.add(persistAt, new Effect.Persist(sequence));
            writing.put(sequence, now);
            retryAt = Periods.NO_DEADLINE;
            persistAt = -1;
        }
        var taken = List.copyOf(effects);
        effects = new ArrayList<>();
        return taken;
    }
}
