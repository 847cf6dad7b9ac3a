package dev.vedette.sentinel.core;

import java.time.Duration;

/** When an instance is subjectively down (Redis {@code sentinelCheckSubjectivelyDown}). */
final class DownRule {
    private DownRule() {}

    static boolean subjectivelyDown(Instance instance, Deployment deployment, Alarm alarm) {
        // Each of them sets the alarm for its own moment.
        boolean silent = silent(instance, deployment.pauses, alarm);
        boolean demoted =
                instance instanceof MonitoredMaster m
                        && saysReplicaTooLong(m, deployment.pace, alarm);
        boolean rebooting =
                instance instanceof MonitoredMaster m
                        && rebootsTooLong(m, deployment.pauses, alarm);
        boolean crashed = instance instanceof MonitoredMaster m && m.crashed;
        return silent || demoted || rebooting || crashed;
    }

    /** A verdict that was given is not taken back because we slept. */
    private static boolean silent(Instance instance, OwnPauses pauses, Alarm alarm) {
        var since = instance.link.silentSince;
        if (since == null) {
            return false;
        }
        var limit = longestSilence(instance, alarm);
        return alarm.overdue(
                since.plus(instance.subjectivelyDown ? limit : limit.plus(pauses.since(since))));
    }

    /** Twice as long for a master whose silence misled us a short while ago (guard G10). */
    private static Duration longestSilence(Instance instance, Alarm alarm) {
        var usual = instance.master().options.downAfter();
        boolean patient =
                instance instanceof MonitoredMaster master
                        && master.link.refusedSince == null
                        && !alarm.passed(master.patientUntil);
        return patient ? Periods.times(usual, 2) : usual;
    }

    private static boolean saysReplicaTooLong(MonitoredMaster master, Pace pace, Alarm alarm) {
        return master.roleReported == InstanceInfo.Role.REPLICA
                && alarm.overdue(
                        master.roleReportedAt
                                .plus(master.options.downAfter())
                                .plus(pace.infoTwice()));
    }

    private static boolean rebootsTooLong(MonitoredMaster master, OwnPauses pauses, Alarm alarm) {
        var since = master.rebootingSince;
        var limit = master.options.rebootDownAfter();
        return since != null
                && limit.isPositive()
                && alarm.overdue(since.plus(limit).plus(pauses.since(since)));
    }
}
