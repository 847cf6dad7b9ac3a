package dev.vedette.sentinel.command;

import dev.vedette.protocol.resp.GlobPattern;
import dev.vedette.protocol.resp.ReplyWriter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** COMMAND and its subcommands, drawn from the table itself. */
final class CommandCommands {
    private static final String FLAGS = "loading stale";
    private static final String CATEGORIES = "@slow @connection";

    /** What COMMAND says to clients of clusters and tools, in the words that they know. */
    private static final Map<String, List<String>> TIPS =
            Map.of(
                    "client|info", List.of("nondeterministic_output"),
                    "client|list", List.of("nondeterministic_output"),
                    "command", List.of("nondeterministic_output_order"),
                    "command|info", List.of("nondeterministic_output_order"),
                    "command|docs", List.of("nondeterministic_output_order"),
                    "command|list", List.of("nondeterministic_output_order"),
                    "info",
                            List.of(
                                    "nondeterministic_output",
                                    "request_policy:all_shards",
                                    "response_policy:special"),
                    "ping", List.of("request_policy:all_shards", "response_policy:all_succeeded"));

    private final CommandTable table;

    CommandCommands(CommandTable table) {
        this.table = table;
    }

    Command row() {
        return Command.group(
                        "command",
                        -1,
                        FLAGS,
                        CATEGORIES,
                        sub("count", 2, this::count),
                        sub("list", -2, this::list),
                        sub("info", -2, this::info),
                        sub("docs", -2, this::docs),
                        sub("getkeys", -4, this::getKeys),
                        sub("getkeysandflags", -4, this::getKeys),
                        sub("help", 2, this::help))
                .bare((client, _) -> describeAll(client.reply(), table.listed()));
    }

    private static Command sub(String name, int arity, Command.Handler handler) {
        return Command.of("command|" + name, arity, FLAGS, CATEGORIES, handler);
    }

    private void count(ClientSession client, Words words) {
        client.reply().integer(table.listed().size());
    }

    private void list(ClientSession client, Words words) {
        var all = new ArrayList<Command>();
        for (var command : table.listed()) {
            all.add(command);
            all.addAll(command.subcommands().values());
        }
        Predicate<Command> wanted;
        if (words.count() == 2) {
            wanted = _ -> true;
        } else if (words.count() == 5 && words.is(2, "FILTERBY") && words.is(3, "MODULE")) {
            wanted = _ -> false;
        } else if (words.count() == 5 && words.is(2, "FILTERBY") && words.is(3, "ACLCAT")) {
            var category = "@" + words.lower(4);
            wanted = command -> command.categories().contains(category);
        } else if (words.count() == 5 && words.is(2, "FILTERBY") && words.is(3, "PATTERN")) {
            var pattern = words.lower(4);
            wanted = command -> GlobPattern.matches(pattern, command.fullName());
        } else {
            Dispatcher.refuse(client, "ERR syntax error");
            return;
        }
        var names = all.stream().filter(wanted).map(Command::fullName).toList();
        var out = client.reply();
        out.array(names.size());
        names.forEach(out::bulk);
    }

    private void info(ClientSession client, Words words) {
        if (words.count() == 2) {
            describeAll(client.reply(), table.listed());
            return;
        }
        var out = client.reply();
        out.array(words.count() - 2L);
        for (var i = 2; i < words.count(); i++) {
            table.findFull(words.text(i))
                    .ifPresentOrElse(command -> describe(out, command), out::nullBulk);
        }
    }

    private static void describeAll(ReplyWriter out, Collection<Command> commands) {
        out.array(commands.size());
        commands.forEach(command -> describe(out, command));
    }

    /** Ten items: no command of a sentinel has keys. */
    private static void describe(ReplyWriter out, Command command) {
        out.array(10);
        out.bulk(command.fullName());
        out.integer(command.arity());
        out.set(command.flags().size());
        command.flags().forEach(out::simple);
        out.integer(0);
        out.integer(0);
        out.integer(0);
        out.set(command.categories().size());
        command.categories().forEach(out::simple);
        var tips = TIPS.getOrDefault(command.fullName(), List.of());
        out.set(tips.size());
        tips.forEach(out::bulk);
        out.set(0);
        if (command.subcommands().isEmpty()) {
            out.set(0);
        } else {
            describeAll(out, command.subcommands().values());
        }
    }

    private void docs(ClientSession client, Words words) {
        var asked = new ArrayList<Command>();
        if (words.count() == 2) {
            asked.addAll(table.listed());
        }
        for (var i = 2; i < words.count(); i++) {
            table.findFull(words.text(i)).ifPresent(asked::add);
        }
        documentAll(client.reply(), asked);
    }

    private static void documentAll(ReplyWriter out, Collection<Command> commands) {
        out.map(commands.size());
        for (var command : commands) {
            out.bulk(command.fullName());
            var hasSubcommands = !command.subcommands().isEmpty();
            out.map(hasSubcommands ? 4 : 3);
            out.bulk("summary");
            out.bulk("A command of Sentinel");
            out.bulk("group");
            out.bulk(group(command));
            out.bulk("complexity");
            out.bulk("O(1)");
            if (hasSubcommands) {
                out.bulk("subcommands");
                documentAll(out, command.subcommands().values());
            }
        }
    }

    private static String group(Command command) {
        if (command.fullName().startsWith("sentinel")) {
            return "sentinel";
        }
        if (command.categories().contains("@pubsub")) {
            return "pubsub";
        }
        return command.categories().contains("@connection") ? "connection" : "server";
    }

    private void getKeys(ClientSession client, Words words) {
        var command = table.find(words.text(2));
        if (command.isEmpty()) {
            Dispatcher.refuse(client, "ERR Invalid command specified");
        } else {
            Dispatcher.refuse(client, "ERR The command has no key arguments");
        }
    }

    private void help(ClientSession client, Words words) {
        Help.write(
                client,
                "COMMAND",
                List.of(
                        "(no subcommand)",
                        "    All commands with their details.",
                        "COUNT",
                        "    How many commands there are.",
                        "DOCS [<command-name> ...]",
                        "    What commands are for.",
                        "GETKEYS <full-command>",
                        "    The keys of a command: none here has any.",
                        "INFO [<command-name> ...]",
                        "    Some commands, or all, with their details.",
                        "LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]",
                        "    The names of commands."));
    }
}
