package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.util.Optional;

/**
 * What the core asks of an instance over a command link. Requests on one link are sent in the order
 * of the effects and answered in that order; each is answered by the one input that it names, or by
 * {@link Input.LinkClosed}.
 */
public sealed interface Request {
    /** PING. Answered by {@link Input.PingAnswered}. */
    record Ping() implements Request {}

    /** INFO. Answered by {@link Input.InfoAnswered}. */
    record Info() implements Request {}

    /** PUBLISH on {@code __sentinel__:hello}. Answered by {@link Input.HelloPublished}. */
    record PublishHello(Hello hello) implements Request {}

    /**
     * SENTINEL IS-MASTER-DOWN-BY-ADDR. Answered by {@link Input.MasterDownAnswered}.
     *
     * @param masterName our name of the master, handed back with the answer
     * @param candidate whom to vote for; absent asks only whether the master is down ({@code *})
     */
    record AskMasterDown(
            String masterName, Address master, long epoch, Optional<SentinelId> candidate)
            implements Request {}

    /**
     * SENTINEL MASTER: what the peer believes of that master, and how far its own failover is.
     * Answered by {@link Input.MasterDescribed}.
     */
    record AskMaster(String masterName) implements Request {}

    /**
     * SENTINEL SENTINELS: in which epoch each sentinel gave its last vote for that master, as far
     * as the peer knows. Answered by {@link Input.VotesShown}.
     */
    record AskVotes(String masterName) implements Request {}

    /**
     * The transaction MULTI, SLAVEOF, CONFIG REWRITE, CLIENT KILL TYPE normal, CLIENT KILL TYPE
     * pubsub, EXEC. Answered by {@link Input.ReplicaOfAnswered}.
     *
     * @param master whom to follow; absent is NO ONE, a promotion
     */
    record ReplicaOf(Optional<Address> master) implements Request {}

    /**
     * SLAVEOF without a transaction around it, for an instance that refuses some other part of
     * {@link ReplicaOf}. Answered by {@link Input.ReplicaOfAnswered}.
     */
    record ReplicaOfAlone(Optional<Address> master) implements Request {}

    /** SCRIPT KILL. Its reply is not reported. */
    record ScriptKill() implements Request {}
}
