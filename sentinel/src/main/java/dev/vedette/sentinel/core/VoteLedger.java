package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Our votes for one master: the last epoch that we voted in, and for whom. One vote in an epoch,
 * for ever: the epoch outlives a restart, the candidate does not (Redis {@code leader-epoch}), and
 * neither a switch nor a reset takes the epoch back.
 */
final class VoteLedger {
    private long epoch;
    private Optional<SentinelId> candidate = Optional.empty();
    private long savedBy;
    private Instant votedAt;

    /** A vote of an earlier life counts as one that was given now. */
    VoteLedger(long epoch, Instant now) {
        this.epoch = epoch;
        this.votedAt = now;
    }

    long epoch() {
        return epoch;
    }

    /** Absent after a restart or a reset: then the answer to a question is {@code *}. */
    Optional<SentinelId> candidate() {
        return candidate;
    }

    /** The write that makes the last vote durable. */
    long savedBy() {
        return savedBy;
    }

    /**
     * No vote in that epoch, or a later one, yet. Redis compares with its current epoch too, which
     * failovers of other masters raise (guard G14).
     */
    boolean mayVoteIn(long asked) {
        return epoch < asked;
    }

    /**
     * Whether whoever has our last vote may be at work still: no configuration of that epoch was
     * heard, and it is no longer ago than that.
     */
    boolean isOpen(long configEpoch, Duration longest, Instant now) {
        return epoch > configEpoch && votedAt.plus(longest).isAfter(now);
    }

    void vote(SentinelId candidate, long epoch, long savedBy, Instant now) {
        if (epoch <= this.epoch) {
            throw new IllegalStateException(
                    "second vote in epoch " + epoch + ", after one in " + this.epoch);
        }
        this.epoch = epoch;
        this.candidate = Optional.of(candidate);
        this.savedBy = savedBy;
        this.votedAt = now;
    }

    /** A vote of an earlier life that the conf does not know. */
    void raise(long voted, Instant now) {
        if (voted > epoch) {
            epoch = voted;
            candidate = Optional.empty();
            votedAt = now;
        }
    }

    void forgetCandidate() {
        candidate = Optional.empty();
    }
}
