package dev.vedette.sentinel.core;

import java.time.Duration;

/** The periodic requests: PING, INFO, hello (Redis {@code sentinelSendPeriodicCommands}). */
final class Routine {
    private final Deployment deployment;
    private final Requests requests;

    Routine(Deployment deployment, Requests requests) {
        this.deployment = deployment;
        this.requests = requests;
    }

    void run(Instance instance, Alarm alarm) {
        if (instance instanceof DataNode node) {
            info(node, alarm);
        }
        ping(instance, alarm);
        hello(instance, alarm);
    }

    /** At down-after or once a second since the last answer, half of that since the last ping. */
    private void ping(Instance instance, Alarm alarm) {
        var link = instance.link;
        var period =
                Periods.shorter(
                        instance.master().options.downAfter(), deployment.pace.of(Period.PING));
        if (link.writable()
                && alarm.passed(link.repliedAt.plus(period))
                && alarm.passed(link.pingedAt.plus(Periods.part(period, 2)))) {
            requests.ping(link, alarm.now());
        }
    }

    /** One INFO at a time; an overdue one delays nothing but the next INFO. */
    private void info(DataNode node, Alarm alarm) {
        if (node.link.writable()
                && node.link.infos.isEmpty()
                && (!node.infoKnown() || alarm.passed(node.infoAt.plus(infoPeriod(node))))
                && alarm.passed(node.infoAskedAt.plus(urgentInfo()))) {
            requests.info(node, alarm.now());
        }
    }

    private Duration infoPeriod(DataNode node) {
        var master = node.master();
        boolean urgent =
                node instanceof Replica replica
                        && (master.objectivelyDown
                                || master.failingOver()
                                || master.repointing != null
                                || !replica.masterLinkDownFor.isZero());
        return urgent ? urgentInfo() : deployment.pace.of(Period.INFO);
    }

    private Duration urgentInfo() {
        return Periods.shorter(Periods.URGENT_INFO, deployment.pace.of(Period.INFO));
    }

    private void hello(Instance instance, Alarm alarm) {
        var period = deployment.pace.of(Period.PUBLISH);
        var retry = Periods.shorter(period, Periods.HELLO_RETRY);
        if (instance.link.writable()
                && !instance.link.hellos.contains(instance)
                && alarm.passed(instance.helloAcceptedAt.plus(period))
                && alarm.passed(instance.helloSentAt.plus(retry))) {
            requests.hello(instance, alarm.now());
        }
    }
}
