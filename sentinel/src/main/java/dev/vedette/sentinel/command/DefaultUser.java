package dev.vedette.sentinel.command;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Who may do everything: the one user of this cut.
 *
 * @param passwords SHA-256 of each password, in lower case hex; empty lets everybody in
 */
public record DefaultUser(Set<String> passwords) {
    public static final String NAME = "default";

    /** The user of a conf without any password. */
    public static final DefaultUser OPEN = new DefaultUser(Set.of());

    public DefaultUser {
        passwords = Set.copyOf(passwords);
    }

    public static DefaultUser withPassword(String password) {
        return new DefaultUser(Set.of(sha256(password.getBytes(StandardCharsets.UTF_8))));
    }

    public boolean needsPassword() {
        return !passwords.isEmpty();
    }

    boolean accepts(byte[] password) {
        return passwords.isEmpty() || passwords.contains(sha256(password));
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** Never prints the hashes. */
    @Override
    public String toString() {
        return "DefaultUser[passwords=" + passwords.size() + "]";
    }
}
