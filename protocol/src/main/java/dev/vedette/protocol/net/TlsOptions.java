package dev.vedette.protocol.net;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What TLS shall be like; each part is named after its directive. Texts are as they were written.
 *
 * @param identity what a server shows, and a client that has no identity of its own
 * @param clientIdentity what a client shows instead
 * @param caFile certificates that are trusted
 * @param caDir a folder of such files, named by OpenSSL's hash of the subject
 * @param needsCa whether peers are verified at all, so that some certificate must be trusted
 * @param protocols empty for TLS 1.2 and 1.3
 * @param ciphers in OpenSSL's language, for TLS 1.2; empty for the default
 * @param cipherSuites in OpenSSL's language, for TLS 1.3; empty for the default
 * @param sessionCacheSize how many sessions of clients are kept; zero keeps none
 */
public record TlsOptions(
        Optional<Identity> identity,
        Optional<Identity> clientIdentity,
        Optional<Path> caFile,
        Optional<Path> caDir,
        boolean needsCa,
        ClientAuth clientAuth,
        List<String> protocols,
        String ciphers,
        String cipherSuites,
        boolean serverChoosesCipher,
        int sessionCacheSize,
        Duration sessionLife) {

    /** Whether a client must show a certificate. */
    public enum ClientAuth {
        NO,
        YES,
        /** One that is shown must be good. */
        OPTIONAL
    }

    /**
     * @param shownCert as it was written, for messages
     * @param password of the key; empty for none
     * @param isClient which directives name it
     */
    public record Identity(
            Path cert,
            String shownCert,
            Path key,
            String shownKey,
            String password,
            boolean isClient) {

        public Identity(Path cert, Path key) {
            this(cert, cert.toString(), key, key.toString(), "", true);
        }

        String certDirective() {
            return isClient ? "tls-client-cert-file" : "tls-cert-file";
        }

        String keyDirective() {
            return isClient ? "tls-client-key-file" : "tls-key-file";
        }

        /** Never shows the password. */
        @Override
        public String toString() {
            return "Identity[cert=" + shownCert + ", key=" + shownKey + "]";
        }
    }

    /** How long a session may be resumed, as libraries of TLS want it. */
    int sessionSeconds() {
        return Math.clamp(sessionLife.toSeconds(), 1, Integer.MAX_VALUE);
    }

    public TlsOptions {
        protocols = List.copyOf(protocols);
    }

    /**
     * For a client that only connects: redis-cli's {@code --cacert}, {@code --cacertdir}, {@code
     * --cert} and {@code --key}. Without a CA the JDK's own are trusted.
     */
    public static TlsOptions ofClient(
            Optional<Identity> identity, Optional<Path> caFile, Optional<Path> caDir) {
        return new TlsOptions(
                Optional.empty(),
                identity,
                caFile,
                caDir,
                false,
                ClientAuth.NO,
                List.of(),
                "",
                "",
                false,
                1,
                Duration.ofMinutes(5));
    }
}
