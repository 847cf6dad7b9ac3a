package dev.vedette.protocol.resp;

import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BigNumber;
import dev.vedette.protocol.resp.RespValue.BooleanReply;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.DoubleReply;
import dev.vedette.protocol.resp.RespValue.Entry;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.IntegerReply;
import dev.vedette.protocol.resp.RespValue.MapReply;
import dev.vedette.protocol.resp.RespValue.Null;
import dev.vedette.protocol.resp.RespValue.Push;
import dev.vedette.protocol.resp.RespValue.SetReply;
import dev.vedette.protocol.resp.RespValue.SimpleString;
import dev.vedette.protocol.resp.RespValue.Verbatim;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Reads values of RESP2 and RESP3 from bytes that come in pieces of any size. It keeps what it has
 * seen of an unfinished value, so the caller keeps nothing, and it takes no memory for what was
 * only announced: a buffer grows with the bytes that arrived.
 *
 * <pre>
 *   line ──► scalar ─────────────► value complete ──► (in an aggregate: its next item)
 *    ├─────► length of a bulk ──► body ──► value complete
 *    └─────► count of an aggregate ──► items, each from the start
 * </pre>
 *
 * <p>One thread at a time. After a {@link RespException} the stream has lost its frame: every later
 * call throws the same.
 */
public final class RespParser {
    /** What an item is taken to cost beside its bytes, in bytes. */
    static final int ITEM_COST = 32;

    private static final int FIRST_BODY_BYTES = 4096;
    private static final byte[] NO_BYTES = {};
    private static final RespValue NULL = new Null();

    private final RespLimits limits;

    /** The line that has begun; empty between lines. Ends before its CR LF. */
    private byte[] line = NO_BYTES;

    private int lineLength;

    /** The bulk whose length is known and whose body is being read. */
    private @Nullable Body body;

    /** The aggregates that are open, the innermost first. */
    private final ArrayDeque<Aggregate> open = new ArrayDeque<>();

    private long cost;
    private @Nullable String failure;

    public RespParser(RespLimits limits) {
        this.limits = limits;
    }

    /** Whether no value has begun: what the caller still holds is the start of the next one. */
    public boolean isBetweenValues() {
        return lineLength == 0 && body == null && open.isEmpty();
    }

    /**
     * Takes bytes up to the end of one value.
     *
     * @return the value; null when {@code in} was used up before the value was complete
     * @throws RespException when the bytes are no value or break a limit
     */
    public @Nullable RespValue next(ByteBuf in) throws RespException {
        if (failure != null) {
            throw new RespException(failure);
        }
        while (in.isReadable()) {
            var value = body != null ? readBody(body, in) : readLine(in);
            if (value == null) {
                continue;
            }
            var whole = place(value);
            if (whole != null) {
                cost = 0;
                return whole;
            }
        }
        return null;
    }

    // ---- lines

    private @Nullable RespValue readLine(ByteBuf in) throws RespException {
        int from = in.readerIndex();
        int newline = in.indexOf(from, in.writerIndex(), (byte) '\n');
        int pieceEnd = newline < 0 ? in.writerIndex() : newline + 1;
        keep(in, pieceEnd - from);
        if (lineLength < 2 || line[lineLength - 1] != '\n' || line[lineLength - 2] != '\r') {
            return null;
        }
        int end = lineLength - 2;
        lineLength = 0;
        var value = interpret(end);
        if (line.length > 1024) {
            line = NO_BYTES;
        }
        return value;
    }

    private void keep(ByteBuf in, int count) throws RespException {
        int needed = lineLength + count;
        if (needed > limits.lineBytes() + 2) {
            throw fail(
                    "expected the end of a line within "
                            + limits.lineBytes()
                            + " bytes, saw a line that begins "
                            + Excerpt.of(line, 0, lineLength)
                            + " and goes on");
        }
        if (needed > line.length) {
            line = Arrays.copyOf(line, Math.max(needed, Math.max(64, 2 * line.length)));
        }
        in.readBytes(line, lineLength, count);
        lineLength = needed;
    }

    /** The line is complete; null when it opened a bulk or an aggregate. */
    private @Nullable RespValue interpret(int end) throws RespException {
        if (end == 0) {
            throw fail("expected a type such as '+' or '$', saw an empty line");
        }
        charge(end);
        byte type = line[0];
        return switch (type) {
            case '+' -> new SimpleString(text(end));
            case '-' -> new ErrorReply(text(end));
            case ':' -> new IntegerReply(integer(end));
            case '$', '!', '=' -> openBody(type, end);
            case '*', '~', '>', '%', '|' -> openAggregate(type, end);
            case '_' -> nothing(end);
            case '#' -> new BooleanReply(truth(end));
            case ',' -> new DoubleReply(number(end));
            case '(' -> new BigNumber(bigInteger(end));
            default ->
                    throw fail(
                            "expected a type such as '+' or '$', saw "
                                    + Excerpt.ofByte(type)
                                    + " in the line "
                                    + Excerpt.of(line, 0, end));
        };
    }

    private String text(int end) {
        return new String(line, 1, end - 1, StandardCharsets.UTF_8);
    }

    private long integer(int end) throws RespException {
        // RESP allows a plus, though Redis never sends it.
        int from = end > 2 && line[1] == '+' && line[2] != '-' ? 2 : 1;
        try {
            return Decimal.parse(line, from, end);
        } catch (NumberFormatException _) {
            throw expected("an integer", end);
        }
    }

    private RespValue nothing(int end) throws RespException {
        if (end != 1) {
            throw expected("nothing", end);
        }
        return NULL;
    }

    private boolean truth(int end) throws RespException {
        if (end != 2 || (line[1] != 't' && line[1] != 'f')) {
            throw expected("t or f", end);
        }
        return line[1] == 't';
    }

    private double number(int end) throws RespException {
        String text = text(end);
        switch (text) {
            case "inf", "+inf" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-inf" -> {
                return Double.NEGATIVE_INFINITY;
            }
            case "nan", "-nan" -> {
                return Double.NaN;
            }
            default -> {
                // Double.parseDouble also takes "1d", "0x1p3", "NaN" and blanks around.
                if (!text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0)) {
                    throw expected("a decimal number, inf or nan", end);
                }
                try {
                    return Double.parseDouble(text);
                } catch (NumberFormatException _) {
                    throw expected("a decimal number, inf or nan", end);
                }
            }
        }
    }

    /** Reading a number in decimal costs the square of its length: hence the limit. */
    private BigInteger bigInteger(int end) throws RespException {
        if (end > 4096) {
            throw expected("an integer of at most 4096 characters", end);
        }
        try {
            return new BigInteger(text(end));
        } catch (NumberFormatException _) {
            throw expected("an integer", end);
        }
    }

    // ---- bulks

    /** The body of a bulk, and the CR LF behind it. */
    private static final class Body {
        final byte type;
        final int length;
        byte[] content;
        int filled;
        int lineEndSeen;

        Body(byte type, int length) {
            this.type = type;
            this.length = length;
            this.content = length == 0 ? NO_BYTES : new byte[Math.min(length, FIRST_BODY_BYTES)];
        }
    }

    private @Nullable RespValue openBody(byte type, int end) throws RespException {
        long length = integer(end);
        if (length == -1 && type == '$') {
            return NULL;
        }
        if (length < 0 || length > limits.bulkBytes()) {
            throw expected("a length from 0 to " + limits.bulkBytes(), end);
        }
        body = new Body(type, (int) length);
        return null;
    }

    private @Nullable RespValue readBody(Body bulk, ByteBuf in) throws RespException {
        int count = Math.min(bulk.length - bulk.filled, in.readableBytes());
        if (count > 0) {
            charge(count);
            if (bulk.filled + count > bulk.content.length) {
                long doubled = 2L * bulk.content.length;
                long capacity = Math.max(doubled, bulk.filled + count);
                bulk.content = Arrays.copyOf(bulk.content, (int) Math.min(bulk.length, capacity));
            }
            in.readBytes(bulk.content, bulk.filled, count);
            bulk.filled += count;
        }
        while (bulk.filled == bulk.length && in.isReadable()) {
            byte expected = (byte) (bulk.lineEndSeen == 0 ? '\r' : '\n');
            byte seen = in.readByte();
            if (seen != expected) {
                throw fail(
                        "expected CR LF behind a bulk of "
                                + bulk.length
                                + " bytes, saw "
                                + Excerpt.ofByte(seen));
            }
            if (++bulk.lineEndSeen == 2) {
                body = null;
                return bulkValue(bulk);
            }
        }
        return null;
    }

    private RespValue bulkValue(Body bulk) throws RespException {
        return switch (bulk.type) {
            case '$' -> new BulkString(bulk.content);
            case '!' -> new ErrorReply(new String(bulk.content, StandardCharsets.UTF_8));
            default -> verbatim(bulk.content);
        };
    }

    private Verbatim verbatim(byte[] content) throws RespException {
        if (content.length < 4 || content[3] != ':') {
            throw fail(
                    "expected a format of three characters and a colon, saw "
                            + Excerpt.of(content));
        }
        var text = new String(content, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        return new Verbatim(text.substring(0, colon), text.substring(colon + 1));
    }

    // ---- aggregates

    private static final class Aggregate {
        final byte type;
        long missing;
        final List<RespValue> items;

        Aggregate(byte type, long count) {
            this.type = type;
            this.missing = count;
            this.items = new ArrayList<>((int) Math.min(count, 16));
        }
    }

    private @Nullable RespValue openAggregate(byte type, int end) throws RespException {
        long count = integer(end);
        if (count == -1 && type == '*') {
            return NULL;
        }
        boolean pairs = type == '%' || type == '|';
        int most = pairs ? limits.items() / 2 : limits.items();
        if (count < 0 || count > most) {
            throw expected("a count from 0 to " + most, end);
        }
        if (type != '|' && count == 0) {
            return aggregate(type, List.of());
        }
        if (count == 0) {
            return null;
        }
        if (open.size() >= limits.depth()) {
            throw fail(
                    "expected arrays at most "
                            + limits.depth()
                            + " deep, saw one more: "
                            + Excerpt.of(line, 0, end));
        }
        open.push(new Aggregate(type, pairs ? 2 * count : count));
        return null;
    }

    /** Puts a complete value where it belongs; returns the outermost one once that is complete. */
    private @Nullable RespValue place(RespValue value) {
        var complete = value;
        while (true) {
            var inner = open.peek();
            if (inner == null) {
                return complete;
            }
            inner.items.add(complete);
            if (--inner.missing > 0) {
                return null;
            }
            open.pop();
            if (inner.type == '|') {
                // Attributes tell about the value behind them; we use none and drop them.
                return null;
            }
            complete = aggregate(inner.type, Collections.unmodifiableList(inner.items));
        }
    }

    private static RespValue aggregate(byte type, List<RespValue> items) {
        return switch (type) {
            case '*' -> new Array(items);
            case '~' -> new SetReply(items);
            case '>' -> new Push(items);
            default -> {
                var entries = new ArrayList<Entry>(items.size() / 2);
                for (int i = 0; i < items.size(); i += 2) {
                    entries.add(new Entry(items.get(i), items.get(i + 1)));
                }
                yield new MapReply(Collections.unmodifiableList(entries));
            }
        };
    }

    // ---- limits and errors

    private void charge(int bytes) throws RespException {
        cost += bytes + ITEM_COST;
        if (cost > limits.valueBytes()) {
            throw fail("expected a value that costs at most " + limits.valueBytes() + " bytes");
        }
    }

    private RespException expected(String what, int end) {
        return fail("expected " + what + ", saw the line " + Excerpt.of(line, 0, end));
    }

    private RespException fail(String message) {
        failure = message;
        body = null;
        open.clear();
        line = NO_BYTES;
        lineLength = 0;
        return new RespException(message);
    }
}
