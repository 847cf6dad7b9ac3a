package dev.vedette.protocol.conf;

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

    /**
     * What a line means, or CONFIG SET with its one argument: where several words are taken, a
     * single one is cut at blanks first.
     *
     * @param before what earlier lines said
     */
    T parse(List<String> arguments, Optional<T> before) throws BadDirective {
        try {
            return parseWords(arguments, before);
        } catch (BadDirective e) {
            throw e.hint().isPresent() ? e : new BadDirective(e.reason(), hint(arguments));
        }
    }

    private T parseWords(List<String> arguments, Optional<T> before) throws BadDirective {
        if (syntax.manyWords() && arguments.size() == 1 && !arguments.getFirst().isEmpty()) {
            return syntax.parse(List.of(arguments.getFirst().split(" ", -1)), before);
        }
        return syntax.parse(arguments, before);
    }

    /** Type, range, an example and what was given, where the syntax itself knows nothing better. */
    private String hint(List<String> given) {
        var hint = new StringBuilder(name).append(" takes ");
        hint.append(syntax.expected().isEmpty() ? "another value" : syntax.expected());
        var example = syntax.show(defaultValue);
        if (!example.isEmpty()) {
            hint.append(", such as '").append(name).append(' ').append(example).append('\'');
        }
        return hint.append("; given: '").append(String.join(" ", given)).append('\'').toString();
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
