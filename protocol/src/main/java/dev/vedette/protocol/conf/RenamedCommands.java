package dev.vedette.protocol.conf;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * {@code rename-command} lines: by which name each command is called. As in Redis the lines act one
 * after the other, so a name that one gave away another may take.
 */
public final class RenamedCommands implements StatementHandler {
    private final Map<String, String> originals = new LinkedHashMap<>();

    /**
     * @param names all commands of this daemon, in lower case
     */
    public RenamedCommands(Collection<String> names) {
        names.forEach(name -> originals.put(name, name));
    }

    @Override
    public void accept(Statement statement) throws BadDirective {
        var words = statement.arguments();
        if (words.size() != 2) {
            throw new BadDirective(
                    BadDirective.UNKNOWN, "write: rename-command <command> <new name, or \"\">");
        }
        var name = words.getFirst().toLowerCase(Locale.ROOT);
        var original = originals.remove(name);
        if (original == null) {
            throw new BadDirective(
                    "No such command in rename-command",
                    "the commands are: " + String.join(", ", originals.keySet()));
        }
        var next = words.getLast().toLowerCase(Locale.ROOT);
        if (!next.isEmpty() && originals.putIfAbsent(next, original) != null) {
            throw new BadDirective(
                    "Target command name already exists",
                    "'" + next + "' is the name of a command; choose another");
        }
    }

    /** What each command is called now, in lower case; what nobody may call is missing. */
    public Map<String, String> names() {
        var names = new HashMap<String, String>();
        originals.forEach((name, original) -> names.put(original, name));
        return names;
    }
}
