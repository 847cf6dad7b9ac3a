package dev.vedette.protocol.net;

import java.io.ByteArrayOutputStream;
import java.security.spec.InvalidKeySpecException;

/** As much of DER as it takes to put an old private key into the PKCS#8 that the JDK reads. */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTETS = 0x04;
    static final int OBJECT_ID = 0x06;
    static final int SEQUENCE = 0x30;

    /** {@code [0]} and what is in it. */
    static final int CONTEXT_0 = 0xA0;

    private final byte[] bytes;
    private int at;

    Der(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isAtEnd() {
        return at >= bytes.length;
    }

    /** The tag of the next element. */
    int tag() throws InvalidKeySpecException {
        if (isAtEnd()) {
            throw new InvalidKeySpecException("ends too early");
        }
        return bytes[at] & 0xFF;
    }

    /** The content of the next element, which must have this tag. */
    byte[] take(int tag) throws InvalidKeySpecException {
        if (tag() != tag) {
            throw new InvalidKeySpecException("tag " + tag() + " where " + tag + " is due");
        }
        at++;
        int length = length();
        if (length < 0 || length > bytes.length - at) {
            throw new InvalidKeySpecException("ends too early");
        }
        var content = new byte[length];
        System.arraycopy(bytes, at, content, 0, length);
        at += length;
        return content;
    }

    private int length() throws InvalidKeySpecException {
        int first = tag();
        at++;
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7F;
        int length = 0;
        for (int i = 0; i < count && i < 4; i++) {
            length = (length << 8) | tag();
            at++;
        }
        return count > 4 ? -1 : length;
    }

    /** An element with these contents, one behind the other. */
    static byte[] element(int tag, byte[]... contents) {
        int length = 0;
        for (var content : contents) {
            length += content.length;
        }
        var out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int count = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | count);
            for (int i = count - 1; i >= 0; i--) {
                out.write(length >>> (8 * i));
            }
        }
        for (var content : contents) {
            out.writeBytes(content);
        }
        return out.toByteArray();
    }
}
