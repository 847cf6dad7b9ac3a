package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.PingReply;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;

import java.util.Map;
import java.util.Optional;

/**
 * What travels over a connection. The bytes are not modelled (the codec has its own tests): a
 * message here is one command or one reply, and requests on a connection are answered in order.
 */
sealed interface Wire {
    // ---- a sentinel asks a data node or a peer

    record Ask(Request request) implements Wire {}

    /** SUBSCRIBE of the hello channel. */
    record Subscribe() implements Wire {}

    // ---- what it is answered

    record Pinged(PingReply reply) implements Wire {}

    record Informed(InstanceInfo info) implements Wire {}

    record Published(boolean accepted) implements Wire {}

    record MasterDown(boolean down, Optional<SentinelId> leader, long leaderEpoch)
            implements Wire {}

    /** SENTINEL MASTER of a peer; absent when it does not know the master. */
    record Described(Optional<MasterReport> report) implements Wire {}

    /** SENTINEL SENTINELS of a peer. */
    record Votes(Map<SentinelId, Long> votes) implements Wire {}

    record Transacted(Optional<String> error, Optional<Input.Discarded> discardedBy)
            implements Wire {}

    record ScriptKilled() implements Wire {}

    /** A hello, to a subscriber. */
    record Message(String payload) implements Wire {}

    // ---- replication

    /** The handshake and PSYNC: {@code offset} is the last byte that the replica has. */
    record Synchronize(Address replica, String replicationId, long offset) implements Wire {}

    /** A transient refusal: NOMASTERLINK or LOADING. */
    record NotNow() implements Wire {}

    /** FULLRESYNC with the whole snapshot; the stream goes on behind it. */
    record Snapshot(String replicationId, long offset, long loadMicros) implements Wire {}

    /** CONTINUE: the bytes that lack up to {@code offset} come with it. */
    record Continue(String replicationId, long offset) implements Wire {}

    /**
     * A piece of the stream.
     *
     * @param offset where the stream stands behind it
     * @param hello a PUBLISH in it
     */
    record Stream(long offset, Optional<String> hello) implements Wire {}

    record Acknowledge(long offset) implements Wire {}
}
