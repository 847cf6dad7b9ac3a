package dev.vedette.sentinel.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One row of the command table, or of the subcommands of a row.
 *
 * @param fullName in lower case; a subcommand's has its parent's before a bar
 * @param arity words it takes, its own name and its parent's included; negative is "at least"
 * @param flags as COMMAND shows them
 * @param categories of the access control list, as COMMAND shows them
 */
record Command(
        String fullName,
        int arity,
        List<String> flags,
        List<String> categories,
        Handler handler,
        Map<String, Command> subcommands) {

    /** What a command does: it writes its reply into the session. */
    interface Handler {
        void handle(ClientSession client, Words words);
    }

    Command {
        flags = List.copyOf(flags);
        categories = List.copyOf(categories);
    }

    static Command of(String name, int arity, String flags, String categories, Handler handler) {
        return new Command(name, arity, split(flags), split(categories), handler, Map.of());
    }

    /** A command that only has subcommands; without one its arity is wrong. */
    static Command group(String name, int arity, String flags, String categories, Command... subs) {
        var byName = new LinkedHashMap<String, Command>();
        for (var sub : subs) {
            byName.put(sub.fullName.substring(name.length() + 1), sub);
        }
        return new Command(name, arity, split(flags), split(categories), (_, _) -> {}, byName);
    }

    /** The same command with more subcommands. */
    Command with(List<Command> more) {
        var all = new LinkedHashMap<>(subcommands);
        more.forEach(sub -> all.put(sub.fullName.substring(fullName.length() + 1), sub));
        return new Command(fullName, arity, flags, categories, handler, all);
    }

    /** The same command with another meaning for its bare form. */
    Command bare(Handler bareHandler) {
        return new Command(fullName, arity, flags, categories, bareHandler, subcommands);
    }

    boolean takes(int words) {
        return arity < 0 ? words >= -arity : words == arity;
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    /** By its name, or by the name that Valkey has for it. */
    Optional<Command> subcommand(String name) {
        var typed = name.toLowerCase(Locale.ROOT);
        return Optional.ofNullable(
                subcommands.get(ValkeyNames.SUBCOMMANDS.getOrDefault(typed, typed)));
    }

    private static List<String> split(String words) {
        return words.isEmpty() ? List.of() : List.of(words.split(" "));
    }
}
