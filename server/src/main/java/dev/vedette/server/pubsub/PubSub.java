package dev.vedette.server.pubsub;

import dev.vedette.protocol.resp.GlobPattern;
import dev.vedette.server.session.Session;
import dev.vedette.server.type.Bytes;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who listens to what. Event loop only. */
public final class PubSub {
    private final Map<Bytes, Set<Session>> channels = new LinkedHashMap<>();
    private final Map<Bytes, Set<Session>> patterns = new LinkedHashMap<>();

    public void subscribe(Session session, Bytes channel) {
        add(session, channel, session.subscriptions().channelsToChange(), channels);
    }

    public void subscribePattern(Session session, Bytes pattern) {
        add(session, pattern, session.subscriptions().patternsToChange(), patterns);
    }

    private static void add(
            Session session, Bytes what, Set<Bytes> own, Map<Bytes, Set<Session>> all) {
        if (own.add(what)) {
            all.computeIfAbsent(what, _ -> new LinkedHashSet<>()).add(session);
        }
    }

    public void unsubscribe(Session session, Bytes channel) {
        remove(session, channel, session.subscriptions().channelsToChange(), channels);
    }

    public void unsubscribePattern(Session session, Bytes pattern) {
        remove(session, pattern, session.subscriptions().patternsToChange(), patterns);
    }

    private static void remove(
            Session session, Bytes what, Set<Bytes> own, Map<Bytes, Set<Session>> all) {
        if (own.remove(what)) {
            var listeners = all.get(what);
            if (listeners != null && listeners.remove(session) && listeners.isEmpty()) {
                all.remove(what);
            }
        }
    }

    /** Ends all subscriptions, without a word to the session. */
    public void unsubscribeAll(Session session) {
        if (session.isSubscriber()) {
            Set.copyOf(session.subscriptions().channels())
                    .forEach(channel -> unsubscribe(session, channel));
            Set.copyOf(session.subscriptions().patterns())
                    .forEach(pattern -> unsubscribePattern(session, pattern));
        }
    }

    /**
     * Delivers a message.
     *
     * @return how many times it was delivered
     */
    public long publish(byte[] channel, byte[] message) {
        var delivered = 0L;
        for (var session : channels.getOrDefault(new Bytes(channel), Set.of())) {
            PubSubReplies.message(session, channel, message);
            delivered++;
        }
        for (var entry : patterns.entrySet()) {
            var pattern = entry.getKey().content();
            if (GlobPattern.matches(pattern, channel)) {
                for (var session : entry.getValue()) {
                    PubSubReplies.patternMessage(session, pattern, channel, message);
                    delivered++;
                }
            }
        }
        return delivered;
    }

    /** The channels that somebody listens to. */
    public Collection<Bytes> activeChannels() {
        return channels.keySet();
    }

    public int patternCount() {
        return patterns.size();
    }

    public int subscribers(Bytes channel) {
        return channels.getOrDefault(channel, Set.of()).size();
    }
}
