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
    private static final Duration STRAGGLER_WAIT = Duration.ofMillis(100);

    private final Outbox out;
    private final Deployment deployment;
    private final Election election;
    private final Requests requests;
    private final LinkKeeper links;
    private final Registry registry;
    private final Unconfirmed unconfirmed;
    private final Repointer repointer;

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
        this.repointer = repointer;
    }

    void look(MonitoredMaster master, Alarm alarm) {
        switch (master.failover) {
            case Failover.Idle() -> idle(master, alarm);
            case Failover.WaitStart state -> waitStart(master, state, alarm);
            case Failover.SelectSlave state -> selectSlave(master, state, alarm);
            case Failover.SendSlaveofNoOne state -> sendSlaveofNoOne(master, state, alarm);
            case Failover.WaitPromotion state -> waitPromotion(master, state, alarm);
        }
    }

    private void enter(MonitoredMaster master, Failover next) {
        master.failover = next;
        out.changed();
    }

    private void abort(MonitoredMaster master, Event event) {
        out.publish(event);
        enter(master, new Failover.Idle());
    }

    private void crashIfSimulated(SimulatedFailure failure) {
        if (deployment.simulatedFailures.contains(failure)) {
            out.log(Event.Level.WARNING, "Sentinel CRASH because of SENTINEL simulate-failure");
            out.add(new Effect.Exit(SimulatedFailure.EXIT_CODE));
        }
    }

    // ---- Idle

    private void idle(MonitoredMaster master, Alarm alarm) {
        if (!master.objectivelyDown
                || master.restartedAt != null
                || !alarm.passed(master.noElectionBefore)) {
            return;
        }
        var pauseEnd = master.attemptedAt.plus(Periods.times(master.options.failoverTimeout(), 2));
        if (!alarm.passed(pauseEnd)) {
            logPause(master, pauseEnd);
            return;
        }
        boolean choice =
                ReplicaSelection.of(master, deployment.pace, false, Periods.NEVER, alarm.now())
                        .best()
                        .isPresent();
        if (alarm.passed(master.objectivelyDownSince.plus(election.stagger(master, choice)))) {
            start(master, Attempt.Purpose.REPLACE, master.downSince, alarm.now());
        }
    }

    private void logPause(MonitoredMaster master, Instant pauseEnd) {
        if (!master.delayLoggedFor.equals(master.attemptedAt)) {
            master.delayLoggedFor = master.attemptedAt;
            out.add(
                    new Effect.LogTime(
                            Event.Level.NOTICE,
                            "Next failover delay: I will not start a failover before",
                            pauseEnd));
        }
    }

    /** Begins: by the rules, or forced by the operator, whatever the master's state. */
    void start(MonitoredMaster master, Attempt.Purpose purpose, Instant freshSince, Instant now) {
        if (purpose != Attempt.Purpose.CLAIM) {
            repointer.cancel(master);
        }
        long epoch =
                election.candidacy(
                        master,
                        purpose == Attempt.Purpose.CLAIM
                                ? Events.configClaim(master)
                                : Events.tryFailover(master),
                        now);
        enter(
                master,
                new Failover.WaitStart(new Attempt(epoch, purpose, freshSince), Optional.empty()));
    }

    // ---- WaitStart

    private void waitStart(MonitoredMaster master, Failover.WaitStart state, Alarm alarm) {
        var the = state.the();
        if (the.epoch() < deployment.currentEpoch) {
            followEpoch(master, the, alarm.now());
        } else if (state.askedAt().isEmpty()
                && (election.stands(master, the.epoch())
                        || (the.forced() && election.votedForAnother(master, the.epoch())))) {
            enter(master, new Failover.WaitStart(the, Optional.of(alarm.now())));
            if (the.asksUnprompted() || master.subjectivelyDown) {
                election.askAll(master, alarm.now());
            }
        } else if (the.forced() && state.askedAt().isPresent()) {
            forced(master, the, state.askedAt().get(), alarm);
        } else if (election.elected(master, the.epoch())) {
            leads(master, the, alarm.now());
        } else if (alarm.passed(
                master.attemptedAt.plus(
                        Periods.shorter(
                                deployment.pace.of(Period.ELECTION_TIMEOUT),
                                master.options.failoverTimeout())))) {
            notElected(master, the, alarm.now());
        }
    }

    private void notElected(MonitoredMaster master, Attempt the, Instant now) {
        if (the.purpose() == Attempt.Purpose.CLAIM) {
            abort(master, Events.configClaimFailed(master));
            return;
        }
        int votes = election.votes(master, the.epoch());
        abort(master, Events.abortNotElected(master));
        out.publish(Events.notElectedBecause(master, votes, now));
    }

    /**
     * Others raised the epoch: votes in ours would be refused now, so we want to be elected in
     * theirs. Redis asks with the current epoch too, but would then promote under the older one, in
     * which another may have been elected.
     */
    private void followEpoch(MonitoredMaster master, Attempt the, Instant now) {
        long epoch = deployment.currentEpoch;
        election.voteOwn(master, epoch, now);
        enter(master, new Failover.WaitStart(the.in(epoch), Optional.empty()));
    }

    /**
     * A forced failover needs no votes, but it asks for them, and waits a moment for whoever can
     * answer: FAILOVER on two sentinels at once must not end in one epoch, nor in two promotions
     * (guard G20).
     */
    private void forced(MonitoredMaster master, Attempt the, Instant askedAt, Alarm alarm) {
        if (election.anotherLeads(master, the.epoch(), askedAt)) {
            abort(master, Events.abortNotElected(master));
        } else if (!election.awaitsAnswers(master, the.epoch(), askedAt)
                || alarm.passed(askedAt.plus(election.step(master)))) {
            if (election.lost(master, the.epoch())) {
                standAgain(master, the, alarm.now());
            } else {
                leads(master, the, alarm.now());
            }
        }
    }

    private void standAgain(MonitoredMaster master, Attempt the, Instant now) {
        long epoch = election.anotherEpoch(master, now);
        enter(master, new Failover.WaitStart(the.in(epoch), Optional.empty()));
    }

    private void leads(MonitoredMaster master, Attempt the, Instant now) {
        if (the.purpose() == Attempt.Purpose.CLAIM) {
            claim(master, the, now);
            return;
        }
        out.publish(Events.elected(master));
        crashIfSimulated(SimulatedFailure.CRASH_AFTER_ELECTION);
        out.publish(Events.selectReplica(master));
        enter(master, new Failover.SelectSlave(the, now));
    }

    /** The present address under an epoch that a majority gave to us: everybody follows it. */
    private void claim(MonitoredMaster master, Attempt the, Instant now) {
        enter(master, new Failover.Idle());
        if (master.configEpoch < the.epoch()) {
            master.configEpoch = the.epoch();
            out.whenAttempted(
                    out.persist(),
                    saved -> {
                        if (saved) {
                            requests.helloToAll(master, now);
                        }
                    });
        }
    }

    // ---- SelectSlave

    private void selectSlave(MonitoredMaster master, Failover.SelectSlave state, Alarm alarm) {
        var the = state.the();
        if (stragglers(master, the) && !alarm.passed(state.since().plus(stragglerWait(master)))) {
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
                            enter(master, new Failover.SendSlaveofNoOne(the, alarm.now(), chosen));
                        },
                        () -> {
                            abort(master, Events.abortNoGoodReplica(master));
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
        if (deposed(master, state.the())) {
            abort(master, Events.abortNotElected(master));
        } else if (state.the().forced() && election.lost(master, state.the().epoch())) {
            // The answer that tells of another candidate came late, but not too late (guard G20).
            standAgain(master, state.the(), alarm.now());
        } else if (requests.promote(chosen)) {
            long infosBefore = chosen.infosAsked;
            // The proof is asked for in the same pipeline (guard G22).
            requests.info(chosen, alarm.now());
            out.publish(Events.waitPromotion(chosen));
            enter(
                    master,
                    new Failover.WaitPromotion(
                            state.the(), alarm.now(), chosen, chosen.runId, infosBefore));
        } else if (alarm.passed(state.since().plus(master.options.failoverTimeout()))) {
            abort(master, Events.abortReplicaTimeout(master));
        }
    }

    /**
     * We voted for a later leader, or a later configuration came: ours must not be made any more.
     */
    private static boolean deposed(MonitoredMaster master, Attempt the) {
        return master.ledger.epoch() > the.epoch() || master.configEpoch >= the.epoch();
    }

    // ---- WaitPromotion

    private void waitPromotion(MonitoredMaster master, Failover.WaitPromotion state, Alarm alarm) {
        if (alarm.passed(state.since().plus(master.options.failoverTimeout()))) {
            giveUpPromotion(master, state, alarm.now());
        }
    }

    /** Resets the link, so that what is still buffered cannot promote later (guard G22). */
    private void giveUpPromotion(
            MonitoredMaster master, Failover.WaitPromotion state, Instant now) {
        abort(master, Events.abortReplicaTimeout(master));
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
     * question for its proof (guard G15).
     */
    void orderAlone(Replica replica, Optional<Address> order, Input.Discarded by, Instant now) {
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
        crashIfSimulated(SimulatedFailure.CRASH_AFTER_PROMOTION);
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

    /** A hello with a higher config epoch: that one is right (guard G12). */
    void configured(MonitoredMaster master, Peer by, long configEpoch, Address told, Instant now) {
        if (configEpoch <= master.configEpoch) {
            return;
        }
        long before = master.configEpoch;
        master.configEpoch = configEpoch;
        master.replicas.values().forEach(replica -> replica.followedAs = Optional.empty());
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
