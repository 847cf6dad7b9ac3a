package dev.vedette.protocol.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.time.LocalDateTime;
import java.time.ZoneId;

class LogLineTest {
    @Test
    void theLineHasRedissForm() {
        long at =
                LocalDateTime.of(2026, 3, 4, 5, 6, 7, 89_000_000)
                        .atZone(ZoneId.systemDefault())
                        .toInstant()
                        .toEpochMilli();
        assertEquals(
                ProcessHandle.current().pid() + ":X 04 Mar 2026 05:06:07.089 # +sdown master m",
                LogLine.format('X', at, '#', "+sdown master m"));
    }
}
