package dev.vedette.sentinel.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;

/**
 * The last text of somebody who tells a new one every few seconds. It is kept in place: thousands
 * of strings that live for seconds each would be garbage that has grown old, and that is dear to
 * collect.
 */
public final class KeptText {
    private static final int NONE = -1;

    private byte[] utf8 = {};
    private int length = NONE;

    void set(String text) {
        var told = text.getBytes(UTF_8);
        if (told.length > utf8.length) {
            // Counters in it grow by digits.
            utf8 = Arrays.copyOf(told, told.length + told.length / 8);
        } else {
            for (int i = 0; i < told.length; i++) {
                utf8[i] = told[i];
            }
        }
        length = told.length;
    }

    void forget() {
        utf8 = new byte[0];
        length = NONE;
    }

    /** The text as of now; absent when there was none, or none that was short enough to keep. */
    public Optional<String> text() {
        return length == NONE ? Optional.empty() : Optional.of(new String(utf8, 0, length, UTF_8));
    }
}
