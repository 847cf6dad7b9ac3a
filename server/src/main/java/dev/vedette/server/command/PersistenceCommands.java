package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.server.Shutdown;
import dev.vedette.server.persistence.Persistence;

import java.util.List;
import java.util.Locale;

/** The commands of files, and the one that ends the server. */
public final class PersistenceCommands {
    private static final String BUSY = "ERR Background save already in progress";
    private static final String FAILED = "ERR";
    private static final String NO_SHUTDOWN = "ERR No shutdown in progress.";

    private final Persistence persistence;
    private final Shutdown shutdown;

    public PersistenceCommands(Persistence persistence, Shutdown shutdown) {
        this.persistence = persistence;
        this.shutdown = shutdown;
    }

    /** The rows of the group "server". */
    public List<Command> rows() {
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
                        .does(this::save),
                row(
                                "shutdown",
                                -1,
                                "admin noscript loading stale no_multi allow_busy",
                                admin,
                                "1.0.0")
                        .about("Saves if that is wanted and ends the server.")
                        .does(this::shutDown));
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
        } else {
            // Whether it succeeds shows later, in INFO and in the log, as with Redis's child.
            persistence.saveInBackground(outcome -> {});
            ctx.reply().simple("Background saving started");
        }
    }

    // ---- the end

    private void shutDown(CommandContext ctx) {
        boolean save = false;
        boolean noSave = false;
        boolean now = false;
        boolean force = false;
        boolean abort = false;
        for (int i = 1; i < ctx.count(); i++) {
            save |= ctx.is(i, "save");
            noSave |= ctx.is(i, "nosave");
            now |= ctx.is(i, "now");
            force |= ctx.is(i, "force");
            abort |= ctx.is(i, "abort");
            if (List.of("save", "nosave", "now", "force", "abort").stream()
                    .noneMatch(word(ctx, i)::equals)) {
                throw CommandError.syntax();
            }
        }
        if ((save && noSave) || (abort && ctx.count() > 2)) {
            throw CommandError.syntax();
        }
        if (abort) {
            if (!shutdown.abort()) {
                throw new CommandError(NO_SHUTDOWN);
            }
            ctx.ok();
            return;
        }
        shutdown.request(new Shutdown.Wishes(save, noSave, now, force), ctx.session());
    }

    private static String word(CommandContext ctx, int i) {
        return ctx.text(i).toLowerCase(Locale.ROOT);
    }
}
