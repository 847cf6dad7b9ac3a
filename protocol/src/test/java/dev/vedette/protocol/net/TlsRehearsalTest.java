package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLEngine;

class TlsRehearsalTest {
    @TempDir static Path folder;

    private static TestCa ca;

    @BeforeAll
    static void makeCertificates() throws IOException, InterruptedException {
        ca = TestCa.in(folder).sign("node");
    }

    private static Tls trusting(Path authority, String... protocols) throws TlsException {
        return Tls.of(
                new TlsOptions(
                        Optional.of(ca.identity("node")),
                        Optional.empty(),
                        Optional.of(authority),
                        Optional.empty(),
                        true,
                        TlsOptions.ClientAuth.YES,
                        List.of(protocols),
                        "",
                        "",
                        false,
                        100,
                        Duration.ofMinutes(5)));
    }

    private static boolean shakeHands(Tls tls) {
        return TlsRehearsal.shakeHands(client(tls), server(tls));
    }

    private static SSLEngine client(Tls tls) {
        return tls.clientHandler(Duration.ofSeconds(1)).engine();
    }

    private static SSLEngine server(Tls tls) {
        return tls.serverHandler(Duration.ofSeconds(1)).engine();
    }

    @Test
    void aHandshakeIsCarriedThroughOnBothSides() throws TlsException {
        assertTrue(shakeHands(trusting(ca.file("ca.crt"))));
    }

    @Test
    void whoDoesNotTrustItselfRehearsesAllTheSame() throws Exception {
        var stranger = TestCa.in(folder.resolve("stranger"));
        assertFalse(shakeHands(trusting(stranger.file("ca.crt"))));
    }

    @Test
    void theOldVersionIsRehearsedToo() throws TlsException {
        assertTrue(shakeHands(trusting(ca.file("ca.crt"), "TLSv1.2")));
    }
}
