package dev.vedette.protocol.conf;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text that may hold any byte. Redis's conf files are bytes; ours are strings: UTF-8 where the
 * bytes are UTF-8, and a byte that is not becomes the lone surrogate U+DC00 + byte, so that every
 * file comes back as it was.
 */
public final class ConfText {
    private static final int FIRST_STRAY = 0xDC80;
    private static final int LAST_STRAY = 0xDCFF;

    /** What Java puts where bytes are not UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    private ConfText() {}

    public static String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeWithCare(bytes);
    }

    private static String decodeWithCare(byte[] bytes) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        try {
            return decoder.decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return decodeStrays(bytes, decoder.reset());
        }
    }

    private static String decodeStrays(byte[] bytes, CharsetDecoder decoder) {
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        while (in.hasRemaining()) {
            if (decoder.decode(in, out, true).isError()) {
                out.put((char) (0xDC00 + (in.get() & 0xFF)));
            }
        }
        return out.flip().toString();
    }

    public static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= FIRST_STRAY) {
                return encodeWithCare(text);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] encodeWithCare(String text) {
        var out = new java.io.ByteArrayOutputStream(text.length() + 16);
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean stray =
                    c >= FIRST_STRAY
                            && c <= LAST_STRAY
                            && !(i > 0 && Character.isHighSurrogate(text.charAt(i - 1)));
            if (stray) {
                out.writeBytes(text.substring(from, i).getBytes(StandardCharsets.UTF_8));
                out.write(c - 0xDC00);
                from = i + 1;
            }
        }
        out.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
