package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Facts that tell of a host by a name that is not in the {@link NameBook} wait here until the name
 * is resolved, or was found not to be. Nothing else waits for them. A name that is known is looked
 * up anew in the background when it is told again after a while.
 */
final class Lookups {
    /** Beyond, a fact is taken as it is, its names compared as text. */
    private static final int MAX_WAITING = 256;

    private static final Duration REFRESH = Duration.ofSeconds(10);

    private final NameBook names;
    private final Outbox out;
    private final Map<String, List<Consumer<Instant>>> waiting = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, Instant> askedAt =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
                    return size() > NameBook.MAX_NAMES;
                }
            };
    private int count;

    Lookups(NameBook names, Outbox out) {
        this.names = names;
        this.out = out;
    }

    /** Does that at once if the host is known or may not be looked up, else after the look-up. */
    void whenKnown(String host, Instant now, Consumer<Instant> then) {
        if (NameBook.isIp(host) || !names.usable(host)) {
            then.accept(now);
            return;
        }
        var name = host.toLowerCase(Locale.ROOT);
        boolean known = names.ip(name).isPresent();
        if (!known || !askedAt.getOrDefault(name, Periods.NEVER).plus(REFRESH).isAfter(now)) {
            ask(name, now);
        }
        if (known || count >= MAX_WAITING) {
            then.accept(now);
        } else {
            count++;
            waiting.computeIfAbsent(name, _ -> new ArrayList<>()).add(then);
        }
    }

    private void ask(String name, Instant now) {
        if (underWay.size() < MAX_WAITING && underWay.add(name)) {
            askedAt.put(name, now);
            out.add(new Effect.Resolve(name));
        }
    }

    /** The look-up of a name is over, well or badly. */
    void over(String host, Instant now) {
        var name = host.toLowerCase(Locale.ROOT);
        underWay.remove(name);
        askedAt.put(name, now);
        var ready = waiting.remove(name);
        if (ready != null) {
            count -= ready.size();
            ready.forEach(then -> then.accept(now));
        }
    }
}
