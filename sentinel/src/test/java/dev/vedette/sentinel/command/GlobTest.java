package dev.vedette.sentinel.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

class GlobTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    * | +sdown | true
                    * | "" | true
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
    void aPatternMatchesAsInRedis(String pattern, String text, boolean matches) {
        assertEquals(
                matches,
                new Glob(pattern.getBytes(StandardCharsets.UTF_8))
                        .matches(text.getBytes(StandardCharsets.UTF_8)));
    }
}
