package dev.vedette.sentinel.core;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;

/** One socket of a link. The core names every attempt anew, so an old one is never mistaken. */
final class Connection {
    sealed interface State {
        /** Exits: Opening, when the last attempt is a reconnect period old. */
        record Closed() implements State {}

        /** Exits: Open; Closed when it fails or takes too long. */
        record Opening(LinkId id) implements State {}

        /** Exits: Closed, when it is lost or renewed. */
        record Open(LinkId id, Instant since) implements State {}
    }

    final Link link;
    final LinkSpec.Kind kind;
    State state = new State.Closed();
    Instant attemptedAt = Periods.NEVER;

    /**
     * Since when it does not work: its creation, or its loss. Only a valid PING reply, or a message
     * on the other connection, ends it, never a connect (guard G6).
     */
    @Nullable Instant troubleSince;

    /** The last attempt to connect failed: it was refused, or took too long. */
    boolean unreachable;

    Connection(Link link, LinkSpec.Kind kind) {
        this.link = link;
        this.kind = kind;
    }

    boolean isOpen() {
        return state instanceof State.Open;
    }

    boolean isMissing() {
        return switch (state) {
            case State.Closed() -> true;
            case State.Opening _ -> unreachable;
            case State.Open _ -> false;
        };
    }

    Optional<LinkId> id() {
        return switch (state) {
            case State.Closed() -> Optional.empty();
            case State.Opening(var id) -> Optional.of(id);
            case State.Open(var id, var _) -> Optional.of(id);
        };
    }
}
