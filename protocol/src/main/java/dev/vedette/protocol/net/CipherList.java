package dev.vedette.protocol.net;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * OpenSSL's language for choosing cipher suites (its manual page ciphers(1)), spoken about the
 * suites of the JDK. Words that name nothing that the JDK has choose nothing, as with OpenSSL.
 */
final class CipherList {
    private static final String SEPARATORS = "[: ,;]+";

    /** Of TLS 1.3, which has a list of its own. */
    private static final Set<String> SUITES_13 =
            Set.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_AES_128_CCM_SHA256",
                    "TLS_AES_128_CCM_8_SHA256");

    private CipherList() {}

    static boolean isOfTls13(String suite) {
        return SUITES_13.contains(suite);
    }

    /**
     * The suites of TLS 1.3 in this order.
     *
     * @return empty when a name is unknown, or none of them is among the available
     */
    static Optional<List<String>> suites13(String text, List<String> available) {
        var chosen = new LinkedHashSet<String>();
        for (var name : text.split(SEPARATORS, -1)) {
            if (!name.isEmpty() && !SUITES_13.contains(name)) {
                return Optional.empty();
            }
            if (available.contains(name)) {
                chosen.add(name);
            }
        }
        return chosen.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(chosen));
    }

    /**
     * The suites up to TLS 1.2 that the text chooses.
     *
     * @param available in the order of preference
     * @return empty when it chooses none
     */
    static Optional<List<String>> choose(String text, List<String> available) {
        var all = available.stream().filter(suite -> !isOfTls13(suite)).map(Suite::of).toList();
        var chosen = new ArrayList<Suite>();
        var dead = new HashSet<Suite>();
        for (var word : text.split(SEPARATORS, -1)) {
            if (word.equals("@STRENGTH")) {
                chosen.sort(Comparator.comparingInt(Suite::bits).reversed());
            } else if (!word.isEmpty() && !word.startsWith("@")) {
                apply(word, all, chosen, dead);
            }
        }
        return chosen.isEmpty()
                ? Optional.empty()
                : Optional.of(chosen.stream().map(Suite::name).toList());
    }

    private static void apply(String word, List<Suite> all, List<Suite> chosen, Set<Suite> dead) {
        var operator = word.charAt(0);
        var isOperator = operator == '!' || operator == '-' || operator == '+';
        var named = isOperator ? word.substring(1) : word;
        var meant = all.stream().filter(suite -> suite.is(named)).toList();
        switch (operator) {
            case '!' -> {
                dead.addAll(meant);
                chosen.removeAll(meant);
            }
            case '-' -> chosen.removeAll(meant);
            case '+' -> {
                var moved = meant.stream().filter(chosen::contains).toList();
                chosen.removeAll(moved);
                chosen.addAll(moved);
            }
            default ->
                    meant.stream()
                            .filter(suite -> !dead.contains(suite) && !chosen.contains(suite))
                            .forEach(chosen::add);
        }
    }

    /**
     * @param name the JDK's
     * @param words every word that OpenSSL has for it
     */
    private record Suite(String name, int bits, Set<String> words) {
        static Suite of(String name) {
            var halves = name.replaceFirst("^(TLS|SSL)_", "").split("_WITH_", 2);
            var words = new HashSet<String>(Set.of(name, "ALL", "DEFAULT", "HIGH"));
            if (halves.length == 2) {
                exchange(halves[0], words);
                cipher(halves[1], words);
                words.add(exchangeName(halves[0]) + cipherName(halves[1]));
            }
            return new Suite(name, name.contains("256") ? 256 : 128, words);
        }

        private static void exchange(String text, Set<String> words) {
            if (text.startsWith("ECDHE")) {
                words.addAll(Set.of("ECDHE", "EECDH", "kECDHE", "kEECDH"));
            } else if (text.startsWith("DHE")) {
                words.addAll(Set.of("DHE", "EDH", "kDHE", "kEDH", "DH"));
            } else if (text.equals("RSA")) {
                words.addAll(Set.of("RSA", "kRSA"));
            }
            if (text.endsWith("anon")) {
                words.add("aNULL");
                // Neither is part of what those words mean.
                words.removeAll(Set.of("DEFAULT", "HIGH"));
            } else if (text.endsWith("ECDSA")) {
                words.addAll(Set.of("ECDSA", "aECDSA"));
            } else if (text.endsWith("DSS")) {
                words.addAll(Set.of("DSS", "aDSS"));
            } else {
                words.add("aRSA");
            }
        }

        private static void cipher(String text, Set<String> words) {
            if (text.startsWith("AES_128")) {
                words.addAll(Set.of("AES", "AES128"));
            } else if (text.startsWith("AES_256")) {
                words.addAll(Set.of("AES", "AES256"));
            } else if (text.startsWith("CHACHA20")) {
                words.add("CHACHA20");
            } else if (text.startsWith("3DES")) {
                words.add("3DES");
                words.remove("HIGH");
            } else {
                words.addAll(Set.of("NULL", "eNULL"));
                words.removeAll(Set.of("ALL", "DEFAULT", "HIGH"));
            }
            var aead = text.contains("GCM") || text.startsWith("CHACHA20");
            if (text.contains("GCM")) {
                words.add("AESGCM");
            }
            var hash = text.substring(text.lastIndexOf('_') + 1);
            if (aead) {
                words.add("AEAD");
            } else if (hash.equals("SHA")) {
                words.addAll(Set.of("SHA", "SHA1", "SSLv3", "TLSv1", "TLSv1.0"));
            } else {
                words.add(hash);
            }
            if (aead || !hash.equals("SHA")) {
                words.add("TLSv1.2");
            }
        }

        private static String exchangeName(String text) {
            return switch (text) {
                case "RSA" -> "";
                case "DH_anon" -> "ADH-";
                case "ECDH_anon" -> "AECDH-";
                default -> text.replace('_', '-') + "-";
            };
        }

        private static String cipherName(String text) {
            return text.replace("AES_128", "AES128")
                    .replace("AES_256", "AES256")
                    .replace("3DES_EDE", "DES-CBC3")
                    .replace("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305")
                    .replace("_CBC", "")
                    .replace('_', '-');
        }

        /** Whether it is all of {@code ECDHE+AESGCM}. */
        boolean is(String text) {
            return words.containsAll(List.of(text.split("\\+", -1)));
        }
    }
}
