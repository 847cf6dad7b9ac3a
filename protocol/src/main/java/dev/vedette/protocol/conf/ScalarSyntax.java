package dev.vedette.protocol.conf;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** The syntaxes of directives that hold one word. */
public final class ScalarSyntax {
    private ScalarSyntax() {}

    /** A rule that a text must keep. */
    @FunctionalInterface
    public interface Check {
        void check(String value) throws BadDirective;
    }

    /** One word; the last line wins. */
    abstract static class OneWord<T> implements Syntax<T> {
        @Override
        public final T parse(List<String> arguments, Optional<T> before) throws BadDirective {
            if (arguments.size() != 1) {
                throw new BadDirective(BadDirective.WRONG_COUNT, countHint(arguments));
            }
            return parse(arguments.getFirst());
        }

        abstract T parse(String word) throws BadDirective;

        private static String countHint(List<String> arguments) {
            if (arguments.isEmpty()) {
                return "a value is missing; \"\" stands for an empty one";
            }
            for (String argument : arguments) {
                if (argument.startsWith("#")) {
                    return "a comment must stand on a line of its own";
                }
            }
            return "one value is expected; a value with blanks needs quotes";
        }
    }

    static final class YesNo extends OneWord<Boolean> {
        @Override
        Boolean parse(String word) throws BadDirective {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "yes" -> true;
                case "no" -> false;
                case "true", "on", "1", "y" -> throw refusal("yes");
                case "false", "off", "0", "n" -> throw refusal("no");
                default -> throw new BadDirective("argument must be 'yes' or 'no'");
            };
        }

        private static BadDirective refusal(String meant) {
            return new BadDirective("argument must be 'yes' or 'no'", "write '" + meant + "'");
        }

        @Override
        public String expected() {
            return "yes or no";
        }

        @Override
        public String show(Boolean value) {
            return value ? "yes" : "no";
        }
    }

    private static final Pattern NUMBER_WITH_UNIT = Pattern.compile("-?\\d+\\s*[a-zA-Z%]+");

    private static long integer(String word, long min, long max) throws BadDirective {
        OptionalLong number = strictLong(word);
        if (number.isEmpty()) {
            String hint =
                    NUMBER_WITH_UNIT.matcher(word).matches()
                            ? "a plain number without a unit is expected"
                            : "";
            throw new BadDirective("argument couldn't be parsed into an integer", hint);
        }
        return inRange(number.getAsLong(), min, max);
    }

    private static long inRange(long number, long min, long max) throws BadDirective {
        if (number < min || number > max) {
            throw new BadDirective(
                    "argument must be between " + min + " and " + max + " inclusive");
        }
        return number;
    }

    private static String range(long min, long max) {
        if (max >= Integer.MAX_VALUE) {
            return min > Integer.MIN_VALUE ? ", at least " + min : "";
        }
        return " from " + min + " to " + max;
    }

    /** As Redis reads numbers (util.c, string2ll): no plus, no leading zero, no blank. */
    static OptionalLong strictLong(String word) {
        int from = word.startsWith("-") ? 1 : 0;
        if (word.equals("0")) {
            return OptionalLong.of(0);
        }
        if (word.length() == from || word.charAt(from) < '1') {
            return OptionalLong.empty();
        }
        for (int i = from; i < word.length(); i++) {
            if (word.charAt(i) < '0' || word.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        try {
            return OptionalLong.of(Long.parseLong(word));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    static final class OfInt extends OneWord<Integer> {
        private final int min;
        private final int max;

        OfInt(int min, int max) {
            this.min = min;
            this.max = max;
        }

        @Override
        Integer parse(String word) throws BadDirective {
            return (int) integer(word, min, max);
        }

        @Override
        public String expected() {
            return "a whole number" + range(min, max);
        }

        @Override
        public String show(Integer value) {
            return value.toString();
        }
    }

    static final class Clamped extends OneWord<Integer> {
        private final int min;
        private final int max;
        private final int low;
        private final int high;

        Clamped(int min, int max, int low, int high) {
            this.min = min;
            this.max = max;
            this.low = low;
            this.high = high;
        }

        @Override
        Integer parse(String word) throws BadDirective {
            return Math.clamp(integer(word, min, max), low, high);
        }

        @Override
        public String expected() {
            return "a whole number" + range(low, high);
        }

        @Override
        public String show(Integer value) {
            return value.toString();
        }
    }

    static final class OfLong extends OneWord<Long> {
        private final long min;
        private final long max;

        OfLong(long min, long max) {
            this.min = min;
            this.max = max;
        }

        @Override
        Long parse(String word) throws BadDirective {
            return integer(word, min, max);
        }

        @Override
        public String expected() {
            return "a whole number" + range(min, max);
        }

        @Override
        public String show(Long value) {
            return value.toString();
        }
    }

    static final class Memory extends OneWord<Long> {
        private final long min;

        Memory(long min) {
            this.min = min;
        }

        @Override
        Long parse(String word) throws BadDirective {
            OptionalLong bytes = MemorySize.parse(word);
            if (bytes.isEmpty()) {
                throw new BadDirective(
                        "argument must be a memory value",
                        "whole bytes or a whole number with one of k, kb, m, mb, g, gb,"
                                + " such as 512mb");
            }
            return inRange(bytes.getAsLong(), min, Long.MAX_VALUE);
        }

        @Override
        public String expected() {
            return "a size in bytes, or with kb, mb or gb behind it, at least " + min;
        }

        @Override
        public String show(Long value) {
            return value.toString();
        }

        @Override
        public List<String> lines(Long value) {
            return List.of(MemorySize.format(value));
        }
    }

    static final class MemoryOrPercent extends OneWord<MemoryLimit> {
        @Override
        MemoryLimit parse(String word) throws BadDirective {
            OptionalLong amount =
                    word.endsWith("%")
                            ? strictLong(word.substring(0, word.length() - 1))
                            : MemorySize.parse(word);
            if (amount.isEmpty() || amount.getAsLong() < 0) {
                throw new BadDirective(
                        "argument must be a memory or percent value",
                        "such as 100mb, or a part of maxmemory such as 5%");
            }
            return new MemoryLimit(amount.getAsLong(), word.endsWith("%"));
        }

        @Override
        public String show(MemoryLimit value) {
            return value.percent() ? value.amount() + "%" : Long.toString(value.amount());
        }

        @Override
        public List<String> lines(MemoryLimit value) {
            return List.of(value.percent() ? show(value) : MemorySize.format(value.amount()));
        }
    }

    static final class Octal extends OneWord<Integer> {
        private final int max;

        Octal(int max) {
            this.max = max;
        }

        @Override
        Integer parse(String word) throws BadDirective {
            int value;
            try {
                value = Integer.parseInt(word, 8);
            } catch (NumberFormatException e) {
                throw new BadDirective(
                        "argument couldn't be parsed as an octal number", "such as 700");
            }
            if (value < 0 || value > max) {
                throw new BadDirective(
                        "argument must be between 0 and "
                                + Integer.toOctalString(max)
                                + " inclusive");
            }
            return value;
        }

        @Override
        public String show(Integer value) {
            return Integer.toOctalString(value);
        }
    }

    static final class Text extends OneWord<String> {
        private final Check check;

        Text(Check check) {
            this.check = check;
        }

        @Override
        String parse(String word) throws BadDirective {
            check.check(word);
            return word;
        }

        @Override
        public String show(String value) {
            return value;
        }

        @Override
        public List<String> lines(String value) {
            return List.of(Words.quote(value));
        }
    }

    static final class Choice extends OneWord<String> {
        private final List<String> choices;

        Choice(List<String> choices) {
            this.choices = choices;
        }

        @Override
        String parse(String word) throws BadDirective {
            return choose(word, choices);
        }

        @Override
        public String expected() {
            return "one of " + String.join(", ", choices);
        }

        @Override
        public String show(String value) {
            return value;
        }
    }

    static String choose(String word, List<String> choices) throws BadDirective {
        String wanted = word.toLowerCase(Locale.ROOT);
        if (choices.contains(wanted)) {
            return wanted;
        }
        throw new BadDirective(
                "argument(s) must be one of the following: " + String.join(", ", choices),
                DidYouMean.among(choices, wanted)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse(""));
    }
}
