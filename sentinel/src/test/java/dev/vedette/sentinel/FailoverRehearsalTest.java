package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FailoverRehearsalTest {
    @Test
    void fourKillsFourHangsAndFourCommandsAreRehearsed() {
        assertEquals(12, FailoverRehearsal.rehearse());
    }
}
