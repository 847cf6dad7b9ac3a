package dev.vedette.sentinel.core;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * What to look at: the masters and instances that something happened to in this step, and each one
 * at its deadline. A step costs what it touches, not what is configured: an answer that comes in
 * time concerns one instance, not the rules of its master, and not the hundreds of masters that
 * share a link.
 */
final class Agenda {
    private final Turns<MonitoredMaster> masters = new Turns<>();
    private final Turns<Instance> instances = new Turns<>();

    /** Something changed for that master: its rules, and all its instances, within this step. */
    void touch(MonitoredMaster master) {
        masters.touch(master);
    }

    /** Something happened that concerns all masters which share that link. */
    void touchMasters(Link link) {
        link.owners.forEach(owner -> touch(owner.master()));
    }

    /** Something happened to that instance that no rule of its master asks for. */
    void touchOnly(Instance instance) {
        instances.touch(instance);
    }

    /** Touches everything whose deadline has come. */
    void touchDue(Instant now) {
        masters.touchDue(now);
        instances.touchDue(now);
    }

    /** The next master to look at, null when all were. */
    @Nullable MonitoredMaster nextMaster() {
        return masters.next();
    }

    /** The next instance to look at, null when all were. */
    @Nullable Instance nextInstance() {
        return instances.next();
    }

    void schedule(MonitoredMaster master, Instant at) {
        masters.schedule(master, at);
    }

    void scheduleOnly(Instance instance, Instant at) {
        instances.schedule(instance, at);
    }

    void forget(MonitoredMaster master) {
        masters.forget(master);
    }

    void forgetOnly(Instance instance) {
        instances.forget(instance);
    }

    Instant earliest() {
        return Periods.earlier(masters.earliest(), instances.earliest());
    }

    /** Subjects in the order of their deadlines. */
    private static final class Turns<S> {
        private record Entry<S>(Instant at, long ordinal, S subject)
                implements Comparable<Entry<S>> {
            @Override
            public int compareTo(Entry<S> other) {
                int byTime = at.compareTo(other.at);
                return byTime != 0 ? byTime : Long.compare(ordinal, other.ordinal);
            }
        }

        private final Map<S, Entry<S>> entries = new HashMap<>();
        private final TreeSet<Entry<S>> byTime = new TreeSet<>();
        private final SequencedSet<S> touched = new LinkedHashSet<>();
        private long lastOrdinal;

        void touch(S subject) {
            touched.add(subject);
        }

        void touchDue(Instant now) {
            for (var entry : byTime) {
                if (entry.at().isAfter(now)) {
                    break;
                }
                touched.add(entry.subject());
            }
        }

        @Nullable S next() {
            return touched.isEmpty() ? null : touched.removeFirst();
        }

        void schedule(S subject, Instant at) {
            var old = entries.get(subject);
            if (old != null && old.at().equals(at)) {
                return;
            }
            if (old != null) {
                byTime.remove(old);
            }
            var entry = new Entry<>(at, ++lastOrdinal, subject);
            entries.put(subject, entry);
            byTime.add(entry);
        }

        void forget(S subject) {
            var old = entries.remove(subject);
            if (old != null) {
                byTime.remove(old);
            }
            touched.remove(subject);
        }

        Instant earliest() {
            return byTime.isEmpty() ? Periods.NO_DEADLINE : byTime.first().at();
        }
    }
}
