package dev.vedette.protocol.resp;

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
        "*, '', false",
        "**, '', false",
        "**, a, true",
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    * | +sdown | true
                    * | "" | false
                    +switch-master | +switch-master | true
                    +switch-master | +switch-masters | false
                    [-+]sdown | +sdown | true
                    [-+]sdown | -sdown | true
                    [-+]sdown | odown | false
                    switch-master | +switch-master | false
                    +slave* | +slave-reconf-sent | true
                    +s?own | +sdown | true
                    +s?own | +sown | false
                    *-*-done | +slave-reconf-done | true
                    *a*b | xaxbxb | true
                    *a*b | xaxbxc | false
                    [^a-c]x | dx | true
                    [^a-c]x | bx | false
                    [c-a]x | bx | true
                    \\* | * | true
                    \\* | x | false
                    [\\]] | ] | true
                    [ab | a | true
                    a**b | ab | true
                    """)
    void aPatternMatchesEventNamesAsInRedis(String pattern, String text, boolean matches) {
        assertEquals(matches, GlobPattern.matches(pattern, text));
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "*, mymaster, true",
                "'', '', true",
                "*, '', false",
                "**, '', false",
                "**, a, true",
                "'', m, false",
                "mymaster, mymaster, true",
                "mymaster, MyMaster, false",
                "my*, mymaster, true",
                "*master, mymaster, true",
                "m*s*r, mymaster, true",
                "m*x*r, mymaster, false",
                "a**b, ab, true",
                "?ymaster, mymaster, true",
                "?, '', false",
                "shard-[0-9], shard-7, true",
                "shard-[0-9], shard-x, false",
                "shard-[9-0], shard-7, true",
                "shard-[^0-9], shard-x, true",
                "shard-[^0-9], shard-7, false",
                "[ab, a, true",
                "'[]a', a, false",
                "'\\*', *, true",
                "'\\*', x, false",
                "'a[\\]]', 'a]', true",
                "*a*b*c*d, aXbXcXd, true",
                "*a*b*c*d, aXbXdXc, false"
            })
    void aPatternMatchesMasterNamesAsInRedis(String pattern, String text, boolean matches) {
        assertEquals(matches, GlobPattern.matches(pattern, text));
    }
}
