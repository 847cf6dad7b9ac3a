package dev.vedette.sentinel.core;

import java.util.OptionalLong;

/** Whole numbers as Redis takes them: no blanks, no plus, no leading zeros. */
final class Numbers {
    private Numbers() {}

    /** Empty for what is no number, or not above zero, or too large for 64 bits. */
    static OptionalLong positive(String word) {
        try {
            long value = Long.parseLong(word);
            return value > 0 && Long.toString(value).equals(word)
                    ? OptionalLong.of(value)
                    : OptionalLong.empty();
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }
}
