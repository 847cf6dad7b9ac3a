package dev.vedette.sentinel.core;

import java.time.Duration;

/** The periodic requests: PING, INFO, hello (Redis {@code sentinelSendPeriodicCommands}). */
final class Routine {
    private static final Duration SHORTEST_MASTER_PING = Duration.ofMillis(50);

    /** Pings to a master in the time that makes it down. */
    private static final int MASTER_PINGS = 10;

    private final Deployment deployment;
    private final Requests requests;

    Routine(Deployment deployment, Requests requests) {
        this.deployment = deployment;
        this.requests = requests;
    }

    /**
     * What is due within half a ping period goes out with a ping: one packet, and one answer,
     * instead of two.
     */
    void run(Instance instance, Alarm alarm) {
        var pingPeriod = pingPeriod(instance);
        boolean ping = pingDue(instance.link, pingPeriod, alarm);
        var early = ping ? Periods.part(pingPeriod, 2) : Duration.ZERO;
        if (instance instanceof DataNode node) {
            info(node, early, alarm);
        }
        if (ping) {
            requests.ping(instance.link, alarm.now());
        }
        hello(instance, early, alarm);
    }

    /** A period since the last answer, half of one since the last ping. */
    private static boolean pingDue(Link link, Duration period, Alarm alarm) {
        return link.writable()
                && alarm.about(link.repliedAt, period)
                && alarm.about(link.pingedAt, Periods.part(period, 2));
    }

    /**
     * At down-after or once a second, as Redis; a master that owes no answer ten times in
     * down-after, but not more often than every 50 ms: the silence of one that hangs is reckoned
     * from the first ping behind its last answer (guard G7).
     */
    private Duration pingPeriod(Instance instance) {
        var downAfter = instance.master().options.downAfter();
        var usual = Periods.shorter(downAfter, deployment.pace.of(Period.PING));
        boolean closely = instance instanceof MonitoredMaster && instance.link.pings.isEmpty();
        return closely
                ? Periods.shorter(
                        usual,
                        Periods.longer(SHORTEST_MASTER_PING, Periods.part(downAfter, MASTER_PINGS)))
                : usual;
    }

    /** One INFO at a time; an overdue one delays nothing but the next INFO. */
    private void info(DataNode node, Duration early, Alarm alarm) {
        if (node.link.writable()
                && node.link.infos.isEmpty()
                && (!node.infoKnown() || alarm.about(node.infoAt, infoPeriod(node, early)))
                && alarm.about(node.infoAskedAt, urgentInfo())) {
            requests.info(node, alarm.now());
        }
    }

    private Duration infoPeriod(DataNode node, Duration early) {
        var master = node.master();
        boolean urgent =
                node instanceof Replica replica
                        && (master.objectivelyDown
                                || master.failingOver()
                                || master.repointing != null
                                || !replica.masterLinkDownFor.isZero());
        return urgent ? urgentInfo() : deployment.pace.of(Period.INFO).minus(early);
    }

    private Duration urgentInfo() {
        return Periods.shorter(Periods.URGENT_INFO, deployment.pace.of(Period.INFO));
    }

    private void hello(Instance instance, Duration early, Alarm alarm) {
        var period = deployment.pace.of(Period.PUBLISH);
        var retry = Periods.shorter(period, Periods.HELLO_RETRY);
        if (instance.link.writable()
                && !instance.helloInFlight
                && alarm.about(instance.helloAcceptedAt, period.minus(early))
                && alarm.about(instance.helloSentAt, retry)) {
            requests.hello(instance, alarm.now());
        }
    }
}
