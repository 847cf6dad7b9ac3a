package dev.vedette.protocol.conf;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a line of redis.conf is cut into words and how a word is quoted again: double quotes with
 * {@code \n \r \t \b \a \xHH} and {@code \} before any other character for itself, single quotes
 * with {@code \'}, a closing quote must be followed by a blank or the end (Redis sds.c,
 * sdssplitargs and sdscatrepr).
 */
public final class Words {
    private Words() {}

    /** Returns nothing when the quotes of the line are unbalanced. */
    public static Optional<List<String>> split(String line) {
        boolean plain = line.indexOf('"') < 0 && line.indexOf('\'') < 0 && line.indexOf(0) < 0;
        return plain ? Optional.of(splitPlain(line)) : splitQuoted(line);
    }

    /** Nearly every line, and a file of a sentinel has thousands. */
    private static List<String> splitPlain(String line) {
        var words = new ArrayList<String>();
        int at = 0;
        while (true) {
            while (at < line.length() && isBlank(line.charAt(at))) {
                at++;
            }
            if (at == line.length()) {
                return words;
            }
            int from = at;
            while (at < line.length() && !endsWord(line.charAt(at))) {
                at++;
            }
            words.add(line.substring(from, at));
        }
    }

    /** Fewer characters end a word than separate words: sdssplitargs has it so. */
    private static boolean endsWord(int c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isBlank(int c) {
        return c == ' ' || (c >= 9 && c <= 13);
    }

    private static Optional<List<String>> splitQuoted(String line) {
        var words = new ArrayList<String>();
        var cutter = new Cutter(ConfText.encode(line));
        while (cutter.skipBlanks()) {
            Optional<String> word = cutter.word();
            if (word.isEmpty()) {
                return Optional.empty();
            }
            words.add(word.get());
        }
        return Optional.of(List.copyOf(words));
    }

    /** The word in double quotes, with everything that does not print escaped. */
    public static String quote(String word) {
        var out = new StringBuilder(word.length() + 2).append('"');
        for (byte b : ConfText.encode(word)) {
            switch (b) {
                case '\\', '"' -> out.append('\\').append((char) b);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 7 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                default -> {
                    if (b >= 0x20 && b < 0x7f) {
                        out.append((char) b);
                    } else {
                        out.append(String.format(Locale.ROOT, "\\x%02x", b & 0xFF));
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /** The word as it is where a reader gets it back unquoted, else quoted. */
    public static String quoteIfNeeded(String word) {
        if (word.isEmpty()) {
            return "\"\"";
        }
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean plain = c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != '\\';
            if (!plain || (i == 0 && c == '#')) {
                return quote(word);
            }
        }
        return word;
    }

    private static final class Cutter {
        private final byte[] line;
        private int at;

        Cutter(byte[] line) {
            this.line = line;
        }

        /** False at the end of the line. C's strings end at a NUL, and so does a line here. */
        boolean skipBlanks() {
            while (at < line.length && isBlank(line[at])) {
                at++;
            }
            return !atEnd();
        }

        Optional<String> word() {
            var word = new ByteArrayOutputStream();
            while (!atEnd() && !endsWord(line[at])) {
                byte b = line[at++];
                if (b == '"' || b == '\'') {
                    boolean closed = b == '"' ? doubleQuoted(word) : singleQuoted(word);
                    return closed && (atEnd() || isBlank(line[at]))
                            ? Optional.of(ConfText.decode(word.toByteArray()))
                            : Optional.empty();
                }
                word.write(b);
            }
            return Optional.of(ConfText.decode(word.toByteArray()));
        }

        private boolean doubleQuoted(ByteArrayOutputStream word) {
            while (!atEnd()) {
                byte b = line[at++];
                if (b == '"') {
                    return true;
                }
                if (b == '\\' && !atEnd()) {
                    escaped(word);
                } else {
                    word.write(b);
                }
            }
            return false;
        }

        private void escaped(ByteArrayOutputStream word) {
            byte b = line[at++];
            if (b == 'x' && at + 1 < line.length && hex(line[at]) >= 0 && hex(line[at + 1]) >= 0) {
                word.write(hex(line[at]) * 16 + hex(line[at + 1]));
                at += 2;
                return;
            }
            word.write(
                    switch (b) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'b' -> '\b';
                        case 'a' -> 7;
                        default -> b;
                    });
        }

        private boolean singleQuoted(ByteArrayOutputStream word) {
            while (!atEnd()) {
                byte b = line[at++];
                if (b == '\'') {
                    return true;
                }
                if (b == '\\' && !atEnd() && line[at] == '\'') {
                    b = line[at++];
                }
                word.write(b);
            }
            return false;
        }

        private boolean atEnd() {
            return at >= line.length || line[at] == 0;
        }

        private static int hex(byte b) {
            return Character.digit((char) (b & 0xFF), 16);
        }
    }
}
