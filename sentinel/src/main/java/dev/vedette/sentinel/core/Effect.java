package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

/**
 * An order of the core, performed by the runner in the order of the list. What stands behind a
 * {@link Persist} in the list of one step leaves the process only after that state is on disk, and
 * no other publication or answer overtakes it; only pings, INFO requests and connecting go on
 * meanwhile.
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

    record Send(LinkId link, Request request) implements Effect {}

    /** Write the whole state, durably; answered by {@link Input.Persisted} with that sequence. */
    record Persist(long sequence, SentinelState state) implements Effect {}

    record Publish(Event event) implements Effect {}

    /** A log line that is not an event. */
    record Log(Event.Level level, String text) implements Effect {}

    record Reply(ClientToken client, Answer answer) implements Effect {}

    /** Run the client-reconfig-script of a master. */
    record RunReconfigScript(String masterName, ScriptRole role, Address from, Address to)
            implements Effect {}

    /** Who we were in the failover that the script is told of. */
    enum ScriptRole {
        LEADER,
        OBSERVER
    }
}
