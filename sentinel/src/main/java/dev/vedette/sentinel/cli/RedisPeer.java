package dev.vedette.sentinel.cli;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.IntegerReply;
import dev.vedette.protocol.resp.RespValue.SimpleString;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * A sentinel or a server at the other end of one connection. Trouble with the network or the
 * password becomes a {@link CliException} with the address in it; any other error reply is a value.
 */
final class RedisPeer implements AutoCloseable {
    private final Address address;
    private final RespClient client;

    private final boolean inPlainText;
    private boolean answered;

    private RedisPeer(Address address, RespClient client, boolean inPlainText) {
        this.address = address;
        this.client = client;
        this.inPlainText = inPlainText;
    }

    /**
     * @param question what to ask the reader when nobody answers, such as "is a sentinel running
     *     there?"
     */
    static RedisPeer connect(
            Address address, Credentials credentials, Duration timeout, String question) {
        RedisPeer peer;
        var tls = credentials.tls();
        try {
            peer = new RedisPeer(address, RespClient.connect(address, timeout, tls), tls.isEmpty());
        } catch (IOException e) {
            throw cannotReach(e, "; " + question);
        }
        if (credentials.isGiven()) {
            peer.authenticate(credentials);
        }
        return peer;
    }

    Address address() {
        return address;
    }

    private void authenticate(Credentials credentials) {
        if (call(credentials.authCommand()) instanceof ErrorReply error) {
            close();
            throw new CliException(
                    ExitCode.NOT_AUTHORISED, address + " refused the password: " + error.line());
        }
    }

    RespValue call(String... words) {
        RespValue reply;
        try {
            reply = client.call(words);
            answered = true;
        } catch (IOException e) {
            boolean perhapsTls = inPlainText && !answered && !(e instanceof SocketTimeoutException);
            throw cannotReach(e, perhapsTls ? "; if it speaks TLS there, give --tls" : "");
        }
        if (reply instanceof ErrorReply error && error.code().equals("NOAUTH")) {
            throw new CliException(
                    ExitCode.NOT_AUTHORISED,
                    address + " wants a password: set VEDETTE_PASSWORD, or give --password");
        }
        return reply;
    }

    /** The next pub/sub message, if one comes in time. */
    Optional<RespValue> nextMessage(Duration timeout) {
        try {
            return client.message(timeout);
        } catch (IOException e) {
            throw cannotReach(e, "");
        }
    }

    /** The client's own words say with whom and at what. */
    private static CliException cannotReach(IOException e, String hint) {
        return new CliException(ExitCode.CANNOT_CONNECT, e.getMessage() + hint);
    }

    /** A reply as text, whatever its type: how redis-cli shows it. */
    static String text(RespValue value) {
        return switch (value) {
            case BulkString bulk -> bulk.text();
            case SimpleString(var text) -> text;
            case IntegerReply(var number) -> Long.toString(number);
            case ErrorReply error -> error.line();
            default -> "";
        };
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException _) {
            // It is gone either way, and every reply that mattered has been read.
        }
    }
}
