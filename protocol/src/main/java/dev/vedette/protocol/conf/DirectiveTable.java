package dev.vedette.protocol.conf;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** All directives that a daemon knows, found by name or alias in any case. Immutable. */
public final class DirectiveTable {
    private final List<Directive<?>> rows;
    private final Map<String, Directive<?>> byName = new LinkedHashMap<>();

    private DirectiveTable(Collection<Directive<?>> rows) {
        this.rows = List.copyOf(rows);
        for (Directive<?> row : rows) {
            byName.put(row.name(), row);
            row.aliases().forEach(alias -> byName.put(alias, row));
        }
    }

    public static DirectiveTable of(Collection<Directive<?>> rows) {
        return new DirectiveTable(rows);
    }

    /** This table with some rows replaced (by name) or added. */
    public DirectiveTable with(Directive<?>... others) {
        var merged = new LinkedHashMap<String, Directive<?>>();
        rows.forEach(row -> merged.put(row.name(), row));
        for (Directive<?> other : others) {
            merged.put(other.name(), other);
        }
        return new DirectiveTable(new ArrayList<>(merged.values()));
    }

    public Optional<Directive<?>> find(String nameOrAlias) {
        return Optional.ofNullable(byName.get(nameOrAlias.toLowerCase(Locale.ROOT)));
    }

    /** The name that an alias stands for; every other word as it is, in lower case. */
    public String canonical(String word) {
        return find(word).map(Directive::name).orElse(word.toLowerCase(Locale.ROOT));
    }

    public List<Directive<?>> rows() {
        return rows;
    }

    /** Every name and alias, as CONFIG GET lists them. */
    public Collection<String> names() {
        return byName.keySet();
    }
}
