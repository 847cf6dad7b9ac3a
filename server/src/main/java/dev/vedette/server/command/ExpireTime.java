package dev.vedette.server.command;

import dev.vedette.server.type.StringValue;

/** What clients write as a time to live or a moment, as milliseconds since the epoch. */
final class ExpireTime {
    private ExpireTime() {}

    /**
     * A time that must lie above zero (t_string.c, getExpireMillisecondsOrReply).
     *
     * @param relative counted from now
     */
    static long of(CommandContext ctx, byte[] word, boolean seconds, boolean relative) {
        long time;
        try {
            time = StringValue.parseLong(word);
        } catch (NumberFormatException _) {
            throw new CommandError(CommandError.NOT_AN_INTEGER);
        }
        if (time <= 0 || (seconds && time > Long.MAX_VALUE / 1000)) {
            throw invalid(ctx);
        }
        if (seconds) {
            time *= 1000;
        }
        if (relative) {
            if (time > Long.MAX_VALUE - ctx.nowMillis()) {
                throw invalid(ctx);
            }
            time += ctx.nowMillis();
        }
        return time;
    }

    static CommandError invalid(CommandContext ctx) {
        return new CommandError(
                "ERR invalid expire time in '" + ctx.command().name() + "' command");
    }

    /** Whether a key with this time goes at once (expire.c, checkAlreadyExpired). */
    static boolean isPast(CommandContext ctx, long atMillis) {
        return atMillis <= ctx.nowMillis() && !ctx.dispatcher().expiry().isReplica();
    }
}
