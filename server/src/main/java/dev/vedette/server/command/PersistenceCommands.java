package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.server.keyspace.Database;
import dev.vedette.server.persistence.DumpPayload;
import dev.vedette.server.persistence.Persistence;
import dev.vedette.server.persistence.RdbException;
import dev.vedette.server.persistence.RdbTypeRefusedException;
import dev.vedette.server.type.StringValue;

import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The commands of files and of serialized values. */
public final class PersistenceCommands {
    private static final String BUSY = "ERR Background save already in progress";
    private static final String FAILED = "ERR";
    private static final String BUSY_KEY = "BUSYKEY Target key name already exists.";
    private static final String BAD_PAYLOAD = "ERR DUMP payload version or checksum are wrong";
    private static final byte[] ABSTTL = Words.of("ABSTTL");
    private static final byte[] DEL = Words.of("DEL");

    private final Persistence persistence;
    private final BooleanSupplier compresses;

    /**
     * @param compresses rdbcompression, which DUMP follows too
     */
    public PersistenceCommands(Persistence persistence, BooleanSupplier compresses) {
        this.persistence = persistence;
        this.compresses = compresses;
    }

    /** The rows of the group "server". */
    public List<Command> serverRows() {
        String admin = "@admin @slow @dangerous";
        return List.of(
                row("bgsave", -1, "admin noscript no_async_loading", admin, "1.0.0")
                        .about("Saves the data set while commands go on.")
                        .does(this::saveInBackground),
                row("lastsave", 1, "loading stale fast", "@admin @fast @dangerous", "1.0.0")
                        .tips("nondeterministic_output")
                        .about("When the data set was last saved.")
                        .does(ctx -> ctx.reply().integer(persistence.lastSaveSeconds())),
                row("save", 1, "admin noscript no_async_loading no_multi", admin, "1.0.0")
                        .about("Saves the data set and holds everything up until it is done.")
                        .does(this::save));
    }

    /** The rows of the group "generic". */
    public List<Command> genericRows() {
        String write = "@keyspace @write @slow @dangerous";
        return List.of(
                row("dump", 2, "readonly", "@keyspace @read @slow", "2.6.0")
                        .keys("RO access", 1, 0, 1)
                        .tips("nondeterministic_output")
                        .about("Serializes a value.")
                        .does(this::dump),
                row("restore", -4, "write denyoom", write, "2.6.0")
                        .keys("OW update", 1, 0, 1)
                        .about("Creates a key from a serialized value.")
                        .does(PersistenceCommands::restore));
    }

    // ---- files

    private void save(CommandContext ctx) {
        if (persistence.isBusy()) {
            throw new CommandError(BUSY);
        }
        if (persistence.saveNow() == Persistence.Outcome.SAVED) {
            ctx.ok();
        } else {
            throw new CommandError(FAILED);
        }
    }

    private void saveInBackground(CommandContext ctx) {
        boolean schedule = ctx.count() == 2 && ctx.is(1, "schedule");
        if (ctx.count() > 1 && !schedule) {
            throw CommandError.syntax();
        }
        if (persistence.isSaving()) {
            throw new CommandError(BUSY);
        }
        // Half a transaction is no moment for a snapshot.
        if (ctx.isInsideExec() || (persistence.isBusy() && schedule)) {
            persistence.schedule();
            ctx.reply().simple("Background saving scheduled");
        } else if (persistence.isBusy()) {
            throw new CommandError(BUSY);
        } else if (persistence.saveInBackground(outcome -> {})) {
            ctx.reply().simple("Background saving started");
        } else {
            throw new CommandError(FAILED);
        }
    }

    // ---- values

    private void dump(CommandContext ctx) {
        Object value = ctx.peek(ctx.word(1));
        if (value == null) {
            ctx.reply().nullBulk();
        } else {
            ctx.reply()
                    .bulk(
                            DumpPayload.ofString(
                                    StringValue.bytes(value), compresses.getAsBoolean()));
        }
    }

    /** What stands behind the payload of RESTORE. */
    private record RestoreOptions(boolean replace, boolean absolute, long idleSeconds) {
        static RestoreOptions of(CommandContext ctx) {
            boolean replace = false;
            boolean absolute = false;
            long idle = -1;
            boolean frequency = false;
            for (int i = 4; i < ctx.count(); i++) {
                boolean more = i + 1 < ctx.count();
                if (ctx.is(i, "replace")) {
                    replace = true;
                } else if (ctx.is(i, "absttl")) {
                    absolute = true;
                } else if (ctx.is(i, "idletime") && more && !frequency) {
                    idle =
                            ctx.integer(
                                    ++i,
                                    0,
                                    Long.MAX_VALUE,
                                    "ERR Invalid IDLETIME value, must be >= 0");
                } else if (ctx.is(i, "freq") && more && idle < 0) {
                    ctx.integer(++i, 0, 255, "ERR Invalid FREQ value, must be >= 0 and <= 255");
                    frequency = true;
                } else {
                    throw CommandError.syntax();
                }
            }
            return new RestoreOptions(replace, absolute, idle);
        }
    }

    private static void restore(CommandContext ctx) {
        byte[] key = ctx.word(1);
        RestoreOptions options = RestoreOptions.of(ctx);
        boolean exists = ctx.write(key) != null;
        if (exists && !options.replace()) {
            throw new CommandError(BUSY_KEY);
        }
        long ttl = ctx.integer(2);
        if (ttl < 0) {
            throw new CommandError("ERR Invalid TTL value, must be >= 0");
        }
        byte[] value = value(key, ctx.word(3));
        long expireAt = expireAt(ctx, ttl, options);
        if (expireAt != Database.NEVER && expireAt < ctx.nowMillis() && !ctx.isFromMaster()) {
            ctx.propagateAs(DEL, key);
            if (exists) {
                ctx.db().remove(key);
                ctx.notify('g', "del", key);
                ctx.changed(1);
            }
            ctx.ok();
            return;
        }
        ctx.db().put(key, value, expireAt);
        if (options.idleSeconds() >= 0) {
            ctx.db().setIdleSeconds(key, options.idleSeconds());
        }
        if (ttl > 0 && !options.absolute()) {
            byte[][] words = Arrays.copyOf(ctx.words(), ctx.count() + 1);
            words[2] = StringValue.ofLong(expireAt);
            words[ctx.count()] = ABSTTL;
            ctx.propagateAs(words);
        }
        ctx.notify('g', "restore", key);
        ctx.changed(1);
        ctx.ok();
    }

    private static long expireAt(CommandContext ctx, long ttl, RestoreOptions options) {
        if (ttl == 0) {
            return Database.NEVER;
        }
        return options.absolute() ? ttl : ctx.nowMillis() + ttl;
    }

    private static byte[] value(byte[] key, byte[] payload) {
        if (!DumpPayload.verifies(payload)) {
            throw new CommandError(BAD_PAYLOAD);
        }
        try {
            return DumpPayload.string(key, payload);
        } catch (RdbTypeRefusedException e) {
            throw new CommandError(
                    "ERR Bad data format: this server does not hold the type "
                            + e.typeName()
                            + " yet");
        } catch (RdbException e) {
            throw new CommandError("ERR Bad data format");
        }
    }
}
