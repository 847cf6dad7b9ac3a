package dev.vedette.sentinel.core;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * Which masters to look at: those that something happened to in this step, and each one at its
 * deadline. A step costs what it touches, not what is configured.
 */
final class Agenda {
    private record Entry(Instant at, long ordinal, MonitoredMaster master)
            implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(ordinal, other.ordinal);
        }
    }

    private final Map<MonitoredMaster, Entry> entries = new HashMap<>();
    private final TreeSet<Entry> byTime = new TreeSet<>();
    private final SequencedSet<MonitoredMaster> touched = new LinkedHashSet<>();

    /** Something changed for that master: look at it within this step. */
    void touch(MonitoredMaster master) {
        touched.add(master);
    }

    /** Touches every master whose deadline has come. */
    void touchDue(Instant now) {
        for (var entry : byTime) {
            if (entry.at().isAfter(now)) {
                break;
            }
            touched.add(entry.master());
        }
    }

    /** The next master to look at, null when all were. */
    @Nullable MonitoredMaster next() {
        return touched.isEmpty() ? null : touched.removeFirst();
    }

    void schedule(MonitoredMaster master, Instant at) {
        var old = entries.get(master);
        if (old != null && old.at().equals(at)) {
            return;
        }
        drop(master);
        var entry = new Entry(at, master.ordinal, master);
        entries.put(master, entry);
        byTime.add(entry);
    }

    void forget(MonitoredMaster master) {
        drop(master);
        touched.remove(master);
    }

    private void drop(MonitoredMaster master) {
        var old = entries.remove(master);
        if (old != null) {
            byTime.remove(old);
        }
    }

    Instant earliest() {
        return byTime.isEmpty() ? Periods.NO_DEADLINE : byTime.first().at();
    }
}
