package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.server.keyspace.Database;
import dev.vedette.server.persistence.DumpPayload;
import dev.vedette.server.persistence.RdbException;
import dev.vedette.server.type.StringValue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** DUMP and RESTORE (Redis cluster.c). */
public final class DumpCommands {
    private static final byte[] ABSTTL = Words.of("ABSTTL");

    private final BooleanSupplier compress;

    /**
     * @param compress whether long strings are compressed (directive rdbcompression)
     */
    public DumpCommands(BooleanSupplier compress) {
        this.compress = compress;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("dump", 2, "readonly", "@keyspace @read @slow", "2.6.0")
                        .keys("RO access", 1, 0, 1)
                        .tips("nondeterministic_output")
                        .about("Returns a value in the form of an RDB file.")
                        .does(this::dump),
                row("restore", -4, "write denyoom", "@keyspace @write @slow @dangerous", "2.6.0")
                        .keys("OW update", 1, 0, 1)
                        .about("Stores a value that DUMP gave.")
                        .does(DumpCommands::restore));
    }

    private void dump(CommandContext ctx) {
        var value = ctx.read(ctx.word(1));
        if (value == null) {
            ctx.reply().nullBulk();
        } else {
            ctx.reply()
                    .bulk(DumpPayload.ofString(StringValue.bytes(value), compress.getAsBoolean()));
        }
    }

    private static void restore(CommandContext ctx) {
        var options = Options.parse(ctx);
        var key = ctx.word(1);
        if (!options.replace && ctx.peek(key) != null) {
            throw new CommandError("BUSYKEY Target key name already exists.");
        }
        var ttl = ctx.integer(2);
        if (ttl < 0) {
            throw new CommandError("ERR Invalid TTL value, must be >= 0");
        }
        var payload = ctx.word(3);
        if (!DumpPayload.verifies(payload)) {
            throw new CommandError("ERR DUMP payload version or checksum are wrong");
        }
        byte[] value;
        try {
            value = DumpPayload.string(key, payload);
        } catch (RdbException _) {
            throw new CommandError("ERR Bad data format");
        }
        var at = ttl == 0 ? Database.NEVER : options.absolute ? ttl : ctx.nowMillis() + ttl;
        var existed = ctx.write(key) != null;
        if (at != Database.NEVER && ExpireTime.isPast(ctx, at)) {
            // What would expire at once is not stored at all.
            if (existed) {
                ctx.db().remove(key);
                ctx.propagateAs(ctx.dispatcher().expiry().removalCommand(key));
                ctx.notify('g', "del", key);
                ctx.changed(1);
            }
            ctx.ok();
            return;
        }
        ctx.db().remove(key);
        ctx.db().put(key, StringValue.shared(value), at);
        options.applyIdle(ctx, key);
        if (at != Database.NEVER && !options.absolute) {
            ctx.propagateAs(absolute(ctx, at));
        }
        ctx.notify('g', "restore", key);
        ctx.changed(1);
        ctx.ok();
    }

    private static byte[][] absolute(CommandContext ctx, long at) {
        var words = new ArrayList<byte[]>(List.of(ctx.words()));
        words.set(2, StringValue.ofLong(at));
        words.add(ABSTTL);
        return words.toArray(new byte[0][]);
    }

    private static final class Options {
        private boolean replace;
        private boolean absolute;
        private long idle = -1;

        static Options parse(CommandContext ctx) {
            var options = new Options();
            for (var i = 4; i < ctx.count(); i++) {
                var more = i + 1 < ctx.count();
                if (ctx.is(i, "replace")) {
                    options.replace = true;
                } else if (ctx.is(i, "absttl")) {
                    options.absolute = true;
                } else if (ctx.is(i, "idletime") && more) {
                    options.idle = ctx.integer(++i);
                    if (options.idle < 0) {
                        throw new CommandError("ERR Invalid IDLETIME value, must be >= 0");
                    }
                } else if (ctx.is(i, "freq") && more) {
                    var frequency = ctx.integer(++i);
                    if (frequency < 0 || frequency > 255) {
                        throw new CommandError("ERR Invalid FREQ value, must be >= 0 and <= 255");
                    }
                } else {
                    throw CommandError.syntax();
                }
            }
            return options;
        }

        void applyIdle(CommandContext ctx, byte[] key) {
            if (idle >= 0) {
                ctx.db().setIdleSeconds(key, idle);
            }
        }
    }
}
