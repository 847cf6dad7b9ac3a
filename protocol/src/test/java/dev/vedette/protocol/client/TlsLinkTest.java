package dev.vedette.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.TestCa;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsException;
import dev.vedette.protocol.net.TlsOptions;
import dev.vedette.protocol.net.Transport;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.SimpleString;

import io.netty.channel.EventLoopGroup;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Connections through TLS to a real redis-server, and what they say when it does not work. */
@Timeout(60)
class TlsLinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir static Path folder;
    static EventLoopGroup loops;
    static TestCa ca;
    static RealRedis redis;
    static Address tlsPort;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        ca = TestCa.in(folder).sign("srv").sign("cli");
        tlsPort = freeAddress();
        redis =
                RealRedis.start(
                        "--tls-port",
                        Integer.toString(tlsPort.port()),
                        "--tls-cert-file",
                        ca.file("srv.crt").toString(),
                        "--tls-key-file",
                        ca.file("srv.key").toString(),
                        "--tls-ca-cert-file",
                        ca.file("ca.crt").toString());
        loops = Transport.best().newEventLoop("test-loop");
    }

    @AfterAll
    static void stop() {
        if (loops != null) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            redis.close();
        }
    }

    private static Address freeAddress() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    private static Tls client(boolean withCertificate) throws TlsException {
        return Tls.of(
                TlsOptions.ofClient(
                        withCertificate ? Optional.of(ca.identity("cli")) : Optional.empty(),
                        Optional.of(ca.file("ca.crt")),
                        Optional.empty()));
    }

    /** The reply to PING, or why the connection ended. */
    private record Heard(String reply, CloseCause cause, String detail) {}

    private static Heard ping(Address peer, ConnectionOptions options) throws Exception {
        var heard = new CompletableFuture<Heard>();
        RespConnection connection =
                RespConnection.open(
                        loops.next(),
                        peer,
                        options,
                        new RespConnection.Listener() {
                            @Override
                            public void opened(Address local) {}

                            @Override
                            public void closed(CloseCause cause, String detail) {
                                heard.complete(new Heard("", cause, detail));
                            }
                        });
        loops.next()
                .execute(
                        () ->
                                connection.send(
                                        (RespValue reply) ->
                                                heard.complete(
                                                        new Heard(
                                                                reply.asText(),
                                                                CloseCause.CLOSED_HERE,
                                                                "")),
                                        "PING"));
        try {
            return heard.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            connection.close();
        }
    }

    private static ConnectionOptions through(Tls tls) {
        return ConnectionOptions.DEFAULT.withTls(tls);
    }

    @Test
    void aRealRedisAnswersThroughTls() throws Exception {
        assertEquals("PONG", ping(tlsPort, through(client(true))).reply());
        var blocking = Optional.of(new RespClient.TlsClient(client(true), ""));
        try (var tool = RespClient.connect(tlsPort, PATIENCE, blocking)) {
            assertEquals(new SimpleString("PONG"), tool.call("PING"));
        }
    }

    @Test
    void aPeerThatWantsACertificateIsNamedAsTheCause() throws Exception {
        var heard = ping(tlsPort, through(client(false)));
        assertEquals(CloseCause.TLS_FAILED, heard.cause());
        assertTrue(heard.detail().contains("the peer wants a certificate"), heard.detail());
    }

    @Test
    void aPeerSignedByAnotherCaIsRefusedAndTheDirectiveNamed() throws Exception {
        var other = TestCa.in(folder.resolve("other"));
        var options =
                TlsOptions.ofClient(
                        Optional.of(ca.identity("cli")),
                        Optional.of(other.file("ca.crt")),
                        Optional.empty());
        var heard = ping(tlsPort, through(Tls.of(options)));
        assertEquals(CloseCause.TLS_FAILED, heard.cause());
        assertTrue(heard.detail().contains("signed by nobody in tls-ca-cert"), heard.detail());
        var blocking = Optional.of(new RespClient.TlsClient(Tls.of(options), ""));
        var refused =
                assertThrows(
                        IOException.class, () -> RespClient.connect(tlsPort, PATIENCE, blocking));
        assertTrue(refused.toString().contains("signed by nobody"), refused.toString());
    }

    @Test
    void aPeerThatSpeaksPlainTextIsToldFromOneThatIsAway() throws Exception {
        try (var peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerInPlainText(peer));
            var heard = ping(new Address("127.0.0.1", peer.getLocalPort()), through(client(true)));
            assertEquals(CloseCause.TLS_FAILED, heard.cause());
            assertTrue(heard.detail().contains("speaks plain text"), heard.detail());
        }
    }

    private static void answerInPlainText(ServerSocket peer) {
        try (var client = peer.accept()) {
            client.getOutputStream()
                    .write("-ERR unknown command\r\n".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().readAllBytes();
        } catch (IOException _) {
            // The test is over.
        }
    }

    @Test
    void aPeerThatNeverAnswersTheHandshakeIsGivenUpWithinTheConnectTimeout() throws Exception {
        try (var peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var options = through(client(true)).withConnectTimeout(Duration.ofMillis(300));
            var heard = ping(new Address("127.0.0.1", peer.getLocalPort()), options);
            assertEquals(CloseCause.TLS_FAILED, heard.cause());
            assertTrue(heard.detail().contains("does the peer speak TLS"), heard.detail());
        }
    }

    @Test
    void aPlainConnectionToATlsPortSaysWhatIsPerhapsMissing() throws Exception {
        var heard = ping(tlsPort, ConnectionOptions.DEFAULT);
        assertEquals(CloseCause.TLS_FAILED, heard.cause());
        assertTrue(heard.detail().contains("perhaps it speaks TLS"), heard.detail());
    }

    @Test
    void whoTrustsAllReachesAPeerOfAnUnknownCa() throws Exception {
        var insecure = Tls.ofClientThatTrustsAll(Optional.of(ca.identity("cli")));
        assertEquals("PONG", ping(tlsPort, through(insecure)).reply());
    }
}
