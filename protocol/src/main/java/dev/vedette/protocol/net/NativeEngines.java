package dev.vedette.protocol.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.Key;
import java.security.interfaces.ECKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS of BoringSSL, a library of machine code: a handshake takes it 2 ms of CPU from the second one
 * on, where that of the JDK takes 10 to 15 and as much again for its compiler. Whom to trust is
 * asked of the same Java code.
 *
 * <p>It has fewer ciphers and fewer kinds of keys, and none of TLS 1.3 can be left out; and its
 * code cannot be loaded everywhere (musl, a temporary folder from which nothing may be executed).
 * Where it cannot do just what the conf says the JDK does it.
 */
final class NativeEngines implements TlsEngines {
    private static final Logger log = LoggerFactory.getLogger(NativeEngines.class);

    /** Then the Java code that verifies certificates is compiled too. */
    private static final int REHEARSALS = 20;

    /** P-256 and P-384; it takes no certificate with a key of P-521, nor of Ed25519. */
    private static final Set<Integer> CURVE_BITS = Set.of(256, 384);

    private final SslContext server;
    private final SslContext client;

    /** Netty lets the server choose the cipher unless each engine is told. */
    private final SSLParameters serverParameters = new SSLParameters();

    private NativeEngines(SslContext server, SslContext client, SSLParameters like) {
        this.server = server;
        this.client = client;
        serverParameters.setUseCipherSuitesOrder(like.getUseCipherSuitesOrder());
        if (like.getNeedClientAuth()) {
            serverParameters.setNeedClientAuth(true);
        } else {
            serverParameters.setWantClientAuth(like.getWantClientAuth());
        }
    }

    /** The same as those of the JDK; empty where it cannot be. */
    static Optional<TlsEngines> like(
            JdkEngines jdk,
            TlsOptions options,
            TlsIdentity own,
            TlsIdentity shown,
            X509ExtendedTrustManager trust) {
        if (!hasKeys(own, shown, trust) || !isLoaded() || !hasCiphers(jdk)) {
            return Optional.empty();
        }
        try {
            var server = server(jdk, options, own, trust);
            var client = client(jdk, shown, trust);
            return Optional.of(new NativeEngines(server, client, jdk.serverParameters()));
        } catch (SSLException | IllegalArgumentException e) {
            // Such as a curve that it does not have.
            log.debug("BoringSSL cannot do what the conf says", e);
            return Optional.empty();
        }
    }

    /** Loads the library beside what else is to do; it takes 100 ms and more. */
    static void load() {
        Thread.ofPlatform().daemon().name("tls-load").start(NativeEngines::isLoaded);
    }

    /** A JVM that was not told {@code --enable-native-access} complains when it is loaded. */
    private static boolean isLoaded() {
        return OpenSsl.class.getModule().isNativeAccessEnabled() && OpenSsl.isAvailable();
    }

    /** Ciphers that the conf names must all be there, and no others may be offered. */
    private static boolean hasCiphers(JdkEngines jdk) {
        var ours = OpenSsl.availableJavaCipherSuites();
        return jdk.suites()
                .filter(
                        named ->
                                !ours.containsAll(named)
                                        || ours.stream()
                                                .filter(CipherList::isOfTls13)
                                                .anyMatch(suite -> !named.contains(suite)))
                .isEmpty();
    }

    /** Of the peers' keys nothing is known but the CA, which mostly is of the same kind. */
    private static boolean hasKeys(
            TlsIdentity own, TlsIdentity shown, X509ExtendedTrustManager trust) {
        var keys = new ArrayList<Key>(List.of(own.key(), shown.key()));
        if (trust instanceof TlsTrust some) {
            some.authorities().forEach(ca -> keys.add(ca.getPublicKey()));
        }
        return keys.stream().allMatch(NativeEngines::hasKind);
    }

    private static boolean hasKind(Key key) {
        return key instanceof ECKey ec
                ? CURVE_BITS.contains(ec.getParams().getCurve().getField().getFieldSize())
                : key.getAlgorithm().equals("RSA");
    }

    private static SslContext server(
            JdkEngines jdk, TlsOptions options, TlsIdentity own, X509ExtendedTrustManager trust)
            throws SSLException {
        var context = like(jdk, SslContextBuilder.forServer(own.key(), own.chain()), trust).build();
        var sessions = (OpenSslSessionContext) context.sessionContext();
        sessions.setSessionCacheEnabled(options.sessionCacheSize() > 0);
        sessions.setSessionCacheSize(Math.max(1, options.sessionCacheSize()));
        sessions.setSessionTimeout(options.sessionSeconds());
        // None of ours: the library makes keys for tickets itself, and new ones in time.
        sessions.setTicketKeys();
        return context;
    }

    private static SslContext client(
            JdkEngines jdk, TlsIdentity shown, X509ExtendedTrustManager trust) throws SSLException {
        var builder = SslContextBuilder.forClient().keyManager(shown.key(), shown.chain());
        // Nobody's name is compared with anything.
        return like(jdk, builder.endpointIdentificationAlgorithm(null), trust).build();
    }

    private static SslContextBuilder like(
            JdkEngines jdk, SslContextBuilder builder, X509ExtendedTrustManager trust) {
        var parameters = jdk.serverParameters();
        return builder.sslProvider(SslProvider.OPENSSL)
                .trustManager(new NativeTrust(trust))
                .protocols(parameters.getProtocols())
                .ciphers(
                        List.copyOf(Arrays.asList(parameters.getCipherSuites())),
                        SupportedCipherSuiteFilter.INSTANCE);
    }

    @Override
    public SSLEngine newServer() {
        var engine = server.newEngine(ByteBufAllocator.DEFAULT);
        engine.setSSLParameters(serverParameters);
        return engine;
    }

    @Override
    public SSLEngine newClient() {
        return client.newEngine(ByteBufAllocator.DEFAULT);
    }

    @Override
    public String provider() {
        return OpenSsl.versionString();
    }

    @Override
    public int rehearsals() {
        return REHEARSALS;
    }
}
