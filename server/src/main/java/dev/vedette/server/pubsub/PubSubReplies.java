package dev.vedette.server.pubsub;

import dev.vedette.server.session.Session;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** The pushes of pub/sub: arrays in RESP2, pushes in RESP3. */
public final class PubSubReplies {
    private static final byte[] MESSAGE = bytes("message");
    private static final byte[] PMESSAGE = bytes("pmessage");

    private PubSubReplies() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static void message(Session session, byte[] channel, byte[] message) {
        var out = session.replies();
        out.push(3);
        out.bulk(MESSAGE);
        out.bulk(channel);
        out.bulk(message);
        session.flushSoon();
    }

    static void patternMessage(Session session, byte[] pattern, byte[] channel, byte[] message) {
        var out = session.replies();
        out.push(4);
        out.bulk(PMESSAGE);
        out.bulk(pattern);
        out.bulk(channel);
        out.bulk(message);
        session.flushSoon();
    }

    /**
     * The answer to a change of subscriptions.
     *
     * @param kind such as {@code subscribe}
     * @param what the channel or pattern, or null where there was none to end
     */
    public static void changed(Session session, String kind, byte @Nullable [] what) {
        var out = session.replies();
        out.push(3);
        out.bulk(bytes(kind));
        if (what == null) {
            out.nullBulk();
        } else {
            out.bulk(what);
        }
        out.integer(session.subscriptions().count());
    }
}
