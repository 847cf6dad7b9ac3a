package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslHandler;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLSession;

/** TLS of BoringSSL and that of the JDK do the same, each with itself and with the other. */
class TlsEnginesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Names one that BoringSSL lacks. */
    private static final String JDK_ONLY =
            "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
                    + ":DHE-RSA-AES256-GCM-SHA384";

    @TempDir static Path folder;

    private static TestCa ca;
    private static TestCa other;

    @BeforeAll
    static void makeFiles() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                OpenSsl.isAvailable(),
                "BoringSSL cannot be loaded here, as on musl: there is nothing to compare");
        ca = TestCa.in(folder.resolve("ca")).sign("node");
        other = TestCa.in(folder.resolve("other")).sign("node");
        ca.openssl("genrsa -out rsa.key 2048");
        ca.signKey("rsa", 30);
        ca.openssl("genpkey -algorithm ED25519 -out ed.key");
        ca.signKey("ed", 30);
        for (var bits : List.of("384", "521")) {
            ca.openssl(
                    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp%sr1 -out p%s.key"
                            .formatted(bits, bits));
            ca.signKey("p" + bits, 30);
        }
    }

    /** What the directives say. */
    private static final class Conf {
        TestCa trusted = ca;
        TlsOptions.Identity identity = ca.identity("node");
        boolean shows = true;
        TlsOptions.ClientAuth auth = TlsOptions.ClientAuth.YES;
        List<String> protocols = List.of();
        String ciphers = "";
        String suites = "";
        boolean serverChooses;
        int sessions = 100;

        Conf of(String provider) {
            ciphers = provider.equals("JDK") ? JDK_ONLY : "";
            return this;
        }

        Conf speaking(String version) {
            protocols = List.of(version);
            return this;
        }

        /** Trusts as all do, and shows a certificate that nobody trusts. */
        Conf ofAnotherCa() {
            identity = other.identity("node");
            return this;
        }

        Tls tls() throws TlsException {
            return Tls.of(
                    new TlsOptions(
                            shows ? Optional.of(identity) : Optional.empty(),
                            Optional.empty(),
                            Optional.of(trusted.file("ca.crt")),
                            Optional.empty(),
                            true,
                            auth,
                            protocols,
                            ciphers,
                            suites,
                            serverChooses,
                            sessions,
                            Duration.ofMinutes(5)));
        }

        boolean isNative() throws TlsException {
            return !tls().provider().equals("JDK");
        }
    }

    private static Conf conf() {
        return new Conf();
    }

    private static Conf conf(String provider) {
        return new Conf().of(provider);
    }

    /** One end of a connection, and what went wrong there. */
    private static final class End {
        final List<Throwable> failures = new ArrayList<>();
        final SslHandler tls;
        final EmbeddedChannel channel;

        End(SslHandler tls) {
            this.tls = tls;
            this.channel =
                    new EmbeddedChannel(
                            tls,
                            new ChannelInboundHandlerAdapter() {
                                @Override
                                public void exceptionCaught(
                                        ChannelHandlerContext context, Throwable cause) {
                                    failures.add(cause);
                                }
                            });
        }

        /** Takes all that the other end has said. */
        boolean hears(End from) {
            ByteBuf said = from.channel.readOutbound();
            if (said == null) {
                return false;
            }
            if (channel.isOpen()) {
                channel.writeInbound(said);
            } else {
                said.release();
            }
            return true;
        }

        boolean isDone() {
            return tls.handshakeFuture().isSuccess() && failures.isEmpty();
        }

        /** What a log says of it. */
        String complaint(boolean accepted) {
            if (!failures.isEmpty()) {
                return TlsFailure.describe(failures.getFirst(), accepted);
            }
            return tls.handshakeFuture().isSuccess()
                    ? ""
                    : TlsFailure.describe(tls.handshakeFuture().cause(), accepted);
        }

        SSLSession session() {
            return tls.engine().getSession();
        }
    }

    private record Meeting(End client, End server) {
        static Meeting of(Conf client, Conf server) throws TlsException {
            var meeting =
                    new Meeting(
                            new End(client.tls().clientHandler(PATIENCE)),
                            new End(server.tls().serverHandler(PATIENCE)));
            boolean more = true;
            while (more) {
                more = meeting.server.hears(meeting.client);
                more |= meeting.client.hears(meeting.server);
            }
            return meeting;
        }

        boolean succeeds() {
            return client.isDone() && server.isDone();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BoringSSL,BoringSSL,TLSv1.3", "BoringSSL,JDK,TLSv1.3", "JDK,BoringSSL,TLSv1.3",
        "BoringSSL,BoringSSL,TLSv1.2", "BoringSSL,JDK,TLSv1.2", "JDK,BoringSSL,TLSv1.2"
    })
    void eachShakesHandsWithTheOther(String from, String to, String version) throws Exception {
        var client = conf(from).speaking(version);
        assertEquals(from.equals("BoringSSL"), client.isNative());
        var meeting = Meeting.of(client, conf(to));
        assertTrue(meeting.succeeds());
        assertEquals(version, meeting.server.session().getProtocol());
        assertEquals(1, meeting.server.session().getPeerCertificates().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BoringSSL", "JDK"})
    void aVersionThatTheOtherDoesNotSpeakIsRefused(String provider) throws Exception {
        var meeting =
                Meeting.of(conf(provider).speaking("TLSv1.2"), conf(provider).speaking("TLSv1.3"));
        assertFalse(meeting.succeeds());
        assertTrue(
                meeting.client.complaint(false).contains("no protocol version in common"),
                meeting.client.complaint(false));
    }

    @ParameterizedTest
    @CsvSource({"BoringSSL,BoringSSL", "BoringSSL,JDK", "JDK,BoringSSL", "JDK,JDK"})
    void aPeerOfAnotherCaIsRefusedAndToldWhy(String from, String to) throws Exception {
        var meeting = Meeting.of(conf(from).ofAnotherCa(), conf(to));
        var said = meeting.server.complaint(true);
        assertTrue(said.contains("signed by nobody in tls-ca-cert-file"), said);
        var heard = meeting.client.complaint(false);
        assertTrue(heard.contains("our certificate"), heard);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BoringSSL", "JDK"})
    void aCertificateThatNeedNotBeShownMustBeGoodAllTheSame(String provider) throws Exception {
        var client = conf(provider).ofAnotherCa();
        var server = conf(provider);
        server.auth = TlsOptions.ClientAuth.OPTIONAL;
        assertFalse(Meeting.of(client, server).server.isDone());
    }

    @ParameterizedTest
    @CsvSource({"BoringSSL,BoringSSL", "BoringSSL,JDK", "JDK,BoringSSL", "JDK,JDK"})
    void aServerOfAnotherCaIsRefusedByItsClient(String from, String to) throws Exception {
        var server = conf(to);
        server.identity = other.identity("node");
        server.trusted = other;
        var meeting = Meeting.of(conf(from), server);
        assertFalse(meeting.succeeds());
        var said = meeting.client.complaint(false);
        assertTrue(said.contains("signed by nobody in tls-ca-cert-file"), said);
        var heard = meeting.server.complaint(true);
        assertTrue(heard.contains("our certificate"), heard);
    }

    @ParameterizedTest
    @CsvSource({
        "BoringSSL,YES,false,TLSv1.3", "BoringSSL,OPTIONAL,true,TLSv1.3",
        "BoringSSL,NO,true,TLSv1.3", "BoringSSL,YES,false,TLSv1.2",
        "JDK,YES,false,TLSv1.3", "JDK,OPTIONAL,true,TLSv1.3",
        "JDK,NO,true,TLSv1.3", "JDK,YES,false,TLSv1.2"
    })
    void aClientWithoutACertificateComesInWhereNoneIsWanted(
            String provider, TlsOptions.ClientAuth auth, boolean comesIn, String version)
            throws Exception {
        var client = conf();
        client.shows = false;
        client.protocols = List.of(version);
        var server = conf(provider);
        server.auth = auth;
        var meeting = Meeting.of(client, server);
        assertEquals(comesIn, meeting.succeeds());
        if (!comesIn) {
            assertEquals(
                    "client shows no certificate, and tls-auth-clients is yes",
                    meeting.server.complaint(true));
            var heard = meeting.client.complaint(false);
            assertTrue(heard.contains("certificate"), heard);
        }
    }

    @ParameterizedTest
    @CsvSource({"false,128", "true,256"})
    void theClientChoosesTheCipherUnlessTheServerIsTold(boolean serverChooses, String bits)
            throws Exception {
        var client = conf();
        client.protocols = List.of("TLSv1.2");
        client.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";
        var server = conf();
        server.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256";
        server.serverChooses = serverChooses;
        assertTrue(server.isNative());
        var chosen = Meeting.of(client, server).server.session().getCipherSuite();
        assertTrue(chosen.contains("_AES_" + bits + "_"), chosen);
    }

    @ParameterizedTest
    @CsvSource({"node,true", "rsa,true", "p384,true", "p521,false", "ed,false"})
    void everyKindOfKeyThatRedisTakesServes(String name, boolean isNative) throws Exception {
        var one = conf();
        one.identity = ca.identity(name);
        assertEquals(isNative, one.isNative());
        assertTrue(Meeting.of(one, one).succeeds(), name);
    }

    @Test
    void whoeverMayMeetKeysThatBoringSslDoesNotTakeUsesTheOtherLibrary() throws Exception {
        var server = conf();
        server.trusted = TestCa.in(folder.resolve("ed"));
        server.trusted.openssl("genpkey -algorithm ED25519 -out ca.key");
        server.trusted.openssl("req -x509 -key ca.key -days 30 -subj /CN=ed -out ca.crt");
        assertFalse(server.isNative());
    }

    @Test
    void ciphersThatOneLibraryHasAreServedByThatOne() throws Exception {
        var suites = conf();
        suites.suites = "TLS_AES_128_GCM_SHA256";
        assertFalse(suites.isNative());
        suites.suites =
                "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
        suites.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
        assertTrue(suites.isNative());
        suites.ciphers = JDK_ONLY;
        assertFalse(suites.isNative());
    }

    @ParameterizedTest
    @ValueSource(strings = {"BoringSSL", "JDK"})
    void aPeerThatSpeaksPlainTextIsNamedAsSuch(String provider) throws Exception {
        var server = new End(conf(provider).tls().serverHandler(PATIENCE));
        server.channel.writeInbound(Unpooled.copiedBuffer("PING\r\n", StandardCharsets.US_ASCII));
        assertEquals("client speaks plain text on the TLS port", server.complaint(true));
    }
}
