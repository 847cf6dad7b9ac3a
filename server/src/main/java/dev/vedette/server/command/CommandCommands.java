package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.protocol.resp.GlobPattern;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** COMMAND: what commands there are (Redis server.c, commandCommand). */
public final class CommandCommands {
    private static final String FLAGS = "loading stale";
    private static final String ACL = "@slow @connection";
    private static final String ANY_ORDER = "nondeterministic_output_order";

    private final CommandTable table;

    public CommandCommands(CommandTable table) {
        this.table = table;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("command", -1, FLAGS, ACL, "2.8.13")
                        .tips(ANY_ORDER)
                        .about("Describes all commands.")
                        .does(this::all)
                        .subcommands(
                                row("command|count", 2, FLAGS, ACL, "2.8.13")
                                        .about("Counts the commands.")
                                        .does(ctx -> ctx.reply().integer(table.all().size())),
                                row("command|getkeys", -4, FLAGS, ACL, "2.8.13")
                                        .about("Returns the keys of a command.")
                                        .does(ctx -> keys(ctx, false)),
                                row("command|info", -2, FLAGS, ACL, "2.8.13")
                                        .tips(ANY_ORDER)
                                        .about("Describes commands in figures.")
                                        .does(this::info),
                                row("command|getkeysandflags", -4, FLAGS, ACL, "7.0.0")
                                        .about("Returns the keys of a command and their use.")
                                        .does(ctx -> keys(ctx, true)),
                                row("command|docs", -2, FLAGS, ACL, "7.0.0")
                                        .tips(ANY_ORDER)
                                        .about("Describes commands in words.")
                                        .does(this::docs),
                                row("command|help", 2, FLAGS, ACL, "5.0.0")
                                        .about("Lists the subcommands.")
                                        .does(CommandCommands::help),
                                row("command|list", -2, FLAGS, ACL, "7.0.0")
                                        .tips(ANY_ORDER)
                                        .about("Lists the names of commands.")
                                        .does(this::list)));
    }

    // ---- INFO

    private void all(CommandContext ctx) {
        ctx.reply().array(table.all().size());
        table.all().forEach(command -> describe(ctx, command));
    }

    private void info(CommandContext ctx) {
        if (ctx.count() == 2) {
            all(ctx);
            return;
        }
        ctx.reply().array(ctx.count() - 2L);
        for (var i = 2; i < ctx.count(); i++) {
            describe(ctx, table.findByFullName(ctx.word(i)));
        }
    }

    private static void describe(CommandContext ctx, @Nullable Command command) {
        var out = ctx.reply();
        if (command == null) {
            out.nullBulk();
            return;
        }
        out.array(10);
        out.bulk(command.name());
        out.integer(command.arity());
        statuses(ctx, command.flagWords());
        out.integer(command.firstKey());
        out.integer(command.lastKey());
        out.integer(command.keyStep());
        statuses(ctx, command.categories());
        out.set(command.tips().size());
        command.tips().forEach(out::bulk);
        out.set(command.keySpecs().size());
        command.keySpecs().forEach(spec -> describe(ctx, spec));
        out.set(command.subcommands().size());
        command.subcommands().forEach(sub -> describe(ctx, sub));
    }

    private static void statuses(CommandContext ctx, List<String> words) {
        ctx.reply().set(words.size());
        words.forEach(ctx.reply()::simple);
    }

    private static void describe(CommandContext ctx, KeySpec spec) {
        var out = ctx.reply();
        out.map(3);
        out.bulk("flags");
        statuses(ctx, List.of(spec.flags().split(" ", -1)));
        out.bulk("begin_search");
        out.map(2);
        out.bulk("type");
        out.bulk("index");
        out.bulk("spec");
        out.map(1);
        out.bulk("index");
        out.integer(spec.index());
        out.bulk("find_keys");
        out.map(2);
        out.bulk("type");
        out.bulk("range");
        out.bulk("spec");
        out.map(3);
        out.bulk("lastkey");
        out.integer(spec.lastKey());
        out.bulk("keystep");
        out.integer(spec.step());
        out.bulk("limit");
        out.integer(0);
    }

    // ---- DOCS

    private void docs(CommandContext ctx) {
        var wanted = new ArrayList<Command>();
        if (ctx.count() == 2) {
            wanted.addAll(table.all());
        }
        for (var i = 2; i < ctx.count(); i++) {
            var command = table.findByFullName(ctx.word(i));
            if (command != null) {
                wanted.add(command);
            }
        }
        ctx.reply().map(wanted.size());
        wanted.forEach(command -> document(ctx, command));
    }

    private static void document(CommandContext ctx, Command command) {
        var out = ctx.reply();
        var deprecated = command.deprecatedSince();
        out.bulk(command.name());
        out.map(3 + (deprecated == null ? 0 : 2) + (command.isContainer() ? 1 : 0));
        out.bulk("summary");
        out.bulk(command.summary());
        out.bulk("since");
        out.bulk(command.since());
        out.bulk("group");
        out.bulk(command.group());
        if (deprecated != null) {
            out.bulk("doc_flags");
            out.set(1);
            out.simple("deprecated");
            out.bulk("deprecated_since");
            out.bulk(deprecated);
        }
        if (command.isContainer()) {
            out.bulk("subcommands");
            out.map(command.subcommands().size());
            command.subcommands().forEach(sub -> document(ctx, sub));
        }
    }

    // ---- LIST

    private void list(CommandContext ctx) {
        var names = new ArrayList<byte[]>();
        var filtered = ctx.count() == 5 && ctx.is(2, "filterby");
        if (ctx.count() != 2 && !filtered) {
            throw CommandError.syntax();
        }
        for (var command : table.all()) {
            add(names, ctx, command, filtered);
            command.subcommands().forEach(sub -> add(names, ctx, sub, filtered));
        }
        ctx.reply().bulks(names);
    }

    private static void add(
            List<byte[]> names, CommandContext ctx, Command command, boolean filtered) {
        if (!filtered || matches(ctx, command)) {
            names.add(Words.of(command.name()));
        }
    }

    private static boolean matches(CommandContext ctx, Command command) {
        if (ctx.is(3, "aclcat")) {
            return command.categories().stream()
                    .anyMatch(category -> Words.matches(ctx.word(4), category.substring(1)));
        }
        if (ctx.is(3, "pattern")) {
            return GlobPattern.matchesAnyCase(ctx.word(4), Words.of(command.name()));
        }
        if (ctx.is(3, "module")) {
            return false;
        }
        throw CommandError.syntax();
    }

    // ---- GETKEYS

    private void keys(CommandContext ctx, boolean withFlags) {
        var command = table.find(ctx.word(2));
        if (command != null && command.isContainer() && ctx.count() > 3) {
            var sub = command.subcommand(ctx.word(3));
            command = sub == null ? command : sub;
        }
        if (command == null) {
            throw new CommandError("ERR Invalid command specified");
        }
        if (command.keySpecs().isEmpty()) {
            throw new CommandError("ERR The command has no key arguments");
        }
        var words = ctx.count() - 2;
        if (!command.takes(words)) {
            throw new CommandError("ERR Invalid number of arguments specified for command");
        }
        var found = new ArrayList<Integer>();
        var flags = new ArrayList<String>();
        for (var spec : command.keySpecs()) {
            var said = Arrays.copyOfRange(ctx.words(), 2, ctx.count());
            var does = CommandAccess.flagsOf(command, spec, said);
            spec.positions(words)
                    .forEach(
                            at -> {
                                found.add(at + 2);
                                flags.add(does);
                            });
        }
        ctx.reply().array(found.size());
        for (var i = 0; i < found.size(); i++) {
            if (withFlags) {
                ctx.reply().array(2);
            }
            ctx.reply().bulk(ctx.word(found.get(i)));
            if (withFlags) {
                statuses(ctx, List.of(flags.get(i).split(" ", -1)));
            }
        }
    }

    private static void help(CommandContext ctx) {
        Help.reply(
                ctx,
                "(no subcommand)",
                "    Describes all commands in figures.",
                "COUNT",
                "    How many commands there are.",
                "DOCS [<command> ...]",
                "    Describes commands in words.",
                "GETKEYS <full-command>",
                "    The keys of a command.",
                "GETKEYSANDFLAGS <full-command>",
                "    The keys of a command and what it does to them.",
                "INFO [<command> ...]",
                "    Describes commands in figures.",
                "LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]",
                "    The names of commands.");
    }
}
