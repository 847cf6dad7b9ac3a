package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the process at an address of our group is one of ours (guard G5). Addresses are given
 * away and come back: a server that has nothing to do with us, at the address of a replica that is
 * gone, would be made a replica and lose its data.
 *
 * <p>It is foreign only by two signs that do not depend on each other; one of them alone is a
 * reason to speak, not to act. Whoever has a history that a master of ours had is ours. A node that
 * restarted is ours too: it comes back with a known history, empty, or from its append-only file.
 */
final class Kinship {
    /** More nodes, and more histories, than a group has; the oldest are forgotten. */
    private static final int REMEMBERED = 256;

    /** Four hello periods of Redis: who lives under other sentinels has had a hello by then. */
    private static final Duration HELLOS_COME_WITHIN = Duration.ofSeconds(8);

    enum Verdict {
        OURS,
        /** One sign: the rules of Redis go on, and are told of. */
        UNKNOWN,
        /** Two: nothing is ordered of it. */
        FOREIGN
    }

    enum Sign {
        /** The hellos on its channel tell of a master elsewhere, or of itself by another name. */
        HELLOS_OF_ANOTHER_GROUP,
        /** It follows, or is followed by, nodes that we do not know. */
        NODES_OF_ANOTHER_GROUP,
        /**
         * It has data of a history that we do not know, and its predecessor had no file of them.
         */
        UNKNOWN_DATA;

        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The process at one address, as far as it told. */
    private static final class Resident {
        final String runId;
        final Instant since;
        boolean appendOnly;
        boolean tellsHistory;

        /** Of the process before it we know that it kept no append-only file. */
        boolean nothingToLoad;

        boolean otherHellos;

        /** The same of the process before: it may have been this one's, not known yet. */
        boolean otherHellosBefore;

        /** Whom of ours it followed: that one may have moved since, and it does not know. */
        Optional<Address> followed = Optional.empty();

        Verdict told = Verdict.OURS;

        Resident(String runId, Instant since) {
            this.runId = runId;
            this.since = since;
        }
    }

    private final MonitoredMaster master;

    /** The histories that our masters had. */
    private final SequencedSet<String> histories = new LinkedHashSet<>();

    private final Map<Address, Resident> residents =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Address, Resident> eldest) {
                    return size() > REMEMBERED;
                }
            };

    Kinship(MonitoredMaster master) {
        this.master = master;
    }

    // ---- facts

    void infoRead(DataNode node, InstanceInfo info) {
        info.runId().ifPresent(runId -> settle(node.address, runId, info, node.infoAt));
        if (node == master && master.roleReported == InstanceInfo.Role.MASTER) {
            info.history().ifPresent(this::remember);
        }
    }

    private void settle(Address address, String runId, InstanceInfo info, Instant now) {
        var resident = residents.get(address);
        if (resident == null || !resident.runId.equals(runId)) {
            var next = new Resident(runId, now);
            if (resident != null) {
                next.nothingToLoad = resident.tellsHistory && !resident.appendOnly;
                // A hello comes sooner than the INFO that tells of a new process.
                next.otherHellosBefore = resident.otherHellos || resident.otherHellosBefore;
            }
            residents.put(address, next);
            resident = next;
        } else if (now.isAfter(resident.since.plus(HELLOS_COME_WITHIN))) {
            resident.otherHellosBefore = false;
        }
        resident.appendOnly = info.appendOnly();
        resident.tellsHistory = info.history().isPresent();
        var followed = info.masterAddress().filter(this::inGroup);
        if (followed.isPresent()) {
            resident.followed = followed;
        }
    }

    private void remember(History history) {
        histories.add(history.id());
        history.parent().ifPresent(histories::add);
        while (histories.size() > REMEMBERED) {
            histories.removeFirst();
        }
    }

    /**
     * A hello on the channel of that node.
     *
     * @return whether it is a sign that we did not have
     */
    boolean helloHeard(Replica at, Hello hello) {
        var resident = residents.get(at.address);
        var told = hello.master();
        boolean another =
                !hello.masterName().equals(master.name)
                        && master.names.ip(told.host()).isPresent()
                        && (!inGroup(told) || master.names.same(told, at.address));
        if (resident == null || !another || resident.otherHellos) {
            return false;
        }
        resident.otherHellos = true;
        return true;
    }

    // ---- judgement

    /** What was not said yet of that node, if it needs a word. */
    Optional<Verdict> news(Replica node) {
        var resident = residents.get(node.address);
        if (resident == null) {
            return Optional.empty();
        }
        var verdict = verdict(node);
        boolean news = verdict != resident.told && verdict != Verdict.OURS;
        resident.told = verdict;
        return news ? Optional.of(verdict) : Optional.empty();
    }

    Verdict verdict(Replica node) {
        int signs = signs(node).size();
        if (signs == 0) {
            return Verdict.OURS;
        }
        return signs == 1 ? Verdict.UNKNOWN : Verdict.FOREIGN;
    }

    /** It has nothing that it could lose, or nothing that was not ours. */
    boolean surelyOurs(Replica node) {
        return !node.holdsKeys || hasOurHistory(node);
    }

    static boolean foreign(Replica node) {
        return node.master().kinship.verdict(node) == Verdict.FOREIGN;
    }

    String words(Replica node) {
        return signs(node).stream().map(Sign::words).collect(Collectors.joining(","));
    }

    private Set<Sign> signs(Replica node) {
        var signs = EnumSet.noneOf(Sign.class);
        var resident = residents.get(node.address);
        if (resident == null || hasOurHistory(node)) {
            return signs;
        }
        boolean otherHellos = resident.otherHellos || resident.otherHellosBefore;
        if (otherHellos) {
            signs.add(Sign.HELLOS_OF_ANOTHER_GROUP);
        }
        // Who has moved in where one of ours was is told by its hellos.
        if (hasOtherCompany(node, otherHellos ? Optional.empty() : resident.followed)) {
            signs.add(Sign.NODES_OF_ANOTHER_GROUP);
        }
        if (resident.nothingToLoad
                && node.holdsKeys
                && node.history.isPresent()
                && !histories.isEmpty()) {
            signs.add(Sign.UNKNOWN_DATA);
        }
        return signs;
    }

    private boolean hasOurHistory(Replica node) {
        return node.history
                .filter(history -> histories.stream().anyMatch(history::contains))
                .isPresent();
    }

    private boolean hasOtherCompany(Replica node, Optional<Address> formerlyOurs) {
        if (node.roleReported == InstanceInfo.Role.MASTER) {
            return !node.listed.stream().allMatch(this::inGroup);
        }
        // Whom our master lists is connected to it, whatever address it knows it by.
        return node.masterAddress.filter(followed -> !inGroup(followed)).isPresent()
                && !node.masterAddress.equals(formerlyOurs)
                && master.listed.stream().noneMatch(at -> master.names.same(at, node.address));
    }

    private boolean inGroup(Address address) {
        return master.names.same(address, master.address)
                || master.replicas.keySet().stream()
                        .anyMatch(known -> master.names.same(address, known))
                || master.listed.stream().anyMatch(known -> master.names.same(address, known));
    }
}
