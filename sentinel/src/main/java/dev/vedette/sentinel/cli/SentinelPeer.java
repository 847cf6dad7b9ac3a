package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.SimpleString;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sentinel that the tool talks to. Each question has one method; an error is a {@link
 * CliException} that says what was asked, what came back and what to try.
 */
final class SentinelPeer implements AutoCloseable {
    private final RedisPeer peer;

    SentinelPeer(RedisPeer peer) {
        this.peer = peer;
    }

    static SentinelPeer connect(Address address, Credentials credentials, Duration timeout) {
        return new SentinelPeer(
                RedisPeer.connect(address, credentials, timeout, "is a sentinel running there?"));
    }

    Address address() {
        return peer.address();
    }

    SentinelView view() {
        return new SentinelView(
                address(), id(), masters().stream().map(this::masterWithAll).toList());
    }

    private SentinelView.Master masterWithAll(Fields master) {
        String name = master.text("name");
        return new SentinelView.Master(master, replicas(name), peers(name), quorum(name));
    }

    private String id() {
        // Redis 6.2 and later; a sentinel before that answers with an error, and has no say here.
        return sentinel("MYID") instanceof BulkString id ? id.text() : "";
    }

    List<Fields> masters() {
        return fieldRows(sentinel("MASTERS"), "SENTINEL MASTERS");
    }

    List<Fields> replicas(String master) {
        return fieldRows(sentinel("REPLICAS", master), "SENTINEL REPLICAS");
    }

    List<Fields> peers(String master) {
        return fieldRows(sentinel("SENTINELS", master), "SENTINEL SENTINELS");
    }

    SentinelView.Quorum quorum(String master) {
        return switch (sentinel("CKQUORUM", master)) {
            case SimpleString(var text) -> new SentinelView.Quorum(true, withoutCode(text));
            case ErrorReply error -> new SentinelView.Quorum(false, withoutCode(error.line()));
            case RespValue other -> throw unexpected("SENTINEL CKQUORUM", other);
        };
    }

    /** The one of these masters, or an error that names all of them. */
    Fields master(String name) {
        List<Fields> masters = masters();
        return masters.stream()
                .filter(master -> master.text("name").equals(name))
                .findFirst()
                .orElseThrow(() -> noSuchMaster(name, masters));
    }

    /** Orders a failover; returns when the sentinel has accepted the order. */
    void failover(String master) {
        if (sentinel("FAILOVER", master) instanceof ErrorReply error) {
            throw CliException.failed(
                    "no failover of '" + master + "': " + error.line() + hintFor(error));
        }
    }

    private static String hintFor(ErrorReply error) {
        return switch (error.code()) {
            case "NOGOODSLAVE" ->
                    "; `vedette status` shows its replicas: one must be up, linked, and have a"
                            + " priority other than 0";
            case "INPROG" -> "; another one is under way: `vedette status` shows it";
            default -> "";
        };
    }

    private CliException noSuchMaster(String name, List<Fields> masters) {
        String known =
                masters.isEmpty()
                        ? "the sentinel at " + address() + " monitors none"
                        : "the names known to "
                                + address()
                                + " are: "
                                + String.join(
                                        ", ", masters.stream().map(m -> m.text("name")).toList());
        return new CliException(ExitCode.NO_SUCH_MASTER, "no such master '" + name + "'; " + known);
    }

    private RespValue sentinel(String... words) {
        var command = new String[words.length + 1];
        command[0] = "SENTINEL";
        System.arraycopy(words, 0, command, 1, words.length);
        RespValue reply = peer.call(command);
        if (reply instanceof ErrorReply error && error.line().startsWith("ERR unknown command")) {
            throw CliException.failed(
                    address()
                            + " is not a sentinel: it does not know the command SENTINEL."
                            + " Name the port of a sentinel, usually "
                            + AddressText.DEFAULT.port());
        }
        return reply;
    }

    private List<Fields> fieldRows(RespValue reply, String command) {
        return switch (reply) {
            case Array(var items) -> items.stream().map(item -> fields(item, command)).toList();
            case RespValue other -> throw unexpected(command, other);
        };
    }

    private Fields fields(RespValue row, String command) {
        if (!(row instanceof Array(var items)) || items.size() % 2 != 0) {
            throw unexpected(command, row);
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i += 2) {
            values.put(RedisPeer.text(items.get(i)), RedisPeer.text(items.get(i + 1)));
        }
        return new Fields(values);
    }

    private CliException unexpected(String command, RespValue reply) {
        String what = reply instanceof ErrorReply error ? error.line() : reply.toString();
        return CliException.failed(address() + " answered " + command + " with: " + what);
    }

    private static String withoutCode(String line) {
        return line.replaceFirst("^(OK|NOQUORUM) ", "");
    }

    @Override
    public void close() {
        peer.close();
    }
}
