package dev.vedette.protocol.conf;

import java.util.List;

/** TLS for clients, replication and the cluster bus; {@link TlsConf} reads them as a whole. */
public final class TlsDirectives {
    public static final Directive<String> TLS_AUTH_CLIENTS =
            Directive.of("tls-auth-clients", Syntax.choice("no", "yes", "optional"), "yes");
    public static final Directive<String> TLS_CA_CERT_DIR =
            Directive.of("tls-ca-cert-dir", Syntax.text(), "");
    public static final Directive<String> TLS_CA_CERT_FILE =
            Directive.of("tls-ca-cert-file", Syntax.text(), "");
    public static final Directive<String> TLS_CERT_FILE =
            Directive.of("tls-cert-file", Syntax.text(), "");
    public static final Directive<String> TLS_CIPHERS =
            Directive.of("tls-ciphers", Syntax.text(), "");
    public static final Directive<String> TLS_CIPHERSUITES =
            Directive.of("tls-ciphersuites", Syntax.text(), "");
    public static final Directive<String> TLS_CLIENT_CERT_FILE =
            Directive.of("tls-client-cert-file", Syntax.text(), "");
    public static final Directive<String> TLS_CLIENT_KEY_FILE =
            Directive.of("tls-client-key-file", Syntax.text(), "");
    public static final Directive<String> TLS_CLIENT_KEY_FILE_PASS =
            Directive.of("tls-client-key-file-pass", Syntax.text(), "");
    public static final Directive<Boolean> TLS_CLUSTER =
            Directive.of("tls-cluster", Syntax.yesNo(), false);
    public static final Directive<String> TLS_DH_PARAMS_FILE =
            Directive.of("tls-dh-params-file", Syntax.text(), "").meaningless();
    public static final Directive<String> TLS_KEY_FILE =
            Directive.of("tls-key-file", Syntax.text(), "");
    public static final Directive<String> TLS_KEY_FILE_PASS =
            Directive.of("tls-key-file-pass", Syntax.text(), "");
    public static final Directive<Integer> TLS_PORT =
            Directive.of("tls-port", Syntax.integer(0, 65535), 0);
    public static final Directive<Boolean> TLS_PREFER_SERVER_CIPHERS =
            Directive.of("tls-prefer-server-ciphers", Syntax.yesNo(), false);
    public static final Directive<String> TLS_PROTOCOLS =
            Directive.of("tls-protocols", Syntax.text(), "");
    public static final Directive<Boolean> TLS_REPLICATION =
            Directive.of("tls-replication", Syntax.yesNo(), false);
    public static final Directive<Integer> TLS_SESSION_CACHE_SIZE =
            Directive.of("tls-session-cache-size", Syntax.integer(0, Integer.MAX_VALUE), 20480);
    public static final Directive<Integer> TLS_SESSION_CACHE_TIMEOUT =
            Directive.of("tls-session-cache-timeout", Syntax.integer(0, Integer.MAX_VALUE), 300);
    public static final Directive<Boolean> TLS_SESSION_CACHING =
            Directive.of("tls-session-caching", Syntax.yesNo(), true);

    static final List<Directive<?>> ROWS =
            List.of(
                    TLS_AUTH_CLIENTS,
                    TLS_CA_CERT_DIR,
                    TLS_CA_CERT_FILE,
                    TLS_CERT_FILE,
                    TLS_CIPHERS,
                    TLS_CIPHERSUITES,
                    TLS_CLIENT_CERT_FILE,
                    TLS_CLIENT_KEY_FILE,
                    TLS_CLIENT_KEY_FILE_PASS,
                    TLS_CLUSTER,
                    TLS_DH_PARAMS_FILE,
                    TLS_KEY_FILE,
                    TLS_KEY_FILE_PASS,
                    TLS_PORT,
                    TLS_PREFER_SERVER_CIPHERS,
                    TLS_PROTOCOLS,
                    TLS_REPLICATION,
                    TLS_SESSION_CACHE_SIZE,
                    TLS_SESSION_CACHE_TIMEOUT,
                    TLS_SESSION_CACHING);

    private TlsDirectives() {}
}
