package dev.vedette.sentinel.link;

import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.IntegerReply;
import dev.vedette.protocol.resp.RespValue.SimpleString;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.PingReply;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.SentinelId;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the replies of instances tell the core. Nothing that a peer sends is an error here. */
final class Replies {
    private static final int TRANSACTION_COMMANDS = 4;

    // Places in the transaction, behind MULTI.
    private static final int SLAVEOF = 1;
    private static final int CONFIG = 2;

    private Replies() {}

    /** Redis sentinelPingReplyCallback: the text counts, whether it came as status or as error. */
    static PingReply ping(RespValue reply) {
        var text =
                switch (reply) {
                    case SimpleString(var status) -> status;
                    case ErrorReply(var line) -> line;
                    default -> "";
                };
        if (text.startsWith("PONG")) {
            return PingReply.VALID;
        }
        if (text.startsWith("MASTERDOWN")) {
            return PingReply.MASTERDOWN;
        }
        if (text.startsWith("LOADING")) {
            return PingReply.LOADING;
        }
        return text.startsWith("BUSY") ? PingReply.BUSY : PingReply.OTHER;
    }

    static Optional<InstanceInfo> info(RespValue reply) {
        return switch (reply) {
            case BulkString bulk -> Optional.of(InstanceInfoReader.read(bulk.text()));
            case RespValue.Verbatim(_, var text) -> Optional.of(InstanceInfoReader.read(text));
            default -> Optional.empty();
        };
    }

    static Input masterDown(LinkId link, String masterName, RespValue reply) {
        if (reply instanceof Array(var items)
                && items.size() == 3
                && items.get(0) instanceof IntegerReply(var down)
                && items.get(1) instanceof BulkString leader
                && items.get(2) instanceof IntegerReply(var epoch)) {
            return new Input.MasterDownAnswered(
                    link, masterName, down == 1, leader(leader.text()), epoch);
        }
        var error = reply instanceof ErrorReply(var line) ? line : "not an answer: " + reply;
        return new Input.MasterDownRefused(link, masterName, error);
    }

    /** SENTINEL MASTER: an array of names and values, or a map. */
    static Input masterDescribed(LinkId link, String masterName, RespValue reply) {
        var fields = fields(reply);
        var host = fields.get("ip");
        if (host == null) {
            return new Input.MasterDescribed(link, masterName, Optional.empty());
        }
        return new Input.MasterDescribed(
                link,
                masterName,
                InstanceInfoReader.address(
                                host, InstanceInfoReader.number(fields.getOrDefault("port", "")))
                        .map(
                                address ->
                                        new MasterReport(
                                                address,
                                                InstanceInfoReader.number(
                                                        fields.getOrDefault("config-epoch", "")),
                                                FailoverPhase.named(
                                                        fields.getOrDefault(
                                                                "failover-state", "")))));
    }

    /** SENTINEL SENTINELS: the last vote of each that is known. */
    static Map<SentinelId, Long> votes(RespValue reply) {
        var votes = new HashMap<SentinelId, Long>();
        for (var sentinel : reply.asList()) {
            var fields = fields(sentinel);
            long epoch = InstanceInfoReader.number(fields.getOrDefault("voted-leader-epoch", ""));
            if (epoch > 0) {
                leader(fields.getOrDefault("runid", ""))
                        .ifPresent(id -> votes.merge(id, epoch, Math::max));
            }
        }
        return votes;
    }

    /** What stands in an instance's map, which RESP2 sends flat; nothing for anything else. */
    private static Map<String, String> fields(RespValue reply) {
        var words = reply.asList();
        var fields = new HashMap<String, String>();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            fields.put(words.get(i).asText(), words.get(i + 1).asText());
        }
        return fields;
    }

    /** {@code *} is nobody, and so is whatever cannot be the id of a sentinel. */
    private static Optional<SentinelId> leader(String text) {
        return SentinelId.told(text);
    }

    /**
     * Whether EXEC carried out the SLAVEOF: its own reply decides. CONFIG REWRITE fails on a server
     * without a conf file, and that is as it should be.
     *
     * @param queued the replies to MULTI and to the commands in it, to name the one that was
     *     refused
     */
    static Optional<String> replicaOf(List<RespValue> queued, RespValue exec) {
        return switch (exec) {
            case Array(var items) when items.size() == TRANSACTION_COMMANDS ->
                    items.getFirst() instanceof ErrorReply(var line)
                            ? Optional.of(line)
                            : Optional.empty();
            case ErrorReply(var line) -> Optional.of(line + firstRefusal(queued));
            default -> Optional.of("EXEC answered " + exec + firstRefusal(queued));
        };
    }

    /**
     * The command beside SLAVEOF whose refusal made EXEC discard everything. When MULTI was refused
     * there was no transaction, and each command was carried out alone.
     */
    static Optional<Input.Discarded> discardedBy(List<RespValue> queued, RespValue exec) {
        if (!(exec instanceof ErrorReply(var line)) || !line.startsWith("EXECABORT")) {
            return Optional.empty();
        }
        for (int i = 0; i < queued.size(); i++) {
            if (queued.get(i).isError()) {
                return i <= SLAVEOF
                        ? Optional.empty()
                        : Optional.of(
                                new Input.Discarded(
                                        i == CONFIG ? "CONFIG" : "CLIENT", queued.get(i).asText()));
            }
        }
        return Optional.empty();
    }

    private static String firstRefusal(List<RespValue> queued) {
        return queued.stream()
                .filter(RespValue::isError)
                .map(reply -> " (" + reply.asText() + ")")
                .findFirst()
                .orElse("");
    }
}
