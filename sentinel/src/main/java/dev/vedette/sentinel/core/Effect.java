package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Instant;

/**
 * An order of the core, performed by the runner in the order of the list. What stands behind a
 * {@link Persist} in the list of one step leaves the process only after that state is on disk, and
 * no other publication, answer or request overtakes it; only pings, INFO requests and connecting go
 * on meanwhile.
 *
 * <p>When the write fails, what was held back is let go all the same, before the core hears of it
 * by {@link Input.Persisted}: Redis goes on too, and a promotion that is made must be announced.
 * What must never be spoken without the disk (a vote, our own candidacy, the answer to a command
 * that saves) is not behind the Persist at all: the core sends it in answer to Persisted.
 *
 * <p>There is no effect for waking: the runner asks {@code SentinelCore.nextDeadline()} after each
 * step.
 */
public sealed interface Effect {
    /** Start one attempt to connect; answered by LinkOpened or LinkClosed. */
    record OpenLink(LinkId link, LinkSpec spec) implements Effect {}

    /**
     * End a link; nothing of it is reported any more.
     *
     * @param discard reset the connection, so that bytes not sent yet die with it
     */
    record CloseLink(LinkId link, boolean discard) implements Effect {}

    /** Look a host name up; answered by {@link Input.NameResolved}, in a bounded time. */
    record Resolve(String name) implements Effect {}

    record Send(LinkId link, Request request) implements Effect {}

    /**
     * Write the whole state ({@link SentinelCore#state()}), durably; answered by {@link
     * Input.Persisted} with that sequence. At most one stands in the list of one step. The state is
     * taken when the write begins, so that one write serves all that were asked for meanwhile. The
     * runner logs how the write went.
     */
    record Persist(long sequence) implements Effect {}

    record Publish(Event event) implements Effect {}

    /** A log line that is not an event. */
    record Log(Event.Level level, String text) implements Effect {}

    /**
     * A log line that ends with a point of time, which the runner prints by the wall clock as ctime
     * does: {@code text}, a blank, {@code Thu Jan 1 00:00:00 1970}.
     */
    record LogTime(Event.Level level, String text, Instant at) implements Effect {}

    /** {@code loglevel} is this from now on, in the words of the conf. */
    record SetLogLevel(String level) implements Effect {}

    record Reply(ClientToken client, Answer answer) implements Effect {}

    /** Run the client-reconfig-script of a master; there is none of these without a script. */
    record RunReconfigScript(
            String path, String masterName, ScriptRole role, Address from, Address to)
            implements Effect {}

    /** End the process at once, with that code: what stands behind it is not performed. */
    record Exit(int code) implements Effect {}

    /** Who we were in the failover that the script is told of. */
    enum ScriptRole {
        LEADER,
        OBSERVER
    }
}
