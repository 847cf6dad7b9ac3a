package dev.vedette.server.type;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Arithmetic as x86's long double does it, 64 bits of mantissa, so that INCRBYFLOAT gives the same
 * digits as Redis.
 */
public final class LongDouble {
    private static final int MANTISSA_BITS = 64;

    /** Beyond these decimal exponents a long double is infinite or zero. */
    private static final int MAX_EXPONENT = 4932;

    private static final int MIN_EXPONENT = -4951;

    /** Fraction digits that are printed (util.c, ld2string). */
    private static final int FRACTION_DIGITS = 17;

    private static final double LOG2_OF_TEN = Math.log(10) / Math.log(2);

    private static final Pattern INFINITY = Pattern.compile("(?i)[+-]?inf(inity)?");
    private static final Pattern HEX =
            Pattern.compile(
                    "([+-]?)0[xX]([0-9a-fA-F]*)(?:\\.([0-9a-fA-F]*))?(?:[pP]([+-]?[0-9]{1,9}))?");

    private static final int MAX_CHARS = 5 * 1024;

    private LongDouble() {}

    /** The text is no number that Redis takes. */
    public static final class NotANumber extends Exception {
        private static final long serialVersionUID = 1;

        NotANumber() {
            super("not a valid float", null, false, false);
        }
    }

    /**
     * The number that a text stands for, rounded to what a long double holds, in the forms that C's
     * strtold reads; empty for infinity, which reads as a number but cannot be added.
     */
    public static Optional<BigDecimal> parse(byte[] text) throws NotANumber {
        if (text.length == 0 || text.length >= MAX_CHARS) {
            throw new NotANumber();
        }
        var word = new String(text, StandardCharsets.ISO_8859_1);
        if (INFINITY.matcher(word).matches()) {
            return Optional.empty();
        }
        var hex = HEX.matcher(word);
        var exact = hex.matches() ? hexadecimal(hex) : decimal(word);
        if (exact.signum() == 0) {
            return Optional.of(BigDecimal.ZERO);
        }
        var exponent = (long) exact.precision() - exact.scale() - 1;
        if (exponent > MAX_EXPONENT || exponent < MIN_EXPONENT) {
            throw new NotANumber();
        }
        return Optional.of(round(exact));
    }

    private static BigDecimal decimal(String word) throws NotANumber {
        // BigDecimal also takes digits of other scripts; strtold does not.
        if (!word.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0)) {
            throw new NotANumber();
        }
        try {
            return new BigDecimal(word);
        } catch (NumberFormatException _) {
            throw new NotANumber();
        }
    }

    private static BigDecimal hexadecimal(Matcher hex) throws NotANumber {
        var whole = hex.group(2);
        var fraction = hex.group(3) == null ? "" : hex.group(3);
        if (whole.isEmpty() && fraction.isEmpty()) {
            throw new NotANumber();
        }
        var exponent = hex.group(4) == null ? 0 : new BigInteger(hex.group(4)).longValue();
        if (Math.abs(exponent) > 1 << 16) {
            throw new NotANumber();
        }
        var digits = new BigDecimal(new BigInteger(whole + fraction, 16));
        var shift = (int) exponent - 4 * fraction.length();
        var power = new BigDecimal(BigInteger.TWO.pow(Math.abs(shift)));
        var value = shift >= 0 ? digits.multiply(power) : digits.divide(power);
        return hex.group(1).equals("-") ? value.negate() : value;
    }

    public static BigDecimal add(BigDecimal one, BigDecimal other) {
        return round(one.add(other));
    }

    /** Rounds to the nearest number with a mantissa of 64 bits, ties to even. */
    private static BigDecimal round(BigDecimal exact) {
        if (exact.signum() == 0) {
            return BigDecimal.ZERO;
        }
        // Scale by a power of two such that the integer part has at least 64 bits plus a few, and
        // let what is cut off below leave a trace, so that ties are seen rightly.
        var magnitude = exact.abs();
        var log2 = (int) Math.floor((magnitude.precision() - magnitude.scale()) * LOG2_OF_TEN);
        var shift = MANTISSA_BITS + 8 - log2;
        var scaled =
                shift >= 0
                        ? magnitude.multiply(new BigDecimal(BigInteger.TWO.pow(shift)))
                        : magnitude.divide(
                                new BigDecimal(BigInteger.TWO.pow(-shift)), MathContext.UNLIMITED);
        var whole = scaled.toBigInteger();
        var sticky = scaled.compareTo(new BigDecimal(whole)) > 0;
        var excess = whole.bitLength() - MANTISSA_BITS;
        if (excess <= 0) {
            return exact.stripTrailingZeros();
        }
        var mantissa = whole.shiftRight(excess);
        var rest = whole.subtract(mantissa.shiftLeft(excess));
        var half = BigInteger.ONE.shiftLeft(excess - 1);
        var order = rest.compareTo(half);
        if (order > 0 || (order == 0 && (sticky || mantissa.testBit(0)))) {
            mantissa = mantissa.add(BigInteger.ONE);
        }
        var exponent = excess - shift;
        var result =
                exponent >= 0
                        ? new BigDecimal(mantissa.shiftLeft(exponent))
                        : new BigDecimal(mantissa)
                                .divide(
                                        new BigDecimal(BigInteger.TWO.pow(-exponent)),
                                        MathContext.UNLIMITED);
        return exact.signum() < 0 ? result.negate() : result;
    }

    /** The text that Redis stores and replies: 17 fraction digits, zeros at the end cut off. */
    public static byte[] format(BigDecimal number) {
        var rounded = number.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN).stripTrailingZeros();
        var text = rounded.signum() == 0 ? "0" : rounded.toPlainString();
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
