package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.server.admin.InfoSections;
import dev.vedette.server.admin.SlowLog;
import dev.vedette.server.type.StringValue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What is asked of the server as a whole (Redis server.c, slowlog.c). */
public final class ServerCommands {
    private static final String SLOWLOG_ACL = "@admin @slow @dangerous";

    /** What an entry costs in slots, headers and clock, beside its key and value. */
    private static final long ENTRY_BYTES = 56;

    private final InfoSections sections;
    private final SlowLog slowLog;

    public ServerCommands(InfoSections sections, SlowLog slowLog) {
        this.sections = sections;
        this.slowLog = slowLog;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("dbsize", 1, "readonly fast", "@keyspace @read @fast", "1.0.0")
                        .tips("request_policy:all_shards response_policy:agg_sum")
                        .about("Counts the keys of the database.")
                        .does(ctx -> ctx.reply().integer(ctx.db().size())),
                row("flushall", -1, "write", "@keyspace @write @slow @dangerous", "1.0.0")
                        .tips("request_policy:all_shards response_policy:all_succeeded")
                        .about("Deletes all keys of all databases.")
                        .does(ServerCommands::flushAll),
                row("flushdb", -1, "write", "@keyspace @write @slow @dangerous", "1.0.0")
                        .tips("request_policy:all_shards response_policy:all_succeeded")
                        .about("Deletes all keys of the database.")
                        .does(ServerCommands::flushDb),
                row("info", -1, "loading stale", "@slow @dangerous", "1.0.0")
                        .tips(
                                "nondeterministic_output request_policy:all_shards"
                                        + " response_policy:special")
                        .about("Describes the server and what it has done.")
                        .does(this::info),
                row("memory", -2, "", "@slow", "4.0.0")
                        .about("Asks about memory.")
                        .subcommands(
                                row("memory|usage", -3, "readonly", "@read @slow", "4.0.0")
                                        .keys("RO", 2, 0, 1)
                                        .about("Estimates what a key and its value cost.")
                                        .does(ServerCommands::memoryUsage),
                                row("memory|help", 2, "loading stale", "@slow", "4.0.0")
                                        .about("Lists the subcommands.")
                                        .does(
                                                ctx ->
                                                        Help.reply(
                                                                ctx,
                                                                "USAGE <key> [SAMPLES <count>]",
                                                                "    About how many bytes a key"
                                                                        + " and its value cost."))),
                row("slowlog", -2, "", "@slow", "2.2.12")
                        .about("Asks about slow commands.")
                        .subcommands(
                                row(
                                                "slowlog|reset",
                                                2,
                                                "admin loading stale",
                                                SLOWLOG_ACL,
                                                "2.2.12")
                                        .tips(
                                                "request_policy:all_nodes"
                                                        + " response_policy:all_succeeded")
                                        .about("Forgets all entries.")
                                        .does(this::slowLogReset),
                                row("slowlog|len", 2, "admin loading stale", SLOWLOG_ACL, "2.2.12")
                                        .tips(
                                                "request_policy:all_nodes response_policy:agg_sum"
                                                        + " nondeterministic_output")
                                        .about("Counts the entries.")
                                        .does(ctx -> ctx.reply().integer(slowLog.length())),
                                row("slowlog|help", 2, "loading stale", "@slow", "6.2.0")
                                        .about("Lists the subcommands.")
                                        .does(ServerCommands::slowLogHelp),
                                row("slowlog|get", -2, "admin loading stale", SLOWLOG_ACL, "2.2.12")
                                        .tips("request_policy:all_nodes nondeterministic_output")
                                        .about("Lists the newest entries.")
                                        .does(this::slowLogGet)),
                row("swapdb", 3, "write fast", "@keyspace @write @fast @dangerous", "4.0.0")
                        .about("Exchanges the contents of two databases.")
                        .does(ServerCommands::swap),
                row("time", 1, "loading stale fast", "@fast", "2.6.0")
                        .tips("nondeterministic_output")
                        .about("Returns the server's time.")
                        .does(ServerCommands::time));
    }

    // ---- databases

    private static void checkFlushMode(CommandContext ctx) {
        if (ctx.count() > 2 || (ctx.count() == 2 && !ctx.is(1, "sync") && !ctx.is(1, "async"))) {
            throw CommandError.syntax();
        }
    }

    private static void flushAll(CommandContext ctx) {
        checkFlushMode(ctx);
        ctx.changed(ctx.keyspace().flushAll() + 1);
        ctx.propagateAnyway();
        ctx.ok();
    }

    private static void flushDb(CommandContext ctx) {
        checkFlushMode(ctx);
        ctx.changed(ctx.db().flush());
        ctx.propagateAnyway();
        ctx.ok();
    }

    private static void swap(CommandContext ctx) {
        var one = databaseNumber(ctx, 1, "ERR invalid first DB index");
        var other = databaseNumber(ctx, 2, "ERR invalid second DB index");
        var count = ctx.keyspace().count();
        if (one < 0 || one >= count || other < 0 || other >= count) {
            throw new CommandError("ERR DB index is out of range");
        }
        ctx.keyspace().swap(one, other);
        ctx.changed(1);
        ctx.ok();
    }

    private static int databaseNumber(CommandContext ctx, int index, String errorLine) {
        return (int) ctx.integer(index, Integer.MIN_VALUE, Integer.MAX_VALUE, errorLine);
    }

    // ---- facts

    private static void time(CommandContext ctx) {
        var now = Instant.now();
        ctx.reply().array(2);
        ctx.reply().bulk(now.getEpochSecond());
        ctx.reply().bulk(now.getNano() / 1000L);
    }

    private void info(CommandContext ctx) {
        var asked = new ArrayList<String>();
        for (var i = 1; i < ctx.count(); i++) {
            asked.add(ctx.text(i));
        }
        ctx.reply().verbatim("txt", sections.text(asked).getBytes(StandardCharsets.UTF_8));
    }

    private static void memoryUsage(CommandContext ctx) {
        for (var i = 3; i < ctx.count(); i += 2) {
            if (!ctx.is(i, "samples") || i + 1 >= ctx.count()) {
                throw CommandError.syntax();
            }
            if (ctx.integer(i + 1) < 0) {
                throw CommandError.syntax();
            }
        }
        var key = ctx.word(2);
        var value = ctx.peek(key);
        if (value == null) {
            ctx.reply().nullBulk();
        } else {
            ctx.reply().integer(ENTRY_BYTES + key.length + StringValue.array(value).length);
        }
    }

    // ---- SLOWLOG

    private void slowLogReset(CommandContext ctx) {
        slowLog.reset();
        ctx.ok();
    }

    private void slowLogGet(CommandContext ctx) {
        if (ctx.count() > 3) {
            throw CommandError.subcommand(ctx.command());
        }
        var count = 10L;
        if (ctx.count() == 3) {
            var line = "ERR count should be greater than or equal to -1";
            count = ctx.integer(2, -1, Long.MAX_VALUE, line);
        }
        var entries = slowLog.newest(count);
        var out = ctx.reply();
        out.array(entries.size());
        for (var entry : entries) {
            out.array(6);
            out.integer(entry.id());
            out.integer(entry.unixSeconds());
            out.integer(entry.micros());
            out.bulks(entry.words());
            out.bulk(entry.client());
            out.bulk(entry.clientName());
        }
    }

    private static void slowLogHelp(CommandContext ctx) {
        Help.reply(
                ctx,
                "GET [<count>]",
                "    The newest entries, 10 or so many, -1 for all. Each has its number, when it",
                "    was, how many microseconds it took, the command, the client and its name.",
                "LEN",
                "    How many entries there are.",
                "RESET",
                "    Forgets all entries.");
    }
}
