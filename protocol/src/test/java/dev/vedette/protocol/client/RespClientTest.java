package dev.vedette.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.IntegerReply;
import dev.vedette.protocol.resp.RespValue.SimpleString;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class RespClientTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void anErrorOfThePeerIsAValue() throws Exception {
        try (var redis = RealRedis.start();
                var client = redis.connect()) {
            assertEquals(new SimpleString("OK"), client.call("SET", "k", "v"));
            assertEquals(new BulkString("v"), client.call("GET", "k"));
            var error = (ErrorReply) client.call("INCR", "k");
            assertEquals("ERR value is not an integer or out of range", error.line());
            assertEquals("ERR", error.code());
            var big = "x".repeat(1_000_000);
            client.call("SET", "big", big);
            assertEquals(big, client.call("GET", "big").asText());
            client.send("PING");
            client.send("ECHO", "a");
            assertEquals("PONG", client.receive().asText());
            assertEquals("a", client.receive().asText());
            assertEquals(
                    List.of(new IntegerReply(1), new IntegerReply(2)),
                    client.pipeline(
                            List.of(
                                    CommandWriter.words("INCR", "n"),
                                    CommandWriter.words("INCR", "n"))));
        }
    }

    @Test
    void messagesAreReadApartFromReplies() throws Exception {
        try (var redis = RealRedis.start();
                var subscriber = redis.connect();
                var publisher = redis.connect()) {
            subscriber.call("SUBSCRIBE", "a");
            subscriber.message(SECOND);
            publisher.call("PUBLISH", "a", "1");
            assertEquals("[pong, ]", texts((Array) subscriber.call("PING")));
            assertEquals(
                    "[message, a, 1]", texts((Array) subscriber.message(SECOND).orElseThrow()));
            assertEquals(Optional.empty(), subscriber.message(Duration.ofMillis(30)));
        }
    }

    private static String texts(Array array) {
        return array.items().stream().map(item -> item.asText()).toList().toString();
    }

    @Test
    void aReplyThatComesLateIsNotTakenForTheNext() throws Exception {
        try (var redis = RealRedis.start("--enable-debug-command", "yes");
                var client = redis.connect()) {
            var late =
                    assertThrows(
                            SocketTimeoutException.class,
                            () -> client.call(Duration.ofMillis(50), "DEBUG", "SLEEP", "0.3"));
            assertEquals(redis.address() + ": no reply to DEBUG within 50 ms", late.getMessage());
            assertEquals("mine", client.call("ECHO", "mine").asText());
        }
    }

    @Test
    void troubleOnTheWaySaysWithWhom() throws Exception {
        Address nobody;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new Address("127.0.0.1", server.getLocalPort());
            try (var client = RespClient.connect(nobody, SECOND)) {
                server.accept().close();
                var lost = assertThrows(IOException.class, () -> client.call("PING"));
                assertTrue(lost.toString().contains(nobody.toString()), lost.toString());
            }
        }
        var refused = assertThrows(IOException.class, () -> RespClient.connect(nobody, SECOND));
        assertEquals("cannot connect to " + nobody + ": connection refused", refused.getMessage());
        var unknown =
                assertThrows(
                        IOException.class,
                        () -> RespClient.connect(new Address("not..a..name", 1), SECOND));
        assertEquals(
                "cannot connect to not..a..name:1: the name cannot be resolved",
                unknown.getMessage());
    }
}
