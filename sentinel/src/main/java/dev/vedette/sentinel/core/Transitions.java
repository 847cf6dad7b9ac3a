package dev.vedette.sentinel.core;

import java.time.Instant;

/** The steps between the states of {@link Failover} that more than one state takes. */
final class Transitions {
    private final Outbox out;
    private final Deployment deployment;
    private final Election election;
    private final Rivals rivals;

    Transitions(Outbox out, Deployment deployment, Election election, Rivals rivals) {
        this.out = out;
        this.deployment = deployment;
        this.election = election;
        this.rivals = rivals;
    }

    void enter(MonitoredMaster master, Failover next) {
        master.failover = next;
        out.changed();
    }

    void abort(MonitoredMaster master, Event event) {
        out.publish(event);
        enter(master, new Failover.Idle());
    }

    /**
     * Nobody was told to be a master: no pause is needed. That of a vote for another stays (guard
     * G2).
     */
    void abortUnwritten(MonitoredMaster master, Attempt the, Event event, Instant now) {
        abort(master, event);
        if (election.stands(master, the.epoch())) {
            master.retryAt = now.plus(rivals.pause(master, the.epoch()));
        }
    }

    void crashIfSimulated(SimulatedFailure failure) {
        if (deployment.simulatedFailures.contains(failure)) {
            out.log(Event.Level.WARNING, "Sentinel CRASH because of SENTINEL simulate-failure");
            out.add(new Effect.Exit(SimulatedFailure.EXIT_CODE));
        }
    }
}
