package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Takes the exits of {@link Failover}. Each look takes at most one; the core looks again until
 * nothing changes.
 */
final class FailoverMachine {
    private static final Duration LONGEST_STRAGGLER_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_LEASE = Duration.ofSeconds(10);
    private static final Duration STRAGGLER_WAIT = Duration.ofMillis(100);

    private final Outbox out;
    private final Deployment deployment;
    private final Election election;
    private final Requests requests;
    private final LinkKeeper links;
    private final Registry registry;
    private final Unconfirmed unconfirmed;
    private final Rivals rivals;
    private final Transitions transitions;
    private final Candidacy candidacy;

    FailoverMachine(
            Outbox out,
            Deployment deployment,
            Election election,
            Requests requests,
            LinkKeeper links,
            Registry registry,
            Unconfirmed unconfirmed,
            Repointer repointer) {
        this.out = out;
        this.deployment = deployment;
        this.election = election;
        this.requests = requests;
        this.links = links;
        this.registry = registry;
        this.unconfirmed = unconfirmed;
        rivals = new Rivals(deployment, election, requests);
        transitions = new Transitions(out, deployment, election, rivals);
        candidacy =
                new Candidacy(out, deployment, election, requests, repointer, rivals, transitions);
    }

    void look(MonitoredMaster master, Alarm alarm) {
        switch (master.failover) {
            case Failover.Idle() -> candidacy.idle(master, alarm);
            case Failover.WaitStart state -> candidacy.waitStart(master, state, alarm);
            case Failover.SelectSlave state -> selectSlave(master, state, alarm);
            case Failover.SendSlaveofNoOne state -> sendSlaveofNoOne(master, state, alarm);
            case Failover.WaitPromotion state -> waitPromotion(master, state, alarm);
        }
    }

    /** Begins: by the rules, or forced by the operator, whatever the master's state. */
    void start(MonitoredMaster master, Attempt.Purpose purpose, Instant freshSince, Instant now) {
        candidacy.start(master, purpose, freshSince, now);
    }

    // ---- SelectSlave

    private void selectSlave(MonitoredMaster master, Failover.SelectSlave state, Alarm alarm) {
        var the = state.the();
        if (stragglers(master, the) && !alarm.overdue(state.since().plus(stragglerWait(master)))) {
            return;
        }
        var selection =
                ReplicaSelection.of(
                        master, deployment.pace, the.forced(), the.freshSince(), alarm.now());
        selection
                .best()
                .flatMap(best -> Optional.ofNullable(master.replicas.get(best.address())))
                .ifPresentOrElse(
                        chosen -> {
                            unconfirmed.confirmFollowers(master, alarm.now());
                            out.publish(Events.selectedReplica(chosen));
                            out.publish(Events.sendSlaveofNoOne(chosen));
                            transitions.enter(
                                    master,
                                    new Failover.SendSlaveofNoOne(the, alarm.now(), chosen));
                        },
                        () -> {
                            transitions.abortUnwritten(
                                    master, the, Events.abortNoGoodReplica(master), alarm.now());
                            out.publish(Events.noGoodReplicaBecause(master, selection.refused()));
                        });
    }

    /** A candidate that was asked since the failure and has not told its offset yet (guard G3). */
    private static boolean stragglers(MonitoredMaster master, Attempt the) {
        return master.replicas.values().stream()
                .anyMatch(
                        replica ->
                                !replica.subjectivelyDown
                                        && replica.link.command.isOpen()
                                        && replica.priority != 0
                                        && replica.infoAsOf.isBefore(the.freshSince()));
    }

    private static Duration stragglerWait(MonitoredMaster master) {
        var roundTrips =
                master.replicas.values().stream()
                        .map(replica -> Periods.times(replica.link.roundTrip, 3))
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO);
        var usual = Periods.shorter(STRAGGLER_WAIT, Periods.part(master.options.downAfter(), 10));
        return Periods.shorter(LONGEST_STRAGGLER_WAIT, Periods.longer(usual, roundTrips));
    }

    // ---- SendSlaveofNoOne

    private void sendSlaveofNoOne(
            MonitoredMaster master, Failover.SendSlaveofNoOne state, Alarm alarm) {
        var chosen = state.chosen();
        var the = state.the();
        var now = alarm.now();
        var word = rivals.word(master, the.rivals(), state.since(), now);
        if (deposed(master, the)) {
            transitions.abort(master, Events.abortNotElected(master));
        } else if (answersAgain(master, the)) {
            transitions.abortUnwritten(master, the, Events.abortNotElected(master), now);
            out.publish(Events.masterAnswers(master));
        } else if (word == Rivals.Word.LEADS || election.anotherLeads(master, the, now)) {
            transitions.abort(master, Events.abortNotElected(master));
            out.publish(Events.anotherLeads(master));
        } else if (the.forced() && election.lost(master, the.epoch())) {
            // The answer that tells of another candidate came late, but not too late (guard G20).
            candidacy.standAgain(master, the, now);
        } else if (alarm.passed(leaseEnd(master, the))) {
            transitions.abortUnwritten(master, the, Events.abortReplicaTimeout(master), now);
        } else if (word == Rivals.Word.CLEAR && requests.promote(chosen)) {
            long infosBefore = chosen.infosAsked;
            // The proof is asked for in the same pipeline (guard G22).
            requests.info(chosen, now);
            out.publish(Events.waitPromotion(chosen));
            transitions.enter(
                    master,
                    new Failover.WaitPromotion(the, now, chosen, chosen.runId, infosBefore));
        }
    }

    /**
     * Until when SLAVEOF NO ONE may be written: votes, and a command, are no licence for ever
     * (guard G19).
     */
    private static Instant leaseEnd(MonitoredMaster master, Attempt the) {
        var allowedAt = the.forced() ? the.freshSince() : the.askedAt().orElse(the.freshSince());
        return allowedAt.plus(Periods.shorter(LONGEST_LEASE, master.options.failoverTimeout()));
    }

    /** It is the choice of a failover that goes on, within its lease. */
    static boolean mayPromote(Replica replica, Instant now) {
        var master = replica.master();
        return master.failover instanceof Failover.WaitPromotion state
                && state.chosen() == replica
                && now.isBefore(leaseEnd(master, state.the()));
    }

    /**
     * The silence that was its verdict is over: PONG answered a PING that was sent after +odown. A
     * master that is held for down for what it says is replaced all the same (guard G2).
     */
    private static boolean answersAgain(MonitoredMaster master, Attempt the) {
        return the.purpose() == Attempt.Purpose.REPLACE
                && !master.subjectivelyDown
                && !master.link.pongFor.isBefore(master.objectivelyDownSince);
    }

    /**
     * We voted for a later leader, or a later configuration came: ours must not be made any more.
     */
    private static boolean deposed(MonitoredMaster master, Attempt the) {
        return master.ledger.epoch() > the.epoch() || master.configEpoch >= the.epoch();
    }

    /** Nothing was told to anybody yet, and others may have gone on without us (guard G19). */
    void overslept(MonitoredMaster master, Duration slept, Instant now) {
        switch (master.failover) {
            case Failover.WaitStart(var the) -> giveUpAsleep(master, the, slept, now);
            case Failover.SelectSlave(var the, _) -> giveUpAsleep(master, the, slept, now);
            case Failover.SendSlaveofNoOne(var the, _, _) -> giveUpAsleep(master, the, slept, now);
            case Failover.Idle _, Failover.WaitPromotion _ -> {}
        }
    }

    /** For a failover, which ends the conflict as well; it has an epoch of its own. */
    void giveUpClaim(MonitoredMaster master) {
        if (master.claiming()) {
            transitions.abort(master, Events.configClaimFailed(master));
        }
    }

    private void giveUpAsleep(MonitoredMaster master, Attempt the, Duration slept, Instant now) {
        if (master.claiming()) {
            giveUpClaim(master);
            return;
        }
        transitions.abortUnwritten(master, the, Events.abortNotElected(master), now);
        out.publish(Events.leaderSlept(master, slept));
    }

    // ---- WaitPromotion

    private void waitPromotion(MonitoredMaster master, Failover.WaitPromotion state, Alarm alarm) {
        if (alarm.overdue(state.since().plus(master.options.failoverTimeout()))) {
            giveUpPromotion(master, state, alarm.now());
        }
    }

    /** Resets the link, so that what is still buffered cannot promote later (guard G22). */
    private void giveUpPromotion(
            MonitoredMaster master, Failover.WaitPromotion state, Instant now) {
        transitions.abort(master, Events.abortReplicaTimeout(master));
        links.drop(state.chosen().link, true, now);
    }

    /** As {@link #giveUpPromotion}, when something else ends the failover. */
    void dropUnproven(MonitoredMaster master, Instant now) {
        if (master.failover instanceof Failover.WaitPromotion state) {
            links.drop(state.chosen().link, true, now);
        }
    }

    /**
     * The transaction was refused as a whole: the order alone follows, and for a promotion the
     * question for its proof (guard G15). But the master may have gone down meanwhile, or be
     * another now.
     */
    void orderAlone(Replica replica, Optional<Address> order, Input.Discarded by, Instant now) {
        if (order.isEmpty() && !mayPromote(replica, now)) {
            return;
        }
        if (order.isPresent() && !requests.mayFollow(replica, order.get())) {
            return;
        }
        out.publish(Events.orderedAlone(replica, by));
        requests.replicaOfAlone(replica, order);
        if (order.isEmpty()) {
            requests.info(replica, now);
        }
    }

    /** The chosen replica says that it is a master. */
    void saysMaster(MonitoredMaster master, Failover.WaitPromotion state, Instant now) {
        var chosen = state.chosen();
        var the = state.the();
        if (chosen.infoNumber <= state.infosBefore()) {
            // Asked before SLAVEOF NO ONE: no proof.
            return;
        }
        if (!chosen.runId.equals(state.runId()) || master.configEpoch >= the.epoch()) {
            giveUpPromotion(master, state, now);
            return;
        }
        promoted(master, the, chosen, now);
    }

    /** Announced at once, before any other replica is touched (guard G12). */
    private void promoted(MonitoredMaster master, Attempt the, Replica chosen, Instant now) {
        var from = master.address;
        long before = master.configEpoch;
        out.persist();
        master.configEpoch = the.epoch();
        master.announced = new MonitoredMaster.Configuration(chosen.address, the.epoch());
        out.publish(Events.promoted(chosen));
        transitions.crashIfSimulated(SimulatedFailure.CRASH_AFTER_PROMOTION);
        out.publish(Events.reconfReplicas(master));
        reconfigured(master, Effect.ScriptRole.LEADER, from, chosen.address);
        requests.helloToAll(master, now);
        out.publish(Events.switched(master, from, chosen.address));
        registry.switchToPromoted(master, chosen, before, now);
    }

    private void reconfigured(
            MonitoredMaster master, Effect.ScriptRole role, Address from, Address to) {
        master.options
                .clientReconfigScript()
                .ifPresent(
                        path ->
                                out.add(
                                        new Effect.RunReconfigScript(
                                                path,
                                                master.name,
                                                role,
                                                master.names.shown(from),
                                                master.names.shown(to))));
    }

    // ---- another leader's configuration

    /**
     * A hello with a higher config epoch: that one is right (guard G12). It is saved also when the
     * address stays, for we pass on only what is saved.
     */
    void configured(MonitoredMaster master, Peer by, long configEpoch, Address told, Instant now) {
        if (configEpoch <= master.configEpoch) {
            return;
        }
        long before = master.configEpoch;
        out.persist();
        master.configEpoch = configEpoch;
        master.replicas.values().forEach(Replica::masterChanges);
        follow(master, by, told, before, now);
    }

    /**
     * Another address is the master's now.
     *
     * @param before the config epoch under which the present address is the master's
     */
    void follow(MonitoredMaster master, Peer by, Address told, long before, Instant now) {
        var from = master.address;
        var to = registry.asKnown(master, told);
        if (master.names.same(from, to)) {
            return;
        }
        dropUnproven(master, now);
        out.persist();
        out.publish(Events.configUpdateFrom(by));
        out.publish(Events.switched(master, from, to));
        registry.switchTo(master, to, before, now);
        reconfigured(master, Effect.ScriptRole.OBSERVER, from, to);
    }
}
