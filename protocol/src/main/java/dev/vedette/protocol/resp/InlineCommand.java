package dev.vedette.protocol.resp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Splits a line into words as Redis does for inline commands and conf files (sds.c, sdssplitargs):
 * blanks separate; double quotes take {@code \n \r \t \b \a \xHH} and {@code \} before any other
 * byte; single quotes take {@code \'} alone; a closing quote must be followed by a blank or the
 * end.
 */
public final class InlineCommand {
    private final byte[] line;
    private final int end;
    private int at;

    /** The word being read, and how much of it. */
    private byte[] word;

    private int length;

    private InlineCommand(byte[] line, int from, int to) {
        this.line = line;
        this.at = from;
        this.end = to;
        this.word = new byte[Math.min(32, to - from)];
    }

    /** The words of the line; empty when its quotes are not balanced. */
    public static Optional<List<byte[]>> split(byte[] line, int from, int to) {
        return new InlineCommand(line, from, to).words();
    }

    public static Optional<List<byte[]>> split(byte[] line) {
        return split(line, 0, line.length);
    }

    private Optional<List<byte[]>> words() {
        var words = new ArrayList<byte[]>();
        while (true) {
            while (at < end && isBlank(line[at])) {
                at++;
            }
            // To sdssplitargs a NUL is the end of the line.
            if (at >= end || line[at] == 0) {
                return Optional.of(words);
            }
            if (!readWord()) {
                return Optional.empty();
            }
            words.add(Arrays.copyOf(word, length));
            length = 0;
        }
    }

    /** False when a quote stays open or is closed in the middle of a word. */
    private boolean readWord() {
        while (at < end) {
            byte next = line[at];
            if (endsWord(next)) {
                return true;
            }
            at++;
            boolean balanced =
                    switch (next) {
                        case '"' -> readDoubleQuoted();
                        case '\'' -> readSingleQuoted();
                        default -> put(next);
                    };
            if (!balanced) {
                return false;
            }
            if (next == '"' || next == '\'') {
                return true;
            }
        }
        return true;
    }

    private boolean readDoubleQuoted() {
        while (at < end && line[at] != 0) {
            byte next = line[at++];
            if (next == '"') {
                return atWordEnd();
            }
            if (next != '\\' || at >= end || line[at] == 0) {
                put(next);
            } else if (isHexEscape()) {
                put((byte) (hex(line[at + 1]) * 16 + hex(line[at + 2])));
                at += 3;
            } else {
                put(unescape(line[at++]));
            }
        }
        return false;
    }

    private boolean readSingleQuoted() {
        while (at < end && line[at] != 0) {
            byte next = line[at++];
            if (next == '\'') {
                return atWordEnd();
            }
            if (next == '\\' && at < end && line[at] == '\'') {
                put(line[at++]);
            } else {
                put(next);
            }
        }
        return false;
    }

    private boolean atWordEnd() {
        return at >= end || line[at] == 0 || isBlank(line[at]);
    }

    private boolean isHexEscape() {
        return line[at] == 'x' && at + 2 < end && hex(line[at + 1]) >= 0 && hex(line[at + 2]) >= 0;
    }

    private static int hex(byte digit) {
        return digit < 0 ? -1 : Character.digit(digit, 16);
    }

    private static byte unescape(byte escaped) {
        return switch (escaped) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> escaped;
        };
    }

    /** Narrower than {@link #isBlank}: a vertical tab or form feed within a word is part of it. */
    private static boolean endsWord(byte value) {
        return value == ' ' || value == '\t' || value == '\r' || value == '\n' || value == 0;
    }

    /** What isspace knows in the C locale. */
    private static boolean isBlank(byte value) {
        return value == ' ' || (value >= '\t' && value <= '\r');
    }

    private boolean put(byte value) {
        if (length == word.length) {
            word = Arrays.copyOf(word, Math.max(32, 2 * length));
        }
        word[length++] = value;
        return true;
    }
}
