package dev.vedette.protocol.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The certificates of PEM files. */
final class CertificateFile {
    private static final Set<String> LABELS =
            Set.of("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE");

    /** What {@code openssl rehash} calls them; OpenSSL sees no others. */
    private static final Pattern HASHED = Pattern.compile("[0-9a-f]{8}\\.[0-9]+");

    private CertificateFile() {}

    /** In the order of the file, which for a chain begins with the own one. */
    static List<X509Certificate> read(Path file) throws IOException, GeneralSecurityException {
        var factory = CertificateFactory.getInstance("X.509");
        var certificates = new ArrayList<X509Certificate>();
        for (var block : PemFile.read(file)) {
            if (LABELS.contains(block.label())) {
                certificates.add(
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(block.content())));
            }
        }
        return certificates;
    }

    /** Those of a file and of a folder; a folder that is not there is empty, as with OpenSSL. */
    static List<X509Certificate> trusted(Optional<Path> file, Optional<Path> folder)
            throws IOException, GeneralSecurityException {
        var trusted = new ArrayList<X509Certificate>();
        if (file.isPresent()) {
            trusted.addAll(read(file.get()));
            if (trusted.isEmpty()) {
                throw new IOException("no certificate or crl found");
            }
        }
        if (folder.isPresent() && Files.isDirectory(folder.get())) {
            try (var names = Files.list(folder.get())) {
                for (var name : names.sorted().toList()) {
                    if (HASHED.matcher(String.valueOf(name.getFileName())).matches()) {
                        trusted.addAll(read(name));
                    }
                }
            }
        }
        return trusted;
    }
}
