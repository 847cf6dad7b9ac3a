package dev.vedette.sentinel.core;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One attempt at a failover.
 *
 * @param epoch in which it was, or wants to be, elected
 * @param freshSince an INFO that was asked before this does not decide which replica is best
 * @param askedAt when the peers were asked for their votes in this epoch: not before our own is on
 *     disk
 * @param rivals who could have won an earlier epoch of this attempt: each must say that it leads
 *     nothing before we do (guard G2)
 */
record Attempt(
        long epoch,
        Purpose purpose,
        Instant freshSince,
        Optional<Instant> askedAt,
        Set<SentinelId> rivals) {
    enum Purpose {
        /** The master is objectively down. */
        REPLACE,
        /** An operator's command: needs no votes but its own. */
        FORCED,
        /** To announce the present master under an epoch that nobody else has (guard G20). */
        CLAIM
    }

    Attempt {
        rivals = Set.copyOf(rivals);
    }

    Attempt(long epoch, Purpose purpose, Instant freshSince) {
        this(epoch, purpose, freshSince, Optional.empty(), Set.of());
    }

    boolean forced() {
        return purpose == Purpose.FORCED;
    }

    /** It asks the peers although they may hold the master for well. */
    boolean asksUnprompted() {
        return purpose != Purpose.REPLACE;
    }

    Attempt in(long newEpoch) {
        return new Attempt(newEpoch, purpose, freshSince, Optional.empty(), rivals);
    }

    Attempt asked(Instant now) {
        return new Attempt(epoch, purpose, freshSince, Optional.of(now), rivals);
    }

    Attempt against(Set<SentinelId> more) {
        var all = new HashSet<>(rivals);
        all.addAll(more);
        return new Attempt(epoch, purpose, freshSince, askedAt, all);
    }
}
