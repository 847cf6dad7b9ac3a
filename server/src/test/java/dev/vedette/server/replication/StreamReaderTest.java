package dev.vedette.server.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class StreamReaderTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void commandsAndTheirBytesSurviveAnySplit() throws StreamReader.Broken {
        StringBuilder stream = new StringBuilder();
        List<String> expected = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            int words = 1 + random.nextInt(4);
            StringBuilder line = new StringBuilder();
            stream.append("*" + words + "\r\n");
            for (int w = 0; w < words; w++) {
                String word = "\r\n$*x".repeat(random.nextInt(20));
                stream.append("$" + word.length() + "\r\n" + word + "\r\n");
                line.append(word).append('|');
            }
            expected.add(line.toString());
        }
        byte[] all = bytes(stream.toString());
        for (int round = 0; round < 100; round++) {
            StreamReader reader = new StreamReader(1 << 20);
            List<String> commands = new ArrayList<>();
            ByteArrayOutputStream released = new ByteArrayOutputStream();
            int largest = round == 0 ? 1 : 1 + random.nextInt(400);
            for (int at = 0; at < all.length; ) {
                int length = Math.min(1 + random.nextInt(largest), all.length - at);
                reader.feed(all, at, length);
                at += length;
                for (byte[][] c = reader.next(); c.length > 0; c = reader.next()) {
                    StringBuilder line = new StringBuilder();
                    for (byte[] word : c) {
                        line.append(text(word)).append('|');
                    }
                    commands.add(line.toString());
                }
                if (random.nextInt(3) == 0) {
                    released.write(reader.takenBytes(), 0, reader.taken());
                    reader.release(reader.taken());
                }
            }
            released.write(reader.takenBytes(), 0, reader.taken());
            assertEquals(expected, commands);
            assertEquals(stream.toString(), text(released.toByteArray()));
        }
    }

    @Test
    void newlinesBetweenCommandsAreNoPartOfTheStreamHoweverItIsSplit() throws StreamReader.Broken {
        String ping = "*1\r\n$4\r\nping\r\n";
        String set = "*3\r\n$3\r\nSET\r\n$3\r\n\n\n\n\r\n$1\r\n\n\r\n";
        byte[] all = bytes("\n" + ping + "\n\n\n" + set + "\n" + set + ping + "\n\n");
        for (int split = 1; split <= all.length; split++) {
            StreamReader reader = new StreamReader(1 << 20);
            List<Integer> words = new ArrayList<>();
            for (int at = 0; at < all.length; at += split) {
                reader.feed(all, at, Math.min(split, all.length - at));
                for (byte[][] c = reader.next(); c.length > 0; c = reader.next()) {
                    words.add(c.length);
                }
            }
            assertEquals(List.of(1, 3, 3, 1), words);
            String taken = text(reader.takenBytes()).substring(0, reader.taken());
            assertEquals(ping + set + set + ping, taken);
            assertEquals(reader.taken(), reader.held());
        }
    }

    @Test
    void halfACommandIsNotTaken() throws StreamReader.Broken {
        StreamReader reader = new StreamReader(1 << 20);
        reader.feed(bytes("*1\r\n$4\r\nping\r\n*2\r\n$3\r\nDEL\r\n$1"), 0, 29);
        assertEquals("ping", text(reader.next()[0]));
        assertEquals(0, reader.next().length);
        assertEquals(14, reader.taken());
    }

    @Test
    void whatNoMasterSendsBreaksTheLink() {
        for (String wrong :
                List.of(
                        "PING\r\n",
                        "*x\r\n",
                        "*1\r\n:4\r\n",
                        "*1\r\n$1048577\r\n",
                        "*1\r\n$-1\r\n")) {
            StreamReader reader = new StreamReader(1 << 20);
            reader.feed(bytes(wrong), 0, wrong.length());
            assertThrows(StreamReader.Broken.class, reader::next, wrong);
        }
    }
}
