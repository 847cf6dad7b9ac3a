package dev.vedette.protocol.acl;

import dev.vedette.protocol.conf.ConfText;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is kept of a password: its SHA-256.
 *
 * @param hex 64 characters in lower case
 */
record PasswordHash(String hex) {
    private static final String FORM = "[0-9a-f]{64}";
    private static final String BAD =
            "The password hash must be exactly 64 characters and contain only lowercase hexadecimal"
                    + " characters";

    static PasswordHash of(byte[] password) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(password);
            return new PasswordHash(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    static PasswordHash ofText(String password) {
        return of(ConfText.encode(password));
    }

    /**
     * @param rule a sign, then the hash
     */
    static PasswordHash read(String rule) throws BadRule {
        var hex = rule.substring(1);
        if (!hex.matches(FORM)) {
            throw BadRule.of(rule, BAD);
        }
        return new PasswordHash(hex);
    }

    /** In a time that tells nothing about the hash. */
    boolean matches(PasswordHash given) {
        return MessageDigest.isEqual(ConfText.encode(hex), ConfText.encode(given.hex));
    }

    /** Never printed by chance. */
    @Override
    public String toString() {
        return "PasswordHash[...]";
    }
}
