package dev.vedette.protocol.info;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

final class BufferPeaksTest {
    private final BufferPeaks peaks = new BufferPeaks();

    private void noteAt(long second, long input, long output) {
        peaks.note(input, output, TimeUnit.SECONDS.toNanos(second));
    }

    private String shownAt(long second) {
        var out = InfoText.builder();
        peaks.fields(out, TimeUnit.SECONDS.toNanos(second));
        var info = InfoText.parse(out.build());
        return info.field("client_recent_max_input_buffer").orElseThrow()
                + " "
                + info.field("client_recent_max_output_buffer").orElseThrow();
    }

    @Test
    void theLargestOfAllClientsIsShown() {
        noteAt(-3, 10, 7);
        noteAt(-3, 9, 8);
        noteAt(-2, 1, 1);
        assertEquals("10 8", shownAt(-2));
    }

    @Test
    void aPeakIsForgottenAfterEightSeconds() {
        noteAt(5, 10, 20);
        noteAt(6, 3, 4);
        assertEquals("10 20", shownAt(12));
        assertEquals("3 4", shownAt(13));
        assertEquals("0 0", shownAt(14));
    }

    @Test
    void timeInWhichNobodyLookedLeavesNothingBehind() {
        noteAt(5, 10, 20);
        assertEquals("0 0", shownAt(5000));
    }
}
