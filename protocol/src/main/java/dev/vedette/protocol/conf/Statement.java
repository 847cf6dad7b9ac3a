package dev.vedette.protocol.conf;

import java.util.List;
import java.util.Locale;

/**
 * One line of configuration, cut into words.
 *
 * @param words at least one; the first is the directive as it was written
 */
public record Statement(ConfLine line, List<String> words) {
    public Statement {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a statement has at least one word");
        }
    }

    /** The directive in lower case: the first word's case never matters. */
    public String name() {
        return words.getFirst().toLowerCase(Locale.ROOT);
    }

    public List<String> arguments() {
        return words.subList(1, words.size());
    }

    /** For rules that can be checked only later, when the whole file has been read. */
    public ConfException refuse(BadDirective cause) {
        return ConfException.at(line, cause);
    }
}
