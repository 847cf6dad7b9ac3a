package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which replica becomes the master: a pure function of what is known, which says of each refused
 * one the rule that refused it (Redis {@code sentinelSelectSlave}; guard G3, fresh choice).
 *
 * @param ranked the best first
 */
record ReplicaSelection(List<Candidate> ranked, List<Refused> refused) {

    /** Why a replica cannot be promoted. */
    enum Refusal {
        DOWN,
        DISCONNECTED,
        /** No valid answer to PING for 5 ping periods. */
        SILENT,
        PRIORITY_ZERO,
        /** Its INFO is too old: 5 ping periods while the master is down, else 3 INFO periods. */
        STALE_INFO,
        /** Its link to the master was down for long before the master failed. */
        MASTER_LINK_DOWN_TOO_LONG,
        /** It has no data: it says that it never synced, and was never seen in sync. */
        NEVER_SYNCED,
        /** It loads its data set. */
        LOADING,
        /** It is of another group. */
        FOREIGN,
        /** It is known to lack what the present master wrote. */
        STALE_COPY,
        /** A RESET made us forget it, and it does not say that it follows the master. */
        UNCONFIRMED;

        /** As events say it, such as {@code stale-info}. */
        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    record Refused(Candidate candidate, Refusal rule) {}

    /** Groups of candidates; a better one is always preferred, whatever the offsets say. */
    enum Standing {
        /** It was promoted by a leader that did not live to announce it. */
        ALREADY_PROMOTED,
        FOLLOWS,
        /** Its INFO was asked before the failure: its offset may be old. */
        NOT_FRESH,
        /** It says that it is a master, and nothing proves that it was ours. */
        SAYS_MASTER,
        /** What it has is about to be replaced by a copy of everything, and may be gone already. */
        SYNCING,
        /** It is known to lack what the present master wrote; an operator wants it all the same. */
        OLDER
    }

    /**
     * What is known of one replica, at the moment of the choice.
     *
     * @param infoAge absent when it never answered INFO
     * @param defect what forbids to promote it, beside the limits
     */
    record Candidate(
            Address address,
            Optional<String> runId,
            boolean down,
            boolean disconnected,
            Duration silentFor,
            int priority,
            Optional<Duration> infoAge,
            Duration masterLinkDownFor,
            Optional<Refusal> defect,
            Standing standing,
            long offset) {

        static Candidate of(Replica replica, boolean olderToo, Instant freshSince, Instant now) {
            boolean older = replica.master().lineage.knownOlder(replica);
            return new Candidate(
                    replica.address,
                    replica.runId,
                    replica.subjectivelyDown,
                    !replica.link.connected(),
                    Duration.between(replica.link.availableAt, now),
                    replica.priority,
                    replica.infoKnown()
                            ? Optional.of(Duration.between(replica.infoAt, now))
                            : Optional.empty(),
                    replica.masterLinkDownFor,
                    defectOf(replica, older && !olderToo && !replica.siblingOfMaster),
                    older ? Standing.OLDER : standingOf(replica, freshSince),
                    replica.offset);
        }

        private static Optional<Refusal> defectOf(Replica replica, boolean tooOld) {
            if (Kinship.foreign(replica)) {
                return Optional.of(Refusal.FOREIGN);
            }
            if (tooOld) {
                return Optional.of(Refusal.STALE_COPY);
            }
            if (replica.hidden() && !Unconfirmed.usable(replica)) {
                return Optional.of(Refusal.UNCONFIRMED);
            }
            if (replica.masterLinkDownFor.isNegative() && !replica.seenInSync) {
                return Optional.of(Refusal.NEVER_SYNCED);
            }
            return replica.link.loading || replica.loading
                    ? Optional.of(Refusal.LOADING)
                    : Optional.empty();
        }

        private static Standing standingOf(Replica replica, Instant freshSince) {
            if (replica.roleReported == InstanceInfo.Role.MASTER) {
                return replica.followedAs.isPresent() && replica.followedAs.equals(replica.runId)
                        ? Standing.ALREADY_PROMOTED
                        : Standing.SAYS_MASTER;
            }
            if (replica.syncing) {
                return Standing.SYNCING;
            }
            return replica.infoAsOf.isBefore(freshSince) ? Standing.NOT_FRESH : Standing.FOLLOWS;
        }
    }

    /**
     * Redis's limits for one choice.
     *
     * @param infoAge the oldest INFO that counts
     * @param masterLinkDownFor the longest time that the link to the master may have been down
     */
    record Limits(Duration silence, Duration infoAge, Duration masterLinkDownFor) {
        static Limits of(MonitoredMaster master, Pace pace, Instant now) {
            var downFor =
                    master.subjectivelyDown
                            ? Duration.between(master.downSince, now)
                            : Duration.ZERO;
            return new Limits(
                    pace.times(Period.PING, 5),
                    master.subjectivelyDown
                            ? pace.times(Period.PING, 5)
                            : pace.times(Period.INFO, 3),
                    downFor.plus(Periods.times(master.options.downAfter(), 10)));
        }
    }

    private static final Comparator<Candidate> BEST_FIRST =
            Comparator.<Candidate, Standing>comparing(Candidate::standing)
                    .thenComparingInt(Candidate::priority)
                    .thenComparing(Comparator.comparingLong(Candidate::offset).reversed())
                    .thenComparing(c -> c.runId().isEmpty())
                    .thenComparing(c -> c.runId().orElse("").toLowerCase(Locale.ROOT));

    /**
     * Chooses among the replicas of that master.
     *
     * @param forced by an operator, for whom an older copy is better than none
     */
    static ReplicaSelection of(
            MonitoredMaster master, Pace pace, boolean forced, Instant freshSince, Instant now) {
        return choose(
                master.replicas.values().stream()
                        .map(replica -> Candidate.of(replica, forced, freshSince, now))
                        .toList(),
                Limits.of(master, pace, now));
    }

    static ReplicaSelection choose(List<Candidate> candidates, Limits limits) {
        var ranked = new ArrayList<Candidate>();
        var refused = new ArrayList<Refused>();
        for (var candidate : candidates) {
            refusal(candidate, limits)
                    .ifPresentOrElse(
                            rule -> refused.add(new Refused(candidate, rule)),
                            () -> ranked.add(candidate));
        }
        ranked.sort(BEST_FIRST);
        return new ReplicaSelection(List.copyOf(ranked), List.copyOf(refused));
    }

    private static Optional<Refusal> refusal(Candidate candidate, Limits limits) {
        if (candidate.down()) {
            return Optional.of(Refusal.DOWN);
        }
        if (candidate.disconnected()) {
            return Optional.of(Refusal.DISCONNECTED);
        }
        if (candidate.silentFor().compareTo(limits.silence()) > 0) {
            return Optional.of(Refusal.SILENT);
        }
        if (candidate.priority() == 0) {
            return Optional.of(Refusal.PRIORITY_ZERO);
        }
        if (candidate.infoAge().filter(age -> age.compareTo(limits.infoAge()) <= 0).isEmpty()) {
            return Optional.of(Refusal.STALE_INFO);
        }
        if (candidate.masterLinkDownFor().compareTo(limits.masterLinkDownFor()) > 0) {
            return Optional.of(Refusal.MASTER_LINK_DOWN_TOO_LONG);
        }
        return candidate.defect();
    }

    Optional<Candidate> best() {
        return ranked.stream().findFirst();
    }
}
