package dev.vedette.server.command;

import java.util.stream.IntStream;

/**
 * Where the keys of a command stand.
 *
 * @param flags what the command does to them, in COMMAND INFO's words
 * @param index the word that is the first key
 * @param lastKey the last key counted from the first one; negative: from the end of the command
 * @param step one key every so many words
 */
public record KeySpec(String flags, int index, int lastKey, int step) {

    /** Which of so many words are keys. */
    public IntStream positions(int words) {
        var last = lastKey < 0 ? words + lastKey : index + lastKey;
        return IntStream.iterate(index, at -> at <= last && at < words, at -> at + step);
    }
}
