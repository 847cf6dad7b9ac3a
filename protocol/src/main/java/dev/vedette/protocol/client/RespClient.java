package dev.vedette.protocol.client;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsFailure;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.protocol.resp.RespException;
import dev.vedette.protocol.resp.RespLimits;
import dev.vedette.protocol.resp.RespParser;
import dev.vedette.protocol.resp.RespValue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLException;

/**
 * A blocking connection to a peer that speaks the Redis protocol, for tools and tests. An error
 * that the peer answers is a value like any other; trouble on the way is an {@link IOException}
 * that says with whom and at what. One thread at a time.
 */
public final class RespClient implements AutoCloseable {
    private static final int READ_BYTES = 16 * 1024;

    private final Address peer;
    private final Socket socket;
    private final Duration timeout;
    private final RespParser parser = new RespParser(RespLimits.DATA);
    private final ArrayDeque<RespValue> messages = new ArrayDeque<>();
    private final ReplyRouter router = new ReplyRouter(messages::add);

    /** Replies to {@link #send}, in order. */
    private final ArrayDeque<RespValue> replies = new ArrayDeque<>();

    private final byte[] chunk = new byte[READ_BYTES];
    private ByteBuf received = Unpooled.EMPTY_BUFFER;

    private RespClient(Address peer, Socket socket, Duration timeout) {
        this.peer = peer;
        this.socket = socket;
        this.timeout = timeout;
    }

    /**
     * @param timeout for connecting, and later for each call
     */
    public static RespClient connect(Address peer, Duration timeout) throws IOException {
        return connect(peer, timeout, Optional.empty());
    }

    /** Through TLS, where it is given. */
    public static RespClient connect(Address peer, Duration timeout, Optional<TlsClient> tls)
            throws IOException {
        try {
            var socket = connectAny(peer, timeout);
            socket.setSoTimeout(millis(timeout));
            return new RespClient(
                    peer, tls.isPresent() ? secured(socket, tls.get()) : socket, timeout);
        } catch (IOException e) {
            throw cannotConnect(peer, e);
        }
    }

    /**
     * @param serverName which certificate the server shall show (SNI); empty to say nothing
     */
    public record TlsClient(Tls tls, String serverName) {}

    private static Socket secured(Socket socket, TlsClient tls) throws IOException {
        try {
            return tls.tls().over(socket, tls.serverName());
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** A name may have several addresses: the next is tried when one fails. */
    private static Socket connectAny(Address peer, Duration timeout) throws IOException {
        IOException first = null;
        for (var address : InetAddress.getAllByName(peer.host())) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, peer.port()), millis(timeout));
                return socket;
            } catch (IOException e) {
                socket.close();
                first = first == null ? e : first;
            }
        }
        throw first == null ? new UnknownHostException(peer.host()) : first;
    }

    private static IOException cannotConnect(Address peer, IOException failure) {
        String why =
                switch (failure) {
                    case UnknownHostException _ -> "the name cannot be resolved";
                    case SSLException e -> TlsFailure.describe(e, false);
                    case SocketTimeoutException _ -> "no answer in time";
                    case ConnectException e when CloseCause.of(e) == CloseCause.REFUSED ->
                            "connection refused";
                    default -> String.valueOf(failure.getMessage());
                };
        return new IOException("cannot connect to " + peer + ": " + why, failure);
    }

    public Address peer() {
        return peer;
    }

    /** The address of ours on this connection. */
    public Address local() {
        return new Address(socket.getLocalAddress().getHostAddress(), socket.getLocalPort());
    }

    // ---- asking

    /**
     * Sends a command and waits for its reply; of the subscribe family for the first confirmation.
     *
     * @throws IOException when the connection fails, or no reply comes in time
     */
    public RespValue call(String... words) throws IOException {
        return call(timeout, CommandWriter.words(words));
    }

    public RespValue call(byte[]... words) throws IOException {
        return call(timeout, words);
    }

    /** As {@link #call(String...)} with a timeout of its own, for commands that wait. */
    public RespValue call(Duration within, String... words) throws IOException {
        return call(within, CommandWriter.words(words));
    }

    public RespValue call(Duration within, byte[]... words) throws IOException {
        var asked = new Answer();
        write(asked, words);
        long deadline = System.nanoTime() + within.toNanos();
        while (asked.value == null) {
            readMore(deadline, "no reply to " + shown(words) + " within " + within.toMillis());
        }
        return asked.value;
    }

    /** Sends a command whose reply {@link #receive} will return. */
    public void send(String... words) throws IOException {
        send(CommandWriter.words(words));
    }

    public void send(byte[]... words) throws IOException {
        var out = Unpooled.buffer();
        CommandWriter.write(out, words);
        write(out);
        router.expect(words[0], words.length, replies::add);
    }

    /** The next reply to a {@link #send}. */
    public RespValue receive() throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (replies.isEmpty()) {
            readMore(deadline, "no reply within " + timeout.toMillis());
        }
        return replies.remove();
    }

    /** Sends all commands at once and returns their replies in order. */
    public List<RespValue> pipeline(List<byte[][]> commands) throws IOException {
        var out = Unpooled.buffer();
        var answers = new ArrayList<Answer>(commands.size());
        for (byte[][] words : commands) {
            var answer = new Answer();
            answers.add(answer);
            CommandWriter.write(out, words);
            router.expect(words[0], words.length, answer::set);
        }
        write(out);
        long deadline = System.nanoTime() + timeout.toNanos();
        var values = new ArrayList<RespValue>(answers.size());
        for (var answer : answers) {
            while (answer.value == null) {
                readMore(deadline, "not all replies within " + timeout.toMillis());
            }
            values.add(answer.value);
        }
        return values;
    }

    // ---- messages

    /**
     * The next pub/sub message, confirmation of (un)subscribing, or push of RESP3.
     *
     * @return empty when none came in time
     */
    public Optional<RespValue> message(Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        try {
            while (messages.isEmpty()) {
                readMore(deadline, "no message within " + within.toMillis());
            }
        } catch (SocketTimeoutException _) {
            return Optional.empty();
        }
        return Optional.of(messages.remove());
    }

    // ---- the socket

    /** A reply that is waited for. */
    private static final class Answer {
        @Nullable RespValue value;

        void set(RespValue reply) {
            value = reply;
        }
    }

    private void write(Answer answer, byte[]... words) throws IOException {
        var out = Unpooled.buffer();
        CommandWriter.write(out, words);
        write(out);
        router.expect(words[0], words.length, answer::set);
    }

    private void write(ByteBuf out) throws IOException {
        try {
            socket.getOutputStream().write(out.array(), out.arrayOffset(), out.readableBytes());
        } catch (IOException e) {
            throw new IOException("cannot write to " + peer + ": " + e.getMessage(), e);
        }
    }

    /** Takes one value, or what the peer sent of it. */
    private void readMore(long deadline, String late) throws IOException {
        if (!received.isReadable()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException(peer + ": " + late + " ms");
            }
            socket.setSoTimeout(millis(Duration.ofNanos(left)));
            received = Unpooled.wrappedBuffer(chunk, 0, read(late));
        }
        try {
            var value = parser.next(received);
            if (value != null && !router.received(value)) {
                throw new IOException(peer + " sent a reply that nobody asked for: " + value);
            }
        } catch (RespException e) {
            throw new IOException(
                    peer + " does not speak the Redis protocol: " + e.getMessage(), e);
        }
    }

    private int read(String late) throws IOException {
        try {
            int count = socket.getInputStream().read(chunk);
            if (count > 0) {
                return count;
            }
        } catch (SocketTimeoutException e) {
            var shown = new SocketTimeoutException(peer + ": " + late + " ms");
            shown.initCause(e);
            throw shown;
        } catch (SSLException e) {
            throw new IOException("lost " + peer + ": " + TlsFailure.describe(e, false), e);
        } catch (IOException e) {
            throw new IOException("lost " + peer + ": " + e.getMessage(), e);
        }
        throw new IOException(peer + " closed the connection");
    }

    private static int millis(Duration duration) {
        return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
    }

    private static String shown(byte[][] words) {
        return words.length == 0 ? "nothing" : new String(words[0], StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
