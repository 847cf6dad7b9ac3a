package dev.vedette.sentinel.core;

import java.time.Instant;

/**
 * One attempt at a failover.
 *
 * @param epoch in which it was, or wants to be, elected
 * @param freshSince an INFO that was asked before this does not decide which replica is best
 */
record Attempt(long epoch, Purpose purpose, Instant freshSince) {
    enum Purpose {
        /** The master is objectively down. */
        REPLACE,
        /** An operator's command: needs no votes but its own. */
        FORCED,
        /** To announce the present master under an epoch that nobody else has (guard G20). */
        CLAIM
    }

    boolean forced() {
        return purpose == Purpose.FORCED;
    }

    /** It asks the peers although they may hold the master for well. */
    boolean asksUnprompted() {
        return purpose != Purpose.REPLACE;
    }

    Attempt in(long newEpoch) {
        return new Attempt(newEpoch, purpose, freshSince);
    }
}
