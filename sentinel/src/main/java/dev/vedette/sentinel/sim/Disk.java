package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.SentinelState;

import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Where one sentinel keeps its conf. A write takes time; what is asked for meanwhile waits, and the
 * newest of it is written next (one write serves many changes). A crash in the middle of a write
 * leaves the old state or the new one, never a mixture.
 */
final class Disk {
    /** Microseconds that a healthy disk takes for file and directory. */
    static final long QUICKEST_WRITE = 500;

    static final long SLOWEST_WRITE = 8_000;

    private record Write(long sequence, SentinelState state) {}

    private final World world;
    private final Dice dice;
    private SentinelState durable;
    private Optional<Write> running = Optional.empty();
    private Optional<Write> next = Optional.empty();
    private boolean behind;
    private int mount;

    long shortestWrite = QUICKEST_WRITE;
    long longestWrite = SLOWEST_WRITE;

    /** It is full: nothing gets there. */
    boolean failing;

    /** The sync fails: whether the bytes got there nobody knows (it is drawn). */
    boolean syncFails;

    /** A crash in the middle of a write always loses it. */
    boolean forgetful;

    /** Says that a write is durable when it only is under way. */
    boolean lying;

    Disk(World world, SentinelState first) {
        this.world = world;
        this.dice = world.dice.split();
        this.durable = first;
    }

    /** What a restart would find. */
    SentinelState durable() {
        return durable;
    }

    /** The last write failed: what the process knows since then was never saved. */
    boolean behind() {
        return behind;
    }

    /** Tells {@code done} for the sequence, and the error if there was one. */
    void write(long sequence, SentinelState state, BiConsumer<Long, Optional<String>> done) {
        var write = new Write(sequence, state);
        var told = lying ? tellNow(sequence, done) : done;
        if (running.isPresent()) {
            next = Optional.of(write);
        } else {
            begin(write, told);
        }
    }

    private BiConsumer<Long, Optional<String>> tellNow(
            long sequence, BiConsumer<Long, Optional<String>> done) {
        world.queue.after(1, () -> done.accept(sequence, Optional.empty()));
        return (_, _) -> {};
    }

    private void begin(Write write, BiConsumer<Long, Optional<String>> done) {
        running = Optional.of(write);
        int sameMount = mount;
        world.queue.after(
                dice.between(shortestWrite, longestWrite),
                () -> {
                    if (sameMount == mount) {
                        end(write, done);
                    }
                });
    }

    private void end(Write write, BiConsumer<Long, Optional<String>> done) {
        running = Optional.empty();
        var waiting = next;
        next = Optional.empty();
        waiting.ifPresent(w -> begin(w, done));
        behind = failing || syncFails;
        if (failing) {
            done.accept(write.sequence(), Optional.of("No space left on device"));
        } else if (syncFails) {
            if (dice.chance(0.5)) {
                durable = write.state();
            }
            done.accept(write.sequence(), Optional.of("Input/output error"));
        } else {
            durable = write.state();
            done.accept(write.sequence(), Optional.empty());
        }
    }

    /** It works again as it should. */
    void heal() {
        failing = false;
        syncFails = false;
        shortestWrite = QUICKEST_WRITE;
        longestWrite = SLOWEST_WRITE;
    }

    /** Somebody puts an old copy of the conf back; only while the process is down. */
    void restore(SentinelState backup) {
        durable = backup;
    }

    /** The process died: a write under way came through or did not. */
    void crash() {
        mount++;
        boolean arrives = dice.chance(0.5) && !failing && !forgetful;
        running.filter(_ -> arrives).ifPresent(w -> durable = w.state());
        running = Optional.empty();
        next = Optional.empty();
    }
}
