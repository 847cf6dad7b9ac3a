package dev.vedette.protocol.resp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A value of the Redis protocol, as a peer sent it or as it is to be sent: the types of version 2
 * and, behind them, those that version 3 adds. Values are immutable; the bytes of a bulk string are
 * not copied and must not be changed.
 */
public sealed interface RespValue {

    /** A short status such as {@code OK}, without line ends. */
    record SimpleString(String text) implements RespValue {}

    /** An error: the whole line without its leading {@code -}. */
    record ErrorReply(String line) implements RespValue {

        /** The first word, in capitals by custom: {@code ERR}, {@code NOAUTH}, {@code LOADING}. */
        public String code() {
            int blank = line.indexOf(' ');
            return blank < 0 ? line : line.substring(0, blank);
        }
    }

    record IntegerReply(long number) implements RespValue {}

    /** Bytes of known length. Two are equal when their bytes are. */
    // An array, because values pass through in bulk; equality is mended below.
    @SuppressWarnings("ArrayRecordComponent")
    record BulkString(byte[] content) implements RespValue {

        public BulkString(String text) {
            this(text.getBytes(StandardCharsets.UTF_8));
        }

        /** The bytes read as UTF-8. */
        public String text() {
            return new String(content, StandardCharsets.UTF_8);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof BulkString that && Arrays.equals(content, that.content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }

        @Override
        public String toString() {
            return "BulkString[" + Excerpt.of(content) + "]";
        }
    }

    record Array(List<RespValue> items) implements RespValue {
        public Array(RespValue... items) {
            this(List.of(items));
        }
    }

    /** The absent value: a null bulk or null array of RESP2, or the null of RESP3. */
    record Null() implements RespValue {}

    // ---- RESP3

    record BooleanReply(boolean value) implements RespValue {}

    record DoubleReply(double number) implements RespValue {}

    record BigNumber(BigInteger number) implements RespValue {}

    /**
     * A text with its format.
     *
     * @param format three characters: {@code txt} or {@code mkd}
     */
    record Verbatim(String format, String text) implements RespValue {}

    /** Pairs in the order of the wire; a peer may repeat a key. */
    record MapReply(List<Entry> entries) implements RespValue {}

    /** One pair of a {@link MapReply}. */
    record Entry(RespValue key, RespValue value) {}

    /** Items in the order of the wire; a peer may repeat one. */
    record SetReply(List<RespValue> items) implements RespValue {}

    /** What the peer tells without having been asked, such as a pub/sub message. */
    record Push(List<RespValue> items) implements RespValue {}

    // ---- questions that most readers of replies ask

    /** Whether this is an error; its line is in {@link ErrorReply}. */
    default boolean isError() {
        return this instanceof ErrorReply;
    }

    /**
     * The text of a simple string, bulk string, error, verbatim text or number; any other value in
     * the words of {@code toString}.
     */
    default String asText() {
        return switch (this) {
            case SimpleString(var text) -> text;
            case ErrorReply(var line) -> line;
            case BulkString bulk -> bulk.text();
            case IntegerReply(var number) -> Long.toString(number);
            case Verbatim(_, var text) -> text;
            case DoubleReply(var number) -> DoubleText.of(number);
            case BigNumber(var number) -> number.toString();
            case BooleanReply(var value) -> Boolean.toString(value);
            case Array _, Null _, MapReply _, SetReply _, Push _ -> toString();
        };
    }

    /**
     * The items of an array, set or push, and of a map its keys and values in turn, as RESP2 has
     * them; empty for any other value.
     */
    default List<RespValue> asList() {
        return switch (this) {
            case Array(var items) -> items;
            case SetReply(var items) -> items;
            case Push(var items) -> items;
            case MapReply(var entries) ->
                    entries.stream()
                            .<RespValue>mapMulti(
                                    (entry, out) -> {
                                        out.accept(entry.key());
                                        out.accept(entry.value());
                                    })
                            .toList();
            case SimpleString _,
                    ErrorReply _,
                    IntegerReply _,
                    BulkString _,
                    Null _,
                    BooleanReply _,
                    DoubleReply _,
                    BigNumber _,
                    Verbatim _ ->
                    List.of();
        };
    }
}
