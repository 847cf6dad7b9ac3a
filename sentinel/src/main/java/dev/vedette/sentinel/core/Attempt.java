package dev.vedette.sentinel.core;

import java.time.Instant;

/**
 * One attempt at a failover.
 *
 * @param epoch in which it was, or wants to be, elected
 * @param forced by an operator's command: needs no votes but its own
 * @param freshSince an INFO that was asked before this does not decide which replica is best
 */
record Attempt(long epoch, boolean forced, Instant freshSince) {
    Attempt in(long newEpoch) {
        return new Attempt(newEpoch, forced, freshSince);
    }
}
