package dev.vedette.protocol.net;

import io.netty.handler.ssl.OpenSslCertificateException;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Verifies peers as another does, and says of those whom it refuses what OpenSSL would say: for
 * BoringSSL, whose alert were {@code internal_error} otherwise.
 */
final class NativeTrust extends X509ExtendedTrustManager {
    // Codes of OpenSSL, x509_vfy.h.
    private static final int NOT_YET_VALID = 9;
    private static final int EXPIRED = 10;
    private static final int NO_ISSUER = 20;

    private final X509ExtendedTrustManager rules;

    NativeTrust(X509ExtendedTrustManager rules) {
        this.rules = rules;
    }

    private interface Check {
        void run() throws CertificateException;
    }

    private static void coded(Check check) throws CertificateException {
        try {
            check.run();
        } catch (CertificateException e) {
            throw new OpenSslCertificateException(e.getMessage(), e, code(e));
        }
    }

    private static int code(CertificateException refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return EXPIRED;
            }
            if (cause instanceof CertificateNotYetValidException) {
                return NOT_YET_VALID;
            }
        }
        return NO_ISSUER;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        coded(() -> rules.checkClientTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        coded(() -> rules.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        coded(() -> rules.checkClientTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        coded(() -> rules.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        coded(() -> rules.checkClientTrusted(chain, type));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        coded(() -> rules.checkServerTrusted(chain, type));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return rules.getAcceptedIssuers();
    }
}
