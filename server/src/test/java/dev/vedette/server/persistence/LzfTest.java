package dev.vedette.server.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class LzfTest {
    private final Lzf lzf = new Lzf();

    @Test
    void whatWasCompressedExpandsToItself() throws RdbException {
        Random random = new Random(11);
        int compressedTexts = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] plain = new byte[21 + random.nextInt(3000)];
            int alphabet = 1 + random.nextInt(40);
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (byte) random.nextInt(alphabet);
            }
            byte[] compressed = lzf.compress(plain, plain.length - 4);
            if (compressed.length == 0) {
                continue;
            }
            compressedTexts++;
            assertTrue(compressed.length <= plain.length - 4);
            assertTrue(Lzf.canExpandTo(compressed.length, plain.length));
            assertArrayEquals(plain, Lzf.expand(compressed, 0, compressed.length, plain.length));
        }
        assertTrue(compressedTexts > 1000, "compressed " + compressedTexts);
    }

    @Test
    void earlierTextsLeaveNoTrace() {
        Random random = new Random(13);
        // The count of all bytes overflows in the middle.
        Lzf used = new Lzf(Integer.MAX_VALUE - 300_000);
        for (int round = 0; round < 600; round++) {
            byte[] plain = new byte[21 + random.nextInt(2000)];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (byte) random.nextInt(6);
            }
            assertArrayEquals(
                    new Lzf().compress(plain, plain.length), used.compress(plain, plain.length));
        }
    }

    @Test
    void whatDoesNotShrinkIsNotCompressed() {
        byte[] noise = new byte[100];
        new Random(3).nextBytes(noise);
        assertEquals(0, lzf.compress(noise, noise.length - 4).length);
    }

    @Test
    void aLongRunTakesFewBytes() throws RdbException {
        byte[] run = "a".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        byte[] compressed = lzf.compress(run, run.length - 4);
        assertTrue(compressed.length < 1200, "took " + compressed.length);
        assertArrayEquals(run, Lzf.expand(compressed, 0, compressed.length, run.length));
    }

    @Test
    void malformedTextIsRefusedAndNeverReadPastItsEnd() {
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            try {
                Lzf.expand(garbage, 0, garbage.length, random.nextInt(300));
            } catch (RdbException expected) {
                assertTrue(String.valueOf(expected.getMessage()).startsWith("malformed LZF"));
            }
        }
        assertThrows(RdbException.class, () -> Lzf.expand(new byte[] {0x20, 5}, 0, 2, 3));
    }
}
