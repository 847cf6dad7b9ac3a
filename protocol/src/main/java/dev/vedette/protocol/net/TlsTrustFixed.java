package dev.vedette.protocol.net;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** The same answer for every peer, whatever it shows. */
final class TlsTrustFixed extends X509ExtendedTrustManager {
    /** Believes everybody: for a tool that was told to. */
    static final TlsTrustFixed ALL = new TlsTrustFixed(true);

    /** There is no certificate to verify a peer against. */
    static final TlsTrustFixed NOBODY = new TlsTrustFixed(false);

    private final boolean trusted;

    private TlsTrustFixed(boolean trusted) {
        this.trusted = trusted;
    }

    private void answer() throws CertificateException {
        if (!trusted) {
            throw new CertificateException("no CA is configured, so nobody is trusted");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        answer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        answer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        answer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        answer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        answer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        answer();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
