package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.server.keyspace.Database;
import dev.vedette.server.type.StringValue;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** DEBUG, for tests: refused unless enable-debug-command allows it (Redis debug.c). */
public final class DebugCommands {
    private static final int DIGEST_BYTES = 20;

    private final Consumer<Boolean> activeExpiry;

    /**
     * @param activeExpiry switches the search for expired keys on or off
     */
    public DebugCommands(Consumer<Boolean> activeExpiry) {
        this.activeExpiry = activeExpiry;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("debug", -2, "admin noscript loading stale", "@admin @slow @dangerous", "1.0.0")
                        .hidden(Flag.PROTECTED)
                        .about("Helps with tests.")
                        .does(this::debug));
    }

    private void debug(CommandContext ctx) {
        if (ctx.is(1, "sleep") && ctx.count() == 3) {
            sleep(ctx);
        } else if (ctx.is(1, "set-active-expire") && ctx.count() == 3) {
            activeExpiry.accept(ctx.integer(2) != 0);
            ctx.ok();
        } else if (ctx.is(1, "digest") && ctx.count() == 2) {
            ctx.reply().simple(HexFormat.of().formatHex(new Digest().of(ctx)));
        } else if (ctx.is(1, "digest-value")) {
            ctx.reply().array(ctx.count() - 2L);
            for (var i = 2; i < ctx.count(); i++) {
                var digest = new byte[DIGEST_BYTES];
                var value = ctx.db().get(ctx.word(i));
                if (value != null) {
                    new Digest().mixValue(digest, value, ctx.db().expireAt(ctx.word(i)));
                }
                ctx.reply().simple(HexFormat.of().formatHex(digest));
            }
        } else if (ctx.is(1, "populate") && ctx.count() >= 3 && ctx.count() <= 5) {
            populate(ctx);
        } else if (ctx.is(1, "help") && ctx.count() == 2) {
            help(ctx);
        } else {
            throw new CommandError(
                    "ERR unknown subcommand or wrong number of arguments for '"
                            + Words.printed(ctx.word(1), 128)
                            + "'. Try DEBUG HELP.");
        }
    }

    /** Stops the whole server, as a slow command or a busy machine would. */
    private static void sleep(CommandContext ctx) {
        double seconds;
        try {
            seconds = Double.parseDouble(ctx.text(2));
        } catch (NumberFormatException _) {
            seconds = 0;
        }
        var end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        for (var left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        ctx.ok();
    }

    private static void populate(CommandContext ctx) {
        var count = ctx.integer(2);
        var prefix = ctx.count() > 3 ? ctx.text(3) : "key";
        var size =
                ctx.count() > 4 ? (int) ctx.integer(4, 0, 1 << 29, CommandError.NOT_AN_INTEGER) : 0;
        for (var i = 0L; i < count; i++) {
            var key = Words.of(prefix + ":" + i);
            if (!ctx.db().contains(key)) {
                var text = Words.of("value:" + i);
                ctx.db().put(key, size == 0 ? text : Arrays.copyOf(text, size));
            }
        }
        ctx.ok();
    }

    private static void help(CommandContext ctx) {
        var out = ctx.reply();
        out.bulks(
                List.of(
                        Words.of(
                                "DIGEST: a checksum of all data, equal to that of a Redis with the"
                                        + " same data"),
                        Words.of("DIGEST-VALUE <key> ...: a checksum of each value"),
                        Words.of("POPULATE <count> [<prefix>] [<size>]: makes keys"),
                        Words.of("SET-ACTIVE-EXPIRE <0|1>: whether expired keys are searched for"),
                        Words.of("SLEEP <seconds>: stops the server for a while")));
    }

    /** The checksum of a data set that does not depend on the order of its keys. */
    private static final class Digest {
        private final MessageDigest sha1;

        Digest() {
            try {
                sha1 = MessageDigest.getInstance("SHA-1");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        byte[] of(CommandContext ctx) {
            var all = new byte[DIGEST_BYTES];
            for (var i = 0; i < ctx.keyspace().count(); i++) {
                var db = ctx.keyspace().database(i);
                if (db.size() > 0) {
                    mix(all, bigEndian(i));
                    db.forEach(
                            (key, value, expireAt) -> {
                                var one = new byte[DIGEST_BYTES];
                                mix(one, key);
                                mixValue(one, value, expireAt);
                                xor(all, one);
                            });
                }
            }
            return all;
        }

        void mixValue(byte[] digest, Object value, long expireAt) {
            // Zero is Redis's number of the type "string".
            mix(digest, bigEndian(0));
            mix(digest, StringValue.bytes(value));
            if (expireAt != Database.NEVER) {
                xor(digest, Words.of("!!expire!!"));
            }
        }

        private static byte[] bigEndian(int number) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
        }

        private void xor(byte[] digest, byte[] data) {
            var hash = sha1.digest(data);
            for (var i = 0; i < DIGEST_BYTES; i++) {
                digest[i] ^= hash[i];
            }
        }

        private void mix(byte[] digest, byte[] data) {
            xor(digest, data);
            System.arraycopy(sha1.digest(digest), 0, digest, 0, DIGEST_BYTES);
        }
    }
}
