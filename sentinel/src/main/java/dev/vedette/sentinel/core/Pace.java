package dev.vedette.sentinel.core;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How long each {@link Period} is now: Redis's numbers until SENTINEL DEBUG says otherwise. */
public final class Pace {
    /** What rules reckon with at most: doubled nine times it still fits nanoseconds in a long. */
    private static final Duration LONGEST = Duration.ofDays(100);

    /** As after every start: nothing of it is saved. */
    public static final Pace USUAL = new Pace(Map.of());

    private final Map<Period, Duration> changed;

    private Pace(Map<Period, Duration> changed) {
        this.changed = changed;
    }

    /** The same but for one period. */
    Pace with(Period period, Duration length) {
        var all = new EnumMap<Period, Duration>(Period.class);
        all.putAll(changed);
        all.put(period, length);
        return new Pace(Collections.unmodifiableMap(all));
    }

    /** As it was set. */
    public Duration shown(Period period) {
        var length = changed.get(period);
        return length == null ? period.usual() : length;
    }

    /** What rules go by. */
    public Duration of(Period period) {
        if (changed.isEmpty()) {
            return period.usual();
        }
        return Periods.shorter(shown(period), LONGEST);
    }

    /** Some periods together. */
    Duration times(Period period, int factor) {
        return Periods.times(of(period), factor);
    }

    /** How long an INFO counts as the present. */
    Duration infoTwice() {
        return times(Period.INFO, 2);
    }
}
