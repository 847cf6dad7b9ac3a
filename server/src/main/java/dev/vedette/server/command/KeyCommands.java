package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.protocol.resp.GlobPattern;
import dev.vedette.server.keyspace.Expiry;
import dev.vedette.server.type.StringValue;
import dev.vedette.server.type.ValueType;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The commands of keys of whatever type, but for their times (Redis db.c, object.c). */
public final class KeyCommands {
    private static final int RANDOM_TRIES = 100;

    private static final String[] OBJECT_HELP = {
        "ENCODING <key>",
        "    The name of the form in which the value is kept.",
        "FREQ <key>",
        "    How often the key is used, on a logarithmic scale; needs an LFU policy.",
        "IDLETIME <key>",
        "    For how many seconds the key has not been used.",
        "REFCOUNT <key>",
        "    How many references to the value there are."
    };

    private final RandomGenerator random;

    public KeyCommands(RandomGenerator random) {
        this.random = random;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("copy", -3, "write denyoom", "@keyspace @write @slow", "6.2.0")
                        .keys("RO access", 1, 0, 1)
                        .keys("OW update", 2, 0, 1)
                        .about("Copies the value of a key to another key.")
                        .does(KeyCommands::copy),
                row("del", -2, "write", "@keyspace @write @slow", "1.0.0")
                        .keys("RM delete", 1, -1, 1)
                        .tips("request_policy:multi_shard response_policy:agg_sum")
                        .about("Deletes keys.")
                        .does(KeyCommands::delete),
                row("exists", -2, "readonly fast", "@keyspace @read @fast", "1.0.0")
                        .keys("RO", 1, -1, 1)
                        .tips("request_policy:multi_shard response_policy:agg_sum")
                        .about("Counts which of the keys exist.")
                        .does(KeyCommands::exists),
                row("keys", 2, "readonly", "@keyspace @read @slow @dangerous", "1.0.0")
                        .tips("request_policy:all_shards nondeterministic_output_order")
                        .about("Lists all keys that match a pattern.")
                        .does(KeyCommands::keys),
                row("move", 3, "write fast", "@keyspace @write @fast", "1.0.0")
                        .keys("RW access update", 1, 0, 1)
                        .about("Moves a key to another database.")
                        .does(KeyCommands::move),
                object(),
                row("randomkey", 1, "readonly", "@keyspace @read @slow", "1.0.0")
                        .tips("request_policy:all_shards nondeterministic_output")
                        .about("Returns some key.")
                        .does(this::randomKey),
                row("rename", 3, "write", "@keyspace @write @slow", "1.0.0")
                        .keys("RW access delete", 1, 0, 1)
                        .keys("OW update", 2, 0, 1)
                        .about("Gives a key another name.")
                        .does(ctx -> rename(ctx, false)),
                row("renamenx", 3, "write fast", "@keyspace @write @fast", "1.0.0")
                        .keys("RW access delete", 1, 0, 1)
                        .keys("OW insert", 2, 0, 1)
                        .about("Gives a key another name if that is free.")
                        .does(ctx -> rename(ctx, true)),
                row("scan", -2, "readonly", "@keyspace @read @slow", "2.8.0")
                        .tips("nondeterministic_output request_policy:special")
                        .about("Lists the keys, some at a time.")
                        .does(KeyCommands::scan),
                row("touch", -2, "readonly fast", "@keyspace @read @fast", "3.2.1")
                        .keys("RO", 1, -1, 1)
                        .tips("request_policy:multi_shard response_policy:agg_sum")
                        .about("Counts which of the keys exist and notes that they were used.")
                        .does(KeyCommands::touch),
                row("type", 2, "readonly fast", "@keyspace @read @fast", "1.0.0")
                        .keys("RO", 1, 0, 1)
                        .about("Returns the type of a key's value.")
                        .does(KeyCommands::type),
                row("unlink", -2, "write fast", "@keyspace @write @fast", "4.0.0")
                        .keys("RM delete", 1, -1, 1)
                        .tips("request_policy:multi_shard response_policy:agg_sum")
                        .about("Deletes keys, their memory later.")
                        .does(KeyCommands::delete));
    }

    private static Command object() {
        return row("object", -2, "", "@slow", "2.2.3")
                .about("Asks how a value is kept.")
                .subcommands(
                        row("object|refcount", 3, "readonly", "@keyspace @read @slow", "2.2.3")
                                .keys("RO", 2, 0, 1)
                                .tips("nondeterministic_output")
                                .about("How often the value is referred to.")
                                .does(KeyCommands::objectReferences),
                        row("object|encoding", 3, "readonly", "@keyspace @read @slow", "2.2.3")
                                .keys("RO", 2, 0, 1)
                                .tips("nondeterministic_output")
                                .about("The name of the form in which the value is kept.")
                                .does(KeyCommands::objectEncoding),
                        row("object|idletime", 3, "readonly", "@keyspace @read @slow", "2.2.3")
                                .keys("RO", 2, 0, 1)
                                .tips("nondeterministic_output")
                                .about("For how many seconds the key was not used.")
                                .does(KeyCommands::objectIdleTime),
                        row("object|freq", 3, "readonly", "@keyspace @read @slow", "4.0.0")
                                .keys("RO", 2, 0, 1)
                                .tips("nondeterministic_output")
                                .about("How often the key was used, where that is counted.")
                                .does(KeyCommands::objectFrequency),
                        row("object|help", 2, "loading stale", "@keyspace @slow", "6.2.0")
                                .about("Lists the subcommands.")
                                .does(ctx -> Help.reply(ctx, OBJECT_HELP)));
    }

    // ---- delete, look

    private static void delete(CommandContext ctx) {
        var deleted = 0L;
        for (var i = 1; i < ctx.count(); i++) {
            var key = ctx.word(i);
            // One past its time is gone already, and goes as expired.
            if (ctx.write(key) != null && ctx.db().remove(key)) {
                ctx.notify('g', "del", key);
                deleted++;
            }
        }
        ctx.changed(deleted);
        ctx.reply().integer(deleted);
    }

    private static void exists(CommandContext ctx) {
        var found = 0L;
        for (var i = 1; i < ctx.count(); i++) {
            if (look(ctx, ctx.word(i)) != null) {
                found++;
            }
        }
        ctx.reply().integer(found);
    }

    /** Counts as a hit or a miss, but not as a use. */
    static @Nullable Object look(CommandContext ctx, byte[] key) {
        var value = ctx.peek(key);
        var stats = ctx.dispatcher().stats();
        if (value == null) {
            stats.keyspaceMisses++;
            ctx.notify('m', "keymiss", key);
        } else {
            stats.keyspaceHits++;
        }
        return value;
    }

    private static void touch(CommandContext ctx) {
        var found = 0L;
        for (var i = 1; i < ctx.count(); i++) {
            if (ctx.read(ctx.word(i)) != null) {
                found++;
            }
        }
        ctx.reply().integer(found);
    }

    private static void type(CommandContext ctx) {
        var value = look(ctx, ctx.word(1));
        ctx.reply().simple(value == null ? "none" : ValueType.of(value).word());
    }

    private void randomKey(CommandContext ctx) {
        for (var i = 0; i < RANDOM_TRIES; i++) {
            var key = ctx.db().randomKey(random);
            if (key == null) {
                break;
            }
            if (ctx.peek(key) != null || (i == RANDOM_TRIES - 1 && ctx.db().contains(key))) {
                ctx.reply().bulk(key);
                return;
            }
        }
        ctx.reply().nullBulk();
    }

    private static void keys(CommandContext ctx) {
        var pattern = ctx.word(1);
        var all = pattern.length == 1 && pattern[0] == '*';
        var found = new ArrayList<byte[]>();
        ctx.db()
                .forEach(
                        (key, value, expireAt) -> {
                            if (all || GlobPattern.matches(pattern, key)) {
                                found.add(key);
                            }
                        });
        // Only skipped: a look at all keys should not end in a flood of removals (db.c,
        // keysCommand).
        found.removeIf(key -> Expiry.isPast(ctx.db(), key, ctx.nowMillis()));
        ctx.reply().bulks(found);
    }

    private static void scan(CommandContext ctx) {
        var cursor = cursor(ctx.text(1));
        var count = 10L;
        byte[] pattern = null;
        byte[] type = null;
        for (var i = 2; i < ctx.count(); i += 2) {
            if (i + 1 >= ctx.count()) {
                throw CommandError.syntax();
            }
            if (ctx.is(i, "count")) {
                count = ctx.integer(i + 1);
                if (count < 1) {
                    throw CommandError.syntax();
                }
            } else if (ctx.is(i, "match")) {
                pattern = ctx.word(i + 1);
            } else if (ctx.is(i, "type")) {
                type = ctx.word(i + 1);
            } else {
                throw CommandError.syntax();
            }
        }
        var found = new ArrayList<byte[]>();
        // A single star takes the empty key, too, which no pattern does.
        var wanted = pattern != null && pattern.length == 1 && pattern[0] == '*' ? null : pattern;
        var wantedType = type;
        var next =
                ctx.db()
                        .scan(
                                cursor,
                                (int) Math.min(count, Integer.MAX_VALUE),
                                (key, value, expireAt) -> {
                                    if ((wanted == null || GlobPattern.matches(wanted, key))
                                            && (wantedType == null
                                                    || Words.matches(
                                                            wantedType,
                                                            ValueType.of(value).word()))) {
                                        found.add(key);
                                    }
                                });
        found.removeIf(key -> ctx.peek(key) == null);
        ctx.reply().array(2);
        ctx.reply().bulk(Long.toUnsignedString(next));
        ctx.reply().bulks(found);
    }

    private static long cursor(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        try {
            // As strtoul has it, a number below zero counts from the end of the range.
            return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
        } catch (NumberFormatException _) {
            throw new CommandError("ERR invalid cursor");
        }
    }

    // ---- from key to key

    private static void rename(CommandContext ctx, boolean onlyIfFree) {
        var from = ctx.word(1);
        var to = ctx.word(2);
        var value = ctx.write(from);
        if (value == null) {
            throw new CommandError(CommandError.NO_SUCH_KEY);
        }
        if (Arrays.equals(from, to)) {
            replyRenamed(ctx, onlyIfFree, false);
            return;
        }
        if (ctx.write(to) != null && onlyIfFree) {
            replyRenamed(ctx, true, false);
            return;
        }
        var at = ctx.db().expireAt(from);
        // The one that was there goes first: the key is a new one.
        ctx.db().remove(to);
        ctx.db().put(to, value, at);
        ctx.db().remove(from);
        ctx.notify('g', "rename_from", from);
        ctx.notify('g', "rename_to", to);
        ctx.changed(1);
        replyRenamed(ctx, onlyIfFree, true);
    }

    private static void replyRenamed(CommandContext ctx, boolean asNumber, boolean done) {
        if (asNumber) {
            ctx.reply().integer(done ? 1 : 0);
        } else {
            ctx.ok();
        }
    }

    private static void move(CommandContext ctx) {
        var to = ctx.keyspace().database(ConnectionCommands.databaseNumber(ctx, 2));
        if (to.equals(ctx.db())) {
            throw new CommandError("ERR source and destination objects are the same");
        }
        var key = ctx.word(1);
        var value = ctx.write(key);
        if (value == null || ctx.peek(to, key) != null) {
            ctx.reply().integer(0);
            return;
        }
        to.put(key, value, ctx.db().expireAt(key));
        ctx.db().remove(key);
        ctx.notify('g', "move_from", key);
        ctx.dispatcher().notify('g', "move_to", key, to.number());
        ctx.changed(1);
        ctx.reply().integer(1);
    }

    private static void copy(CommandContext ctx) {
        var to = ctx.db();
        var replace = false;
        for (var i = 3; i < ctx.count(); i++) {
            if (ctx.is(i, "replace")) {
                replace = true;
            } else if (ctx.is(i, "db") && i + 1 < ctx.count()) {
                to = ctx.keyspace().database(ConnectionCommands.databaseNumber(ctx, ++i));
            } else {
                throw CommandError.syntax();
            }
        }
        var from = ctx.word(1);
        var target = ctx.word(2);
        if (to.equals(ctx.db()) && Arrays.equals(from, target)) {
            throw new CommandError("ERR source and destination objects are the same");
        }
        var value = ctx.read(from);
        if (value == null || (ctx.peek(to, target) != null && !replace)) {
            ctx.reply().integer(0);
            return;
        }
        to.remove(target);
        to.put(target, StringCommands.copy(value), ctx.db().expireAt(from));
        ctx.dispatcher().notify('g', "copy_to", target, to.number());
        ctx.changed(1);
        ctx.reply().integer(1);
    }

    // ---- OBJECT

    private static @Nullable Object lookedUp(CommandContext ctx) {
        var value = ctx.peek(ctx.word(2));
        if (value == null) {
            ctx.reply().nullBulk();
        }
        return value;
    }

    private static void objectReferences(CommandContext ctx) {
        var value = lookedUp(ctx);
        if (value != null) {
            ctx.reply().integer(StringValue.isShared(value) ? Integer.MAX_VALUE : 1);
        }
    }

    private static void objectEncoding(CommandContext ctx) {
        var value = lookedUp(ctx);
        if (value != null) {
            ctx.reply().bulk(StringValue.encoding(value));
        }
    }

    private static void objectIdleTime(CommandContext ctx) {
        if (lookedUp(ctx) != null) {
            ctx.reply().integer(ctx.db().idleSeconds(ctx.word(2)));
        }
    }

    private static void objectFrequency(CommandContext ctx) {
        if (lookedUp(ctx) != null) {
            throw new CommandError(
                    "ERR An LFU maxmemory policy is not selected, access frequency not tracked."
                            + " Please note that when switching between policies at runtime LRU"
                            + " and LFU data will take some time to adjust.");
        }
    }
}
