package dev.vedette.protocol.resp;

/** Bytes made fit for a log line or an error text: printable, and short. */
final class Excerpt {
    private static final int MAX_BYTES = 48;

    private Excerpt() {}

    static String of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    static String of(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + MAX_BYTES);
        var text = new StringBuilder(end - from + 8).append('"');
        for (int i = from; i < end; i++) {
            append(text, bytes[i]);
        }
        text.append('"');
        if (end < to) {
            text.append(" (first ").append(MAX_BYTES).append(" of ").append(to - from);
            text.append(" bytes)");
        }
        return text.toString();
    }

    static String ofByte(byte value) {
        var text = new StringBuilder(6).append('\'');
        append(text, value);
        return text.append('\'').toString();
    }

    private static void append(StringBuilder text, byte value) {
        switch (value) {
            case '\r' -> text.append("\\r");
            case '\n' -> text.append("\\n");
            case '\t' -> text.append("\\t");
            case '"', '\\' -> text.append('\\').append((char) value);
            default -> {
                if (value >= ' ' && value < 127) {
                    text.append((char) value);
                } else {
                    text.append("\\x");
                    text.append(Character.forDigit((value >> 4) & 15, 16));
                    text.append(Character.forDigit(value & 15, 16));
                }
            }
        }
    }
}
