package dev.vedette.protocol.conf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * A conf file line by line, each with the option that it sets.
 *
 * @param text the whole file
 */
record OptionLines(String text, List<Line> lines) {
    static final OptionLines NONE = new OptionLines("", List.of());

    /**
     * @param option as the table calls it; empty for a comment, an empty line and one that nobody
     *     can read
     */
    record Line(String text, String option) {
        static final Line EMPTY = new Line("", "");

        static Line comment(String text) {
            return new Line(text, "");
        }

        boolean isEmpty() {
            return text.isEmpty();
        }
    }

    /**
     * @param canonical the option that an option stands for: an alias's name. What it is handed is
     *     the first word in lower case, or {@code sentinel <second word>}
     */
    static OptionLines parse(String text, UnaryOperator<String> canonical) {
        if (text.isEmpty()) {
            return NONE;
        }
        var lines = new ArrayList<Line>();
        var body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        for (var line : body.split("\n", -1)) {
            lines.add(parseLine(line, canonical));
        }
        return new OptionLines(text, lines);
    }

    private static Line parseLine(String line, UnaryOperator<String> canonical) {
        var trimmed = ConfReader.trim(line);
        if (trimmed.isEmpty()) {
            return Line.EMPTY;
        }
        if (trimmed.charAt(0) == '#') {
            return Line.comment(line);
        }
        return Words.split(trimmed)
                .filter(words -> !words.isEmpty())
                .map(words -> new Line(line, canonical.apply(nameIn(words))))
                .orElseGet(() -> Line.comment("# ??? " + trimmed));
    }

    private static String nameIn(List<String> words) {
        var first = words.getFirst().toLowerCase(Locale.ROOT);
        return first.equals("sentinel") && words.size() > 1
                ? "sentinel " + words.get(1).toLowerCase(Locale.ROOT)
                : first;
    }
}
