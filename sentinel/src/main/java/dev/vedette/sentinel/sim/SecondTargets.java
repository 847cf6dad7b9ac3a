package dev.vedette.sentinel.sim;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Guard G2: no sentinel of ours tells a second node to be a master while an earlier leader may
 * still be at work with another one.
 */
final class SecondTargets {
    static final String RULE = "no second target beside a leader that said it is at work (G2)";

    /** What the later leader knew of the earlier one. */
    enum Case {
        /** It was told that the earlier one leads: never permitted. */
        TOLD_THAT_IT_LEADS,
        /** Nobody ordered either of them, and the earlier one could not be heard. */
        BOTH_ELECTED,
        /** The earlier one did not answer a question that it was asked in the later epoch. */
        SILENT,
        /** There was no connection to ask the earlier one over. */
        NOT_ASKED
    }

    /** A SLAVEOF NO ONE that left, until its leader announced the new master or gave up. */
    private record Open(Machine leader, int life, Machine target, long votedAt, boolean ordered) {}

    private final World world;
    private final Invariants invariants;
    private final Map<Term, Open> open = new LinkedHashMap<>();
    private final Map<Case, Integer> counted = new EnumMap<>(Case.class);

    SecondTargets(World world, Invariants invariants) {
        this.world = world;
        this.invariants = invariants;
    }

    Map<Case, Integer> counted() {
        return counted;
    }

    void promotes(SentinelMachine leader, Machine target, Term term, Knowledge known) {
        open.values().removeIf(o -> o.leader().life() != o.life());
        for (var entry : open.entrySet()) {
            var earlier = entry.getValue();
            if (entry.getKey().master().equals(term.master())
                    && entry.getKey().epoch() < term.epoch()
                    && !earlier.target().equals(target)
                    && !earlier.leader().equals(leader)
                    && world.queue.now() - earlier.votedAt() < pauseAfterVote(leader, term)) {
                besides(leader, target, term, earlier, known);
            }
        }
        open.put(
                term,
                new Open(
                        leader,
                        leader.life(),
                        target,
                        votedAt(known, term),
                        known.leadsForced.contains(term)));
    }

    /** A sentinel of Redis may do so; but ours must not do it beside one of Redis. */
    void redisPromotes(RedisSentinel leader, Machine target, Term term) {
        open.put(term, new Open(leader, leader.life(), target, world.queue.now(), true));
    }

    private long votedAt(Knowledge known, Term term) {
        return known.votedAt.getOrDefault(term, world.queue.now());
    }

    private void besides(
            SentinelMachine leader, Machine target, Term term, Open earlier, Knowledge known) {
        var answer = known.reports.get(earlier.leader());
        long askedSince = known.candidateSince.getOrDefault(term, world.queue.now());
        boolean asked = known.asked.getOrDefault(earlier.leader(), -1L) >= askedSince;
        if (answer != null && answer.askedAt() >= askedSince) {
            if (!answer.leads()) {
                return;
            }
            count(Case.TOLD_THAT_IT_LEADS, leader, target, term, earlier);
            invariants.broken(
                    RULE,
                    "%s promotes %s in epoch %d, %s is at work with %s and said so"
                            .formatted(
                                    leader,
                                    target,
                                    term.epoch(),
                                    earlier.leader(),
                                    earlier.target()));
        } else {
            boolean ordered = earlier.ordered() || known.leadsForced.contains(term);
            var what = asked ? Case.SILENT : Case.NOT_ASKED;
            count(ordered ? what : Case.BOTH_ELECTED, leader, target, term, earlier);
        }
    }

    private void count(Case what, SentinelMachine leader, Machine target, Term term, Open earlier) {
        counted.merge(what, 1, Integer::sum);
        world.tell(
                leader,
                "has a second target",
                "%s in epoch %d beside %s of %s (%s)"
                        .formatted(target, term.epoch(), earlier.target(), earlier.leader(), what));
    }

    private static long pauseAfterVote(SentinelMachine leader, Term term) {
        return leader.options(term.master())
                .map(options -> 2 * EventQueue.micros(options.failoverTimeout()))
                .orElse(0L);
    }

    /** A hello under that config epoch left a sentinel. */
    void announced(Term term) {
        open.remove(term);
    }

    void gaveUp(Machine leader) {
        open.values().removeIf(o -> o.leader().equals(leader));
    }
}
