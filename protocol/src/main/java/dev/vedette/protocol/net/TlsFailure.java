package dev.vedette.protocol.net;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

/** What a failure of TLS means: the likely cause in words, and what to do about it. */
public final class TlsFailure {
    private static final String ALERT = "Received fatal alert: ";

    /** The same as BoringSSL says it. */
    private static final Pattern NATIVE_ALERT =
            Pattern.compile(":(?:SSLV3|TLSV1)_(?:ALERT_)?([A-Z_]+)$");

    /** What the peer tells us with an alert (RFC 8446, 6.2). */
    private static final Map<String, String> ALERTS =
            Map.of(
                    "unknown_ca", "the peer does not know the CA of our certificate",
                    "bad_certificate", "the peer refuses our certificate, or got none",
                    "certificate_required", "the peer wants a certificate and got none",
                    "certificate_unknown", "the peer refuses our certificate",
                    "certificate_expired", "our certificate has expired, says the peer",
                    "unsupported_certificate", "our certificate is not made for this use",
                    "handshake_failure", "no cipher, or no certificate, that both sides take",
                    "protocol_version", "no protocol version in common",
                    "unexpected_message", "the peer does not expect TLS, or not now");

    private TlsFailure() {}

    /** The error of TLS itself, without the handler that met it. */
    public static Throwable unwrap(Throwable failure) {
        return failure instanceof DecoderException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    /** Whether this is about TLS at all. */
    public static boolean is(Throwable failure) {
        return unwrap(failure) instanceof SSLException;
    }

    /**
     * In words for a log; never what the peer sent.
     *
     * @param accepted whether the peer came to us
     */
    public static String describe(Throwable failure, boolean accepted) {
        var cause = unwrap(failure);
        // The JDK's own socket has no type for it, only this text.
        if (cause instanceof NotSslRecordException
                || String.valueOf(cause.getMessage()).contains("unrecognized SSL message")) {
            return accepted
                    ? "client speaks plain text on the TLS port"
                    : "peer speaks plain text where TLS is due: is that its tls-port?";
        }
        if (cause instanceof SslHandshakeTimeoutException) {
            return accepted
                    ? "no TLS handshake in time"
                    : "no answer to the TLS handshake: does the peer speak TLS on that port?";
        }
        return certificate(cause).orElseGet(() -> other(cause, accepted));
    }

    private static Optional<String> certificate(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return Optional.of("the peer's certificate has expired");
            }
            if (cause instanceof CertificateNotYetValidException) {
                return Optional.of("the peer's certificate is not valid yet: compare the clocks");
            }
            var text = String.valueOf(cause.getMessage());
            // The second: another CA of the same name signed it.
            boolean noPath =
                    text.contains("any of the trust anchors")
                            || text.contains("signature check failed");
            if (cause instanceof CertPathBuilderException || noPath) {
                return Optional.of(
                        "the peer's certificate is signed by nobody in tls-ca-cert-file or"
                                + " tls-ca-cert-dir");
            }
        }
        return Optional.empty();
    }

    /** The alert that the peer sent, in the words of the RFC; empty when it sent none. */
    private static String alert(String text) {
        if (text.contains(ALERT)) {
            return text.substring(text.indexOf(ALERT) + ALERT.length()).strip();
        }
        var match = NATIVE_ALERT.matcher(text);
        return match.find() ? match.group(1).toLowerCase(Locale.ROOT) : "";
    }

    private static String other(Throwable cause, boolean accepted) {
        var text = Objects.toString(cause.getMessage(), cause.getClass().getSimpleName());
        var below = cause.getCause();
        if (text.equals("Unexpected exception") && below != null) {
            text = below.toString();
        }
        var alert = alert(text);
        if (!alert.isEmpty()) {
            return ALERTS.getOrDefault(alert, "the peer refused") + " (alert " + alert + ")";
        }
        if (text.contains("Empty client certificate chain")
                || text.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
            return "client shows no certificate, and tls-auth-clients is yes";
        }
        if (text.contains("closed while SSL/TLS handshake")) {
            return accepted
                    ? "client closed the connection during the TLS handshake"
                    : "peer closed the connection during the TLS handshake: does it speak TLS on"
                            + " that port, and take our certificate?";
        }
        return text;
    }
}
