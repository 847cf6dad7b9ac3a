package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.SentinelId;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Votes and leaders: one leader in an epoch, with the votes of a majority that were really given,
 * and one target of its SLAVEOF NO ONE.
 */
final class LeaderRules {
    static final String FORCED_COLLISION =
            "a forced failover takes no epoch that it was told another has (G20)";
    static final String ONE_LEADER = "one leader per epoch";

    private record Led(Term term, SentinelId leader) {}

    private record Ballot(Machine voter, Term term) {}

    private final Invariants invariants;
    private final Map<Term, SentinelId> leaders = new LinkedHashMap<>();
    private final Set<Term> forcedTerms = new HashSet<>();

    /** Terms that a sentinel of Redis led, which needs no votes for a failover by command. */
    private final Set<Term> redisTerms = new HashSet<>();

    /** Epochs that a forced leader, cut off from the others, shares with another leader. */
    private final Set<Term> sharedTerms = new HashSet<>();

    private final Map<Led, Machine> promoted = new LinkedHashMap<>();

    /** Given by sentinels whose conf somebody put back since. */
    private final Set<Ballot> forgotten = new HashSet<>();

    /**
     * Terms in which somebody voted again because it had forgotten its vote, and nobody who was
     * left knew.
     */
    private final Set<Term> votedAnew = new HashSet<>();

    private final Map<Ballot, SentinelId> votes = new HashMap<>();

    /**
     * The last vote of its own that each sentinel with a conf from a backup was told of since; no
     * entry for others.
     */
    private final Map<SentinelMachine, Long> remindedOf = new HashMap<>();

    LeaderRules(Invariants invariants) {
        this.invariants = invariants;
    }

    int sharedEpochs() {
        return sharedTerms.size();
    }

    boolean isShared(Term term) {
        return sharedTerms.contains(term);
    }

    int promotions() {
        return promoted.size();
    }

    /**
     * Its conf is that of an earlier time: what it forgot it can only be told by the others, and
     * while nobody told it, it may vote again.
     */
    void restored(SentinelMachine sentinel) {
        votes.keySet().stream().filter(b -> b.voter().equals(sentinel)).forEach(forgotten::add);
        remindedOf.put(sentinel, 0L);
        // It may take an epoch anew that it led.
        leaders.forEach(
                (term, leader) -> {
                    if (leader.equals(sentinel.id)) {
                        forcedTerms.add(term);
                    }
                });
    }

    /** A vote that may count: published, or answered. */
    void voted(SentinelMachine voter, Term term, SentinelId candidate) {
        var ballot = new Ballot(voter, term);
        if (forgot(voter, term) && forgotten.remove(ballot)) {
            votes.remove(ballot);
            votedAnew.add(term);
        }
        var before = votes.putIfAbsent(ballot, candidate);
        invariants.known(voter).lastVote.put(term.master(), term);
        invariants.demand(
                before == null || before.equals(candidate),
                "a spoken vote never changes",
                () ->
                        "%s voted for %s and for %s in epoch %d"
                                .formatted(voter, before, candidate, term.epoch()));
    }

    /** A sentinel of Redis answered with its vote, or voted for itself. */
    void redisVoted(RedisSentinel voter, Term term, SentinelId candidate) {
        var before = votes.putIfAbsent(new Ballot(voter, term), candidate);
        if (before != null && !before.equals(candidate)) {
            invariants.redisBroke("a spoken vote never changes", voter);
        }
    }

    /** {@code +elected-leader} of one of ours. */
    void elected(SentinelMachine sentinel, String master, Knowledge known) {
        var term = known.lastVote.getOrDefault(master, new Term(master, 0));
        if (known.forced.contains(master)) {
            known.leadsForced.add(term);
            return;
        }
        int voters = sentinel.knownPeers(master) + 1;
        if (voters == 1) {
            // Told by RESET to forget the others, with a quorum of one, it asks nobody, as in
            // Redis: as one that was ordered.
            forcedTerms.add(term);
        }
        leads(sentinel, term);
        int needed = Math.max(sentinel.quorum(master), voters / 2 + 1);
        long given =
                votes.entrySet().stream()
                        .filter(vote -> vote.getKey().term().equals(term))
                        .filter(vote -> vote.getValue().equals(sentinel.id))
                        .count();
        invariants.demand(
                given >= needed,
                "a leader has the votes of a majority and of the quorum",
                () ->
                        "%s leads epoch %d with %d votes, it needs %d"
                                .formatted(sentinel, term.epoch(), given, needed));
    }

    /** SLAVEOF NO ONE leaves one of ours. */
    void promotes(SentinelMachine from, Machine target, Term term, Knowledge known) {
        if (known.leadsForced.contains(term)) {
            leadsForced(from, term, known);
        } else {
            leads(from, term);
        }
        var first = promoted.putIfAbsent(new Led(term, from.id), target);
        invariants.demand(
                first == null || first.equals(target) || repeats(from, term, known),
                "no second target in one failover",
                () ->
                        "%s promotes %s after %s in epoch %d"
                                .formatted(from, target, first, term.epoch()));
    }

    /**
     * An operator orders a failover of one whose conf is from before that epoch, and who hears
     * nobody that could tell it: it takes the epoch anew, as a sentinel of Redis does.
     */
    private boolean repeats(SentinelMachine from, Term term, Knowledge known) {
        boolean repeats = forgot(from, term) && known.leadsForced.contains(term);
        if (repeats) {
            sharedTerms.add(term);
        }
        return repeats;
    }

    /** Its conf is from before that vote, and nobody who was asked could tell it (guard G16). */
    private boolean forgot(SentinelMachine sentinel, Term term) {
        return remindedOf.getOrDefault(sentinel, Long.MAX_VALUE) < term.epoch();
    }

    /** Somebody shows it its own last vote. */
    void reminded(SentinelMachine sentinel, Map<SentinelId, Long> votes) {
        remindedOf.computeIfPresent(
                sentinel, (_, epoch) -> Math.max(epoch, votes.getOrDefault(sentinel.id, 0L)));
    }

    /** SLAVEOF NO ONE leaves a sentinel of Redis. */
    void redisPromotes(RedisSentinel from, Machine target, Term term) {
        redisTerms.add(term);
        if (shares(term, from.id())) {
            invariants.redisBroke(ONE_LEADER, from);
        }
        promoted.putIfAbsent(new Led(term, from.id()), target);
    }

    /**
     * A forced failover needs no votes, so one that is cut off may take an epoch that others have
     * too. Then all must be well once they hear each other; but what it was told it must heed.
     */
    private void leadsForced(SentinelMachine sentinel, Term term, Knowledge known) {
        invariants.demand(
                !known.rivals.containsKey(term),
                FORCED_COLLISION,
                () ->
                        "%s was ordered to lead and took epoch %d of %s, of which it knew that %s has it"
                                .formatted(
                                        sentinel,
                                        term.epoch(),
                                        term.master(),
                                        known.rivals.get(term)));
        forcedTerms.add(term);
        shares(term, sentinel.id);
    }

    private void leads(SentinelMachine sentinel, Term term) {
        boolean shared = shares(term, sentinel.id);
        invariants.demand(
                !shared
                        || forcedTerms.contains(term)
                        || redisTerms.contains(term)
                        || votedAnew.contains(term),
                ONE_LEADER,
                () ->
                        "%s leads epoch %d of %s, which %s led"
                                .formatted(
                                        sentinel, term.epoch(), term.master(), leaders.get(term)));
    }

    private boolean shares(Term term, SentinelId leader) {
        var first = leaders.putIfAbsent(term, leader);
        boolean shared = first != null && !first.equals(leader);
        if (shared) {
            sharedTerms.add(term);
        }
        return shared;
    }
}
