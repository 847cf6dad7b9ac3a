package dev.vedette.server.command;

import java.nio.charset.StandardCharsets;

/** The words of commands as bytes: compared without regard to case, as Redis does (strcasecmp). */
public final class Words {
    private Words() {}

    /** A word of ours as bytes. */
    public static byte[] of(String ascii) {
        return ascii.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether a client's word is this one, in any case. */
    public static boolean matches(byte[] word, byte[] lower) {
        if (word.length != lower.length) {
            return false;
        }
        for (var i = 0; i < word.length; i++) {
            if (lower(word[i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a client's word is this one, in any case; {@code lower} in lower case. */
    public static boolean matches(byte[] word, String lower) {
        if (word.length != lower.length()) {
            return false;
        }
        for (var i = 0; i < word.length; i++) {
            if (lower(word[i]) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static int lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
    }

    /** Bytes as text in which every byte is one character, so that nothing is lost on the way. */
    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** As C prints a string: up to a NUL, and at most so many bytes. */
    public static String printed(byte[] bytes, int most) {
        var end = 0;
        while (end < bytes.length && end < most && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }
}
