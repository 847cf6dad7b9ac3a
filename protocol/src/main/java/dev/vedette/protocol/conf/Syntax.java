package dev.vedette.protocol.conf;

import dev.vedette.protocol.net.Address;

import java.util.List;
import java.util.Optional;

/**
 * What the words behind a directive mean and how a value is written again. The refusals are
 * Redis's, byte for byte (config.c).
 */
public interface Syntax<T> {
    /**
     * @param arguments the words behind the name
     * @param before what earlier lines of this configuration said; empty for the first line
     */
    T parse(List<String> arguments, Optional<T> before) throws BadDirective;

    /** The value as CONFIG GET shows it. */
    String show(T value);

    /** What stands behind the name in a conf file, an element a line. */
    default List<String> lines(T value) {
        return List.of(show(value));
    }

    /** Whether a line may hold several words; CONFIG SET then cuts its one argument at blanks. */
    default boolean manyWords() {
        return false;
    }

    static Syntax<Boolean> yesNo() {
        return new ScalarSyntax.YesNo();
    }

    /** What is expected, for a hint: {@code a whole number from 0 to 65535}; empty for none. */
    default String expected() {
        return "";
    }

    /** Whole numbers, of which those outside of {@code low} to {@code high} become that bound. */
    static Syntax<Integer> clamped(int min, int max, int low, int high) {
        return new ScalarSyntax.Clamped(min, max, low, high);
    }

    /** Both ends belong to the range. */
    static Syntax<Integer> integer(int min, int max) {
        return new ScalarSyntax.OfInt(min, max);
    }

    static Syntax<Long> number(long min, long max) {
        return new ScalarSyntax.OfLong(min, max);
    }

    /** Bytes, with the units b, k, kb, m, mb, g, gb in any case. */
    static Syntax<Long> memory(long min) {
        return new ScalarSyntax.Memory(min);
    }

    static Syntax<MemoryLimit> memoryOrPercent() {
        return new ScalarSyntax.MemoryOrPercent();
    }

    static Syntax<Integer> octal(int max) {
        return new ScalarSyntax.Octal(max);
    }

    static Syntax<String> text() {
        return new ScalarSyntax.Text(value -> {});
    }

    static Syntax<String> text(ScalarSyntax.Check check) {
        return new ScalarSyntax.Text(check);
    }

    /** One of these words, in any case. */
    static Syntax<String> choice(String... words) {
        return new ScalarSyntax.Choice(List.of(words));
    }

    /** Some of these words, in any case. */
    static Syntax<List<String>> choices(String... words) {
        return new ListSyntax.Choices(List.of(words));
    }

    /** Any words; the last line wins. */
    static Syntax<List<String>> words(int max, String tooMany) {
        return new ListSyntax.Words(max, tooMany);
    }

    static Syntax<List<Double>> percentiles(String name) {
        return new ListSyntax.Percentiles(name);
    }

    /** That many whole numbers, each between min and max. */
    static Syntax<List<Integer>> integers(String name, int count, int min, int max) {
        return new ListSyntax.Integers(name, count, min, max);
    }

    static Syntax<List<SavePoint>> savePoints() {
        return new ListSyntax.SavePoints();
    }

    static Syntax<BufferLimits> bufferLimits() {
        return new BufferLimits.LimitSyntax();
    }

    /** {@code host port}, or {@code no one}. */
    static Syntax<Optional<Address>> master() {
        return new ListSyntax.Master();
    }
}
