package dev.vedette.protocol.resp;

import java.math.BigDecimal;

/**
 * A double as Redis 7.2 prints it in replies (fpconv_dtoa): the shortest digits that read back as
 * the same number, without a fraction that is zero, with an exponent only where plain digits would
 * be long.
 */
public final class DoubleText {
    private DoubleText() {}

    public static String of(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0" : "0";
        }
        var decimal = new BigDecimal(Double.toString(Math.abs(number))).stripTrailingZeros();
        String digits = decimal.unscaledValue().toString();
        String text = layOut(digits, -decimal.scale());
        return number < 0 ? "-" + text : text;
    }

    /** The number is {@code digits} times ten to the power of {@code scale}. */
    private static String layOut(String digits, int scale) {
        int exponent = scale + digits.length() - 1;
        if (scale >= 0 && Math.abs(exponent) < digits.length() + 7) {
            return digits + "0".repeat(scale);
        }
        if (scale < 0 && (scale > -7 || Math.abs(exponent) < 4)) {
            int point = digits.length() + scale;
            return point > 0
                    ? digits.substring(0, point) + "." + digits.substring(point)
                    : "0." + "0".repeat(-point) + digits;
        }
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String sign = exponent < 0 ? "-" : "+";
        return digits.charAt(0) + fraction + "e" + sign + Math.abs(exponent);
    }
}
