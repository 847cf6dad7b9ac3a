package dev.vedette.server.command;

import dev.vedette.server.session.Session;
import dev.vedette.server.session.Transaction;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Holds commands of clients back for a while: all of them, or those that would write (CLIENT PAUSE,
 * FAILOVER, SHUTDOWN). Each reason has its own end; while any holds, its commands wait. Event loop
 * only.
 */
public final class Pause {
    /** Why commands are held back (networking.c, the pause purposes). */
    public enum Reason {
        CLIENT_PAUSE,
        SHUTDOWN,
        FAILOVER
    }

    private record Hold(boolean all, long untilMillis) {}

    private final Map<Reason, Hold> holds = new EnumMap<>(Reason.class);
    private List<Session> waiting = new ArrayList<>();
    private Consumer<Session> resume = session -> {};
    private Consumer<Boolean> listener = paused -> {};

    /**
     * What goes on with a session when its command may run: later, not in the midst of what ends
     * the pause. Until then another pause may have begun, which holds the command back again.
     */
    public void onResume(Consumer<Session> action) {
        this.resume = action;
    }

    /** Is told whether writes are paused, when that may have changed. */
    public void onChange(Consumer<Boolean> newListener) {
        this.listener = newListener;
    }

    /**
     * @param all false to hold back writes only
     * @param untilMillis on the wall clock; {@link Long#MAX_VALUE} for "until ended"
     */
    public void begin(Reason reason, boolean all, long untilMillis) {
        var before = holds.get(reason);
        var hold = new Hold(all, untilMillis);
        if (reason == Reason.CLIENT_PAUSE && before != null) {
            // A pause gets longer and stricter, never shorter or laxer, until UNPAUSE.
            hold = new Hold(all || before.all(), Math.max(untilMillis, before.untilMillis()));
        }
        holds.put(reason, hold);
        listener.accept(isActive());
        if (!all) {
            letGo();
        }
    }

    public void end(Reason reason) {
        if (holds.remove(reason) != null) {
            letGo();
        }
    }

    /** To be called now and then: ends what has lasted long enough. */
    public void check(long nowMillis) {
        if (!holds.isEmpty() && holds.values().removeIf(hold -> hold.untilMillis() <= nowMillis)) {
            letGo();
        }
    }

    /** When the next hold ends by itself, or {@link Long#MAX_VALUE}. */
    public long nextEndMillis() {
        var next = Long.MAX_VALUE;
        for (var hold : holds.values()) {
            next = Math.min(next, hold.untilMillis());
        }
        return next;
    }

    public boolean isActive() {
        return !holds.isEmpty();
    }

    public boolean isAll() {
        return holds.values().stream().anyMatch(Hold::all);
    }

    boolean holdsBack(Session session, Command command, @Nullable Transaction transaction) {
        if (holds.isEmpty() || session.kind() != Session.Kind.NORMAL) {
            return false;
        }
        if (isAll()) {
            return true;
        }
        var flags = command.flags();
        if (transaction != null && command.name().equals("exec")) {
            flags |= transaction.anyFlags();
        }
        return (flags & (Flag.WRITE.bit() | Flag.MAY_REPLICATE.bit())) != 0;
    }

    void postponed(Session session) {
        waiting.add(session);
    }

    private void letGo() {
        listener.accept(isActive());
        var now = waiting;
        waiting = new ArrayList<>();
        now.forEach(resume);
    }
}
