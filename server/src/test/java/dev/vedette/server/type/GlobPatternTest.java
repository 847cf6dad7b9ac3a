package dev.vedette.server.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

class GlobPatternTest {
    private static boolean matches(String pattern, String text) {
        return GlobPattern.matches(
                pattern.getBytes(StandardCharsets.ISO_8859_1),
                text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "*, '', true",
        "*, abc, true",
        "a*c, abbbc, true",
        "a*c, abbb, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "h[ae]llo, hello, true",
        "h[ae]llo, hillo, false",
        "h[^e]llo, hello, false",
        "h[^e]llo, hallo, true",
        "h[a-c]llo, hbllo, true",
        "h[c-a]llo, hbllo, true",
        "h[a-c]llo, hdllo, false",
        "a\\*c, a*c, true",
        "a\\*c, abc, false",
        "[ab, a, true",
        "**a**, bab, true",
        "'', '', true",
        "'', a, false"
    })
    void patternsMatchAsInRedis(String pattern, String text, boolean expected) {
        assertEquals(expected, matches(pattern, text));
    }

    @Test
    void manyStarsDoNotTakeForEver() {
        var pattern = "a*".repeat(40) + "b";
        var text = "a".repeat(2_000);
        assertEquals(
                false,
                assertTimeoutPreemptively(Duration.ofSeconds(5), () -> matches(pattern, text)));
    }
}
