package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.protocol.net.LogFlood.Verdict.Keep;
import dev.vedette.protocol.net.LogFlood.Verdict.Say;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class LogFloodTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void aFloodIsCutShortAndTheNextLineSaysHowManyWereNotTold() {
        var flood = new LogFlood(Duration.ofSeconds(10), 2);
        assertEquals(new Say(0), flood.admit(0));
        assertEquals(new Say(0), flood.admit(SECOND));
        for (int i = 0; i < 1000; i++) {
            assertEquals(new Keep(), flood.admit(2 * SECOND));
        }
        assertEquals(new Say(1000), flood.admit(11 * SECOND));
        assertEquals(new Say(0), flood.admit(12 * SECOND));
        assertEquals(new Keep(), flood.admit(13 * SECOND));
    }
}
