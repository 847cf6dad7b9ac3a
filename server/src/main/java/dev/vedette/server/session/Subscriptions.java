package dev.vedette.server.session;

import dev.vedette.protocol.acl.User;
import dev.vedette.server.type.Bytes;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.Set;

/** The channels and patterns that one session listens to. Event loop only. */
public final class Subscriptions {
    private @Nullable Set<Bytes> channels;
    private @Nullable Set<Bytes> patterns;

    Subscriptions() {}

    public Set<Bytes> channels() {
        return channels == null ? Set.of() : channels;
    }

    public Set<Bytes> patterns() {
        return patterns == null ? Set.of() : patterns;
    }

    /** For {@code PubSub} only. */
    public Set<Bytes> channelsToChange() {
        if (channels == null) {
            channels = new LinkedHashSet<>();
        }
        return channels;
    }

    /** For {@code PubSub} only. */
    public Set<Bytes> patternsToChange() {
        if (patterns == null) {
            patterns = new LinkedHashSet<>();
        }
        return patterns;
    }

    public int count() {
        return channels().size() + patterns().size();
    }

    /** Whether this user may listen to all of them. */
    boolean areOpenTo(User user) {
        return channels().stream().allMatch(c -> user.mayListenTo(c.content(), false))
                && patterns().stream().allMatch(p -> user.mayListenTo(p.content(), true));
    }
}
