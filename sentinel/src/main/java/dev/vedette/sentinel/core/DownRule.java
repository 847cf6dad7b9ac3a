package dev.vedette.sentinel.core;

/** When an instance is subjectively down (Redis {@code sentinelCheckSubjectivelyDown}). */
final class DownRule {
    private DownRule() {}

    static boolean subjectivelyDown(Instance instance, Pace pace, Alarm alarm) {
        // Each of them sets the alarm for its own moment.
        boolean silent = silent(instance, alarm);
        boolean demoted =
                instance instanceof MonitoredMaster m && saysReplicaTooLong(m, pace, alarm);
        boolean rebooting = instance instanceof MonitoredMaster m && rebootsTooLong(m, alarm);
        return silent || demoted || rebooting;
    }

    private static boolean silent(Instance instance, Alarm alarm) {
        var since = instance.link.silentSince;
        return since != null && alarm.passed(since.plus(instance.master().options.downAfter()));
    }

    private static boolean saysReplicaTooLong(MonitoredMaster master, Pace pace, Alarm alarm) {
        return master.roleReported == InstanceInfo.Role.REPLICA
                && alarm.passed(
                        master.roleReportedAt
                                .plus(master.options.downAfter())
                                .plus(pace.infoTwice()));
    }

    private static boolean rebootsTooLong(MonitoredMaster master, Alarm alarm) {
        var since = master.rebootingSince;
        var limit = master.options.rebootDownAfter();
        return since != null && limit.isPositive() && alarm.passed(since.plus(limit));
    }
}
