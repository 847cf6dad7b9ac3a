package dev.vedette.protocol.resp;

import io.netty.buffer.ByteBuf;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes commands as clients and masters send them: an array of bulk strings. */
public final class CommandWriter {
    private CommandWriter() {}

    public static void write(ByteBuf out, byte[]... words) {
        Decimals.writeHeader(out, '*', words.length);
        for (byte[] word : words) {
            writeWord(out, word);
        }
    }

    public static void write(ByteBuf out, List<byte[]> words) {
        Decimals.writeHeader(out, '*', words.size());
        for (byte[] word : words) {
            writeWord(out, word);
        }
    }

    /** The words go out as UTF-8. */
    public static void write(ByteBuf out, String... words) {
        Decimals.writeHeader(out, '*', words.length);
        for (String word : words) {
            writeWord(out, word.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The words of a command as bytes, in UTF-8. */
    public static byte[][] words(String... words) {
        var bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    /** How many bytes {@link #write} makes of these words. */
    public static long size(byte[]... words) {
        long size = 3L + Decimals.digits(words.length);
        for (byte[] word : words) {
            size += 5L + Decimals.digits(word.length) + word.length;
        }
        return size;
    }

    private static void writeWord(ByteBuf out, byte[] word) {
        Decimals.writeBulk(out, word);
    }
}
