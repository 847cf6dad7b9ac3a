package dev.vedette.protocol.resp;

import io.netty.buffer.ByteBuf;

/** Writes what every line of RESP is made of: a type byte, a decimal number, CR LF. */
final class Decimals {
    /** A type, a sign, 19 digits, CR LF. */
    static final int MAX_HEADER_BYTES = 23;

    private static final int CR_LF = '\r' << 8 | '\n';

    private Decimals() {}

    static int digits(long number) {
        int digits = number < 0 ? 1 : 0;
        long rest = number;
        do {
            digits++;
            rest /= 10;
        } while (rest != 0);
        return digits;
    }

    static void writeHeader(ByteBuf out, char type, long number) {
        if (number >= 0 && number < 100_000) {
            writeShortHeader(out, type, (int) number);
            return;
        }
        int digits = digits(number);
        out.ensureWritable(digits + 3);
        int at = out.writerIndex();
        out.setByte(at, type);
        setDigits(out, at + 1, digits, number);
        out.setShort(at + 1 + digits, CR_LF);
        out.writerIndex(at + digits + 3);
    }

    /** The common case, at most eight bytes: built in a register and stored at once. */
    private static void writeShortHeader(ByteBuf out, char type, int number) {
        long line = CR_LF;
        int bits = 16;
        int rest = number;
        do {
            line |= (long) ('0' + rest % 10) << bits;
            bits += 8;
            rest /= 10;
        } while (rest != 0);
        line |= (long) type << bits;
        bits += 8;
        out.ensureWritable(Long.BYTES);
        int at = out.writerIndex();
        out.setLong(at, line << (Long.SIZE - bits));
        out.writerIndex(at + bits / 8);
    }

    static void writeBulk(ByteBuf out, byte[] content) {
        out.ensureWritable(MAX_HEADER_BYTES + content.length + 2);
        writeHeader(out, '$', content.length);
        out.writeBytes(content);
        out.writeShort(CR_LF);
    }

    static void writeLineEnd(ByteBuf out) {
        out.writeShort(CR_LF);
    }

    private static void setDigits(ByteBuf out, int from, int digits, long number) {
        // Counted below zero, where the range is larger by one.
        long rest = number < 0 ? number : -number;
        int at = from + digits - 1;
        do {
            out.setByte(at--, '0' - (int) (rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (number < 0) {
            out.setByte(from, '-');
        }
    }
}
