package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelState;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What may be said: nothing that the disk does not know (guard G13), no two addresses under one
 * config epoch, and no epoch that is lower than one before.
 */
final class SpeechRules {
    static final String PERSIST_BEFORE_SPEAK = "persist before speak";
    static final String ONE_ADDRESS = "one address per config epoch";
    static final String CONFIG_EPOCHS_RISE = "config epochs only rise";

    private final World world;
    private final Invariants invariants;
    private final Map<Term, Address> announced = new HashMap<>();

    /** Second addresses of sentinels of Redis, to which ours may yield (guard G20). */
    private final Map<Term, Set<Address>> saidByRedis = new HashMap<>();

    private final Map<SentinelMachine, Map<String, Long>> spokenConfigEpochs = new HashMap<>();

    /** How many removals of each master are decided and did not leave yet: they wait for a disk. */
    private final Map<SentinelMachine, Map<String, Integer>> removals = new HashMap<>();

    SpeechRules(World world, Invariants invariants) {
        this.world = world;
        this.invariants = invariants;
    }

    /** Its conf is that of an earlier time: what it says is not compared with the time between. */
    void restored(SentinelMachine sentinel) {
        spokenConfigEpochs.remove(sentinel);
    }

    // ---- what leaves

    void vote(SentinelMachine voter, Term term) {
        long saved = voter.leaderEpochOnDisk(term.master());
        speaks(
                saved >= term.epoch(),
                () ->
                        "%s spoke its vote in epoch %d, its disk knows of %d"
                                .formatted(voter, term.epoch(), saved));
    }

    void asksForVote(SentinelMachine from, Request.AskMasterDown question) {
        var disk = from.disk;
        long epoch = question.epoch();
        speaks(
                disk.behind() || disk.durable().currentEpoch() >= epoch,
                () ->
                        "%s speaks of epoch %d, its disk knows of %d"
                                .formatted(from, epoch, disk.durable().currentEpoch()));
        speaks(
                question.candidate().isEmpty()
                        || from.leaderEpochOnDisk(question.masterName()) >= epoch,
                () ->
                        "%s wants to lead epoch %d, its disk knows of a vote in %d"
                                .formatted(
                                        from,
                                        epoch,
                                        from.leaderEpochOnDisk(question.masterName())));
    }

    void hello(SentinelMachine from, Hello hello) {
        var disk = from.disk;
        speaks(
                disk.behind() || disk.durable().currentEpoch() >= hello.currentEpoch(),
                () ->
                        "%s says hello with epoch %d, its disk knows of %d"
                                .formatted(
                                        from, hello.currentEpoch(), disk.durable().currentEpoch()));
        var saved = disk.durable().master(hello.masterName());
        speaks(
                disk.behind()
                        || isOfALifeBefore(from, hello.masterName())
                        || saved.filter(m -> m.configEpoch() >= hello.configEpoch()).isPresent(),
                () ->
                        "%s announces config epoch %d, which its disk does not know"
                                .formatted(from, hello.configEpoch()));
        announces(from, new Term(hello.masterName(), hello.configEpoch()), hello.master());
    }

    private void announces(SentinelMachine from, Term term, Address address) {
        var identity = world.identity(address);
        if (term.epoch() == 0 && from.wasMonitoredAnew(term.master())) {
            // What an operator names has no epoch.
            return;
        }
        var first = announced.putIfAbsent(term, identity);
        invariants.demand(
                first == null
                        || first.equals(identity)
                        || invariants.leaders.isShared(term)
                        || saidByRedis.getOrDefault(term, Set.of()).contains(identity)
                        // Under 0 stands what an operator named, and each may name another.
                        || term.epoch() == 0
                        || world.names.hasLied(),
                ONE_ADDRESS,
                () ->
                        "%s announces %s under config epoch %d, which stood for %s"
                                .formatted(from, address, term.epoch(), first));
        var spoken = spokenConfigEpochs.computeIfAbsent(from, _ -> new HashMap<>());
        long before = spoken.getOrDefault(term.master(), 0L);
        invariants.demand(
                before <= term.epoch(),
                CONFIG_EPOCHS_RISE,
                () ->
                        "%s announces config epoch %d after %d"
                                .formatted(from, term.epoch(), before));
        // What the disk did not take is announced all the same (guard G13), and a crash forgets it.
        boolean saved =
                from.disk
                        .durable()
                        .master(term.master())
                        .filter(m -> m.configEpoch() >= term.epoch())
                        .isPresent();
        if (saved) {
            spoken.put(term.master(), Math.max(before, term.epoch()));
        }
    }

    /** The operator takes the master away, and may name it again: its history begins anew. */
    void forgets(SentinelMachine sentinel, String master) {
        removals.computeIfAbsent(sentinel, _ -> new HashMap<>()).merge(master, 1, Integer::sum);
        var spoken = spokenConfigEpochs.get(sentinel);
        if (spoken != null) {
            spoken.remove(master);
        }
    }

    /** The removal leaves, and so has all that was said before it. */
    void saidThatItForgets(SentinelMachine sentinel, String master) {
        var waiting = removals.get(sentinel);
        if (waiting != null) {
            waiting.computeIfPresent(master, (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** What waited for the disk went with the process before. */
    void started(SentinelMachine sentinel) {
        removals.remove(sentinel);
    }

    /**
     * What leaves now was said of a master that has been removed since: one write may have saved
     * what it says, its removal, and the master that was named behind it.
     */
    private boolean isOfALifeBefore(SentinelMachine from, String master) {
        return removals.getOrDefault(from, Map.of()).containsKey(master);
    }

    /** A sentinel of Redis may announce what it wants; what it says first counts for us too. */
    void redisHello(RedisSentinel from, Hello hello) {
        var term = new Term(hello.masterName(), hello.configEpoch());
        var identity = world.identity(hello.master());
        var first = announced.putIfAbsent(term, identity);
        if (first != null && !first.equals(identity) && !invariants.leaders.isShared(term)) {
            invariants.redisBroke(ONE_ADDRESS, from);
            saidByRedis.computeIfAbsent(term, _ -> new HashSet<>()).add(identity);
        }
    }

    private void speaks(boolean holds, java.util.function.Supplier<String> what) {
        invariants.demand(holds, PERSIST_BEFORE_SPEAK, what);
    }

    // ---- what goes to the disk

    void persisting(SentinelMachine sentinel, SentinelState state) {
        var disk = sentinel.disk.durable();
        invariants.demand(
                state.currentEpoch() >= disk.currentEpoch(),
                "epochs only rise",
                () ->
                        "%s writes epoch %d over %d"
                                .formatted(sentinel, state.currentEpoch(), disk.currentEpoch()));
        for (var master : state.masters()) {
            disk.master(master.name()).ifPresent(before -> rises(sentinel, before, master));
        }
    }

    private void rises(
            SentinelMachine sentinel, SentinelState.Master before, SentinelState.Master after) {
        invariants.demand(
                after.configEpoch() >= before.configEpoch()
                        || sentinel.wasMonitoredAnew(after.name()),
                CONFIG_EPOCHS_RISE,
                () ->
                        "%s writes config epoch %d over %d"
                                .formatted(sentinel, after.configEpoch(), before.configEpoch()));
        invariants.demand(
                after.leaderEpoch() >= before.leaderEpoch(),
                "no vote is forgotten",
                () ->
                        "%s writes leader epoch %d over %d"
                                .formatted(sentinel, after.leaderEpoch(), before.leaderEpoch()));
    }
}
