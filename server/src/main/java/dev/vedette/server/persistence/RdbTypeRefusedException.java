package dev.vedette.server.persistence;

import java.nio.charset.StandardCharsets;

/** Well-formed data of a type that this server does not hold: which key, which type. */
public final class RdbTypeRefusedException extends RdbException {
    private static final long serialVersionUID = 1L;

    /** Longer keys are cut in the message, so that one log line stays one line. */
    private static final int SHOWN_KEY_BYTES = 128;

    private final transient byte[] key;
    private final String typeName;

    RdbTypeRefusedException(byte[] key, String typeName, int database) {
        super(
                "key '%s' in database %d is a %s, a type that this server does not hold yet"
                        .formatted(printable(key), database, typeName));
        this.key = key;
        this.typeName = typeName;
    }

    /** For what is not a key of the keyspace, such as a function library. */
    RdbTypeRefusedException(String what) {
        super("it holds a " + what + ", which this server does not support yet");
        this.key = new byte[0];
        this.typeName = what;
    }

    public byte[] key() {
        return key.clone();
    }

    /** As TYPE prints it: list, set, zset, hash, stream, or module. */
    public String typeName() {
        return typeName;
    }

    private static String printable(byte[] key) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(key.length, SHOWN_KEY_BYTES); i++) {
            int b = key[i] & 0xff;
            if (b < 0x20 || b >= 0x7f || b == '\\') {
                text.append("\\x%02x".formatted(b));
            } else {
                text.append(new String(key, i, 1, StandardCharsets.ISO_8859_1));
            }
        }
        return key.length > SHOWN_KEY_BYTES ? text + "..." : text.toString();
    }
}
