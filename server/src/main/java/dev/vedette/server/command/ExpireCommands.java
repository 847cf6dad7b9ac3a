package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.server.keyspace.Database;
import dev.vedette.server.type.StringValue;

import java.util.List;

/** The commands about the times of keys (Redis expire.c). */
public final class ExpireCommands {
    private static final byte[] PEXPIREAT = Words.of("PEXPIREAT");

    private ExpireCommands() {}

    /** The rows of the group. */
    public static List<Command> rows() {
        return List.of(
                row("expire", -3, "write fast", "@keyspace @write @fast", "1.0.0")
                        .keys("RW update", 1, 0, 1)
                        .about("Lets a key expire in so many seconds.")
                        .does(ctx -> expire(ctx, true, true)),
                row("expireat", -3, "write fast", "@keyspace @write @fast", "1.2.0")
                        .keys("RW update", 1, 0, 1)
                        .about("Lets a key expire at a moment given in seconds.")
                        .does(ctx -> expire(ctx, true, false)),
                row("expiretime", 2, "readonly fast", "@keyspace @read @fast", "7.0.0")
                        .keys("RO access", 1, 0, 1)
                        .about("Returns when a key expires, in seconds.")
                        .does(ctx -> time(ctx, true, false)),
                row("persist", 2, "write fast", "@keyspace @write @fast", "2.2.0")
                        .keys("RW update", 1, 0, 1)
                        .about("Takes away the time to live of a key.")
                        .does(ExpireCommands::persist),
                row("pexpire", -3, "write fast", "@keyspace @write @fast", "2.6.0")
                        .keys("RW update", 1, 0, 1)
                        .about("Lets a key expire in so many milliseconds.")
                        .does(ctx -> expire(ctx, false, true)),
                row("pexpireat", -3, "write fast", "@keyspace @write @fast", "2.6.0")
                        .keys("RW update", 1, 0, 1)
                        .about("Lets a key expire at a moment given in milliseconds.")
                        .does(ctx -> expire(ctx, false, false)),
                row("pexpiretime", 2, "readonly fast", "@keyspace @read @fast", "7.0.0")
                        .keys("RO access", 1, 0, 1)
                        .about("Returns when a key expires, in milliseconds.")
                        .does(ctx -> time(ctx, false, false)),
                row("pttl", 2, "readonly fast", "@keyspace @read @fast", "2.6.0")
                        .keys("RO access", 1, 0, 1)
                        .tips("nondeterministic_output")
                        .about("Returns how long a key has to live, in milliseconds.")
                        .does(ctx -> time(ctx, false, true)),
                row("ttl", 2, "readonly fast", "@keyspace @read @fast", "1.0.0")
                        .keys("RO access", 1, 0, 1)
                        .tips("nondeterministic_output")
                        .about("Returns how long a key has to live, in seconds.")
                        .does(ctx -> time(ctx, true, true)));
    }

    private static void expire(CommandContext ctx, boolean seconds, boolean relative) {
        var condition = ExpireCondition.parse(ctx, 3);
        var at = moment(ctx, seconds, relative);
        var key = ctx.word(1);
        if (ctx.write(key) == null || !condition.allows(ctx.db().expireAt(key), at)) {
            ctx.reply().integer(0);
            return;
        }
        if (ExpireTime.isPast(ctx, at)) {
            ctx.db().remove(key);
            ctx.propagateAs(ctx.dispatcher().expiry().removalCommand(key));
            ctx.notify('g', "del", key);
        } else {
            // Below zero only a master's word can lead; a moment long past is all that it means.
            ctx.db().setExpireAt(key, Math.max(0, at));
            var words = ctx.words().clone();
            if (!ctx.command().name().equals("pexpireat")) {
                words[0] = PEXPIREAT;
                words[2] = StringValue.ofLong(at);
            }
            ctx.propagateAs(words);
            ctx.notify('g', "expire", key);
        }
        ctx.changed(1);
        ctx.reply().integer(1);
    }

    /** The past is allowed here, so only what does not fit into a long is refused. */
    private static long moment(CommandContext ctx, boolean seconds, boolean relative) {
        var time = ctx.integer(2);
        if (seconds) {
            if (time > Long.MAX_VALUE / 1000 || time < Long.MIN_VALUE / 1000) {
                throw ExpireTime.invalid(ctx);
            }
            time *= 1000;
        }
        var base = relative ? ctx.nowMillis() : 0;
        if (time > Long.MAX_VALUE - base) {
            throw ExpireTime.invalid(ctx);
        }
        return time + base;
    }

    private static void time(CommandContext ctx, boolean seconds, boolean left) {
        var key = ctx.word(1);
        if (KeyCommands.look(ctx, key) == null) {
            ctx.reply().integer(-2);
            return;
        }
        var at = ctx.db().expireAt(key);
        if (at == Database.NEVER) {
            ctx.reply().integer(-1);
            return;
        }
        var millis = left ? Math.max(0, at - ctx.nowMillis()) : at;
        ctx.reply().integer(seconds ? (millis + 500) / 1000 : millis);
    }

    private static void persist(CommandContext ctx) {
        var key = ctx.word(1);
        if (ctx.write(key) == null || ctx.db().expireAt(key) == Database.NEVER) {
            ctx.reply().integer(0);
            return;
        }
        ctx.db().setExpireAt(key, Database.NEVER);
        ctx.notify('g', "persist", key);
        ctx.changed(1);
        ctx.reply().integer(1);
    }

    /** NX, XX, GT, LT. */
    private static final class ExpireCondition {
        private boolean nx;
        private boolean xx;
        private boolean gt;
        private boolean lt;

        static ExpireCondition parse(CommandContext ctx, int from) {
            var condition = new ExpireCondition();
            for (var i = from; i < ctx.count(); i++) {
                if (ctx.is(i, "nx")) {
                    condition.nx = true;
                } else if (ctx.is(i, "xx")) {
                    condition.xx = true;
                } else if (ctx.is(i, "gt")) {
                    condition.gt = true;
                } else if (ctx.is(i, "lt")) {
                    condition.lt = true;
                } else {
                    throw new CommandError(
                            "ERR Unsupported option "
                                    + Words.printed(ctx.word(i), Integer.MAX_VALUE));
                }
            }
            condition.check();
            return condition;
        }

        private void check() {
            if (nx && (xx || gt || lt)) {
                throw new CommandError(
                        "ERR NX and XX, GT or LT options at the same time are not compatible");
            }
            if (gt && lt) {
                throw new CommandError("ERR GT and LT options at the same time are not compatible");
            }
        }

        boolean allows(long current, long wanted) {
            var never = current == Database.NEVER;
            if ((nx && !never) || (xx && never)) {
                return false;
            }
            // A key that never expires counts as one that does so at the end of time.
            if (gt && (never || wanted <= current)) {
                return false;
            }
            return !(lt && !never && wanted >= current);
        }
    }
}
