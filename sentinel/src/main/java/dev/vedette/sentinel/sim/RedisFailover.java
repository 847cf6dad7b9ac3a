package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.FailoverPhase;

import java.util.Comparator;
import java.util.Optional;

/** The failover of a sentinel of Redis: one state a tick, and the pauses between attempts. */
final class RedisFailover {
    private static final long SECOND = 1_000_000;
    private static final long ELECTION_TIMEOUT = 10 * SECOND;
    private static final long RECONF_TIMEOUT = 10 * SECOND;
    private static final long PING_AGE = 5 * SECOND;
    private static final long INFO_AGE_WHEN_DOWN = 5 * SECOND;
    private static final long INFO_AGE = 30 * SECOND;

    private final RedisSentinel sentinel;
    private final RedisGroup group;
    private FailoverPhase phase = FailoverPhase.NONE;
    private long epoch;
    private long startedAt = Long.MIN_VALUE / 2;
    private long since;
    private boolean forced;
    private Optional<RedisInstance> chosen = Optional.empty();

    RedisFailover(RedisSentinel sentinel, RedisGroup group) {
        this.sentinel = sentinel;
        this.group = group;
    }

    FailoverPhase phase() {
        return phase;
    }

    /** The promoted one, once it is told of. */
    Optional<RedisInstance> announced() {
        return phase == FailoverPhase.RECONF_SLAVES || phase == FailoverPhase.UPDATE_CONFIG
                ? chosen
                : Optional.empty();
    }

    boolean isChosen(RedisInstance replica) {
        return chosen.equals(Optional.of(replica));
    }

    /** It is the chosen one, and its promotion is awaited. */
    boolean proves(RedisInstance replica) {
        return phase == FailoverPhase.WAIT_PROMOTION && isChosen(replica);
    }

    /** It is in progress, and its clock was set back since it began. */
    boolean beganLaterThan(long now) {
        return phase != FailoverPhase.NONE && (since > now || startedAt > now + SECOND);
    }

    private void enter(FailoverPhase next, long now) {
        phase = next;
        since = now;
    }

    /** It voted for another: no attempt of its own for twice the failover-timeout. */
    void pauseFrom(long now) {
        startedAt = now + sentinel.dice.between(0, SECOND - 1);
    }

    void reset() {
        phase = FailoverPhase.NONE;
        forced = false;
        chosen = Optional.empty();
        startedAt = Long.MIN_VALUE / 2;
    }

    private void abort(String event) {
        sentinel.world.tell(sentinel, event, "");
        sentinel.world.invariants.secondTargets.gaveUp(sentinel);
        phase = FailoverPhase.NONE;
        forced = false;
        chosen = Optional.empty();
    }

    // ---- how it begins

    void startIfNeeded(long now) {
        if (group.objectivelyDown()
                && phase == FailoverPhase.NONE
                && now - startedAt >= 2 * sentinel.failoverTimeout()) {
            start(now);
            group.askPeers(now, true);
        }
    }

    private void start(long now) {
        epoch = group.nextEpoch();
        startedAt = now + sentinel.dice.between(0, SECOND - 1);
        enter(FailoverPhase.WAIT_START, now);
        sentinel.world.tell(sentinel, "+try-failover", "epoch " + epoch);
    }

    Answer ordered() {
        if (phase != FailoverPhase.NONE) {
            return new Answer.Refused("INPROG Failover already in progress");
        }
        if (best(sentinel.wall()).isEmpty()) {
            return new Answer.Refused("NOGOODSLAVE No suitable replica to promote");
        }
        start(sentinel.wall());
        forced = true;
        return new Answer.Ok();
    }

    // ---- one state a tick

    void step(long now) {
        switch (phase) {
            case NONE, UPDATE_CONFIG -> {}
            case WAIT_START -> waitStart(now);
            case SELECT_SLAVE -> select(now);
            case SEND_SLAVEOF_NOONE -> promote(now);
            case WAIT_PROMOTION -> {
                if (now - since > sentinel.failoverTimeout()) {
                    abort("-failover-abort-slave-timeout");
                }
            }
            case RECONF_SLAVES -> reconfigure(now);
        }
    }

    private void waitStart(long now) {
        boolean elected = group.leaderOf(epoch).equals(Optional.of(sentinel.id()));
        if (elected || forced) {
            sentinel.world.tell(sentinel, "+elected-leader", "epoch " + epoch);
            enter(FailoverPhase.SELECT_SLAVE, now);
        } else if (now - startedAt > Math.min(ELECTION_TIMEOUT, sentinel.failoverTimeout())) {
            abort("-failover-abort-not-elected");
        }
    }

    private void select(long now) {
        chosen = best(now);
        if (chosen.isEmpty()) {
            abort("-failover-abort-no-good-slave");
        } else {
            sentinel.world.tell(sentinel, "+selected-slave", chosen.get().address);
            enter(FailoverPhase.SEND_SLAVEOF_NOONE, now);
        }
    }

    private Optional<RedisInstance> best(long now) {
        var master = group.master();
        long downFor = master.down ? now - master.downSince : 0;
        return group.replicas().stream()
                .filter(r -> !r.down && r.connected() && r.priority != 0)
                .filter(r -> now - r.availableAt() <= PING_AGE)
                .filter(r -> r.infoAt >= 0)
                .filter(r -> now - r.infoAt <= (master.down ? INFO_AGE_WHEN_DOWN : INFO_AGE))
                .filter(r -> r.linkDownFor <= downFor + 10 * sentinel.downAfter())
                .min(
                        Comparator.<RedisInstance>comparingInt(r -> r.priority)
                                .thenComparingLong(r -> -r.offset)
                                .thenComparing(r -> r.runId));
    }

    private void promote(long now) {
        var replica = chosen.orElseThrow();
        if (replica.canSend()) {
            var target = replica.command.orElseThrow().other().owner;
            var term = new Term(Simulation.GROUP, epoch);
            sentinel.world.invariants.leaders.redisPromotes(sentinel, target, term);
            sentinel.world.invariants.secondTargets.redisPromotes(sentinel, target, term);
            group.order(replica, Optional.empty(), "tells to be a master");
            enter(FailoverPhase.WAIT_PROMOTION, now);
        } else if (now - since > sentinel.failoverTimeout()) {
            abort("-failover-abort-slave-timeout");
        }
    }

    /** The proof: only now the others hear of it. */
    void promoted(long now) {
        group.configure(epoch);
        enter(FailoverPhase.RECONF_SLAVES, now);
        sentinel.save();
        sentinel.world.tell(sentinel, "+promoted-slave", chosen.orElseThrow().address);
        sentinel.world.invariants.secondTargets.announced(new Term(Simulation.GROUP, epoch));
        group.replicas().forEach(replica -> replica.reconf = RedisInstance.Reconf.NONE);
        group.replicas().forEach(RedisInstance::hello);
        group.peers().forEach(RedisInstance::hello);
        group.master().hello();
    }

    // ---- the other replicas follow

    private void reconfigure(long now) {
        var promoted = chosen.orElseThrow();
        int busy = 0;
        boolean all = !promoted.down;
        for (var replica : group.replicas()) {
            if (replica.equals(promoted)) {
                continue;
            }
            if (replica.reconf == RedisInstance.Reconf.SENT
                    && now - replica.reconfAt > RECONF_TIMEOUT) {
                replica.reconf = RedisInstance.Reconf.DONE;
            }
            if (replica.reconf == RedisInstance.Reconf.SENT
                    || replica.reconf == RedisInstance.Reconf.IN_PROGRESS) {
                busy++;
            }
            all &= replica.reconf == RedisInstance.Reconf.DONE || replica.down;
        }
        if (all || now - since > sentinel.failoverTimeout()) {
            end(now);
            return;
        }
        for (var replica : group.replicas()) {
            if (busy < sentinel.parallelSyncs()
                    && !replica.equals(promoted)
                    && replica.reconf == RedisInstance.Reconf.NONE
                    && group.order(replica, Optional.of(promoted.address), "+slave-reconf-sent")) {
                replica.reconf = RedisInstance.Reconf.SENT;
                replica.reconfAt = now;
                busy++;
            }
        }
    }

    /** What an INFO of a replica tells of that. */
    void reconfigures(RedisInstance replica, long now) {
        if (phase != FailoverPhase.RECONF_SLAVES || isChosen(replica)) {
            return;
        }
        boolean follows = replica.follows.equals(chosen.map(promoted -> promoted.address));
        if (replica.reconf == RedisInstance.Reconf.SENT && follows) {
            replica.reconf = RedisInstance.Reconf.IN_PROGRESS;
            replica.reconfAt = now;
        }
        if (replica.reconf == RedisInstance.Reconf.IN_PROGRESS && replica.linkUp) {
            replica.reconf = RedisInstance.Reconf.DONE;
        }
    }

    private void end(long now) {
        for (var replica : group.replicas()) {
            if (!isChosen(replica) && replica.reconf == RedisInstance.Reconf.NONE) {
                group.order(
                        replica, chosen.map(promoted -> promoted.address), "+slave-reconf-sent-be");
            }
        }
        enter(FailoverPhase.UPDATE_CONFIG, now);
    }

    /** The end of the tick: the promoted one is the master. */
    void finish() {
        if (phase == FailoverPhase.UPDATE_CONFIG) {
            var promoted = chosen.orElseThrow().address;
            sentinel.world.tell(sentinel, "+switch-master", promoted);
            group.switchTo(promoted);
        }
    }
}
