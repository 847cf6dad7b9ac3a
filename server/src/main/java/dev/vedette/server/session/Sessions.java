package dev.vedette.server.session;

import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.resp.CommandDecoder;
import dev.vedette.protocol.resp.CommandLimits;
import dev.vedette.protocol.resp.CommandSink;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** All sessions, by id in the order in which they came. Event loop only. */
public final class Sessions {
    private final Map<Long, Session> byId = new LinkedHashMap<>();
    private final Stats stats;
    private final OutputLimits outputLimits;
    private final List<Consumer<Session>> endListeners = new ArrayList<>();
    private List<Session> toFlush = new ArrayList<>();
    private long lastId;
    private int blocked;

    public Sessions(Stats stats, OutputLimits outputLimits) {
        this.stats = stats;
        this.outputLimits = outputLimits;
    }

    /** Begins the session of a connection. */
    public Session open(
            Channel channel, CommandSink sink, Supplier<CommandLimits> limits, long nanos) {
        var session = new Session(++lastId, channel, this, new CommandDecoder(sink, limits), nanos);
        byId.put(session.id(), session);
        return session;
    }

    public @Nullable Session find(long id) {
        return byId.get(id);
    }

    public Collection<Session> all() {
        return byId.values();
    }

    /** All sessions as they are now: for callers who end some on the way. */
    public List<Session> snapshot() {
        return new ArrayList<>(byId.values());
    }

    public int count() {
        return byId.size();
    }

    public int blockedCount() {
        return blocked;
    }

    /** The id that the next session will have. */
    public long nextId() {
        return lastId + 1;
    }

    /** Is told of every session that is over. */
    public void onEnd(Consumer<Session> listener) {
        endListeners.add(listener);
    }

    Stats stats() {
        return stats;
    }

    OutputLimits outputLimits() {
        return outputLimits;
    }

    void blocked(Session session, boolean is) {
        blocked += is ? 1 : -1;
    }

    void ended(Session session) {
        byId.remove(session.id());
        endListeners.forEach(listener -> listener.accept(session));
    }

    void flushSoon(Session session) {
        if (toFlush.isEmpty()) {
            session.channel().eventLoop().execute(this::flushAll);
        }
        toFlush.add(session);
    }

    private void flushAll() {
        var now = toFlush;
        toFlush = new ArrayList<>();
        now.forEach(Session::flush);
    }
}
