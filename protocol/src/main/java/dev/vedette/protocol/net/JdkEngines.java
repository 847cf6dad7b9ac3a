package dev.vedette.protocol.net;

import org.jspecify.annotations.Nullable;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS of the JDK. It can do whatever the directives say, but a handshake takes it 10 ms and more
 * until some hundred have been made.
 *
 * @param suites the ciphers that the conf names; absent for the JDK's own choice
 */
record JdkEngines(
        SSLContext server,
        SSLContext client,
        SSLParameters serverParameters,
        SSLParameters clientParameters,
        Optional<List<String>> suites)
        implements TlsEngines {
    private static final int REHEARSALS = 100;

    static JdkEngines of(
            TlsOptions options,
            List<String> protocols,
            @Nullable TlsIdentity own,
            @Nullable TlsIdentity shown,
            X509ExtendedTrustManager trust)
            throws GeneralSecurityException, TlsException {
        var server = context(own, trust);
        var client = context(shown, trust);
        var available = TlsAlgorithms.available(server, protocols);
        var suites = TlsAlgorithms.suites(options, server);
        var sessions = server.getServerSessionContext();
        // For the JDK zero is "no limit"; one is as near to none as can be had.
        sessions.setSessionCacheSize(Math.max(1, options.sessionCacheSize()));
        sessions.setSessionTimeout(options.sessionSeconds());
        var serverParameters = parameters(server, available, suites);
        serverParameters.setUseCipherSuitesOrder(options.serverChoosesCipher());
        switch (options.clientAuth()) {
            case YES -> serverParameters.setNeedClientAuth(true);
            case OPTIONAL -> serverParameters.setWantClientAuth(true);
            case NO -> {}
        }
        var clientParameters = parameters(client, available, suites);
        return new JdkEngines(server, client, serverParameters, clientParameters, suites);
    }

    private static SSLContext context(
            @Nullable TlsIdentity identity, X509ExtendedTrustManager trust)
            throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        var keys = identity == null ? new KeyManager[0] : new KeyManager[] {identity};
        context.init(keys, new TrustManager[] {trust}, null);
        return context;
    }

    private static SSLParameters parameters(
            SSLContext context, List<String> protocols, Optional<List<String>> suites) {
        var parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(protocols.toArray(String[]::new));
        suites.ifPresent(names -> parameters.setCipherSuites(names.toArray(String[]::new)));
        return parameters;
    }

    @Override
    public SSLEngine newServer() {
        return engine(server, false, serverParameters);
    }

    @Override
    public SSLEngine newClient() {
        return engine(client, true, clientParameters);
    }

    private static SSLEngine engine(
            SSLContext context, boolean connects, SSLParameters parameters) {
        var engine = context.createSSLEngine();
        engine.setUseClientMode(connects);
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public String provider() {
        return "JDK";
    }

    @Override
    public int rehearsals() {
        return REHEARSALS;
    }
}
