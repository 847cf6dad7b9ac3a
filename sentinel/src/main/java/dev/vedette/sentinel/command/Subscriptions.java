package dev.vedette.sentinel.command;

import dev.vedette.protocol.resp.GlobPattern;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who listens to which events. Channels first, then patterns, as Redis delivers. Event loop only.
 */
final class Subscriptions {
    private final Map<ChannelName, Set<ClientSession>> channels = new LinkedHashMap<>();
    private final Map<ChannelName, Set<ClientSession>> patterns = new LinkedHashMap<>();

    void subscribe(ClientSession session, byte[] channel) {
        var key = new ChannelName(channel);
        if (session.channels().add(key)) {
            channels.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(session);
        }
    }

    void subscribePattern(ClientSession session, byte[] pattern) {
        var key = new ChannelName(pattern);
        if (session.patterns().add(key)) {
            patterns.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(session);
        }
    }

    void unsubscribe(ClientSession session, byte[] channel) {
        var key = new ChannelName(channel);
        var subscribers = channels.get(key);
        if (session.channels().remove(key) && subscribers != null) {
            subscribers.remove(session);
            if (subscribers.isEmpty()) {
                channels.remove(key);
            }
        }
    }

    void unsubscribePattern(ClientSession session, byte[] pattern) {
        var key = new ChannelName(pattern);
        var subscribers = patterns.get(key);
        if (session.patterns().remove(key) && subscribers != null) {
            subscribers.remove(session);
            if (subscribers.isEmpty()) {
                patterns.remove(key);
            }
        }
    }

    void forget(ClientSession session) {
        for (var channel : List.copyOf(session.channels())) {
            unsubscribe(session, channel.bytes());
        }
        for (var pattern : List.copyOf(session.patterns())) {
            unsubscribePattern(session, pattern.bytes());
        }
    }

    int channelCount() {
        return channels.size();
    }

    int patternCount() {
        return patterns.size();
    }

    void publish(String channelName, String payload) {
        if (channels.isEmpty() && patterns.isEmpty()) {
            return;
        }
        var channel = channelName.getBytes(StandardCharsets.UTF_8);
        var message = payload.getBytes(StandardCharsets.UTF_8);
        publishExactly(channel, message);
        var otherName = ValkeyNames.EVENTS.get(channelName);
        if (otherName != null) {
            publishExactly(otherName.getBytes(StandardCharsets.UTF_8), message);
        }
        for (var entry : List.copyOf(patterns.entrySet())) {
            if (GlobPattern.matches(entry.getKey().bytes(), channel)) {
                publish(entry.getKey().bytes(), channel, message, entry.getValue());
            }
        }
    }

    private void publishExactly(byte[] channel, byte[] message) {
        for (var session : List.copyOf(channels.getOrDefault(new ChannelName(channel), Set.of()))) {
            var out = session.push();
            out.push(3);
            out.bulk("message");
            out.bulk(channel);
            out.bulk(message);
            session.flush();
        }
    }

    private static void publish(
            byte[] pattern, byte[] channel, byte[] message, Set<ClientSession> sessions) {
        for (var session : List.copyOf(sessions)) {
            var out = session.push();
            out.push(4);
            out.bulk("pmessage");
            out.bulk(pattern);
            out.bulk(channel);
            out.bulk(message);
            session.flush();
        }
    }
}
