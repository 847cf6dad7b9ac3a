package dev.vedette.protocol.resp;

import java.util.List;

/**
 * Bytes that a client may send, and what a server makes of them.
 *
 * @param raw in Latin-1
 * @param events the commands as {@code [words]}; last, perhaps, the error line with its {@code -}
 */
record ProtocolCase(String raw, boolean authenticated, List<String> events) {
    private static final String PROTOCOL_ERROR = "-ERR Protocol error: ";

    /** Verified against redis-server 7.0.15. */
    static List<ProtocolCase> all() {
        return List.of(
                reads("*1\r\n$4\r\nPING\r\n", "[PING]"),
                reads("*2\r\n$4\r\nECHO\r\n$0\r\n\r\nPING\r\n", "[ECHO, ]", "[PING]"),
                reads("*-1\r\nPING\r\n", "[PING]"),
                reads("*0\r\n*-5\r\nPING\r\n", "[PING]"),
                reads("*1\rx$4\ryPINGzz", "[PING]"),
                reads("*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n", "[PING]", "[PING]"),
                reads("\r\n\r\n\n\nPING\n", "[PING]"),
                reads("   \r\nPING\r\n", "[PING]"),
                reads("PING\rPING\r\n", "[PING, PING]"),
                reads("PING\r\r\n", "[PING]"),
                reads("ECHO a\"b\"\r\n", "[ECHO, ab]"),
                reads("ECHO \"\\x41\\n\\\"\\q\\xzz\"\r\n", "[ECHO, A\n\"qxzz]"),
                reads("ECHO 'a\\'b\\n'\r\n", "[ECHO, a'b\\n]"),
                reads("ECHO \"\"\r\n", "[ECHO, ]"),
                reads("ECHO a\u000bb\r\n", "[ECHO, a\u000bb]"),
                reads("ECHO \"a\"\u000b\r\n", "[ECHO, a]"),
                // A NUL hides the rest of the line, and its end.
                reads("ECHO a\0b\r\nPING\r\n"),
                reads("*1\0\r\n$4\r\nPING\r\n"),
                reads("*1\r\n$536870912\r\n"),
                reads("*2147483647\r\n"),
                reads("*1\n$4\n"),
                refused("*2147483648\r\n", "invalid multibulk length"),
                refused("*abc\r\n", "invalid multibulk length"),
                refused("*\r\n", "invalid multibulk length"),
                refused("* 1\r\n", "invalid multibulk length"),
                refused("*+1\r\n", "invalid multibulk length"),
                refused("*01\r\n", "invalid multibulk length"),
                refused("*-0\r\n", "invalid multibulk length"),
                refused("*1\n$4\nPING\r\n", "invalid multibulk length"),
                refused("*1\r\nPING\r\n", "expected '$', got 'P'"),
                refused("*1\r\n:4\r\n", "expected '$', got ':'"),
                refused("*1\r\n%x\r\n", "expected '$', got '%'"),
                refused("*1\r\n\r\n\r\n", "expected '$', got ' '"),
                refused("*1\r\n\n\r\n", "expected '$', got ' '"),
                refused("*1\r\n\u00ff\r\n", "expected '$', got '\u00ff'"),
                refused("*1\r$4\rPINGxx", "expected '$', got '4'"),
                refused("*1\r\n$-1\r\n", "invalid bulk length"),
                refused("*1\r\n$\r\n", "invalid bulk length"),
                refused("*1\r\n$abc\r\n", "invalid bulk length"),
                refused("*1\r\n$536870913\r\n", "invalid bulk length"),
                refused("*1\r\n$4294967296\r\n", "invalid bulk length"),
                refused("*1\r\n$4xPING\r\n", "invalid bulk length"),
                refused("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$-1\r\n", "invalid bulk length"),
                refused("SET \"a\r\n", "unbalanced quotes in request"),
                refused("SET 'a\r\n", "unbalanced quotes in request"),
                refused("SET \"a\"b c\r\n", "unbalanced quotes in request"),
                refused("SET 'a'b c\r\n", "unbalanced quotes in request"),
                refused("ECHO a\"b\r\n", "unbalanced quotes in request"),
                refused("ECHO \"a\\\r\n", "unbalanced quotes in request"),
                refused("ECHO \"a\\\"\r\n", "unbalanced quotes in request"),
                new ProtocolCase(
                        "PING\r\n*1\r\n:x\r\nPING\r\n",
                        true,
                        List.of("[PING]", PROTOCOL_ERROR + "expected '$', got ':'")),
                unauthenticated("*11\r\n", "unauthenticated multibulk length"),
                unauthenticated("*1048577\r\n", "unauthenticated multibulk length"),
                unauthenticated("*2147483648\r\n", "invalid multibulk length"),
                unauthenticated("*2\r\n$16385\r\n", "unauthenticated bulk length"),
                unauthenticated("*2\r\n$536870913\r\n", "invalid bulk length"),
                new ProtocolCase("*10\r\n", false, List.of()),
                new ProtocolCase("*2\r\n$16384\r\n", false, List.of()));
    }

    /** Too long to be cut at every byte. Verified likewise. */
    static List<ProtocolCase> allLong() {
        return List.of(
                refused("A".repeat(65_537), "too big inline request"),
                reads("A".repeat(65_536)),
                refused("*" + "1".repeat(65_536), "too big mbulk count string"),
                reads("*" + "1".repeat(65_535)),
                refused("*1\r\n$" + "1".repeat(65_536), "too big bulk count string"),
                reads("*1\r\n$" + "1".repeat(65_535)),
                refused("*1\r\n" + "x".repeat(65_537), "too big bulk count string"),
                refused("ECHO a\0b\r\n" + "x".repeat(65_536), "too big inline request"));
    }

    private static ProtocolCase reads(String raw, String... commands) {
        return new ProtocolCase(raw, true, List.of(commands));
    }

    private static ProtocolCase refused(String raw, String error) {
        return new ProtocolCase(raw, true, List.of(PROTOCOL_ERROR + error));
    }

    private static ProtocolCase unauthenticated(String raw, String error) {
        return new ProtocolCase(raw, false, List.of(PROTOCOL_ERROR + error));
    }

    boolean isRefused() {
        return !events.isEmpty() && events.getLast().startsWith("-");
    }

    @Override
    public String toString() {
        return Excerpt.of(Pieces.latin1(raw)) + (authenticated ? "" : " before AUTH");
    }
}
