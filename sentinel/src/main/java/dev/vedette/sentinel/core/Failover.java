package dev.vedette.sentinel.core;

import java.time.Instant;
import java.util.Optional;

/**
 * Where the failover of one master stands. Each state holds what is true in it, and names its
 * exits; {@link FailoverMachine} takes them. The picture is in docs/architecture.md.
 *
 * <pre>
 *  Idle --> WaitStart --> SelectSlave --> SendSlaveofNoOne --> WaitPromotion
 *   ^           |              |                 |                   |
 *   |<--abort---+--------------+-----------------+-------------------+
 *   +<------------------------------ switch -------------------------+
 * </pre>
 */
sealed interface Failover {
    FailoverPhase phase();

    /** Absent only when no failover is in progress. */
    Optional<Attempt> attempt();

    /** The replica that is to become, or became, the master. */
    default Optional<Replica> promoted() {
        return Optional.empty();
    }

    /** Exits: WaitStart, when the master is objectively down or the operator says so. */
    record Idle() implements Failover {
        @Override
        public FailoverPhase phase() {
            return FailoverPhase.NONE;
        }

        @Override
        public Optional<Attempt> attempt() {
            return Optional.empty();
        }
    }

    /**
     * Votes are being collected. Exits: SelectSlave, with our own vote on disk and enough others,
     * or forced; Idle at the election timeout.
     */
    record WaitStart(Attempt the) implements Failover {
        @Override
        public FailoverPhase phase() {
            return FailoverPhase.WAIT_START;
        }

        @Override
        public Optional<Attempt> attempt() {
            return Optional.of(the);
        }
    }

    /**
     * Elected. Exits: SendSlaveofNoOne, when the replicas told their offsets or were waited for
     * long enough; Idle when none is good.
     */
    record SelectSlave(Attempt the, Instant since) implements Failover {
        @Override
        public FailoverPhase phase() {
            return FailoverPhase.SELECT_SLAVE;
        }

        @Override
        public Optional<Attempt> attempt() {
            return Optional.of(the);
        }
    }

    /**
     * Exits: WaitPromotion, when the replica is connected; Idle after failover-timeout, or when our
     * leadership is over; WaitStart, when a forced one hears that its epoch went to another.
     */
    record SendSlaveofNoOne(Attempt the, Instant since, Replica chosen) implements Failover {
        @Override
        public FailoverPhase phase() {
            return FailoverPhase.SEND_SLAVEOF_NOONE;
        }

        @Override
        public Optional<Attempt> attempt() {
            return Optional.of(the);
        }

        @Override
        public Optional<Replica> promoted() {
            return Optional.of(chosen);
        }
    }

    /**
     * Exits: Idle, with the switch, when an INFO that was asked behind SLAVEOF NO ONE says master;
     * Idle after failover-timeout, or when another process answers at that address.
     *
     * @param runId of the process that got SLAVEOF NO ONE
     * @param infosBefore how many INFOs were asked of it before that order: those prove nothing
     */
    record WaitPromotion(
            Attempt the, Instant since, Replica chosen, Optional<String> runId, long infosBefore)
            implements Failover {
        @Override
        public FailoverPhase phase() {
            return FailoverPhase.WAIT_PROMOTION;
        }

        @Override
        public Optional<Attempt> attempt() {
            return Optional.of(the);
        }

        @Override
        public Optional<Replica> promoted() {
            return Optional.of(chosen);
        }
    }
}
