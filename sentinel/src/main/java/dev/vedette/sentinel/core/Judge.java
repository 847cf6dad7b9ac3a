package dev.vedette.sentinel.core;

import java.time.Instant;
import java.util.List;

/** Asks the rules: those of a master, and those of each of its instances. */
final class Judge {
    /** One that is asked when all that concerns the health of the master has been judged. */
    @FunctionalInterface
    interface Rule {
        void look(MonitoredMaster master, Alarm alarm);
    }

    private final Deployment deployment;
    private final Outbox out;
    private final Agenda agenda;
    private final LinkKeeper links;
    private final Requests requests;
    private final Routine routine;
    private final Restart restart;
    private final CrashRule crash;
    private final Election election;
    private final List<Rule> rules;

    /**
     * @param rules in the order in which they are asked
     */
    Judge(
            Deployment deployment,
            Outbox out,
            Agenda agenda,
            LinkKeeper links,
            Requests requests,
            Routine routine,
            Restart restart,
            CrashRule crash,
            Election election,
            List<Rule> rules) {
        this.deployment = deployment;
        this.out = out;
        this.agenda = agenda;
        this.links = links;
        this.requests = requests;
        this.routine = routine;
        this.restart = restart;
        this.crash = crash;
        this.election = election;
        this.rules = rules;
    }

    /** The rules of that master, and behind them each of its instances. */
    void look(MonitoredMaster master, Instant now, Instant readUntil) {
        var alarm = new Alarm(now, readUntil);
        long before = out.changes();
        restart.look(master, alarm);
        if (!deployment.tilt.active()) {
            judgeMaster(master, alarm, readUntil);
        }
        if (out.changes() != before) {
            agenda.touch(master);
        }
        agenda.schedule(master, alarm.earliest());
        master.instances().forEach(agenda::touchOnly);
    }

    /** What is not done in TILT: to hold others for down, and to act upon it. */
    private void judgeMaster(MonitoredMaster master, Alarm alarm, Instant readUntil) {
        crash.look(master, alarm);
        // Its instances are attended to behind the rules, and tell then when they are due.
        var unset = new Alarm(alarm.now(), readUntil);
        master.instances().forEach(instance -> judgeInstance(instance, unset));
        election.forgetOldOpinions(master, alarm);
        judgeObjectively(master, alarm.now());
        rules.forEach(rule -> rule.look(master, alarm));
    }

    private void judgeInstance(Instance instance, Alarm alarm) {
        links.closeStuck(instance, alarm);
        judgeSubjectively(instance, alarm);
    }

    /** What concerns one instance alone: its connections, its silence, what it is asked in turn. */
    void attend(Instance instance, Instant now, Instant readUntil) {
        var alarm = new Alarm(now, readUntil);
        long before = out.changes();
        if (!deployment.tilt.active()) {
            judgeInstance(instance, alarm);
        }
        links.connect(instance, alarm);
        routine.run(instance, alarm);
        if (out.changes() != before) {
            agenda.touchOnly(instance);
        }
        agenda.scheduleOnly(instance, alarm.earliest());
    }

    private void judgeSubjectively(Instance instance, Alarm alarm) {
        var now = alarm.now();
        boolean down = DownRule.subjectivelyDown(instance, deployment, alarm);
        if (down == instance.subjectivelyDown) {
            return;
        }
        instance.subjectivelyDown = down;
        agenda.touch(instance.master());
        if (down) {
            instance.downSince = now;
            out.publish(Events.subjectivelyDown(instance));
            if (instance instanceof MonitoredMaster master) {
                master.askedBack = 0;
                askFreshInfo(master, now);
            }
        } else {
            instance.upSince = now;
            instance.scriptKillSent = false;
            out.publish(Events.subjectivelyUp(instance));
            if (instance instanceof MonitoredMaster master) {
                misled(master, now);
            }
        }
    }

    /**
     * It answers again as the master that it was, after a failover was begun: the silence proved
     * nothing. Redis would not begin another one for twice the failover-timeout; here one may begin
     * in that time, after twice the silence (guard G10).
     */
    private void misled(MonitoredMaster master, Instant now) {
        var pauseEnd = master.attemptedAt.plus(Periods.times(master.options.failoverTimeout(), 2));
        if (!master.attemptedAt.isBefore(master.downSince)
                && master.link.silentSince == null
                && master.roleReported == InstanceInfo.Role.MASTER
                && now.isBefore(pauseEnd)) {
            master.patientUntil = pauseEnd;
            out.publish(Events.flapping(master));
        }
    }

    private void judgeObjectively(MonitoredMaster master, Instant now) {
        int agree = QuorumRule.holdForDown(master);
        boolean down = master.subjectivelyDown && agree >= master.quorum;
        if (down == master.objectivelyDown) {
            return;
        }
        master.objectivelyDown = down;
        if (down) {
            master.objectivelyDownSince = now;
            out.publish(Events.objectivelyDown(master, agree));
            askFreshInfo(master, now);
            // A PONG to this one ends what has not promoted anybody yet (guard G2).
            requests.ping(master.link, now);
        } else {
            out.publish(Events.objectivelyUp(master));
        }
    }

    /**
     * What replicas said before the failure must not decide who is best (guard G3); an INFO that
     * was asked for since then and is not answered yet will tell as much.
     */
    private void askFreshInfo(MonitoredMaster master, Instant now) {
        for (var replica : master.replicas.values()) {
            boolean asked =
                    !replica.link.infos.isEmpty()
                            && !replica.link.infos.getLast().at().isBefore(master.downSince);
            if (replica.link.writable() && !asked) {
                requests.info(replica, now);
            }
        }
    }
}
