package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Request;

/**
 * Guard G10 from outside: a master is objectively down only when so many sentinels as the quorum
 * say so, of that very address, and lately.
 */
final class QuorumWords {
    static final String RULE = "objectively down is what a quorum says of that address (G10)";

    /** Five ask periods, and the lateness of a timer. */
    private static final long LONGEST = 5_001_000;

    /** What a peer said of an address. */
    record Word(Address master, long at) {}

    private final World world;
    private final Invariants invariants;

    QuorumWords(World world, Invariants invariants) {
        this.world = world;
        this.invariants = invariants;
    }

    void answered(
            SentinelMachine sentinel,
            Machine from,
            Request.AskMasterDown question,
            boolean down,
            Knowledge known) {
        if (down) {
            known.downWords.put(
                    from, new Word(world.identity(question.master()), sentinel.clock()));
        } else {
            // An answer about the master before says nothing of the present one.
            known.downWords.computeIfPresent(
                    from,
                    (_, word) ->
                            word.master().equals(world.identity(question.master())) ? null : word);
        }
    }

    /** {@code +odown}. */
    void objectivelyDown(
            SentinelMachine sentinel, String master, Address address, Knowledge known) {
        long now = sentinel.clock();
        long others =
                known.downWords.values().stream()
                        .filter(word -> word.master().equals(address))
                        .filter(word -> now - word.at() <= LONGEST)
                        .count();
        int quorum = sentinel.quorum(master);
        invariants.demand(
                1 + others >= quorum,
                RULE,
                () ->
                        "%s holds %s for objectively down, %d others say so, the quorum is %d"
                                .formatted(sentinel, address, others, quorum));
    }
}
