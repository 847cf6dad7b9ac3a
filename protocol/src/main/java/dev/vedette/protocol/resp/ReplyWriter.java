package dev.vedette.protocol.resp;

import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BigNumber;
import dev.vedette.protocol.resp.RespValue.BooleanReply;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.DoubleReply;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.IntegerReply;
import dev.vedette.protocol.resp.RespValue.MapReply;
import dev.vedette.protocol.resp.RespValue.Null;
import dev.vedette.protocol.resp.RespValue.Push;
import dev.vedette.protocol.resp.RespValue.SetReply;
import dev.vedette.protocol.resp.RespValue.SimpleString;
import dev.vedette.protocol.resp.RespValue.Verbatim;

import io.netty.buffer.ByteBuf;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Writes replies in the protocol version that the client chose. What RESP2 lacks goes out in the
 * form that Redis gives it there: a map flat as an array, a double or verbatim text as a bulk, a
 * boolean as 1 or 0.
 *
 * <p>Strings go out as UTF-8; what must not be changed by that comes as bytes. One thread at a
 * time.
 */
public final class ReplyWriter {
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] NULL_BULK = ascii("$-1\r\n");
    private static final byte[] NULL_ARRAY = ascii("*-1\r\n");
    private static final byte[] NULL = ascii("_\r\n");
    private static final byte[] TRUE = ascii("#t\r\n");
    private static final byte[] FALSE = ascii("#f\r\n");

    private ByteBuf out;
    private int protocol;

    /** For RESP2, until told otherwise. */
    public ReplyWriter(ByteBuf out) {
        this(out, 2);
    }

    public ReplyWriter(ByteBuf out, int protocol) {
        this.out = out;
        protocol(protocol);
    }

    /** Where the replies go. */
    public ByteBuf out() {
        return out;
    }

    /** Lets later replies go elsewhere; the caller owns both buffers. */
    public void out(ByteBuf newOut) {
        out = newOut;
    }

    public int protocol() {
        return protocol;
    }

    /**
     * @param version 2 or 3
     */
    public void protocol(int version) {
        if (version != 2 && version != 3) {
            throw new IllegalArgumentException("protocol must be 2 or 3, not " + version);
        }
        protocol = version;
    }

    // ---- what both versions have

    public void ok() {
        out.writeBytes(OK);
    }

    /** A status line; line ends in it become blanks. */
    public void simple(String text) {
        line('+', text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @param line the code and the message, without {@code -}; line ends in it become blanks, and
     *     those at its end are dropped
     */
    public void error(String line) {
        error(line.getBytes(StandardCharsets.UTF_8));
    }

    public void error(byte[] line) {
        line('-', line);
    }

    public void integer(long number) {
        Decimals.writeHeader(out, ':', number);
    }

    public void bulk(byte[] content) {
        Decimals.writeBulk(out, content);
    }

    public void bulk(String text) {
        Decimals.writeBulk(out, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A part of an array as a bulk. */
    public void bulk(byte[] content, int from, int length) {
        Decimals.writeHeader(out, '$', length);
        out.writeBytes(content, from, length);
        Decimals.writeLineEnd(out);
    }

    /** The number in decimal, as a bulk. */
    public void bulk(long number) {
        int digits = Decimals.digits(number);
        Decimals.writeHeader(out, '$', digits);
        out.writeBytes(ascii(Long.toString(number)));
        Decimals.writeLineEnd(out);
    }

    public void nullBulk() {
        out.writeBytes(protocol == 2 ? NULL_BULK : NULL);
    }

    public void nullArray() {
        out.writeBytes(protocol == 2 ? NULL_ARRAY : NULL);
    }

    /** Begins an array; the caller writes its items behind it. */
    public void array(long count) {
        Decimals.writeHeader(out, '*', count);
    }

    /** A whole array of bulks. */
    public void bulks(Collection<byte[]> items) {
        array(items.size());
        for (byte[] item : items) {
            bulk(item);
        }
    }

    // ---- what RESP3 has and RESP2 shows otherwise

    /** Begins a map; the caller writes {@code pairs} times a key and a value behind it. */
    public void map(long pairs) {
        if (protocol == 2) {
            array(2 * pairs);
        } else {
            Decimals.writeHeader(out, '%', pairs);
        }
    }

    /** Begins a set; the caller writes its items behind it. */
    public void set(long count) {
        Decimals.writeHeader(out, protocol == 2 ? '*' : '~', count);
    }

    /** Begins a push; the caller writes its items behind it. */
    public void push(long count) {
        Decimals.writeHeader(out, protocol == 2 ? '*' : '>', count);
    }

    public void doubleValue(double number) {
        String text = DoubleText.of(number);
        if (protocol == 2) {
            bulk(text);
        } else {
            line(',', ascii(text));
        }
    }

    public void bool(boolean value) {
        if (protocol == 2) {
            integer(value ? 1 : 0);
        } else {
            out.writeBytes(value ? TRUE : FALSE);
        }
    }

    public void bigNumber(BigInteger number) {
        if (protocol == 2) {
            bulk(number.toString());
        } else {
            line('(', ascii(number.toString()));
        }
    }

    /**
     * @param format three ASCII characters such as {@code txt}
     */
    public void verbatim(String format, String text) {
        verbatim(format, text.getBytes(StandardCharsets.UTF_8));
    }

    public void verbatim(String format, byte[] text) {
        if (format.length() != 3) {
            throw new IllegalArgumentException("a format has three characters, not " + format);
        }
        if (protocol == 2) {
            bulk(text);
            return;
        }
        Decimals.writeHeader(out, '=', 4L + text.length);
        out.writeBytes(ascii(format)).writeByte(':').writeBytes(text);
        Decimals.writeLineEnd(out);
    }

    // ---- whole values

    /** Writes a value and all in it. */
    public void value(RespValue value) {
        switch (value) { // no default: a new RESP type must be thought about here
            case SimpleString(var text) -> simple(text);
            case ErrorReply(var line) -> error(line);
            case IntegerReply(var number) -> integer(number);
            case BulkString(var content) -> bulk(content);
            case Null() -> nullBulk();
            case Array(var items) -> {
                array(items.size());
                items.forEach(this::value);
            }
            case BooleanReply(var truth) -> bool(truth);
            case DoubleReply(var number) -> doubleValue(number);
            case BigNumber(var number) -> bigNumber(number);
            case Verbatim(var format, var text) -> verbatim(format, text);
            case MapReply(var entries) -> {
                map(entries.size());
                for (var entry : entries) {
                    value(entry.key());
                    value(entry.value());
                }
            }
            case SetReply(var items) -> {
                set(items.size());
                items.forEach(this::value);
            }
            case Push(var items) -> {
                push(items.size());
                items.forEach(this::value);
            }
        }
    }

    /** Bytes that are a reply already. */
    public void raw(byte[] reply) {
        out.writeBytes(reply);
    }

    // As addReplyErrorFormat does: trailing line ends go, others become blanks.
    private void line(char type, byte[] text) {
        int end = text.length;
        while (end > 0 && isLineEnd(text[end - 1])) {
            end--;
        }
        out.ensureWritable(end + 3);
        out.writeByte(type);
        int from = out.writerIndex();
        out.writeBytes(text, 0, end);
        for (int i = 0; i < end; i++) {
            if (isLineEnd(text[i])) {
                out.setByte(from + i, ' ');
            }
        }
        Decimals.writeLineEnd(out);
    }

    private static boolean isLineEnd(byte value) {
        return value == '\r' || value == '\n';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
