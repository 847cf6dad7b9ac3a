package dev.vedette.protocol.conf;

import static dev.vedette.protocol.conf.TlsDirectives.TLS_AUTH_CLIENTS;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_CA_CERT_DIR;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_CA_CERT_FILE;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_CERT_FILE;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_CIPHERS;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_CIPHERSUITES;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_CLIENT_CERT_FILE;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_CLIENT_KEY_FILE;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_CLIENT_KEY_FILE_PASS;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_CLUSTER;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_DH_PARAMS_FILE;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_KEY_FILE;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_KEY_FILE_PASS;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_PORT;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_PREFER_SERVER_CIPHERS;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_PROTOCOLS;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_REPLICATION;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_SESSION_CACHE_SIZE;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_SESSION_CACHE_TIMEOUT;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_SESSION_CACHING;

import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsException;
import dev.vedette.protocol.net.TlsOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What both daemons do with the directives about TLS. */
public final class TlsConf {
    private static final Logger log = LoggerFactory.getLogger(TlsConf.class);

    /** What TLS is made of: a change of one of them makes it anew. */
    public static final List<Directive<?>> MATERIAL =
            List.of(
                    TLS_CERT_FILE,
                    TLS_KEY_FILE,
                    TLS_KEY_FILE_PASS,
                    TLS_CLIENT_CERT_FILE,
                    TLS_CLIENT_KEY_FILE,
                    TLS_CLIENT_KEY_FILE_PASS,
                    TLS_CA_CERT_FILE,
                    TLS_CA_CERT_DIR,
                    TLS_AUTH_CLIENTS,
                    TLS_PROTOCOLS,
                    TLS_CIPHERS,
                    TLS_CIPHERSUITES,
                    TLS_PREFER_SERVER_CIPHERS,
                    TLS_SESSION_CACHING,
                    TLS_SESSION_CACHE_SIZE,
                    TLS_SESSION_CACHE_TIMEOUT,
                    TLS_DH_PARAMS_FILE,
                    TLS_REPLICATION,
                    TLS_CLUSTER);

    /** What Redis logs behind the reason before it ends. */
    public static final String FATAL = "Failed to configure TLS. Check logs for more info.";

    private TlsConf() {}

    /** Whether anything is to speak TLS; else the files are not looked at. */
    public static boolean isWanted(Settings settings) {
        return settings.get(TLS_PORT) != 0
                || settings.get(TLS_REPLICATION)
                || settings.get(TLS_CLUSTER);
    }

    /**
     * TLS as the directives say; blocks for files.
     *
     * @param resolve makes a path absolute
     */
    public static Tls configure(Settings settings, Function<String, Path> resolve)
            throws TlsException {
        var tls = Tls.of(options(settings, resolve));
        checkDhParams(settings, resolve);
        log.info("TLS provider={}", tls.provider());
        return tls;
    }

    /** Where to look, for an operator: the line of the directive to blame, if there is one. */
    public static String hint(LoadedConf conf, TlsException refused) {
        return conf.hint(refused.directive(), refused.hint());
    }

    /** Redis reads the file; the JDK has groups of its own, as good as those. */
    private static void checkDhParams(Settings settings, Function<String, Path> resolve)
            throws TlsException {
        String name = settings.get(TLS_DH_PARAMS_FILE);
        if (!name.isEmpty() && !Files.isReadable(resolve.apply(name))) {
            boolean exists = Files.exists(resolve.apply(name));
            throw new TlsException(
                    "Failed to load "
                            + name
                            + ": "
                            + (exists ? OsError.PERMISSION_DENIED : OsError.NO_SUCH_FILE),
                    TLS_DH_PARAMS_FILE.name(),
                    "remove the line: it means nothing on a JVM");
        }
    }

    private static TlsOptions options(Settings settings, Function<String, Path> resolve)
            throws TlsException {
        require(settings, TLS_CERT_FILE);
        require(settings, TLS_KEY_FILE);
        boolean verifies =
                !settings.get(TLS_AUTH_CLIENTS).equals("no")
                        || settings.get(TLS_REPLICATION)
                        || settings.get(TLS_CLUSTER);
        return new TlsOptions(
                identity(settings, resolve, false),
                identity(settings, resolve, true),
                path(settings, resolve, TLS_CA_CERT_FILE),
                path(settings, resolve, TLS_CA_CERT_DIR),
                verifies,
                clientAuth(settings.get(TLS_AUTH_CLIENTS)),
                words(settings.get(TLS_PROTOCOLS)),
                settings.get(TLS_CIPHERS),
                settings.get(TLS_CIPHERSUITES),
                settings.get(TLS_PREFER_SERVER_CIPHERS),
                settings.get(TLS_SESSION_CACHING) ? settings.get(TLS_SESSION_CACHE_SIZE) : 0,
                Duration.ofSeconds(settings.get(TLS_SESSION_CACHE_TIMEOUT)));
    }

    private static void require(Settings settings, Directive<String> directive)
            throws TlsException {
        if (settings.get(directive).isEmpty()) {
            throw new TlsException(
                    "No " + directive.name() + " configured!",
                    TLS_PORT.name(),
                    "TLS needs a certificate and its key: set tls-cert-file and tls-key-file");
        }
    }

    /** Of a client both files are named, or neither counts, as in Redis. */
    private static Optional<TlsOptions.Identity> identity(
            Settings settings, Function<String, Path> resolve, boolean isClient) {
        String cert = settings.get(isClient ? TLS_CLIENT_CERT_FILE : TLS_CERT_FILE);
        String key = settings.get(isClient ? TLS_CLIENT_KEY_FILE : TLS_KEY_FILE);
        if (cert.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new TlsOptions.Identity(
                        resolve.apply(cert),
                        cert,
                        resolve.apply(key),
                        key,
                        settings.get(isClient ? TLS_CLIENT_KEY_FILE_PASS : TLS_KEY_FILE_PASS),
                        isClient));
    }

    private static TlsOptions.ClientAuth clientAuth(String word) {
        return switch (word) {
            case "no" -> TlsOptions.ClientAuth.NO;
            case "optional" -> TlsOptions.ClientAuth.OPTIONAL;
            default -> TlsOptions.ClientAuth.YES;
        };
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
    }

    private static Optional<Path> path(
            Settings settings, Function<String, Path> resolve, Directive<String> directive) {
        return Optional.of(settings.get(directive)).filter(name -> !name.isEmpty()).map(resolve);
    }
}
