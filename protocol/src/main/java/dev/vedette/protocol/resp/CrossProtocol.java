package dev.vedette.protocol.resp;

import java.nio.charset.StandardCharsets;

/**
 * Knows a browser that was lured into sending an HTTP request here: its body would be inline
 * commands. Such a connection is closed without an answer (Redis server.c, processCommand and
 * securityWarningCommand).
 */
public final class CrossProtocol {
    /** The log line, for the address of the client. */
    public static final String WARNING =
            "Possible SECURITY ATTACK detected: {} sends POST or Host: commands, as an HTTP client"
                    + " does that was told to attack this port. Connection aborted.";

    private CrossProtocol() {}

    /** Whether no command but an HTTP request begins with that word. */
    public static boolean isHttp(byte[] firstWord) {
        if (firstWord.length != 4 && firstWord.length != 5) {
            return false;
        }
        var word = new String(firstWord, StandardCharsets.ISO_8859_1);
        return word.equalsIgnoreCase("post") || word.equalsIgnoreCase("host:");
    }
}
