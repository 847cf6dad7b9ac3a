package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.protocol.acl.Denial;
import dev.vedette.server.type.Bytes;

import java.util.List;

/** Transactions (Redis multi.c). */
public final class TransactionCommands {
    private TransactionCommands() {}

    /** The rows of the group. */
    public static List<Command> rows() {
        return List.of(
                row(
                                "multi",
                                1,
                                "noscript loading stale fast allow_busy",
                                "@fast @transaction",
                                "1.2.0")
                        .about("Begins a transaction.")
                        .does(TransactionCommands::multi),
                row("exec", 1, "noscript loading stale skip_slowlog", "@slow @transaction", "1.2.0")
                        .about("Runs the commands of the transaction.")
                        .does(TransactionCommands::exec),
                row(
                                "discard",
                                1,
                                "noscript loading stale fast allow_busy",
                                "@fast @transaction",
                                "2.0.0")
                        .about("Forgets the transaction.")
                        .does(TransactionCommands::discard),
                row(
                                "watch",
                                -2,
                                "noscript loading stale fast allow_busy",
                                "@fast @transaction",
                                "2.2.0")
                        .keys("RO", 1, -1, 1)
                        .about("Lets the next EXEC run only if these keys do not change.")
                        .does(TransactionCommands::watch),
                row(
                                "unwatch",
                                1,
                                "noscript loading stale fast allow_busy",
                                "@fast @transaction",
                                "2.2.0")
                        .about("Forgets all watched keys.")
                        .does(TransactionCommands::unwatch));
    }

    private static String changedRights(Denial denial) {
        return "NOPERM ACLs rules changed between the moment the transaction was accumulated and"
                + " the EXEC call. This command is no longer allowed for the following reason: "
                + switch (denial.reason()) {
                    case COMMAND, AUTH -> "no permission to execute the command or subcommand";
                    case KEY -> "no permission to touch the specified keys";
                    case CHANNEL ->
                            "no permission to access one of the channels used as arguments to the"
                                    + " command";
                };
    }

    private static void multi(CommandContext ctx) {
        if (ctx.session().transaction() != null) {
            throw new CommandError("ERR MULTI calls can not be nested");
        }
        ctx.session().begin();
        ctx.ok();
    }

    private static void discard(CommandContext ctx) {
        if (ctx.session().transaction() == null) {
            throw new CommandError("ERR DISCARD without MULTI");
        }
        ctx.session().endTransaction();
        ctx.ok();
    }

    private static void watch(CommandContext ctx) {
        if (ctx.session().transaction() != null) {
            throw new CommandError("ERR WATCH inside MULTI is not allowed");
        }
        for (var i = 1; i < ctx.count(); i++) {
            ctx.session().watches().add(ctx.db(), new Bytes(ctx.word(i)), ctx.nowMillis());
        }
        ctx.ok();
    }

    private static void unwatch(CommandContext ctx) {
        ctx.session().watches().end();
        ctx.ok();
    }

    private static void exec(CommandContext ctx) {
        // Its commands are propagated, each for itself; what they changed is not its own change.
        ctx.propagateNothing();
        var session = ctx.session();
        var transaction = session.transaction();
        if (transaction == null) {
            throw new CommandError("ERR EXEC without MULTI");
        }
        if (transaction.isBroken()) {
            session.endTransaction();
            throw new CommandError("EXECABORT Transaction discarded because of previous errors.");
        }
        if (session.watches().forbidExec(ctx.nowMillis())) {
            session.endTransaction();
            ctx.reply().nullArray();
            return;
        }
        session.watches().end();
        ctx.reply().array(transaction.queue().size());
        try {
            for (var queued : transaction.queue()) {
                var denial =
                        ctx.dispatcher()
                                .credentials()
                                .denied(session, queued.command(), queued.words());
                if (denial.isPresent()) {
                    ctx.dispatcher().writeError(session, changedRights(denial.get()));
                } else {
                    ctx.dispatcher().call(session, queued.command(), queued.words(), true);
                }
            }
        } finally {
            session.endTransaction();
        }
    }
}
