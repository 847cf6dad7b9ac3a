package dev.vedette.it;

import dev.vedette.protocol.client.RespClient.TlsClient;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsException;
import dev.vedette.protocol.net.TlsOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A CA, and what it signed for daemons and clients: files made with openssl. */
final class Certificates {
    private static final String CURVE = " -pkeyopt ec_paramgen_curve:prime256v1";

    static final String STORE_PASSWORD = "changeit";

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** {@code ca}, {@code node} and {@code client} in this folder, each with .crt and .key. */
    static Certificates in(Path folder) {
        var made = new Certificates(folder);
        try {
            Files.writeString(folder.resolve("names"), "subjectAltName=IP:127.0.0.1\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        made.openssl(
                "req -x509 -newkey ec"
                        + CURVE
                        + " -nodes -days 30 -subj /CN=test-ca -keyout ca.key -out ca.crt");
        made.sign("node");
        made.sign("client");
        made.makeStores();
        return made;
    }

    private void sign(String name) {
        openssl(
                "req -newkey ec%s -nodes -subj /CN=%s -keyout %s.key -out %s.csr"
                        .formatted(CURVE, name, name, name));
        openssl(
                "x509 -req -in %s.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out %s.crt"
                                .formatted(name, name)
                        + " -extfile names");
    }

    private void openssl(String words) {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words.split(" ")));
        var result = Tool.run(folder, "", command);
        if (result.exitCode() != 0) {
            throw new AssertionError(result.toString());
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** What makes a daemon listen by TLS on that port, and use it for every link. */
    List<String> lines(int port) {
        return List.of(
                "tls-port " + port,
                "tls-cert-file " + file("node.crt"),
                "tls-key-file " + file("node.key"),
                "tls-ca-cert-file " + file("ca.crt"),
                "tls-replication yes");
    }

    /** For redis-cli and for our tool. */
    List<String> options() {
        return List.of(
                "--tls",
                "--cacert",
                file("ca.crt").toString(),
                "--cert",
                file("client.crt").toString(),
                "--key",
                file("client.key").toString());
    }

    /** The CA, for libraries of Java. */
    Path trustStore() {
        return file("ca.p12");
    }

    /** The client's key and certificate, for libraries of Java. */
    Path keyStore() {
        return file("client.p12");
    }

    private void makeStores() {
        openssl(
                "pkcs12 -export -in client.crt -inkey client.key -out client.p12 -passout pass:"
                        + STORE_PASSWORD);
        try (var ca = Files.newInputStream(file("ca.crt"));
                var out = Files.newOutputStream(trustStore())) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
            store.store(out, STORE_PASSWORD.toCharArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A connection as the client. */
    Socket socket(Address address) throws IOException {
        char[] password = STORE_PASSWORD.toCharArray();
        try {
            var keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(KeyStore.getInstance(keyStore().toFile(), password), password);
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(KeyStore.getInstance(trustStore().toFile(), password));
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context.getSocketFactory().createSocket(address.host(), address.port());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    TlsClient client() {
        try {
            var identity = new TlsOptions.Identity(file("client.crt"), file("client.key"));
            return new TlsClient(
                    Tls.of(
                            TlsOptions.ofClient(
                                    Optional.of(identity),
                                    Optional.of(file("ca.crt")),
                                    Optional.empty())),
                    "");
        } catch (TlsException e) {
            throw new AssertionError(e.line(), e);
        }
    }
}
