package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fact that reached this sentinel. Inputs carry no time: it is handed to the core beside them.
 */
public sealed interface Input {

    /** What happened on one connection. */
    sealed interface OfLink extends Input {
        LinkId link();
    }

    // ---- links

    /** The connection is there and AUTH and CLIENT SETNAME are written. */
    record LinkOpened(LinkId link, String localHost) implements OfLink {}

    /** The connection ended or could not be made; no reply of it comes any more. */
    record LinkClosed(LinkId link, Cause cause, String detail) implements OfLink {
        /** Why: what later rules may count as evidence is kept apart from mere trouble. */
        public enum Cause {
            REFUSED,
            RESET,
            CLOSED_BY_PEER,
            UNREACHABLE,
            CONNECT_TIMEOUT,
            UNRESOLVED,
            PROTOCOL_ERROR
        }
    }

    // ---- answers of instances

    record PingAnswered(LinkId link, PingReply reply) implements OfLink {}

    /** What a reply to PING tells (Redis {@code sentinelPingReplyCallback}). */
    enum PingReply {
        /** PONG: the instance is available. */
        VALID,
        /** MASTERDOWN: so is this one, a replica without its master. */
        MASTERDOWN,
        /** LOADING, which is valid but starts the reboot rule. */
        LOADING,
        /** BUSY: a script runs; SCRIPT KILL may help. */
        BUSY,
        /** Any other reply: it lives, but it is not available. */
        OTHER
    }

    /** Empty when the instance answered INFO with an error. */
    record InfoAnswered(LinkId link, Optional<InstanceInfo> info) implements OfLink {}

    record HelloPublished(LinkId link, boolean accepted) implements OfLink {}

    /**
     * @param down whether the peer holds the master for subjectively down
     * @param leader whom the peer voted for, absent when it answered {@code *}
     */
    record MasterDownAnswered(
            LinkId link,
            String masterName,
            boolean down,
            Optional<SentinelId> leader,
            long leaderEpoch)
            implements OfLink {}

    /** The peer answered a question with an error, or with something that is not an answer. */
    record MasterDownRefused(LinkId link, String masterName, String error) implements OfLink {}

    /** Empty when the peer answered SENTINEL MASTER with an error: it does not know that name. */
    record MasterDescribed(LinkId link, String masterName, Optional<MasterReport> report)
            implements OfLink {}

    /** Nothing when the peer answered SENTINEL SENTINELS with an error. */
    record VotesShown(LinkId link, String masterName, Map<SentinelId, Long> votes)
            implements OfLink {
        public VotesShown {
            votes = Map.copyOf(votes);
        }
    }

    /**
     * Empty error: EXEC was answered with the transaction's replies.
     *
     * @param discardedBy why nothing of the transaction was done, SLAVEOF included, although that
     *     was not what the instance refused
     */
    record ReplicaOfAnswered(LinkId link, Optional<String> error, Optional<Discarded> discardedBy)
            implements OfLink {
        public ReplicaOfAnswered(LinkId link, Optional<String> error) {
            this(link, error, Optional.empty());
        }
    }

    /** A command in a transaction that the instance does not take, and what it said. */
    record Discarded(String command, String error) {}

    /**
     * The instance does not let us say a command (NOPERM, NOAUTH, WRONGPASS). Beside the answer,
     * and once for each connection and command.
     *
     * @param command in lower case, a subcommand behind a bar
     */
    record CommandDenied(LinkId link, String command, String error) implements OfLink {}

    // ---- names

    /**
     * A name was looked up: because the core asked, or because a link connects by it. An address
     * that takes the place of a known one is believed when somebody answers there.
     *
     * @param ips in the order of preference; empty when it cannot be resolved
     */
    record NameResolved(String name, List<String> ips) implements Input {
        public NameResolved {
            ips = List.copyOf(ips);
        }
    }

    /** A connection to that name was taken at that IP address. */
    record NameReached(String name, String ip) implements Input {}

    // ---- messages

    /**
     * A hello, over the pub/sub link of an instance or by PUBLISH on our own port.
     *
     * @param link absent when it came by PUBLISH
     */
    record HelloHeard(Optional<LinkId> link, String payload) implements Input {}

    /** A peer asks whether a master is down, and perhaps for our vote. */
    record MasterDownAsked(
            ClientToken client, Address master, long epoch, Optional<SentinelId> candidate)
            implements Input {}

    // ---- the operator

    record OperatorAsked(ClientToken client, OperatorCommand command) implements Input {}

    // ---- our own process

    /**
     * The state of that sequence number, and of every smaller one, is on disk or failed to get
     * there.
     */
    record Persisted(long sequence, Optional<String> error) implements Input {}

    /**
     * The wall clock moved against the monotonic one: somebody set it, or the machine was
     * suspended.
     *
     * @param by how far it went beyond, negative when it was set back
     */
    record ClockMoved(Duration by) implements Input {}

    /**
     * Time passed: sent at the deadline that the core named, or later, behind a pass over all
     * sockets that took in whatever had reached them by then.
     */
    record WakeUp() implements Input {}
}
