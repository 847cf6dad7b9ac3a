package dev.vedette.protocol.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vedette.protocol.client.RealRedis;

import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

import java.io.DataInputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

class ReplyWriterTest {

    @Test
    void whatOnlyResp3HasIsShownToResp2AsRedisShowsIt() {
        assertBoth("$-1\r\n", "_\r\n", ReplyWriter::nullBulk);
        assertBoth("*-1\r\n", "_\r\n", ReplyWriter::nullArray);
        assertBoth(":1\r\n", "#t\r\n", out -> out.bool(true));
        assertBoth(":0\r\n", "#f\r\n", out -> out.bool(false));
        assertBoth("$3\r\n1.5\r\n", ",1.5\r\n", out -> out.doubleValue(1.5));
        assertBoth("$4\r\n-inf\r\n", ",-inf\r\n", out -> out.doubleValue(-1.0 / 0));
        assertBoth("*4\r\n", "%2\r\n", out -> out.map(2));
        assertBoth("*20\r\n", "%10\r\n", out -> out.map(10));
        assertBoth("*2\r\n", "~2\r\n", out -> out.set(2));
        assertBoth("*3\r\n", ">3\r\n", out -> out.push(3));
        assertBoth("$4\r\nread\r\n", "=8\r\ntxt:read\r\n", out -> out.verbatim("txt", "read"));
        assertBoth("$2\r\n42\r\n", "(42\r\n", out -> out.bigNumber(BigInteger.valueOf(42)));
    }

    @Test
    void whatBothVersionsHaveIsTheSameInBoth() {
        assertBoth("+OK\r\n", "+OK\r\n", ReplyWriter::ok);
        assertBoth("+a\r\n", "+a\r\n", out -> out.simple("a"));
        assertBoth("-ERR x\r\n", "-ERR x\r\n", out -> out.error("ERR x"));
        assertBoth("$1\r\na\r\n", "$1\r\na\r\n", out -> out.bulk("a"));
        assertBoth("$0\r\n\r\n", "$0\r\n\r\n", out -> out.bulk(""));
        assertBoth("$2\r\nbc\r\n", "$2\r\nbc\r\n", out -> out.bulk(Pieces.latin1("abcd"), 1, 2));
        assertBoth("$4\r\n-123\r\n", "$4\r\n-123\r\n", out -> out.bulk(-123));
        assertBoth("*0\r\n", "*0\r\n", out -> out.array(0));
    }

    @Test
    void everyLongIsWrittenInFull() {
        for (int shift = 0; shift < 64; shift++) {
            for (long number : new long[] {1L << shift, (1L << shift) - 1, -(1L << shift)}) {
                assertBoth(
                        ":" + number + "\r\n", ":" + number + "\r\n", out -> out.integer(number));
                assertEquals(Long.toString(number).length(), Decimals.digits(number));
            }
        }
        for (long power = 1; power > 0 && power < Long.MAX_VALUE / 10; power *= 10) {
            long number = power;
            assertBoth(":" + number + "\r\n", ":" + number + "\r\n", out -> out.integer(number));
        }
    }

    @Test
    void aLineEndWithinAnErrorDoesNotEndTheReply() {
        assertBoth("-ERR a  b\r\n", "-ERR a  b\r\n", out -> out.error("ERR a\r\nb\r\n"));
        assertBoth("+a b\r\n", "+a b\r\n", out -> out.simple("a\nb"));
    }

    @Test
    void thereAreTwoProtocols() {
        var writer = new ReplyWriter(Unpooled.buffer());
        assertThrows(IllegalArgumentException.class, () -> writer.protocol(4));
    }

    /** DEBUG PROTOCOL makes redis-server show an example of each type. */
    @Test
    void ourBytesAreThoseOfRedis() throws Exception {
        Map<String, Consumer<ReplyWriter>> ours = new LinkedHashMap<>();
        ours.put("STRING", out -> out.bulk("Hello World"));
        ours.put("INTEGER", out -> out.integer(12345));
        ours.put("DOUBLE", out -> out.doubleValue(3.141));
        ours.put("NULL", ReplyWriter::nullBulk);
        ours.put(
                "ARRAY",
                out -> {
                    out.array(3);
                    out.integer(0);
                    out.integer(1);
                    out.integer(2);
                });
        ours.put(
                "SET",
                out -> {
                    out.set(3);
                    out.integer(0);
                    out.integer(1);
                    out.integer(2);
                });
        ours.put(
                "MAP",
                out -> {
                    out.map(3);
                    for (int i = 0; i < 3; i++) {
                        out.integer(i);
                        out.bool(i == 1);
                    }
                });
        ours.put("VERBATIM", out -> out.verbatim("txt", "This is a verbatim\nstring"));
        ours.put("TRUE", out -> out.bool(true));
        ours.put("FALSE", out -> out.bool(false));
        try (var redis = RealRedis.start("--enable-debug-command", "yes")) {
            for (int protocol = 2; protocol <= 3; protocol++) {
                for (var each : ours.entrySet()) {
                    String expected = written(protocol, each.getValue());
                    assertEquals(
                            expected,
                            example(redis, protocol, each.getKey()),
                            each.getKey() + " of RESP" + protocol);
                }
            }
        }
    }

    /** All that the command answers, up to the answer of the ECHO behind it. */
    private static String example(RealRedis redis, int protocol, String type) throws Exception {
        var address = redis.address();
        try (var socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(5_000);
            var in = new DataInputStream(socket.getInputStream());
            var out = socket.getOutputStream();
            out.write(Pieces.latin1("PING\r\nDEBUG PROTOCOL " + type + "\r\nECHO end\r\n"));
            if (protocol == 3) {
                // Read away what RESP2 answered, up to its end mark, then ask again.
                readUntil(in, "$3\r\nend\r\n");
                out.write(Pieces.latin1("HELLO 3\r\nECHO now\r\n"));
                readUntil(in, "$3\r\nnow\r\n");
                out.write(Pieces.latin1("DEBUG PROTOCOL " + type + "\r\nECHO end\r\n"));
            } else {
                readUntil(in, "+PONG\r\n");
            }
            String all = readUntil(in, "$3\r\nend\r\n");
            return all.substring(0, all.length() - "$3\r\nend\r\n".length());
        }
    }

    private static String readUntil(DataInputStream in, String end) throws Exception {
        var text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            text.append((char) in.readUnsignedByte());
        }
        return text.toString();
    }

    private static void assertBoth(String resp2, String resp3, Consumer<ReplyWriter> reply) {
        assertEquals(resp2, written(2, reply));
        assertEquals(resp3, written(3, reply));
    }

    private static String written(int protocol, Consumer<ReplyWriter> reply) {
        var out = Unpooled.buffer();
        reply.accept(new ReplyWriter(out, protocol));
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
