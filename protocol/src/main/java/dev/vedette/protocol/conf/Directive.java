package dev.vedette.protocol.conf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One directive: the only place that knows its name, syntax and default.
 *
 * @param aliases other names with the same meaning, such as {@code slaveof}
 * @param defaultValue what holds when no line names it
 * @param meaning whether it can mean anything to a JVM
 */
public record Directive<T>(
        String name,
        List<String> aliases,
        Syntax<T> syntax,
        T defaultValue,
        Change change,
        Meaning meaning) {

    /** When a directive may change. */
    public enum Change {
        /** By CONFIG SET at any time. */
        AT_RUN_TIME,
        /** Never after the start. */
        AT_START,
        /** By CONFIG SET only where {@code enable-protected-configs} allows it. */
        PROTECTED
    }

    /** Whether there is anything on a JVM that a directive could steer. */
    public enum Meaning {
        SOME,
        /** Its subject (jemalloc, fork, kernel scheduling) does not exist here. */
        NONE_ON_A_JVM
    }

    public Directive {
        aliases = List.copyOf(aliases);
    }

    static <T> Directive<T> of(String name, Syntax<T> syntax, T defaultValue) {
        return new Directive<>(
                name, List.of(), syntax, defaultValue, Change.AT_RUN_TIME, Meaning.SOME);
    }

    Directive<T> alias(String... names) {
        return new Directive<>(name, List.of(names), syntax, defaultValue, change, meaning);
    }

    Directive<T> atStart() {
        return new Directive<>(name, aliases, syntax, defaultValue, Change.AT_START, meaning);
    }

    Directive<T> guarded() {
        return new Directive<>(name, aliases, syntax, defaultValue, Change.PROTECTED, meaning);
    }

    Directive<T> meaningless() {
        return new Directive<>(name, aliases, syntax, defaultValue, change, Meaning.NONE_ON_A_JVM);
    }

    /** The same directive where another default holds, as {@code port} of a sentinel. */
    public Directive<T> withDefault(T other) {
        return new Directive<>(name, aliases, syntax, other, change, meaning);
    }

    /** What CONFIG SET's one argument means. */
    public T parseValue(String value) throws BadDirective {
        if (!syntax.manyWords() || value.isEmpty()) {
            return syntax.parse(List.of(value), Optional.empty());
        }
        var words = new ArrayList<String>();
        for (String word : value.split(" ", -1)) {
            words.add(word);
        }
        return syntax.parse(words, Optional.empty());
    }

    /** Two rows of one name are the same directive, whatever default holds. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Directive<?> directive && directive.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
