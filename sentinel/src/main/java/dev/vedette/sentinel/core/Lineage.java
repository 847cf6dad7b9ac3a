package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Which copies are known to be older than the data of the present master: those that never followed
 * it, and whose own replication history proves that they lack what it wrote. A master that died,
 * came back after its successor had died too, and was promoted, would bring old data back
 * (redis/redis#12570).
 *
 * <p>All of it is told by INFO, and kept over a restart. A sentinel that never saw the present
 * master alive knows nothing, and then no copy is known to be older.
 */
final class Lineage {
    /** More histories than one group has in a day; the oldest are forgotten. */
    private static final int REMEMBERED = 32;

    /** The histories that the present master had: a new one after each of its restarts. */
    private final SequencedSet<String> present = new LinkedHashSet<>();

    /** Histories of the masters before, and others that do not hold what the present one wrote. */
    private final SequencedSet<String> older = new LinkedHashSet<>();

    private @Nullable History last;

    /** We were there when the present master became the master. */
    private boolean sawSwitch;

    /** Another node is the master from here on. */
    void switched() {
        older.addAll(present);
        shorten(older);
        present.clear();
        last = null;
        sawSwitch = true;
    }

    // ---- over a restart

    /**
     * What a restarted sentinel shall know again; nothing as long as nothing makes a copy older.
     *
     * @param siblings replicas that were in sync with the master before
     */
    Ancestry ancestry(List<Address> siblings) {
        return nothingIsOlder()
                ? Ancestry.UNKNOWN
                : new Ancestry(
                        List.copyOf(present),
                        List.copyOf(older),
                        Optional.ofNullable(last).map(Lineage::withoutHowMuch),
                        siblings);
    }

    /** As long as there was no switch, that is mostly. */
    boolean nothingIsOlder() {
        return older.isEmpty();
    }

    /** The offset grows all the time, and only whether anything was written counts. */
    private static History withoutHowMuch(History told) {
        return new History(
                told.id(),
                told.parent(),
                Math.min(told.offset(), told.branchedAt()),
                told.branchedAt());
    }

    /**
     * Whether the switch was seen is not kept: a copy with a history that nobody knows may have
     * followed the present master before the restart.
     */
    void restore(Ancestry kept) {
        present.addAll(kept.present());
        older.addAll(kept.older());
        last = kept.last().orElse(null);
    }

    /** Forgets everything, as RESET does. */
    void forget() {
        older.clear();
        present.clear();
        last = null;
        sawSwitch = false;
    }

    /** The present master tells, as a master, whose data it has. */
    void masterTold(History history) {
        last = history;
        present.add(history.id());
        older.remove(history.id());
        shorten(present);
    }

    private static void shorten(SequencedSet<String> histories) {
        while (histories.size() > REMEMBERED) {
            histories.removeFirst();
        }
    }

    /** A copy that is no copy of the present master's data stays none when it gets other orders. */
    void replicaTold(Replica copy) {
        if (copy.roleReported == InstanceInfo.Role.MASTER && knownOlder(copy)) {
            copy.history.ifPresent(history -> older.add(history.id()));
            shorten(older);
        }
    }

    /** Whether that copy lacks what the present master wrote. What is not known is not older. */
    boolean knownOlder(Replica copy) {
        var master = last;
        if (master == null || copy.followedAs.isPresent() || copy.history.isEmpty()) {
            return false;
        }
        var history = copy.history.get();
        if (present.stream().anyMatch(history::contains)) {
            return false;
        }
        if (older.contains(history.id()) || history.parent().filter(older::contains).isPresent()) {
            // They parted where the master began its own history: did it write anything there?
            return master.parent().filter(history::contains).isEmpty()
                    || master.offset() >= master.branchedAt();
        }
        // It went its own way before, or since, we saw the master begin, and not with it.
        return sawSwitch && copy.roleReported == InstanceInfo.Role.MASTER;
    }
}
