package dev.vedette.server;

import dev.vedette.server.command.Pause;
import dev.vedette.server.persistence.Persistence;
import dev.vedette.server.replication.Replication;
import dev.vedette.server.session.Blocking;
import dev.vedette.server.session.Session;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The orderly end: lets replicas catch up with the last writes, saves, and goes. Asked for by
 * SHUTDOWN or by a signal (Redis server.c, prepareForShutdown). Command loop only.
 */
public final class Shutdown {
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

    private static final String FAILED = "ERR Errors trying to SHUTDOWN. Check logs.";
    private static final long LOOK_MILLIS = 10;

    /**
     * How the end is wanted.
     *
     * @param save save even without save points
     * @param noSave do not save whatever is configured
     * @param now do not wait for replicas
     * @param force end even if saving fails
     */
    public record Wishes(boolean save, boolean noSave, boolean now, boolean force) {
        /** As a signal has it: save when there are save points. */
        public static final Wishes BY_SIGNAL = new Wishes(false, false, false, false);
    }

    private final EventLoop loop;
    private final Persistence persistence;
    private final Replication replication;
    private final Pause pause;
    private final Runnable exit;
    private final Runnable gaveUp;

    private @Nullable Wishes wishes;
    private long deadlineNanos;
    private @Nullable ScheduledFuture<?> look;
    private final List<Asker> askers = new ArrayList<>();

    /**
     * @param exit ends the process; called at most once
     * @param gaveUp told when the server goes on: saving failed, or SHUTDOWN ABORT
     */
    public Shutdown(
            EventLoop loop,
            Persistence persistence,
            Replication replication,
            Pause pause,
            Runnable exit,
            Runnable gaveUp) {
        this.loop = loop;
        this.persistence = persistence;
        this.replication = replication;
        this.pause = pause;
        this.exit = exit;
        this.gaveUp = gaveUp;
    }

    /** A client that sent SHUTDOWN and waits for what becomes of it. */
    private final class Asker implements Blocking {
        private final Session session;

        Asker(Session session) {
            this.session = session;
        }

        @Override
        public void cancelled() {
            askers.remove(this);
        }

        @Override
        public void force(String error) {
            askers.remove(this);
            if (!session.isSilent()) {
                session.replies().error(error.isEmpty() ? FAILED : error);
            }
            session.unblock();
        }
    }

    public boolean isInProgress() {
        return wishes != null;
    }

    /**
     * Begins to end the server.
     *
     * @param session who asked by a command, and hears of a failure only; null for a signal
     */
    public void request(Wishes how, @Nullable Session session) {
        log.warn("User requested shutdown...");
        if (session != null) {
            Asker asker = new Asker(session);
            askers.add(asker);
            session.block(asker);
        }
        if (wishes != null && !how.now()) {
            return;
        }
        wishes = how;
        long wait = replication.shutdownSeconds();
        if (how.now() || wait == 0 || replication.followers().lagging() == 0) {
            finish(how);
            return;
        }
        log.info(
                "{} of {} replicas are in sync when shutting down. Waiting for them for up to {}"
                        + " seconds",
                replication.followers().count() - replication.followers().lagging(),
                replication.followers().count(),
                wait);
        pause.begin(Pause.Reason.SHUTDOWN, false, Long.MAX_VALUE);
        replication.followers().askForAcknowledgement();
        deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(wait);
        look =
                loop.scheduleAtFixedRate(
                        this::lookAtReplicas, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void lookAtReplicas() {
        Wishes how = wishes;
        if (how == null) {
            return;
        }
        int lagging = replication.followers().lagging();
        boolean late = System.nanoTime() > deadlineNanos;
        if (lagging == 0 || late) {
            if (lagging > 0) {
                log.warn("{} replicas lag behind at the end of shutdown-timeout", lagging);
            }
            finish(how);
        }
    }

    /** SHUTDOWN ABORT: everything goes on; false when nothing was in progress. */
    public boolean abort() {
        if (wishes == null) {
            return false;
        }
        log.info("Shutdown manually aborted.");
        giveUp();
        return true;
    }

    private void giveUp() {
        wishes = null;
        stopLooking();
        persistence.goOn();
        pause.end(Pause.Reason.SHUTDOWN);
        List.copyOf(askers).forEach(asker -> asker.force(FAILED));
        gaveUp.run();
    }

    private void stopLooking() {
        if (look != null) {
            look.cancel(false);
            look = null;
        }
    }

    private void finish(Wishes how) {
        stopLooking();
        // Until the process is gone nobody may write: it would be acknowledged and lost, and our
        // replicas would be ahead of what we saved.
        pause.begin(Pause.Reason.SHUTDOWN, true, Long.MAX_VALUE);
        boolean save = how.save() || (persistence.hasSavePoints() && !how.noSave());
        // A transfer or background save of older data is of no use any more.
        replication.followers().endTransfers();
        persistence.end();
        if (save && !persistence.isLoading()) {
            log.info("Saving the final RDB snapshot before exiting.");
            if (persistence.saveNow() == Persistence.Outcome.FAILED && !how.force()) {
                log.warn("Error trying to save the DB, can't exit.");
                giveUp();
                return;
            }
        }
        replication.stop();
        log.warn("Redis is now ready to exit, bye bye...");
        exit.run();
    }
}
