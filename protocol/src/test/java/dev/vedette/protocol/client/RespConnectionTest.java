package dev.vedette.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.Transport;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.IntegerReply;
import dev.vedette.protocol.resp.RespValue.SimpleString;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class RespConnectionTest {
    private static final long DEADLINE_SECONDS = 20;
    private static final ConnectionOptions OPTIONS = ConnectionOptions.DEFAULT;

    private final EventLoopGroup group;
    private final EventLoop loop;

    RespConnectionTest(Transport transport) {
        Assumptions.assumeTrue(
                transport == Transport.NIO || Transport.best() == Transport.EPOLL,
                "epoll is not available here");
        group = transport.newEventLoop("test-loop");
        loop = group.next();
    }

    @AfterEach
    void stopLoop() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Hears a connection; every call is checked to come on the loop. */
    private class Ear implements RespConnection.Listener {
        final CompletableFuture<Address> opened = new CompletableFuture<>();
        final BlockingQueue<RespValue> pushed = new LinkedBlockingQueue<>();
        final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

        @Override
        public void opened(Address local) {
            assertTrue(loop.inEventLoop());
            opened.complete(local);
        }

        @Override
        public void pushed(RespValue message) {
            assertTrue(loop.inEventLoop());
            pushed.add(message);
        }

        @Override
        public void closed(CloseCause cause, String detail) {
            assertTrue(loop.inEventLoop());
            closed.add(cause + ": " + detail);
        }

        String awaitClosed() throws InterruptedException {
            var cause = closed.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(cause, "closed was not called");
            return cause;
        }

        RespValue awaitPushed() throws InterruptedException {
            var message = pushed.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(message, "nothing was pushed");
            return message;
        }
    }

    private <T> T onLoop(Supplier<T> task) throws Exception {
        return loop.submit(task::get).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** The replies of a list of commands, sent in one turn of the loop. */
    private List<RespValue> replies(RespConnection connection, String... commands)
            throws Exception {
        var replies = new LinkedBlockingQueue<RespValue>();
        onLoop(
                () -> {
                    for (String command : commands) {
                        connection.send(replies::add, command.split(" ", -1));
                    }
                    return commands.length;
                });
        var list = new ArrayList<RespValue>();
        while (list.size() < commands.length) {
            var reply = replies.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(reply, "only " + list + " came");
            list.add(reply);
        }
        return list;
    }

    private RespConnection open(Address peer, Ear ear) {
        return RespConnection.open(loop, peer, OPTIONS, ear);
    }

    private static Address addressOf(ServerSocket server) {
        return new Address(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    // ---- with a real redis-server

    @Test
    void repliesComeInTheOrderOfTheCommands() throws Exception {
        try (var redis = RealRedis.start()) {
            var ear = new Ear();
            var connection = open(redis.address(), ear);
            assertEquals(
                    List.of(
                            new SimpleString("OK"),
                            new BulkString("v"),
                            new ErrorReply(
                                    "ERR unknown command 'NOPE', with args beginning with: "),
                            new IntegerReply(1)),
                    replies(connection, "SET k v", "GET k", "NOPE", "INCR n"));
            assertEquals("127.0.0.1", ear.opened.get().host());
            for (int i = 0; i < 50; i++) {
                var commands = new String[20];
                Arrays.fill(commands, "INCR m");
                var numbers = replies(connection, commands);
                assertEquals(new IntegerReply(20L * i + 20), numbers.getLast());
            }
            connection.close();
            assertEquals(
                    "CLOSED_HERE: we closed the connection to " + redis.address(),
                    ear.awaitClosed());
        }
    }

    @Test
    void messagesGoTheirOwnWayInResp2() throws Exception {
        try (var redis = RealRedis.start();
                var publisher = redis.connect()) {
            var ear = new Ear();
            var connection = open(redis.address(), ear);
            var first = new Array(new BulkString("subscribe"), new BulkString("a"), number(1));
            assertEquals(
                    List.of(new SimpleString("PONG"), first, pong()),
                    replies(connection, "PING", "SUBSCRIBE a b", "PING"));
            assertEquals(first, ear.awaitPushed());
            assertEquals(
                    new Array(new BulkString("subscribe"), new BulkString("b"), number(2)),
                    ear.awaitPushed());

            publisher.call("PUBLISH", "b", "hello");
            assertEquals(
                    new Array(
                            new BulkString("message"),
                            new BulkString("b"),
                            new BulkString("hello")),
                    ear.awaitPushed());

            // Without arguments there is one confirmation for each channel, and one if there is
            // none; behind the last the connection is an ordinary one.
            replies(
                    connection,
                    "UNSUBSCRIBE",
                    "UNSUBSCRIBE",
                    "PUNSUBSCRIBE",
                    "RPUSH l message x y");
            assertEquals(
                    List.of(
                            new Array(
                                    new BulkString("message"),
                                    new BulkString("x"),
                                    new BulkString("y"))),
                    replies(connection, "LRANGE l 0 -1"));
            assertEquals(0, onLoop(connection::pending));
        }
    }

    @Test
    void messagesGoTheirOwnWayInResp3() throws Exception {
        try (var redis = RealRedis.start();
                var publisher = redis.connect()) {
            var ear = new Ear();
            var connection = open(redis.address(), ear);
            replies(connection, "HELLO 3", "PSUBSCRIBE a*");
            assertInstance(RespValue.Push.class, ear.awaitPushed());
            publisher.call("PUBLISH", "abc", "hello");
            assertEquals(
                    new RespValue.Push(
                            List.of(
                                    new BulkString("pmessage"),
                                    new BulkString("a*"),
                                    new BulkString("abc"),
                                    new BulkString("hello"))),
                    ear.awaitPushed());
            assertEquals(List.of(new SimpleString("PONG")), replies(connection, "PING"));
        }
    }

    @Test
    void anErrorInsteadOfAConfirmationIsTheReply() throws Exception {
        try (var redis = RealRedis.start("--requirepass", "secret")) {
            var connection = open(redis.address(), new Ear());
            assertEquals(
                    List.of("NOAUTH Authentication required.", "OK", "PONG"),
                    replies(connection, "SUBSCRIBE a", "AUTH secret", "PING").stream()
                            .map(RespValue::asText)
                            .toList());
        }
    }

    // ---- how connections end

    @Test
    void aRefusedConnectionSaysSo() throws Exception {
        Address nobody;
        try (var server = listen()) {
            nobody = addressOf(server);
        }
        var ear = new Ear();
        open(nobody, ear);
        assertEquals(
                "REFUSED: cannot connect to " + nobody + ": connection refused", ear.awaitClosed());
        assertFalse(ear.opened.isDone());
    }

    @Test
    void aNameWithoutAddressSaysSo() throws Exception {
        var ear = new Ear();
        open(new Address("not..a..name", 1), ear);
        assertEquals(
                "UNRESOLVED: cannot connect to not..a..name:1: name not..a..name cannot be"
                        + " resolved: no such name, or no name server answered",
                ear.awaitClosed());
    }

    @Test
    void aFullBacklogIsAConnectTimeout() throws Exception {
        // A listener that never accepts takes two connections and drops the SYN of the next.
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var first = new Socket();
                var second = new Socket()) {
            first.connect(server.getLocalSocketAddress(), 1000);
            second.connect(server.getLocalSocketAddress(), 1000);
            var ear = new Ear();
            var options = OPTIONS.withConnectTimeout(Duration.ofMillis(200));
            RespConnection.open(loop, addressOf(server), options, ear);
            assertEquals(
                    "CONNECT_TIMEOUT: cannot connect to "
                            + addressOf(server)
                            + ": no answer within 200 ms",
                    ear.awaitClosed());
        }
    }

    @Test
    void aCloseOfThePeerIsNoReset() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            open(addressOf(server), ear);
            server.accept().close();
            ear.opened.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertEquals(
                    "CLOSED_BY_PEER: " + addressOf(server) + " closed the connection",
                    ear.awaitClosed());
        }
    }

    @Test
    void aResetOfThePeerIsNoClose() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            open(addressOf(server), ear);
            var accepted = server.accept();
            ear.opened.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            accepted.setSoLinger(true, 0);
            accepted.close();
            assertEquals(
                    "RESET: lost " + addressOf(server) + ": connection reset by peer",
                    ear.awaitClosed());
        }
    }

    @Test
    void bytesThatAreNoReplyEndTheConnection() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            open(addressOf(server), ear);
            try (var accepted = server.accept()) {
                accepted.getOutputStream()
                        .write("HTTP/1.1 400\r\n".getBytes(StandardCharsets.UTF_8));
                assertEquals(
                        "PROTOCOL_ERROR: lost "
                                + addressOf(server)
                                + ": expected a type such as '+' or '$', saw 'H' in the line"
                                + " \"HTTP/1.1 400\"",
                        ear.awaitClosed());
            }
        }
    }

    @Test
    void aReplyThatNobodyAskedForEndsTheConnection() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            open(addressOf(server), ear);
            try (var accepted = server.accept()) {
                accepted.getOutputStream().write("+OK\r\n".getBytes(StandardCharsets.UTF_8));
                assertTrue(ear.awaitClosed().contains("nobody asked for"));
            }
        }
    }

    @Test
    void aDiscardedConnectionResetsThePeerAndIsToldOnce() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            var connection = open(addressOf(server), ear);
            try (var accepted = server.accept()) {
                ear.opened.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
                connection.discard();
                connection.discard();
                connection.close();
                assertEquals(
                        "CLOSED_HERE: we reset the connection to " + addressOf(server),
                        ear.awaitClosed());
                accepted.setSoTimeout((int) TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
                var reset = assertThrows(IOException.class, () -> accepted.getInputStream().read());
                assertEquals("Connection reset", reset.getMessage());
            }
            assertFalse(onLoop(connection::isOpen));
            assertNull(ear.closed.peek());
        }
    }

    @Test
    void anOrderlyCloseSendsFirstWhatWasToBeSent() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            var connection = open(addressOf(server), ear);
            var accepted = server.accept();
            ear.opened.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            onLoop(
                    () -> {
                        connection.send(_ -> {}, "PING");
                        connection.close();
                        return true;
                    });
            var all = accepted.getInputStream().readAllBytes();
            accepted.close();
            assertEquals("*1\r\n$4\r\nPING\r\n", new String(all, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void closingBeforeTheConnectionIsThereIsToldToo() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            // In one turn of the loop, so that it cannot be there before.
            onLoop(
                    () -> {
                        open(addressOf(server), ear).close();
                        return true;
                    });
            assertTrue(ear.awaitClosed().startsWith("CLOSED_HERE"));
            assertFalse(ear.opened.isDone());
        }
    }

    @Test
    void aPeerThatNeverAnswersMeetsTheBoundOfPendingCommands() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            var options = OPTIONS.withMaxPending(3);
            var connection = RespConnection.open(loop, addressOf(server), options, ear);
            assertEquals(
                    List.of(true, true, true, false),
                    onLoop(
                            () -> {
                                var taken = new ArrayList<Boolean>();
                                for (int i = 0; i < 4; i++) {
                                    taken.add(connection.send(_ -> {}, "PING"));
                                }
                                return taken;
                            }));
            connection.close();
            ear.awaitClosed();
            assertEquals(false, onLoop(() -> connection.send(_ -> {}, "PING")));
        }
    }

    @Test
    void aPeerThatNeverReadsMeetsTheBoundOfUnsentBytes() throws Exception {
        try (var server = listen()) {
            var options = OPTIONS.withMaxUnsentBytes(1_000_000).withMaxPending(1_000_000);
            var ear = new Ear();
            var connection = RespConnection.open(loop, addressOf(server), options, ear);
            var word = new byte[100_000];
            int taken = 0;
            while (onLoop(() -> connection.send(_ -> {}, word))) {
                taken++;
                assertTrue(taken < 1_000, "100 MB were taken");
            }
            connection.discard();
            assertTrue(ear.awaitClosed().startsWith("CLOSED_HERE"));
        }
    }

    @Test
    void theSourceAddressIsOurs() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            var options = OPTIONS.withSourceAddress("127.0.0.2");
            RespConnection.open(loop, addressOf(server), options, ear);
            assertEquals("127.0.0.2", ear.opened.get(DEADLINE_SECONDS, TimeUnit.SECONDS).host());
            try (var accepted = server.accept()) {
                assertEquals("127.0.0.2", accepted.getInetAddress().getHostAddress());
            }
        }
    }

    @Test
    void aSourceAddressThatIsNotOursMakesThePeerUnreachable() throws Exception {
        try (var server = listen()) {
            var ear = new Ear();
            var options = OPTIONS.withSourceAddress("192.0.2.77");
            RespConnection.open(loop, addressOf(server), options, ear);
            assertTrue(ear.awaitClosed().startsWith("UNREACHABLE: cannot connect to "));
        }
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withSourceAddress("some.name"));
    }

    @Test
    void ipv6AndNamesWorkAlike() throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getByAddress(IPV6_LOOPBACK))) {
            var ear = new Ear();
            open(new Address("::1", server.getLocalPort()), ear);
            assertEquals("::1", ear.opened.get(DEADLINE_SECONDS, TimeUnit.SECONDS).host());
        } catch (java.net.BindException e) {
            Assumptions.abort("no IPv6 here: " + e.getMessage());
        }
        try (var server = listen()) {
            var ear = new Ear();
            open(new Address("localhost", server.getLocalPort()), ear);
            assertEquals("127.0.0.1", ear.opened.get(DEADLINE_SECONDS, TimeUnit.SECONDS).host());
        }
    }

    @Test
    void whenTheFirstAddressOfANameFailsTheNextIsTried() throws Exception {
        var addresses = InetAddress.getAllByName("localhost");
        Assumptions.assumeTrue(addresses.length > 1, "localhost has one address here");
        try (var server = new ServerSocket(0, 5, addresses[1])) {
            var ear = new Ear();
            open(new Address("localhost", server.getLocalPort()), ear);
            assertEquals(
                    addresses[1].getHostAddress(),
                    ear.opened.get(DEADLINE_SECONDS, TimeUnit.SECONDS).host());
        }
    }

    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private static void assertInstance(Class<?> type, RespValue value) {
        assertTrue(type.isInstance(value), value.toString());
    }

    private static RespValue number(long number) {
        return new IntegerReply(number);
    }

    private static RespValue pong() {
        return new Array(new BulkString("pong"), new BulkString(""));
    }
}
