package dev.vedette.server.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class RdbRoundTripTest {
    /** Writes down what it is told, as lines. */
    private static final class Notes implements RdbSink {
        final List<String> lines = new ArrayList<>();

        @Override
        public void aux(String name, byte[] value) {
            lines.add("aux " + name + "=" + latin(value));
        }

        @Override
        public void selectDatabase(int index) {
            lines.add("db " + index);
        }

        @Override
        public void sizeHint(long keys, long expiries) {
            lines.add("size " + keys + " " + expiries);
        }

        @Override
        public void string(byte[] key, byte[] value, long expireAtMillis) {
            lines.add(latin(key) + "=" + latin(value) + "@" + expireAtMillis);
        }
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] sample(List<String> expected) {
        RdbWriter writer = new RdbWriter(true, true);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        writer.aux("redis-ver", "7.2.4").aux("redis-bits", "64");
        expected.addAll(List.of("aux redis-ver=7.2.4", "aux redis-bits=64"));
        writer.selectDatabase(0, 70_000, 3);
        expected.addAll(List.of("db 0", "size 70000 3"));
        String[] values = {
            "",
            "0",
            "-0",
            "00",
            "-1",
            "127",
            "128",
            "-128",
            "-129",
            "32767",
            "32768",
            "-32769",
            "2147483647",
            "2147483648",
            "-2147483648",
            "-2147483649",
            "99999999999",
            "9223372036854775807",
            "-",
            "+1",
            "1.0",
            " 1",
            "x".repeat(20),
            "x".repeat(21),
            "y".repeat(63),
            "abc".repeat(30),
            "z0".repeat(9000),
            "\0\r\n\u00ff",
        };
        for (int i = 0; i < values.length; i++) {
            long expiry = i % 3 == 0 ? 1_700_000_000_000L + i : RdbSink.NO_EXPIRY;
            writer.string(bytes("key:" + i), bytes(values[i]), expiry);
            expected.add("key:" + i + "=" + values[i] + "@" + expiry);
            if (i % 5 == 0) {
                file.writeBytes(writer.take());
            }
        }
        byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        writer.selectDatabase(15, 1, 0);
        writer.string(bytes("7"), noise, RdbSink.NO_EXPIRY);
        expected.addAll(List.of("db 15", "size 1 0", "7=" + latin(noise) + "@-1"));
        writer.end();
        file.writeBytes(writer.take());
        return file.toByteArray();
    }

    @Test
    void whatWasWrittenIsReadWhateverTheSplit() throws RdbException {
        List<String> expected = new ArrayList<>();
        byte[] file = sample(expected);
        Random random = new Random(2);
        for (int round = 0; round < 200; round++) {
            Notes notes = new Notes();
            RdbReader reader = new RdbReader(notes);
            int largest = round == 0 ? 1 : 1 + random.nextInt(5000);
            for (int at = 0; at < file.length; ) {
                assertFalse(reader.finished());
                int length = Math.min(1 + random.nextInt(largest), file.length - at);
                assertEquals(length, reader.feed(file, at, length));
                at += length;
            }
            assertTrue(reader.finished());
            assertEquals(file.length, reader.bytesRead());
            assertEquals(expected, notes.lines);
        }
    }

    @Test
    void whatFollowsTheEndIsLeftToTheCaller() throws RdbException {
        byte[] file = sample(new ArrayList<>());
        byte[] longer = Arrays.copyOf(file, file.length + 17);
        RdbReader reader = new RdbReader(new Notes());
        assertEquals(file.length, reader.feed(longer, 0, longer.length));
        assertTrue(reader.finished());
        assertEquals(file.length, reader.bytesRead());
        assertEquals(0, reader.feed(longer, file.length, 17));
    }

    @Test
    void oneFlippedBitIsNoticed() {
        byte[] file = sample(new ArrayList<>());
        Random random = new Random(9);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = file.clone();
            damaged[9 + random.nextInt(file.length - 9)] ^= (byte) (1 << random.nextInt(8));
            RdbReader reader = new RdbReader(new Notes());
            boolean taken;
            try {
                reader.feed(damaged, 0, damaged.length);
                taken = reader.finished();
            } catch (RdbException e) {
                taken = false;
            }
            assertFalse(taken, "round " + round);
        }
    }

    @Test
    void aHugeAnnouncedLengthAllocatesNothing() {
        byte[] evil = bytes("REDIS0009\0\1k\u0081\0\0\0\0\177\177\177\177");
        RdbException e =
                assertThrows(
                        RdbException.class,
                        () -> new RdbReader(new Notes()).feed(evil, 0, evil.length));
        assertTrue(String.valueOf(e.getMessage()).contains("over 536870912"), e.getMessage());
        byte[] bomb = bytes("REDIS0009\0\1k\u00c3\5\u0080\37\0\0\0");
        assertThrows(
                RdbException.class, () -> new RdbReader(new Notes()).feed(bomb, 0, bomb.length));
    }

    @Test
    void anotherTypeIsRefusedWithKeyAndType() {
        byte[] list = bytes("REDIS0011\u00fe\2\u0012\6my\1key");
        RdbTypeRefusedException e =
                assertThrows(
                        RdbTypeRefusedException.class,
                        () -> new RdbReader(new Notes()).feed(list, 0, list.length));
        assertEquals("list", e.typeName());
        assertArrayEquals(bytes("my\1key"), e.key());
        assertEquals(
                "key 'my\\x01key' in database 2 is a list, a type that this server does not hold"
                        + " yet",
                e.getMessage());
    }

    @Test
    void aVersionAboveElevenIsRefused() {
        for (String header : List.of("REDIS0012", "REDIS0000", "VALKEY080", "REDIS00x1")) {
            byte[] start = bytes(header);
            RdbException e =
                    assertThrows(
                            RdbException.class,
                            () -> new RdbReader(new Notes()).feed(start, 0, start.length));
            assertTrue(
                    String.valueOf(e.getMessage()).startsWith("Can't handle RDB format version"),
                    header);
        }
    }

    @Test
    void oldFilesWithSecondsAndWithoutChecksumAreRead() throws RdbException {
        byte[] old = bytes("REDIS0004\u00fe\0\u00fd\20\0\0\0\0\1k\1v\u00ff");
        Notes notes = new Notes();
        RdbReader reader = new RdbReader(notes);
        assertEquals(old.length, reader.feed(old, 0, old.length));
        assertTrue(reader.finished());
        assertEquals(List.of("db 0", "k=v@16000"), notes.lines);
    }

    @Test
    void aDumpPayloadGivesItsStringBack() throws RdbException {
        for (String text : List.of("", "12", "hello", "a".repeat(500))) {
            byte[] payload = DumpPayload.ofString(bytes(text), true);
            assertTrue(DumpPayload.verifies(payload));
            assertArrayEquals(bytes(text), DumpPayload.string(bytes("k"), payload));
            payload[0] ^= 1;
            assertFalse(DumpPayload.verifies(payload));
        }
    }

    @Test
    void dumpOfAStringIsWhatRedisGives() {
        // Taken from Redis 7.0.15.
        assertEquals("00c00a0a006e9f57450eae63bb", dump("10"));
        assertEquals("000568656c6c6f0a006372df766534200a", dump("hello"));
        assertEquals(
                "00c30b405a0361626361e04b020162630a00238036f9e2d0c780", dump("abc".repeat(30)));
    }

    private static String dump(String value) {
        return HexFormat.of().formatHex(DumpPayload.ofString(bytes(value), true));
    }
}
