package dev.vedette.protocol.conf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The values of all directives of a table. Immutable: a change gives a new one, so that several
 * changes are made together or not at all. Look values up once; this is no place for a hot path.
 */
public final class Settings {
    private final DirectiveTable table;
    private final Map<String, Object> said;

    private Settings(DirectiveTable table, Map<String, Object> said) {
        this.table = table;
        this.said = said;
    }

    /** Everything at its default. */
    public static Settings defaults(DirectiveTable table) {
        return new Settings(table, Map.of());
    }

    public DirectiveTable table() {
        return table;
    }

    /** The value, or the default that this table gives the directive. */
    // A value was parsed by the row of its name, and rows of one name agree on the type.
    @SuppressWarnings("unchecked")
    public <T> T get(Directive<T> directive) {
        Object value = said.get(directive.name());
        if (value != null) {
            return (T) value;
        }
        return table.find(directive.name())
                .map(row -> (T) row.defaultValue())
                .orElse(directive.defaultValue());
    }

    /** Whether anything but the default was asked for by a line, an option or CONFIG SET. */
    public boolean says(Directive<?> directive) {
        return said.containsKey(directive.name());
    }

    public <T> boolean isDefault(Directive<T> directive) {
        return get(directive).equals(row(directive).defaultValue());
    }

    public <T> Settings with(Directive<T> directive, T value) {
        var changed = new HashMap<String, Object>(said);
        changed.put(directive.name(), value);
        return new Settings(table, changed);
    }

    /** These settings after one more line {@code <name> <arguments>}. */
    public <T> Settings withLine(Directive<T> directive, List<String> arguments)
            throws BadDirective {
        Optional<T> before = says(directive) ? Optional.of(get(directive)) : Optional.empty();
        return with(directive, directive.parse(arguments, before));
    }

    /** These settings after CONFIG SET of one directive; what it may not change is not asked. */
    public <T> Settings withValue(Directive<T> directive, String value) throws BadDirective {
        // The classes that are not named keep their limits; everything else starts afresh.
        Optional<T> before =
                get(directive) instanceof BufferLimits
                        ? Optional.of(get(directive))
                        : Optional.empty();
        return with(directive, directive.parse(List.of(value), before));
    }

    /** The value as CONFIG GET shows it. */
    public <T> String show(Directive<T> directive) {
        return directive.syntax().show(get(directive));
    }

    /** Writes every value that is not the default, or that the file has a line for. */
    public void rewriteInto(ConfRewrite rewrite) {
        rewriteInto(rewrite, Set.of());
    }

    /** The same without some directives, which the caller writes by rules of its own. */
    public void rewriteInto(ConfRewrite rewrite, Set<Directive<?>> except) {
        for (Directive<?> row : table.rows()) {
            if (!except.contains(row)) {
                rewriteInto(rewrite, row);
            }
        }
    }

    private <T> void rewriteInto(ConfRewrite rewrite, Directive<T> directive) {
        List<String> lines =
                directive.syntax().lines(get(directive)).stream()
                        .map(words -> directive.name() + " " + words)
                        .toList();
        if (isDefault(directive)) {
            rewrite.putIfPresent(directive.name(), lines);
        } else {
            rewrite.put(directive.name(), lines);
        }
    }

    // As for get.
    @SuppressWarnings("unchecked")
    private <T> Directive<T> row(Directive<T> directive) {
        return table.find(directive.name()).map(row -> (Directive<T>) row).orElse(directive);
    }
}
