package dev.vedette.protocol.info;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What an INFO reply says: sections of fields, in the order of the text. Anything may stand in a
 * reply: lines that are no field are skipped, a field may come twice, and one before the first
 * section title is in a section without a name.
 */
public final class InfoText {
    /**
     * @param name as in {@code # Replication}; empty for fields before the first title
     */
    public record Section(String name, List<Field> fields) {}

    public record Field(String name, String value) {}

    private final List<Section> sections;

    private InfoText(List<Section> sections) {
        this.sections = sections;
    }

    /** Reads any text; lines may end in CR LF or LF. */
    public static InfoText parse(String text) {
        var sections = new ArrayList<Section>();
        var fields = new ArrayList<Field>();
        String title = "";
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.startsWith("#")) {
                close(sections, title, fields);
                title = line.substring(1).strip();
                fields = new ArrayList<>();
                continue;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.add(new Field(line.substring(0, colon), line.substring(colon + 1)));
            }
        }
        close(sections, title, fields);
        return new InfoText(Collections.unmodifiableList(sections));
    }

    private static void close(List<Section> sections, String title, List<Field> fields) {
        if (!title.isEmpty() || !fields.isEmpty()) {
            sections.add(new Section(title, Collections.unmodifiableList(fields)));
        }
    }

    public List<Section> sections() {
        return sections;
    }

    /** The first section of that name, without regard to case. */
    public Optional<Section> section(String name) {
        return sections.stream().filter(s -> s.name().equalsIgnoreCase(name)).findFirst();
    }

    /** All fields, in the order of the text. */
    public List<Field> fields() {
        return sections.stream().flatMap(section -> section.fields().stream()).toList();
    }

    /** The value of a field; of one that comes twice the last, as a reader line by line has it. */
    public Optional<String> field(String name) {
        String found = null;
        for (var section : sections) {
            for (var field : section.fields()) {
                if (field.name().equals(name)) {
                    found = field.value();
                }
            }
        }
        return Optional.ofNullable(found);
    }

    /** The field as a whole number; empty when it is missing or is none. */
    public OptionalLong number(String name) {
        try {
            var value = field(name);
            return value.isPresent()
                    ? OptionalLong.of(Long.parseLong(value.get().strip()))
                    : OptionalLong.empty();
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** The field as a decimal number; empty when it is missing or is none. */
    public OptionalDouble decimal(String name) {
        try {
            var value = field(name);
            return value.isPresent()
                    ? OptionalDouble.of(Double.parseDouble(value.get().strip()))
                    : OptionalDouble.empty();
        } catch (NumberFormatException _) {
            return OptionalDouble.empty();
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Writes INFO text in Redis's form: titles, CR LF lines, one empty line between sections. */
    public static final class Builder {
        private final StringBuilder text = new StringBuilder(2048);

        /** Begins a section. */
        public Builder section(String name) {
            if (!text.isEmpty()) {
                text.append("\r\n");
            }
            text.append("# ").append(name).append("\r\n");
            return this;
        }

        /** A line end in the value becomes a blank: a value never begins another field. */
        public Builder field(String name, String value) {
            text.append(name).append(':');
            if (value.indexOf('\r') < 0 && value.indexOf('\n') < 0) {
                text.append(value);
            } else {
                text.append(value.replace('\r', ' ').replace('\n', ' '));
            }
            text.append("\r\n");
            return this;
        }

        public Builder field(String name, long value) {
            text.append(name).append(':').append(value).append("\r\n");
            return this;
        }

        /** A flag, as 1 or 0. */
        public Builder field(String name, boolean value) {
            return field(name, value ? 1 : 0);
        }

        public boolean isEmpty() {
            return text.isEmpty();
        }

        public String build() {
            return text.toString();
        }

        @Override
        public String toString() {
            return build();
        }
    }
}
