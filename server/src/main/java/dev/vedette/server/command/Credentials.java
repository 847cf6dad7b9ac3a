package dev.vedette.server.command;

import dev.vedette.protocol.info.Stats;
import dev.vedette.server.session.Session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Who may come in: the one user {@code default} with the password of requirepass, or with any
 * password when there is none (Redis acl.c, authCommand). Event loop only.
 */
public final class Credentials {
    static final String WRONG = "WRONGPASS invalid username-password pair or user is disabled.";

    private static final byte[] DEFAULT_USER = Words.of("default");

    private final Stats stats;
    private byte[] password = {};

    public Credentials(Stats stats) {
        this.stats = stats;
    }

    /**
     * @param requirepass empty for no password
     */
    public void setPassword(String requirepass) {
        this.password = requirepass.getBytes(StandardCharsets.UTF_8);
    }

    public boolean hasPassword() {
        return password.length > 0;
    }

    /** Lets the session in, or says that it may not. */
    boolean authenticate(Session session, byte[] user, byte[] given) {
        var known = Arrays.equals(user, DEFAULT_USER);
        // In a time that tells nothing about the password.
        var right = !hasPassword() || MessageDigest.isEqual(given, password);
        if (known && right) {
            session.authenticated(true);
            return true;
        }
        stats.authDenied++;
        return false;
    }
}
