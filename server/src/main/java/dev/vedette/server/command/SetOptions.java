package dev.vedette.server.command;

import org.jspecify.annotations.Nullable;

/** The options of SET and GETEX (t_string.c, parseExtendedStringArgumentsOrReply). */
final class SetOptions {
    private enum Unit {
        EX("ex", true, false),
        PX("px", false, false),
        EXAT("exat", true, true),
        PXAT("pxat", false, true);

        private final String word;
        private final boolean seconds;
        private final boolean absolute;

        Unit(String word, boolean seconds, boolean absolute) {
            this.word = word;
            this.seconds = seconds;
            this.absolute = absolute;
        }
    }

    private boolean nx;
    private boolean xx;
    private boolean get;
    private boolean keepTtl;
    private boolean persist;
    private @Nullable Unit unit;
    private byte @Nullable [] time;

    private SetOptions() {}

    static SetOptions parse(CommandContext ctx, int from, boolean ofGetEx) {
        var options = new SetOptions();
        for (var i = from; i < ctx.count(); i++) {
            var next = i + 1 < ctx.count() ? ctx.word(i + 1) : null;
            if (!ofGetEx && options.takeCondition(ctx, i)) {
                continue;
            }
            if (ofGetEx && ctx.is(i, "persist") && options.unit == null) {
                options.persist = true;
            } else if (next != null && options.takeTime(ctx, i, next)) {
                i++;
            } else {
                throw CommandError.syntax();
            }
        }
        return options;
    }

    private boolean takeCondition(CommandContext ctx, int i) {
        if (ctx.is(i, "nx") && !xx) {
            nx = true;
        } else if (ctx.is(i, "xx") && !nx) {
            xx = true;
        } else if (ctx.is(i, "get")) {
            get = true;
        } else if (ctx.is(i, "keepttl") && unit == null) {
            keepTtl = true;
        } else {
            return false;
        }
        return true;
    }

    private boolean takeTime(CommandContext ctx, int i, byte[] next) {
        for (var candidate : Unit.values()) {
            if (ctx.is(i, candidate.word)) {
                if (keepTtl || persist || (unit != null && unit != candidate)) {
                    return false;
                }
                unit = candidate;
                time = next;
                return true;
            }
        }
        return false;
    }

    boolean isGet() {
        return get;
    }

    boolean isKeepTtl() {
        return keepTtl;
    }

    boolean isPersist() {
        return persist;
    }

    boolean hasTime() {
        return unit != null;
    }

    boolean isAbsolute() {
        return unit != null && unit.absolute;
    }

    /** Whether NX or XX stand against it. */
    boolean forbids(boolean exists) {
        return (nx && exists) || (xx && !exists);
    }

    long expireAt(CommandContext ctx) {
        var chosen = unit;
        var word = time;
        if (chosen == null || word == null) {
            throw new IllegalStateException("no time was given");
        }
        return ExpireTime.of(ctx, word, chosen.seconds, !chosen.absolute);
    }
}
