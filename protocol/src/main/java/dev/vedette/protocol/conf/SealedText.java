package dev.vedette.protocol.conf;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The content of a conf file with its checksum in a comment at the end, so that a reader can tell a
 * whole file from the remains of one.
 */
public final class SealedText {
    private static final String SEAL = "# vedette sha256 ";

    private SealedText() {}

    /** The content and its seal; the content must end with a line feed or be empty. */
    public static byte[] seal(byte[] content) {
        byte[] seal = (SEAL + checksum(content) + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] sealed = new byte[content.length + seal.length];
        System.arraycopy(content, 0, sealed, 0, content.length);
        System.arraycopy(seal, 0, sealed, content.length, seal.length);
        return sealed;
    }

    /** What was sealed; nothing when the seal is missing or broken. */
    public static Optional<byte[]> open(byte[] sealed) {
        int length = sealed.length - SEAL.length() - 65;
        if (length < 0) {
            return Optional.empty();
        }
        byte[] content = new byte[length];
        System.arraycopy(sealed, 0, content, 0, length);
        return Arrays.equals(seal(content), sealed) ? Optional.of(content) : Optional.empty();
    }

    /** SHA-256 in hex digits. */
    public static String checksum(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
