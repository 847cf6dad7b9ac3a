package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The decision core of one sentinel: {@link #step} turns what happened and the time into orders.
 * Not for more than one thread; all times are monotonic.
 */
public final class SentinelCore {
    private final SentinelState state;
    private Instant now;

    /**
     * @param loaded what the conf file says; its id was chosen, and saved, before
     * @param ownPort the port that we listen on, announced unless {@code announce-port} is set
     */
    public SentinelCore(SentinelState loaded, int ownPort, Instant now) {
        this.state = loaded;
        this.now = now;
    }

    /** The first effects: called once, before the first step. */
    public List<Effect> start(Instant now) {
        this.now = now;
        return List.of();
    }

    public List<Effect> step(Input input, Instant now) {
        this.now = now;
        return List.of();
    }

    /** When to call {@link #step} with {@link Input.WakeUp} at the latest. */
    public Instant nextDeadline() {
        return Instant.MAX;
    }

    /** What a restart would need to know now. */
    public SentinelState state() {
        return state;
    }

    /** All masters as of the last step. */
    public List<MasterView> masters() {
        return masters(now);
    }

    public Optional<MasterView> master(String name) {
        return master(name, now);
    }

    /**
     * All masters with ages that count back from {@code at}, in the order of their configuration.
     */
    public List<MasterView> masters(Instant at) {
        return List.of();
    }

    public Optional<MasterView> master(String name, Instant at) {
        return Optional.empty();
    }

    /** Since when TILT lasts, absent when all is well. */
    public Optional<Duration> tiltFor(Instant at) {
        return Optional.empty();
    }
}
