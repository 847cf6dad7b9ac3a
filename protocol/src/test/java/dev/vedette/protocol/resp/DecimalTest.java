package dev.vedette.protocol.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                10,
                99,
                -10,
                1_000_000,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                -42,
                1L << 40
            })
    void aLongIsReadAsItIsWritten(long number) {
        assertEquals(number, Decimal.parse(Pieces.latin1(Long.toString(number))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "01",
                "-0",
                "-01",
                " 1",
                "1 ",
                "1a",
                "0x1",
                "9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999",
                "10000000000000000000"
            })
    void whatRedisDoesNotTakeForANumberIsNone(String text) {
        assertThrows(NumberFormatException.class, () -> Decimal.parse(Pieces.latin1(text)));
    }

    @Test
    void aDoubleIsShownInItsShortestForm() {
        assertEquals("3", DoubleText.of(3.0));
        assertEquals("0", DoubleText.of(0.0));
        assertEquals("-0", DoubleText.of(-0.0));
        assertEquals("0.1", DoubleText.of(0.1));
        assertEquals("-1.5", DoubleText.of(-1.5));
        assertEquals("3.141", DoubleText.of(3.141));
        assertEquals("100000", DoubleText.of(1e5));
        assertEquals("1e+20", DoubleText.of(1e20));
        assertEquals("1.5e+300", DoubleText.of(1.5e300));
        assertEquals("0.000001", DoubleText.of(1e-6));
        assertEquals("1e-7", DoubleText.of(1e-7));
        assertEquals("123456789.125", DoubleText.of(123456789.125));
        assertEquals("inf", DoubleText.of(Double.POSITIVE_INFINITY));
        assertEquals("nan", DoubleText.of(Double.NaN));
    }
}
