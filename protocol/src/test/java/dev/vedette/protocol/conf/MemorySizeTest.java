package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1,1",
        "1b,1",
        "1k,1000",
        "1kb,1024",
        "2m,2000000",
        "2MB,2097152",
        "1g,1000000000",
        "1Gb,1073741824",
        "100mb,104857600",
        "9223372036854775807,9223372036854775807"
    })
    void unitsAreKnownInAnyCase(String text, long bytes) {
        assertEquals(bytes, MemorySize.parse(text).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5gb", "1zb", "gb", "1 gb", "9223372036854775808", "9g9g"})
    void anythingElseIsNoSize(String text) {
        assertTrue(MemorySize.parse(text).isEmpty());
    }

    @Test
    void itIsWrittenInTheLargestUnitThatIsExact() {
        assertEquals("1gb", MemorySize.format(1L << 30));
        assertEquals("100mb", MemorySize.format(100L << 20));
        assertEquals("16kb", MemorySize.format(16384));
        assertEquals("1000", MemorySize.format(1000));
        assertEquals("0", MemorySize.format(0));
    }
}
