package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Instant;

class AlarmTest {
    private static final Instant NOW = Instant.ofEpochSecond(100);

    @Test
    void aMomentPassesExactlyWhenItIsReached() {
        var alarm = new Alarm(NOW, NOW);
        assertTrue(alarm.passed(NOW));
        assertTrue(alarm.passed(NOW.minusNanos(1)));
        assertFalse(alarm.passed(NOW.plusNanos(1)));
    }

    @Test
    void theEarliestMomentThatDidNotPassIsTheDeadline() {
        var alarm = new Alarm(NOW, NOW);
        alarm.passed(NOW.plusSeconds(5));
        alarm.passed(NOW.plusSeconds(2));
        alarm.passed(NOW.plusSeconds(9));
        alarm.passed(NOW.minusSeconds(1));
        assertEquals(NOW.plusSeconds(2), alarm.earliest());
    }

    @Test
    void whatIsDueIsOverdueOnlyWhenTheSocketsWereReadSince() {
        var alarm = new Alarm(NOW, NOW.minusSeconds(1));
        assertTrue(alarm.overdue(NOW.minusSeconds(1)));
        assertFalse(alarm.overdue(NOW.minusNanos(1)));
        assertEquals(NOW.minusNanos(1), alarm.earliest());
    }

    @Test
    void withoutQuestionsThereIsNoDeadline() {
        assertEquals(Periods.NO_DEADLINE, new Alarm(NOW, NOW).earliest());
    }
}
