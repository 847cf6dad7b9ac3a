package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.HashSet;

class JitterTest {
    @Test
    void theSameQuestionHasTheSameAnswer() {
        assertEquals(Jitter.below(1000, "a", 7, "m"), Jitter.below(1000, "a", 7, "m"));
    }

    @Test
    void sentinelsEpochsAndMastersDifferAndFillTheRange() {
        var drawn = new HashSet<Long>();
        long sum = 0;
        for (int epoch = 0; epoch < 10_000; epoch++) {
            long number = Jitter.below(1000, CoreDriver.ME.text(), epoch, "mymaster");
            assertTrue(number >= 0 && number < 1000);
            drawn.add(number);
            sum += number;
        }
        assertTrue(drawn.size() > 950, "only " + drawn.size() + " different numbers");
        assertTrue(sum / 10_000 > 450 && sum / 10_000 < 550, "mean " + sum / 10_000);
    }
}
