package dev.vedette.sentinel.command;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The words of one command as they came: at least one, the name of the command. */
final class Words {
    private final byte[][] all;

    Words(byte[][] all) {
        this.all = all;
    }

    byte[][] all() {
        return all;
    }

    int count() {
        return all.length;
    }

    byte[] bytes(int index) {
        return all[index];
    }

    String text(int index) {
        return new String(all[index], StandardCharsets.UTF_8);
    }

    /** For texts that go back byte by byte, as the bytes of an unknown command do. */
    String raw(int index) {
        return new String(all[index], StandardCharsets.ISO_8859_1);
    }

    String lower(int index) {
        return text(index).toLowerCase(Locale.ROOT);
    }

    boolean is(int index, String word) {
        return text(index).equalsIgnoreCase(word);
    }

    /** A whole number as Redis takes it: no blanks, no plus, no leading zeros. */
    Optional<Long> number(int index) {
        var text = raw(index);
        try {
            var value = Long.parseLong(text);
            return Long.toString(value).equals(text) ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
