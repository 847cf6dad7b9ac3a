package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

class ConfTextTest {
    @Test
    void everyByteSequenceComesBackAsItWas() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 5000; i++) {
            var bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            assertArrayEquals(bytes, ConfText.encode(ConfText.decode(bytes)));
        }
    }

    @Test
    void utf8IsReadAsText() {
        byte[] bytes = "pässword 🙂".getBytes(StandardCharsets.UTF_8);
        assertEquals("pässword 🙂", ConfText.decode(bytes));
        assertArrayEquals(bytes, ConfText.encode("pässword 🙂"));
    }
}
