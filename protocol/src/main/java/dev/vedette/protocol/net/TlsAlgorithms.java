package dev.vedette.protocol.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/** Which versions of TLS and which ciphers are spoken: what the conf names and the JDK has. */
final class TlsAlgorithms {
    static final List<String> DEFAULT_PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    private static final List<String> KNOWN_PROTOCOLS =
            List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    private TlsAlgorithms() {}

    static List<String> protocols(List<String> written) throws TlsException {
        if (written.isEmpty()) {
            return DEFAULT_PROTOCOLS;
        }
        var chosen = new ArrayList<String>();
        for (var word : written) {
            chosen.add(
                    KNOWN_PROTOCOLS.stream()
                            .filter(word::equalsIgnoreCase)
                            .findFirst()
                            .orElseThrow(() -> unknownProtocol(word)));
        }
        return chosen;
    }

    private static TlsException unknownProtocol(String word) {
        return new TlsException(
                "Invalid tls-protocols specified. Use a combination of 'TLSv1', 'TLSv1.1',"
                        + " 'TLSv1.2' and 'TLSv1.3'.",
                "tls-protocols",
                "'"
                        + word
                        + "' is none of them; write for example: tls-protocols \"TLSv1.2"
                        + " TLSv1.3\"");
    }

    static List<String> available(SSLContext context, List<String> wanted) throws TlsException {
        // What java.security disables is supported all the same, but not among the defaults.
        var enabled = List.of(context.getDefaultSSLParameters().getProtocols());
        var available = wanted.stream().filter(enabled::contains).toList();
        if (available.isEmpty()) {
            throw new TlsException(
                    "Failed to configure protocols: " + String.join(" ", wanted),
                    "tls-protocols",
                    "this JDK has switched all of them off (jdk.tls.disabledAlgorithms in its"
                            + " java.security); it speaks "
                            + String.join(" and ", enabled));
        }
        return available;
    }

    /** Absent for the JDK's own choice. */
    static Optional<List<String>> suites(TlsOptions options, SSLContext context)
            throws TlsException {
        if (options.ciphers().isEmpty() && options.cipherSuites().isEmpty()) {
            return Optional.empty();
        }
        var available = List.of(context.getDefaultSSLParameters().getCipherSuites());
        var suites = new ArrayList<String>();
        if (options.cipherSuites().isEmpty()) {
            available.stream().filter(CipherList::isOfTls13).forEach(suites::add);
        } else {
            suites.addAll(
                    CipherList.suites13(options.cipherSuites(), available)
                            .orElseThrow(
                                    () ->
                                            noCipher(
                                                    "ciphersuites",
                                                    options.cipherSuites(),
                                                    "TLS_AES_256_GCM_SHA384")));
        }
        if (options.ciphers().isEmpty()) {
            available.stream().filter(name -> !CipherList.isOfTls13(name)).forEach(suites::add);
        } else {
            suites.addAll(
                    CipherList.choose(options.ciphers(), available)
                            .orElseThrow(
                                    () ->
                                            noCipher(
                                                    "ciphers",
                                                    options.ciphers(),
                                                    "ECDHE-RSA-AES256-GCM-SHA384")));
        }
        return Optional.of(suites);
    }

    private static TlsException noCipher(String what, String text, String example) {
        return new TlsException(
                "Failed to configure " + what + ": " + text,
                "tls-" + what,
                "none of these can be had from this JDK; one that can: " + example);
    }
}
