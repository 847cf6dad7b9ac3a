package dev.vedette.server.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

/** The sums are those that redis-server 7.0.15 gives on x86-64. */
class LongDoubleTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "10.5, 0.1, 10.6",
        "5.0e3, 2.0e2, 5200",
        "3, -3, 0",
        "0.1, 0.2, 0.3",
        "0x10, 1, 17",
        "1., .5, 1.5",
        "1e17, 0.1, 100000000000000000.1015625"
    })
    void sumsHaveTheDigitsOfALongDouble(String one, String other, String sum) throws Exception {
        var total =
                LongDouble.add(
                        LongDouble.parse(bytes(one)).orElseThrow(),
                        LongDouble.parse(bytes(other)).orElseThrow());
        assertEquals(sum, new String(LongDouble.format(total), StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1 ", " 1", "nan", "1e5000", "1e-9999", "0x", "1e", "--1"})
    void whatIsNoNumberIsRefused(String text) {
        assertThrows(LongDouble.NotANumber.class, () -> LongDouble.parse(bytes(text)));
    }

    @Test
    void infinityReadsAsANumberWithoutAValue() throws Exception {
        assertTrue(LongDouble.parse(bytes("-Inf")).isEmpty());
    }
}
