package dev.vedette.server.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class Crc64Test {
    @Test
    void theCheckValueOfRedisHolds() {
        assertEquals(
                0xe9c6d914c4b8d9caL, Crc64.of("123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void anySplitGivesTheSameSum() {
        byte[] bytes = new byte[1000];
        new Random(7).nextBytes(bytes);
        long whole = Crc64.of(bytes);
        for (int cut = 0; cut <= bytes.length; cut++) {
            long first = Crc64.update(0, bytes, 0, cut);
            assertEquals(whole, Crc64.update(first, bytes, cut, bytes.length - cut));
        }
    }
}
