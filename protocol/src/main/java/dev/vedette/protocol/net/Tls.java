package dev.vedette.protocol.net;

import dev.vedette.protocol.net.TlsOptions.Identity;

import io.netty.handler.ssl.SslHandler;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS made ready from files: hands out the handler of one connection, of either side. As in Redis,
 * peers are verified by who signed their certificate, and the name in it is not compared with
 * anything. Immutable; any thread.
 */
public final class Tls {
    /** How long the end of a connection waits until the peer has been told. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    private final JdkEngines jdk;
    private final TlsEngines engines;

    private Tls(JdkEngines jdk, TlsEngines engines) {
        this.jdk = jdk;
        this.engines = engines;
    }

    /** Reads the files; blocks for them. */
    public static Tls of(TlsOptions options) throws TlsException {
        var protocols = TlsAlgorithms.protocols(options.protocols());
        if (options.identity().isPresent()) {
            NativeEngines.load();
        }
        var own = options.identity().isPresent() ? identity(options.identity().get()) : null;
        var trust = trust(options);
        var shown =
                options.clientIdentity().isPresent()
                        ? identity(options.clientIdentity().get())
                        : own;
        return of(options, protocols, own, shown, trust);
    }

    /** A client that believes everybody, as redis-cli with {@code --insecure}. */
    public static Tls ofClientThatTrustsAll(Optional<Identity> identity) throws TlsException {
        var options = TlsOptions.ofClient(identity, Optional.empty(), Optional.empty());
        var shown = identity.isPresent() ? identity(identity.get()) : null;
        return of(options, TlsAlgorithms.DEFAULT_PROTOCOLS, null, shown, TlsTrustFixed.ALL);
    }

    private static Tls of(
            TlsOptions options,
            List<String> protocols,
            @Nullable TlsIdentity own,
            @Nullable TlsIdentity shown,
            X509ExtendedTrustManager trust)
            throws TlsException {
        try {
            var jdk = JdkEngines.of(options, protocols, own, shown, trust);
            // A tool that connects once has no use for what must be loaded first.
            var engines =
                    own == null || shown == null
                            ? Optional.<TlsEngines>empty()
                            : NativeEngines.like(jdk, options, own, shown, trust);
            return new Tls(jdk, engines.orElse(jdk));
        } catch (GeneralSecurityException e) {
            throw new TlsException(
                    "Failed to create TLS context: " + e.getMessage(),
                    options.identity().map(Identity::certDirective).orElse("tls-ca-cert-file"),
                    "the JDK cannot use these certificates and keys together");
        }
    }

    // ---- files

    private static TlsIdentity identity(Identity files) throws TlsException {
        var chain = certificates(files);
        try {
            var key = PrivateKeyFile.read(files.key(), files.password());
            if (key.isEmpty()) {
                throw badKey(
                        files,
                        "error:0480006C:PEM routines::no start line",
                        "the file holds no private key in PEM");
            }
            var identity = new TlsIdentity(chain, key.get());
            if (!identity.fits()) {
                throw badKey(
                        files,
                        "error:05800074:x509 certificate routines::key values mismatch",
                        "it is the key of another certificate than " + files.shownCert());
            }
            return identity;
        } catch (PrivateKeyFile.PasswordMissing _) {
            throw badKey(
                    files,
                    "error:07880109:common libcrypto routines::interrupted or cancelled",
                    "the key is encrypted: set " + files.keyDirective() + "-pass");
        } catch (PrivateKeyFile.PasswordWrong _) {
            throw badKey(
                    files,
                    "error:1C800064:Provider routines::bad decrypt",
                    files.keyDirective() + "-pass does not open it");
        } catch (IOException e) {
            throw badKey(files, OpenSslText.of(e), readable(files.key()));
        } catch (GeneralSecurityException e) {
            throw badKey(files, String.valueOf(e.getMessage()), "the key cannot be used");
        }
    }

    private static TlsException badKey(Identity files, String why, String hint) {
        return new TlsException(
                "Failed to load private key: " + files.shownKey() + ": " + why,
                files.keyDirective(),
                hint);
    }

    private static List<X509Certificate> certificates(Identity files) throws TlsException {
        String why;
        String hint;
        try {
            var chain = CertificateFile.read(files.cert());
            if (!chain.isEmpty()) {
                return chain;
            }
            why = "error:0480006C:PEM routines::no start line";
            hint = "the file holds no certificate in PEM";
        } catch (IOException e) {
            why = OpenSslText.of(e);
            hint = readable(files.cert());
        } catch (GeneralSecurityException e) {
            why = String.valueOf(e.getMessage());
            hint = "a certificate in it cannot be read";
        }
        throw new TlsException(
                "Failed to load certificate: " + files.shownCert() + ": " + why,
                files.certDirective(),
                hint);
    }

    private static String readable(Path file) {
        return "give the user that this runs as a file " + file.toAbsolutePath();
    }

    private static X509ExtendedTrustManager trust(TlsOptions options) throws TlsException {
        if (options.caFile().isEmpty() && options.caDir().isEmpty() && options.needsCa()) {
            throw new TlsException(
                    "Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-cluster,"
                            + " tls-replication or tls-auth-clients are enabled!",
                    "tls-auth-clients",
                    "name the file with the CA that signs your certificates (tls-ca-cert-file), or"
                            + " ask clients for none (tls-auth-clients no)");
        }
        try {
            KeyStore store = null;
            if (options.caFile().isPresent()
                    || options.caDir().isPresent()
                    || options.identity().isPresent()) {
                store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                int number = 0;
                for (var ca : CertificateFile.trusted(options.caFile(), options.caDir())) {
                    store.setCertificateEntry("ca" + ++number, ca);
                }
                if (number == 0) {
                    // The JDK refuses to verify against nothing; OpenSSL trusts nobody then.
                    return TlsTrustFixed.NOBODY;
                }
            }
            var factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            var rules =
                    Arrays.stream(factory.getTrustManagers())
                            .filter(X509ExtendedTrustManager.class::isInstance)
                            .map(X509ExtendedTrustManager.class::cast)
                            .findFirst()
                            .orElseThrow();
            return new TlsTrust(rules);
        } catch (IOException e) {
            throw badCa(options, OpenSslText.of(e), "it must be a file of certificates in PEM");
        } catch (GeneralSecurityException e) {
            throw badCa(options, String.valueOf(e.getMessage()), "a certificate cannot be read");
        }
    }

    private static TlsException badCa(TlsOptions options, String why, String hint) {
        return new TlsException(
                "Failed to configure CA certificate(s) file/directory: " + why,
                options.caFile().isPresent() ? "tls-ca-cert-file" : "tls-ca-cert-dir",
                hint);
    }

    // ---- connections

    /**
     * The first handler of a connection that was accepted.
     *
     * @param deadline for the handshake; a client that takes longer is closed
     */
    public SslHandler serverHandler(Duration deadline) {
        return handler(engines.newServer(), deadline);
    }

    /** The first handler of a connection that we make. */
    public SslHandler clientHandler(Duration deadline) {
        return handler(engines.newClient(), deadline);
    }

    /** Whose TLS it is, for a log. */
    public String provider() {
        return engines.provider();
    }

    private static SslHandler handler(SSLEngine engine, Duration deadline) {
        var handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(Math.max(1, deadline.toMillis()));
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_PATIENCE.toMillis());
        return handler;
    }

    /**
     * Lets a thread of its own shake hands with itself, so that the first clients need not wait.
     */
    public void rehearse() {
        TlsRehearsal.start(engines);
    }

    /**
     * A connected socket turned into TLS, with the handshake done; for tools that block.
     *
     * @param serverName which certificate the server shall show (SNI); empty to say nothing
     */
    public Socket over(Socket connected, String serverName) throws IOException {
        var socket =
                (SSLSocket)
                        jdk.client()
                                .getSocketFactory()
                                .createSocket(
                                        connected,
                                        connected.getInetAddress().getHostAddress(),
                                        connected.getPort(),
                                        true);
        var parameters = jdk.client().getDefaultSSLParameters();
        parameters.setProtocols(jdk.clientParameters().getProtocols());
        parameters.setCipherSuites(jdk.clientParameters().getCipherSuites());
        if (!serverName.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** What OpenSSL says of a file that cannot be read. */
    private static final class OpenSslText {
        private OpenSslText() {}

        static String of(IOException failure) {
            if (failure instanceof NoSuchFileException) {
                return "error:80000002:system library::No such file or directory";
            }
            var text = String.valueOf(failure.getMessage());
            if (failure instanceof AccessDeniedException) {
                return "error:8000000D:system library::Permission denied";
            }
            return "error: " + text.toLowerCase(Locale.ROOT);
        }
    }
}
