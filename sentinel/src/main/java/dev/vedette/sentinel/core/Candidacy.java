package dev.vedette.sentinel.core;

import java.time.Instant;

/** From no failover at all to the leader of one: the states Idle and WaitStart. */
final class Candidacy {
    private final Outbox out;
    private final Deployment deployment;
    private final Election election;
    private final Requests requests;
    private final Repointer repointer;
    private final Rivals rivals;
    private final Transitions transitions;

    Candidacy(
            Outbox out,
            Deployment deployment,
            Election election,
            Requests requests,
            Repointer repointer,
            Rivals rivals,
            Transitions transitions) {
        this.out = out;
        this.deployment = deployment;
        this.election = election;
        this.requests = requests;
        this.repointer = repointer;
        this.rivals = rivals;
        this.transitions = transitions;
    }

    // ---- Idle

    void idle(MonitoredMaster master, Alarm alarm) {
        if (!master.objectivelyDown
                || master.restartedAt != null
                || !alarm.passed(master.noElectionBefore)) {
            return;
        }
        boolean choice =
                ReplicaSelection.of(master, deployment.pace, false, master.downSince, alarm.now())
                        .best()
                        .isPresent();
        var retryAt = master.retryAt;
        if (retryAt != null && choice) {
            if (!alarm.passed(retryAt)) {
                return;
            }
        } else {
            var pauseEnd =
                    master.attemptedAt.plus(Periods.times(master.options.failoverTimeout(), 2));
            if (!alarm.passed(pauseEnd)) {
                logPause(master, pauseEnd);
                return;
            }
        }
        if (alarm.passed(
                master.objectivelyDownSince.plus(election.stagger(master, choice, alarm.now())))) {
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
        master.retryAt = null;
        long epoch =
                election.candidacy(
                        master,
                        purpose == Attempt.Purpose.CLAIM
                                ? Events.configClaim(master)
                                : Events.tryFailover(master),
                        now);
        transitions.enter(master, new Failover.WaitStart(new Attempt(epoch, purpose, freshSince)));
    }

    // ---- WaitStart

    void waitStart(MonitoredMaster master, Failover.WaitStart state, Alarm alarm) {
        var the = state.the();
        if (isOutdated(master, the)) {
            followEpoch(master, the, alarm.now());
        } else if (the.askedAt().isEmpty()
                && (election.stands(master, the.epoch())
                        || (the.forced() && election.votedForAnother(master, the.epoch())))) {
            transitions.enter(master, new Failover.WaitStart(the.asked(alarm.now())));
            if (the.asksUnprompted() || master.subjectivelyDown) {
                election.askAll(master, alarm.now());
            }
        } else if (the.forced() && the.askedAt().isPresent()) {
            forced(master, the, the.askedAt().get(), alarm);
        } else if (election.elected(master, the.epoch())) {
            elected(master, the, alarm);
        } else if (alarm.overdue(electionEnd(master))) {
            notElected(master, the, alarm.now());
        } else {
            standAgainInTime(master, the, alarm);
        }
    }

    /**
     * Whether nobody will be elected in our epoch any more: we voted in a later one, or somebody
     * refused its vote, as a sentinel of Redis does in epochs below its own. Epochs that were taken
     * for other masters do not count by themselves (guard G14): a hundred masters that fail at once
     * would begin anew for ever.
     */
    private boolean isOutdated(MonitoredMaster master, Attempt the) {
        return master.ledger.epoch() > the.epoch()
                || (deployment.currentEpoch > the.epoch()
                        && election.refusedIn(master, the.epoch()));
    }

    /**
     * By a majority; but an earlier leader must not be at work. Whoever lives has a moment to say
     * so, and who could have won an earlier epoch of this attempt must say that it is not (guard
     * G2).
     */
    private void elected(MonitoredMaster master, Attempt the, Alarm alarm) {
        var askedAt = the.askedAt().orElse(alarm.now());
        var word = rivals.word(master, the.rivals(), askedAt, alarm.now());
        if (word == Rivals.Word.LEADS || election.anotherLeads(master, the, alarm.now())) {
            transitions.abort(master, Events.abortNotElected(master));
            out.publish(Events.anotherLeads(master));
        } else if (word == Rivals.Word.CLEAR
                && (!election.awaitsAnswers(master, the.epoch(), askedAt)
                        || alarm.overdue(askedAt.plus(election.step(master))))) {
            leads(master, the, alarm.now());
        } else if (alarm.overdue(electionEnd(master))) {
            notElected(master, the, alarm.now());
        }
    }

    private Instant electionEnd(MonitoredMaster master) {
        return master.attemptedAt.plus(
                Periods.shorter(
                        deployment.pace.of(Period.ELECTION_TIMEOUT),
                        master.options.failoverTimeout()));
    }

    private void standAgainInTime(MonitoredMaster master, Attempt the, Alarm alarm) {
        if (the.purpose() != Attempt.Purpose.REPLACE || the.askedAt().isEmpty()) {
            return;
        }
        var against = rivals.toStandAgainst(master, the.epoch());
        var pauseEnd = the.askedAt().get().plus(rivals.pause(master, the.epoch()));
        if (against.isPresent() && alarm.passed(pauseEnd)) {
            standAgain(master, the.against(against.get()), alarm.now());
        }
    }

    private void notElected(MonitoredMaster master, Attempt the, Instant now) {
        if (the.purpose() == Attempt.Purpose.CLAIM) {
            transitions.abort(master, Events.configClaimFailed(master));
            return;
        }
        int votes = election.votes(master, the.epoch());
        transitions.abort(master, Events.abortNotElected(master));
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
        transitions.enter(master, new Failover.WaitStart(the.in(epoch)));
    }

    /**
     * A forced failover needs no votes, but it asks for them, and waits a moment for whoever can
     * answer: FAILOVER on two sentinels at once must not end in one epoch, nor in two promotions
     * (guard G20).
     */
    private void forced(MonitoredMaster master, Attempt the, Instant askedAt, Alarm alarm) {
        if (election.anotherLeads(master, the, alarm.now())) {
            transitions.abort(master, Events.abortNotElected(master));
        } else if (!election.awaitsAnswers(master, the.epoch(), askedAt)
                || alarm.overdue(askedAt.plus(election.step(master)))) {
            if (election.lost(master, the.epoch())) {
                standAgain(master, the, alarm.now());
            } else {
                leads(master, the, alarm.now());
            }
        }
    }

    void standAgain(MonitoredMaster master, Attempt the, Instant now) {
        long epoch = election.anotherEpoch(master, now);
        transitions.enter(master, new Failover.WaitStart(the.in(epoch)));
    }

    private void leads(MonitoredMaster master, Attempt the, Instant now) {
        if (the.purpose() == Attempt.Purpose.CLAIM) {
            claim(master, the, now);
            return;
        }
        out.publish(Events.elected(master));
        transitions.crashIfSimulated(SimulatedFailure.CRASH_AFTER_ELECTION);
        out.publish(Events.selectReplica(master));
        transitions.enter(master, new Failover.SelectSlave(the, now));
    }

    /**
     * The present address under an epoch that a majority gave to us: everybody follows it; unless
     * the node there has come to be a copy meanwhile.
     */
    private void claim(MonitoredMaster master, Attempt the, Instant now) {
        if (Conflicts.saysItIsACopy(master)) {
            transitions.abort(master, Events.configClaimFailed(master));
            return;
        }
        transitions.enter(master, new Failover.Idle());
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
}
