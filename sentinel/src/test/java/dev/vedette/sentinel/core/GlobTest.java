package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "*, mymaster, true",
                "*, '', true",
                "'', '', true",
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
    void aPatternMatchesAsInRedis(String pattern, String text, boolean matches) {
        assertEquals(matches, Glob.matches(pattern, text));
    }
}
