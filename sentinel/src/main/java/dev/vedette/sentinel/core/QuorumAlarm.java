package dev.vedette.sentinel.core;

import java.time.Duration;

/**
 * Says when so few sentinels are up that no failover could be agreed upon, before one is needed:
 * {@code +quorum-lost} and {@code -quorum-lost}. A peer counts as long as it is not subjectively
 * down, as CKQUORUM counts; so the loss is known a down-after after the last word of a peer.
 */
final class QuorumAlarm {
    /** How many hello periods the peers of a new or reset master have to be found. */
    private static final int DISCOVERY_PERIODS = 3;

    private final Deployment deployment;
    private final Outbox out;

    QuorumAlarm(Deployment deployment, Outbox out) {
        this.deployment = deployment;
        this.out = out;
    }

    void look(MonitoredMaster master, Alarm alarm) {
        int usable = 1;
        for (var peer : master.peers.values()) {
            usable += peer.subjectivelyDown ? 0 : 1;
        }
        boolean lost = usable < QuorumRule.needed(master);
        if (lost == master.quorumLost) {
            return;
        }
        if (!lost) {
            master.quorumLost = false;
            out.publish(Events.quorumBack(master, usable));
        } else if (alarm.passed(master.since.plus(patience(master)))) {
            master.quorumLost = true;
            out.publish(Events.quorumLost(master, usable));
        }
    }

    private Duration patience(MonitoredMaster master) {
        return Periods.longer(
                master.options.downAfter(),
                deployment.pace.times(Period.PUBLISH, DISCOVERY_PERIODS));
    }
}
