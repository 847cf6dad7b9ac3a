package dev.vedette.server.replication;

import dev.vedette.server.session.Blocking;
import dev.vedette.server.session.Session;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongToIntFunction;

/** Clients in WAIT: each until enough replicas have its last write, or its time is over. */
final class WaitQueue {
    private final EventLoop loop;
    private final LongToIntFunction acknowledged;
    private final List<Waiting> all = new ArrayList<>();

    /**
     * @param acknowledged how many replicas have everything up to an offset
     */
    WaitQueue(EventLoop loop, LongToIntFunction acknowledged) {
        this.loop = loop;
        this.acknowledged = acknowledged;
    }

    private final class Waiting implements Blocking {
        private final Session session;
        private final long offset;
        private final long wanted;
        private @Nullable ScheduledFuture<?> timer;

        Waiting(Session session, long offset, long wanted) {
            this.session = session;
            this.offset = offset;
            this.wanted = wanted;
        }

        @Override
        public void cancelled() {
            all.remove(this);
            if (timer != null) {
                timer.cancel(false);
            }
        }

        @Override
        public void force(String error) {
            cancelled();
            if (!session.isSilent()) {
                if (error.isEmpty()) {
                    session.replies().integer(acknowledged.applyAsInt(offset));
                } else {
                    session.replies().error(error);
                }
            }
            session.unblock();
        }

        /** Enough replicas have it. Redis tells it to those who want no reply to this one, too. */
        private void answer() {
            session.endSkip();
            force("");
        }
    }

    /**
     * Blocks the session.
     *
     * @param millis 0 for ever
     */
    void add(Session session, long offset, long wanted, long millis) {
        Waiting waiting = new Waiting(session, offset, wanted);
        all.add(waiting);
        session.block(waiting);
        if (millis > 0) {
            waiting.timer = loop.schedule(() -> waiting.force(""), millis, TimeUnit.MILLISECONDS);
        }
    }

    /** A replica has acknowledged something. */
    void check() {
        if (!all.isEmpty()) {
            for (Waiting waiting : List.copyOf(all)) {
                if (acknowledged.applyAsInt(waiting.offset) >= waiting.wanted) {
                    waiting.answer();
                }
            }
        }
    }
}
