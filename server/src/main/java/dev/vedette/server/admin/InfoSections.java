package dev.vedette.server.admin;

import dev.vedette.protocol.info.InfoText;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The sections of INFO, in Redis's order: whoever knows the facts registers the section. Event loop
 * only.
 */
public final class InfoSections {
    /** Writes the fields of one section, whose heading stands already. */
    @FunctionalInterface
    public interface Section {
        void write(InfoText.Builder fields);
    }

    private static final List<String> ORDER =
            List.of(
                    "server",
                    "clients",
                    "memory",
                    "persistence",
                    "stats",
                    "replication",
                    "cpu",
                    "modules",
                    "commandstats",
                    "errorstats",
                    "latencystats",
                    "cluster",
                    "keyspace");

    /** Shown only when asked for by name or by "all". */
    private static final Set<String> EXTRA = Set.of("commandstats", "latencystats");

    private final Map<String, Section> sections = new LinkedHashMap<>();

    public InfoSections() {
        ORDER.forEach(name -> sections.put(name, fields -> {}));
    }

    /**
     * @param name in lower case
     */
    public void register(String name, Section section) {
        if (!sections.containsKey(name)) {
            throw new IllegalArgumentException("INFO has no section " + name);
        }
        sections.put(name, section);
    }

    /**
     * The text for these words of INFO; without any, the default sections.
     *
     * @param asked in any case; unknown ones are ignored
     */
    public String text(List<String> asked) {
        var wanted = asked.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
        var all = wanted.contains("all") || wanted.contains("everything");
        var usual = wanted.isEmpty() || wanted.contains("default");
        var text = InfoText.builder();
        sections.forEach(
                (name, section) -> {
                    var isUsual = usual && !EXTRA.contains(name);
                    if (all || isUsual || wanted.contains(name)) {
                        text.section(heading(name));
                        section.write(text);
                    }
                });
        return text.build();
    }

    private static String heading(String name) {
        return name.equals("cpu")
                ? "CPU"
                : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
