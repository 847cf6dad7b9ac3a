package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.server.keyspace.Database;
import dev.vedette.server.type.GrownString;
import dev.vedette.server.type.LongDouble;
import dev.vedette.server.type.StringValue;
import dev.vedette.server.type.ValueType;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The commands of strings (Redis t_string.c). */
public final class StringCommands {
    private static final byte[] SET = Words.of("SET");
    private static final byte[] PXAT = Words.of("PXAT");
    private static final byte[] KEEPTTL = Words.of("KEEPTTL");
    private static final byte[] DEL = Words.of("DEL");
    private static final byte[] PERSIST = Words.of("PERSIST");
    private static final byte[] PEXPIREAT = Words.of("PEXPIREAT");
    private static final byte[] EMPTY = {};

    /** The longest array that a JVM makes. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - 64;

    private final LongSupplier maxBytes;

    /**
     * @param maxBytes the longest string allowed: proto-max-bulk-len
     */
    public StringCommands(LongSupplier maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("append", 3, "write denyoom fast", "@write @string @fast", "2.0.0")
                        .keys("RW insert", 1, 0, 1)
                        .about("Appends to a string.")
                        .does(this::append),
                row("decr", 2, "write denyoom fast", "@write @string @fast", "1.0.0")
                        .keys("RW access update", 1, 0, 1)
                        .about("Takes one from a number.")
                        .does(ctx -> increment(ctx, -1)),
                row("decrby", 3, "write denyoom fast", "@write @string @fast", "1.0.0")
                        .keys("RW access update", 1, 0, 1)
                        .about("Takes from a number.")
                        .does(StringCommands::decrementBy),
                row("get", 2, "readonly fast", "@read @string @fast", "1.0.0")
                        .keys("RO access", 1, 0, 1)
                        .about("Returns a string.")
                        .does(StringCommands::get),
                row("getdel", 2, "write fast", "@write @string @fast", "6.2.0")
                        .keys("RW access delete", 1, 0, 1)
                        .about("Returns a string and deletes its key.")
                        .does(StringCommands::getDelete),
                row("getex", -2, "write fast", "@write @string @fast", "6.2.0")
                        .keys("RW access update", 1, 0, 1)
                        .about("Returns a string and sets or takes away its time to live.")
                        .does(StringCommands::getExpire),
                row("getrange", 4, "readonly", "@read @string @slow", "2.4.0")
                        .keys("RO access", 1, 0, 1)
                        .about("Returns a part of a string.")
                        .does(StringCommands::getRange),
                row("getset", 3, "write denyoom fast", "@write @string @fast", "1.0.0")
                        .keys("RW access update", 1, 0, 1)
                        .deprecated("6.2.0")
                        .about("Stores a string and returns the one before.")
                        .does(StringCommands::getSet),
                row("incr", 2, "write denyoom fast", "@write @string @fast", "1.0.0")
                        .keys("RW access update", 1, 0, 1)
                        .about("Adds one to a number.")
                        .does(ctx -> increment(ctx, 1)),
                row("incrby", 3, "write denyoom fast", "@write @string @fast", "1.0.0")
                        .keys("RW access update", 1, 0, 1)
                        .about("Adds to a number.")
                        .does(ctx -> increment(ctx, ctx.integer(2))),
                row("incrbyfloat", 3, "write denyoom fast", "@write @string @fast", "2.6.0")
                        .keys("RW access update", 1, 0, 1)
                        .about("Adds to a decimal number.")
                        .does(StringCommands::incrementByFloat),
                row("lcs", -3, "readonly", "@read @string @slow", "7.0.0")
                        .keys("RO access", 1, 1, 1)
                        .about("Finds the longest text that two strings share in order.")
                        .does(ctx -> new LcsCommand(maxBytes).run(ctx)),
                row("mget", -2, "readonly fast", "@read @string @fast", "1.0.0")
                        .keys("RO access", 1, -1, 1)
                        .tips("request_policy:multi_shard")
                        .about("Returns several strings.")
                        .does(StringCommands::getMany),
                row("mset", -3, "write denyoom", "@write @string @slow", "1.0.1")
                        .keys("OW update", 1, -1, 2)
                        .tips("request_policy:multi_shard response_policy:all_succeeded")
                        .about("Stores several strings at once.")
                        .does(StringCommands::setMany),
                row("msetnx", -3, "write denyoom", "@write @string @slow", "1.0.1")
                        .keys("OW insert", 1, -1, 2)
                        .tips("request_policy:multi_shard response_policy:agg_min")
                        .about("Stores several strings at once if none of the keys exists.")
                        .does(StringCommands::setManyIfNone),
                row("psetex", 4, "write denyoom", "@write @string @slow", "2.6.0")
                        .keys("OW update", 1, 0, 1)
                        .deprecated("2.6.12")
                        .about("Stores a string with a time to live in milliseconds.")
                        .does(ctx -> setForTime(ctx, false)),
                row("set", -3, "write denyoom", "@write @string @slow", "1.0.0")
                        .keys("RW access update variable_flags", 1, 0, 1)
                        .about("Stores a string, on conditions and with a time to live if wanted.")
                        .does(StringCommands::set),
                row("setex", 4, "write denyoom", "@write @string @slow", "2.0.0")
                        .keys("OW update", 1, 0, 1)
                        .deprecated("2.6.12")
                        .about("Stores a string with a time to live in seconds.")
                        .does(ctx -> setForTime(ctx, true)),
                row("setnx", 3, "write denyoom fast", "@write @string @fast", "1.0.0")
                        .keys("OW insert", 1, 0, 1)
                        .deprecated("2.6.12")
                        .about("Stores a string if its key does not exist.")
                        .does(StringCommands::setIfNone),
                row("setrange", 4, "write denyoom", "@write @string @slow", "2.2.0")
                        .keys("RW update", 1, 0, 1)
                        .about("Overwrites a part of a string.")
                        .does(this::setRange),
                row("strlen", 2, "readonly fast", "@read @string @fast", "2.2.0")
                        .keys("RO", 1, 0, 1)
                        .about("Returns the length of a string.")
                        .does(StringCommands::length),
                row("substr", 4, "readonly", "@read @string @slow", "1.0.0")
                        .keys("RO access", 1, 0, 1)
                        .deprecated("2.0.0")
                        .about("Returns a part of a string.")
                        .does(StringCommands::getRange));
    }

    // ---- get

    private static void get(CommandContext ctx) {
        replyString(ctx, ctx.readString(ctx.word(1)));
    }

    private static void replyString(CommandContext ctx, @Nullable Object value) {
        if (value == null) {
            ctx.reply().nullBulk();
        } else {
            ctx.reply().bulk(StringValue.array(value), 0, StringValue.length(value));
        }
    }

    private static void getMany(CommandContext ctx) {
        var out = ctx.reply();
        out.array(ctx.count() - 1L);
        for (var i = 1; i < ctx.count(); i++) {
            var value = ctx.read(ctx.word(i));
            var isString = value != null && ValueType.of(value) == ValueType.STRING;
            replyString(ctx, isString ? value : null);
        }
    }

    private static void length(CommandContext ctx) {
        var value = ctx.readString(ctx.word(1));
        ctx.reply().integer(value == null ? 0 : StringValue.length(value));
    }

    private static void getRange(CommandContext ctx) {
        var start = ctx.integer(2);
        var end = ctx.integer(3);
        var value = ctx.readString(ctx.word(1));
        if (value == null || (start < 0 && end < 0 && start > end)) {
            ctx.reply().bulk(EMPTY);
            return;
        }
        var length = StringValue.length(value);
        var from = Math.max(0, start < 0 ? length + start : start);
        var to = Math.min(length - 1L, Math.max(0, end < 0 ? length + end : end));
        if (from > to || length == 0) {
            ctx.reply().bulk(EMPTY);
        } else {
            ctx.reply().bulk(StringValue.array(value), (int) from, (int) (to - from + 1));
        }
    }

    private static void getDelete(CommandContext ctx) {
        var key = ctx.word(1);
        var value = ctx.readString(key);
        replyString(ctx, value);
        if (value != null) {
            ctx.db().remove(key);
            ctx.notify('g', "del", key);
            ctx.propagateAs(DEL, key);
            ctx.changed(1);
        }
    }

    private static void getExpire(CommandContext ctx) {
        var options = SetOptions.parse(ctx, 2, true);
        var key = ctx.word(1);
        var value = ctx.readString(key);
        if (value == null) {
            ctx.reply().nullBulk();
            return;
        }
        var at = options.hasTime() ? options.expireAt(ctx) : Database.NEVER;
        replyString(ctx, value);
        if (options.isAbsolute() && ExpireTime.isPast(ctx, at)) {
            ctx.db().remove(key);
            ctx.notify('g', "del", key);
            ctx.propagateAs(ctx.dispatcher().expiry().removalCommand(key));
            ctx.changed(1);
        } else if (options.hasTime()) {
            ctx.db().setExpireAt(key, at);
            ctx.notify('g', "expire", key);
            ctx.propagateAs(PEXPIREAT, key, StringValue.ofLong(at));
            ctx.changed(1);
        } else if (options.isPersist() && ctx.db().expireAt(key) != Database.NEVER) {
            ctx.db().setExpireAt(key, Database.NEVER);
            ctx.notify('g', "persist", key);
            ctx.propagateAs(PERSIST, key);
            ctx.changed(1);
        }
    }

    // ---- set

    private static void set(CommandContext ctx) {
        var key = ctx.word(1);
        if (ctx.count() == 3) {
            store(ctx, key, ctx.word(2));
            ctx.ok();
            return;
        }
        var options = SetOptions.parse(ctx, 3, false);
        var at = options.hasTime() ? options.expireAt(ctx) : Database.NEVER;
        var before = options.isGet() ? ctx.readString(key) : null;
        var exists = ctx.write(key) != null;
        if (options.forbids(exists)) {
            replyString(ctx, before);
            return;
        }
        if (options.isKeepTtl()) {
            ctx.db().replace(key, StringValue.shared(ctx.word(2)));
        } else {
            ctx.db().put(key, StringValue.shared(ctx.word(2)), at);
        }
        ctx.changed(1);
        ctx.notify('$', "set", key);
        if (options.hasTime()) {
            ctx.notify('g', "expire", key);
            ctx.propagateAs(SET, key, ctx.word(2), PXAT, StringValue.ofLong(at));
        } else if (options.isGet()) {
            ctx.propagateAs(withoutGet(ctx));
        }
        if (options.isGet()) {
            replyString(ctx, before);
        } else {
            ctx.ok();
        }
    }

    private static byte[][] withoutGet(CommandContext ctx) {
        var kept = new ArrayList<byte[]>();
        for (var i = 0; i < ctx.count(); i++) {
            if (i < 3 || !ctx.is(i, "get")) {
                kept.add(ctx.word(i));
            }
        }
        return kept.toArray(new byte[0][]);
    }

    /** Stores a string without any condition or time. */
    private static void store(CommandContext ctx, byte[] key, byte[] value) {
        // A key past its time must go as an expired one first, as lookupKeyWrite has it.
        if (ctx.db().expiringKeys() > 0) {
            var _ = ctx.write(key);
        }
        ctx.db().put(key, StringValue.shared(value));
        ctx.changed(1);
        ctx.notify('$', "set", key);
    }

    private static void setIfNone(CommandContext ctx) {
        var key = ctx.word(1);
        if (ctx.write(key) != null) {
            ctx.reply().integer(0);
            return;
        }
        store(ctx, key, ctx.word(2));
        ctx.reply().integer(1);
    }

    private static void setForTime(CommandContext ctx, boolean seconds) {
        var key = ctx.word(1);
        var at = ExpireTime.of(ctx, ctx.word(2), seconds, true);
        var _ = ctx.write(key);
        ctx.db().put(key, StringValue.shared(ctx.word(3)), at);
        ctx.changed(1);
        ctx.notify('$', "set", key);
        ctx.notify('g', "expire", key);
        ctx.propagateAs(SET, key, ctx.word(3), PXAT, StringValue.ofLong(at));
        ctx.ok();
    }

    private static void getSet(CommandContext ctx) {
        var key = ctx.word(1);
        var before = ctx.readString(key);
        replyString(ctx, before);
        ctx.db().put(key, StringValue.shared(ctx.word(2)));
        ctx.changed(1);
        ctx.notify('$', "set", key);
        ctx.propagateAs(SET, key, ctx.word(2));
    }

    private static void setMany(CommandContext ctx) {
        checkPairs(ctx);
        for (var i = 1; i < ctx.count(); i += 2) {
            store(ctx, ctx.word(i), ctx.word(i + 1));
        }
        ctx.ok();
    }

    private static void setManyIfNone(CommandContext ctx) {
        checkPairs(ctx);
        for (var i = 1; i < ctx.count(); i += 2) {
            if (ctx.write(ctx.word(i)) != null) {
                ctx.reply().integer(0);
                return;
            }
        }
        for (var i = 1; i < ctx.count(); i += 2) {
            store(ctx, ctx.word(i), ctx.word(i + 1));
        }
        ctx.reply().integer(1);
    }

    private static void checkPairs(CommandContext ctx) {
        if (ctx.count() % 2 == 0) {
            throw new CommandError(Dispatcher.wrongCount(ctx.command()));
        }
    }

    // ---- change in place

    private void append(CommandContext ctx) {
        var key = ctx.word(1);
        var more = ctx.word(2);
        var value = ctx.writeString(key);
        long length;
        if (value == null) {
            ctx.db().put(key, StringValue.shared(more));
            length = more.length;
        } else {
            checkLength(ctx, StringValue.length(value), more.length);
            length = change(ctx, key, value, grown -> grown.append(more)).length();
        }
        ctx.changed(1);
        ctx.notify('$', "append", key);
        ctx.reply().integer(length);
    }

    private void setRange(CommandContext ctx) {
        var key = ctx.word(1);
        var offset = ctx.integer(2);
        var bytes = ctx.word(3);
        if (offset < 0) {
            throw new CommandError("ERR offset is out of range");
        }
        var value = ctx.writeString(key);
        if (bytes.length == 0) {
            ctx.reply().integer(value == null ? 0 : StringValue.length(value));
            return;
        }
        checkLength(ctx, offset, bytes.length);
        var grown =
                change(
                        ctx,
                        key,
                        value == null ? EMPTY : value,
                        before -> before.write((int) offset, bytes));
        ctx.changed(1);
        ctx.notify('$', "setrange", key);
        ctx.reply().integer(grown.length());
    }

    /** Changes a value in place, which is stored in a form that allows that from now on. */
    private static GrownString change(
            CommandContext ctx, byte[] key, Object value, Consumer<GrownString> change) {
        if (value instanceof GrownString already) {
            ctx.db().change(key, already, change);
            return already;
        }
        var grown = StringValue.grown(value);
        change.accept(grown);
        ctx.db().replace(key, grown);
        return grown;
    }

    private void checkLength(CommandContext ctx, long offset, long more) {
        var limit = ctx.isFromMaster() ? MAX_BYTES : Math.min(MAX_BYTES, maxBytes.getAsLong());
        if (offset > limit || offset + more > limit) {
            throw new CommandError("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
    }

    // ---- numbers

    private static void decrementBy(CommandContext ctx) {
        var by = ctx.integer(2);
        if (by == Long.MIN_VALUE) {
            throw new CommandError("ERR decrement would overflow");
        }
        increment(ctx, -by);
    }

    private static void increment(CommandContext ctx, long by) {
        var key = ctx.word(1);
        var value = ctx.writeString(key);
        var before = value == null ? 0 : number(value);
        var after = before + by;
        if (((before ^ after) & (by ^ after)) < 0) {
            throw new CommandError("ERR increment or decrement would overflow");
        }
        ctx.db().replace(key, StringValue.shared(StringValue.ofLong(after)));
        ctx.changed(1);
        ctx.notify('$', "incrby", key);
        ctx.reply().integer(after);
    }

    private static long number(Object value) {
        try {
            return StringValue.parseLong(StringValue.array(value), StringValue.length(value));
        } catch (NumberFormatException _) {
            throw new CommandError(CommandError.NOT_AN_INTEGER);
        }
    }

    private static void incrementByFloat(CommandContext ctx) {
        var key = ctx.word(1);
        var value = ctx.writeString(key);
        var text = value == null ? Words.of("0") : StringValue.bytes(value);
        byte[] sum;
        try {
            var before = LongDouble.parse(text);
            var by = LongDouble.parse(ctx.word(2));
            if (before.isEmpty() || by.isEmpty()) {
                throw new CommandError("ERR increment would produce NaN or Infinity");
            }
            sum = LongDouble.format(LongDouble.add(before.get(), by.get()));
        } catch (LongDouble.NotANumber _) {
            throw new CommandError(CommandError.NOT_A_FLOAT);
        }
        ctx.db().replace(key, StringValue.isCanonicalLong(sum) ? GrownString.textual(sum) : sum);
        ctx.changed(1);
        ctx.notify('$', "incrbyfloat", key);
        ctx.propagateAs(SET, key, sum, KEEPTTL);
        ctx.reply().bulk(sum);
    }

    /** A copy of a string that shares nothing with it (COPY). */
    static Object copy(Object value) {
        return value instanceof GrownString grown
                ? grown.copy()
                : Arrays.copyOf((byte[]) value, ((byte[]) value).length);
    }
}
