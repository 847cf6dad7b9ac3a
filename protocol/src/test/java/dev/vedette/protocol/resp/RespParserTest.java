package dev.vedette.protocol.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

class RespParserTest {
    private static final String STREAM =
            String.join(
                    "\r\n",
                    "+OK",
                    "-ERR no such master",
                    ":-9223372036854775808",
                    ":0",
                    "$5\r\na\r\nbc",
                    "$0\r\n",
                    "$-1",
                    "*-1",
                    "*3\r\n$1\r\na\r\n*0\r\n*2\r\n:1\r\n+b",
                    "_",
                    "#t",
                    "#f",
                    ",1.5",
                    ",inf",
                    ",-inf",
                    ",1e+20",
                    "(123456789012345678901234567890",
                    "!9\r\nERR blown",
                    "=7\r\ntxt:abc",
                    "%1\r\n+k\r\n~1\r\n:7",
                    "|1\r\n+ttl\r\n:5\r\n>2\r\n+message\r\n+x",
                    "*1\r\n|1\r\n+a\r\n+b\r\n:9",
                    "");

    private static final List<RespValue> VALUES =
            List.of(
                    new SimpleString("OK"),
                    new ErrorReply("ERR no such master"),
                    new IntegerReply(Long.MIN_VALUE),
                    new IntegerReply(0),
                    new BulkString("a\r\nbc"),
                    new BulkString(""),
                    new Null(),
                    new Null(),
                    new Array(
                            new BulkString("a"),
                            new Array(),
                            new Array(new IntegerReply(1), new SimpleString("b"))),
                    new Null(),
                    new BooleanReply(true),
                    new BooleanReply(false),
                    new DoubleReply(1.5),
                    new DoubleReply(Double.POSITIVE_INFINITY),
                    new DoubleReply(Double.NEGATIVE_INFINITY),
                    new DoubleReply(1e20),
                    new BigNumber(new BigInteger("123456789012345678901234567890")),
                    new ErrorReply("ERR blown"),
                    new Verbatim("txt", "abc"),
                    new MapReply(
                            List.of(
                                    new Entry(
                                            new SimpleString("k"),
                                            new SetReply(List.of(new IntegerReply(7)))))),
                    new Push(List.of(new SimpleString("message"), new SimpleString("x"))),
                    new Array(new IntegerReply(9)));

    @Test
    void everyTypeIsReadWhereverTheStreamIsCut() throws RespException {
        for (var pieces : Pieces.everyWay(Pieces.latin1(STREAM))) {
            assertEquals(VALUES, parse(new RespParser(RespLimits.DATA), pieces));
        }
    }

    @Test
    void randomValuesComeBackAsTheyWereWritten() throws RespException {
        for (long seed = 0; seed < 300; seed++) {
            var random = new SplittableRandom(seed);
            var out = Unpooled.buffer();
            var writer = new ReplyWriter(out, 3);
            var values = new ArrayList<RespValue>();
            for (int i = 0; i < 10; i++) {
                var value = randomValue(random, 4);
                values.add(value);
                writer.value(value);
            }
            var stream = new byte[out.readableBytes()];
            out.readBytes(stream);
            var read = parse(new RespParser(RespLimits.DATA), Pieces.randomly(stream, random));
            assertEquals(values, read, "seed " + seed);
        }
    }

    @Test
    void garbageEndsInAValueOrAnErrorAndNeverInAnotherException() {
        for (long seed = 0; seed < 2000; seed++) {
            var random = new SplittableRandom(seed);
            var stream = garbage(random);
            var parser = new RespParser(RespLimits.STATUS);
            try {
                for (var piece : Pieces.randomly(stream, random)) {
                    while (piece.isReadable()) {
                        parser.next(piece);
                    }
                }
            } catch (RespException e) {
                assertTrue(e.toString().contains("expected"), "seed " + seed + ": " + e);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'?x\\r\\n', 'expected a type such as ''+'' or ''$'', saw ''?'' in the line \"?x\"'",
        "'\\r\\n', 'expected a type such as ''+'' or ''$'', saw an empty line'",
        "':12a\\r\\n', 'expected an integer, saw the line \":12a\"'",
        "':\\r\\n', 'expected an integer, saw the line \":\"'",
        "':9223372036854775808\\r"
                + "\\n"
                + "', 'expected an integer, saw the line \":9223372036854775808\"'",
        "'$-2\\r\\n', 'expected a length from 0 to 4194304, saw the line \"$-2\"'",
        "'$4194305\\r\\n', 'expected a length from 0 to 4194304, saw the line \"$4194305\"'",
        "'$1\\r\\nabc', 'expected CR LF behind a bulk of 1 bytes, saw ''b'''",
        "'*262145\\r\\n', 'expected a count from 0 to 262144, saw the line \"*262145\"'",
        "'%-1\\r\\n', 'expected a count from 0 to 131072, saw the line \"%-1\"'",
        "'#x\\r\\n', 'expected t or f, saw the line \"#x\"'",
        "',1d\\r\\n', 'expected a decimal number, inf or nan, saw the line \",1d\"'",
        "'_x\\r\\n', 'expected nothing, saw the line \"_x\"'",
        "'=3\\r\\nabc\\r\\n', 'expected a format of three characters and a colon, saw \"abc\"'",
    })
    void anErrorSaysWhatWasSeenAndWhatWasExpected(String raw, String message) {
        String stream = raw.replace("\\r", "\r").replace("\\n", "\n");
        var parser = new RespParser(RespLimits.STATUS);
        var in = Unpooled.copiedBuffer(Pieces.latin1(stream));
        var error = assertThrows(RespException.class, () -> parser.next(in), "no error for " + raw);
        assertEquals(message, error.getMessage());
        // The stream has no frame any more: the error stays.
        var more = Unpooled.copiedBuffer(Pieces.latin1("+OK\r\n"));
        assertEquals(
                message, assertThrows(RespException.class, () -> parser.next(more)).getMessage());
    }

    @Test
    void aLengthThatIsOnlyAnnouncedCostsNothing() throws RespException {
        // Would need 10 TB if the announcements were believed.
        var parsers = new ArrayList<RespParser>();
        for (int i = 0; i < 10_000; i++) {
            var parser = new RespParser(RespLimits.DATA);
            String head =
                    i % 2 == 0 ? "$536870912\r\nx" : "*16777216\r\n*16777216\r\n$536870912\r\n";
            assertNull(parser.next(Unpooled.copiedBuffer(Pieces.latin1(head))));
            parsers.add(parser);
        }
        assertEquals(10_000, parsers.size());
    }

    @Test
    void arraysInArraysEndAtTheLimitOfDepth() throws RespException {
        var parser = new RespParser(RespLimits.STATUS);
        var fits = Unpooled.copiedBuffer(Pieces.latin1("*1\r\n".repeat(16) + ":1\r\n"));
        assertTrue(parser.next(fits) instanceof Array);
        var deep = Unpooled.copiedBuffer(Pieces.latin1("*1\r\n".repeat(17)));
        assertThrows(RespException.class, () -> parser.next(deep));
    }

    @Test
    void aLineWithoutEndEndsAtTheLimit() {
        var parser = new RespParser(RespLimits.STATUS);
        var endless = Unpooled.copiedBuffer(Pieces.latin1("+" + "x".repeat(70_000)));
        var error = assertThrows(RespException.class, () -> parser.next(endless));
        assertTrue(error.toString().contains("expected the end of a line within 65536 bytes"));
    }

    @Test
    void manySmallItemsCountAgainstTheLimitOfTheValue() {
        var limits = new RespLimits(1024, 1024, 1_000_000, 4, 10_000);
        var parser = new RespParser(limits);
        var in = Unpooled.copiedBuffer(Pieces.latin1("*1000000\r\n" + ":1\r\n".repeat(1000)));
        var error = assertThrows(RespException.class, () -> parser.next(in));
        assertEquals("expected a value that costs at most 10000 bytes", error.getMessage());
    }

    private static List<RespValue> parse(RespParser parser, List<ByteBuf> pieces)
            throws RespException {
        var values = new ArrayList<RespValue>();
        for (var piece : pieces) {
            while (piece.isReadable()) {
                var value = parser.next(piece);
                if (value != null) {
                    values.add(value);
                }
            }
        }
        assertTrue(parser.isBetweenValues());
        return values;
    }

    private static RespValue randomValue(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 0 ? 13 : 9)) {
            case 0 -> new SimpleString(text(random));
            case 1 -> new ErrorReply("ERR " + text(random));
            case 2 -> new IntegerReply(random.nextLong() >> random.nextInt(64));
            case 3 -> new BulkString(bytes(random));
            case 4 -> new Null();
            case 5 -> new BooleanReply(random.nextBoolean());
            case 6 -> new DoubleReply(Double.longBitsToDouble(finite(random)));
            case 7 -> new BigNumber(new BigInteger(bytes(random)).add(BigInteger.ONE));
            case 8 -> new Verbatim("txt", text(random));
            case 9 -> new Array(items(random, depth));
            case 10 -> new SetReply(items(random, depth));
            case 11 -> new Push(items(random, depth));
            default ->
                    new MapReply(
                            List.of(
                                    new Entry(
                                            randomValue(random, depth - 1),
                                            randomValue(random, depth - 1))));
        };
    }

    private static long finite(RandomGenerator random) {
        long bits = random.nextLong();
        return Double.isFinite(Double.longBitsToDouble(bits)) ? bits : 1;
    }

    private static List<RespValue> items(RandomGenerator random, int depth) {
        var items = new ArrayList<RespValue>();
        for (int i = random.nextInt(5); i > 0; i--) {
            items.add(randomValue(random, depth - 1));
        }
        return items;
    }

    private static String text(RandomGenerator random) {
        return "t".repeat(random.nextInt(70)) + "é";
    }

    private static byte[] bytes(RandomGenerator random) {
        var bytes = new byte[random.nextInt(1, 200)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Bytes that look like the protocol often enough to get far. */
    private static byte[] garbage(RandomGenerator random) {
        String alphabet = "+-:$*_#,(!=%~>|\r\n\r\n\r\n0123456789tfx\0";
        var stream = new StringBuilder();
        for (int i = random.nextInt(300); i > 0; i--) {
            stream.append(alphabet.charAt(random.nextInt(alphabet.length())));
            if (random.nextInt(4) == 0) {
                stream.append("\r\n");
            }
        }
        return Pieces.latin1(stream.toString());
    }
}
