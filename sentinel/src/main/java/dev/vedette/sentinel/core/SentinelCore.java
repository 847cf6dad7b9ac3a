package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The decision core of one sentinel: {@link #step} turns what happened and the time into orders.
 * Not for more than one thread; all times are monotonic.
 *
 * <p>A step takes the fact in, then looks at every master that it concerns, a wake-up at all whose
 * time has come, until nothing changes any more. Each look tells when to look again, if nothing
 * happens before.
 */
public final class SentinelCore {
    /** A step that looks more often at each master and instance has two rules that fight. */
    private static final int MAX_LOOKS = 100;

    /** After how many looks that is checked. */
    private static final int REST_CHECK = 1000;

    private final Deployment deployment;
    private final Outbox out = new Outbox();
    private final Agenda agenda = new Agenda();
    private final Lookups lookups;
    private final LinkKeeper links;
    private final Requests requests;
    private final Unconfirmed unconfirmed;
    private final Registry registry;
    private final Election election;
    private final Repointer repointer;
    private final FailoverMachine failover;
    private final QuorumAlarm quorumAlarm;
    private final Conflicts conflicts;
    private final Demotion demotion;
    private final Restart restart;
    private final CrashRule crash;
    private final InfoReader infoReader;
    private final HelloReader helloReader;
    private final Operator operator;
    private final Routine routine;
    private Instant now;

    /** All that had reached our sockets by then has been taken in. */
    private Instant readUntil;

    /**
     * @param loaded what the conf file says; its id was chosen, and saved, before
     * @param ownPort the port that we listen on, announced unless {@code announce-port} is set
     */
    public SentinelCore(SentinelState loaded, int ownPort, Instant now) {
        this.now = now;
        this.readUntil = now;
        deployment = new Deployment(loaded, ownPort);
        lookups = new Lookups(deployment.names, out);
        links = new LinkKeeper(deployment, out, agenda);
        requests = new Requests(deployment, out, agenda);
        unconfirmed = new Unconfirmed(deployment, out, links);
        registry = new Registry(deployment, out, agenda, links, unconfirmed);
        election = new Election(deployment, out, requests);
        repointer = new Repointer(out, deployment, requests);
        failover =
                new FailoverMachine(
                        out,
                        deployment,
                        election,
                        requests,
                        links,
                        registry,
                        unconfirmed,
                        repointer);
        quorumAlarm = new QuorumAlarm(deployment, out);
        conflicts = new Conflicts(deployment, out, requests, election, failover);
        restart = new Restart(deployment, out, requests, election);
        crash = new CrashRule(deployment, requests);
        demotion = new Demotion(deployment, out, requests, election);
        infoReader =
                new InfoReader(
                        deployment,
                        out,
                        agenda,
                        lookups,
                        requests,
                        registry,
                        failover,
                        repointer,
                        demotion);
        helloReader =
                new HelloReader(deployment, out, agenda, lookups, registry, election, failover);
        operator =
                new Operator(deployment, out, agenda, lookups, registry, links, requests, failover);
        routine = new Routine(deployment, requests);
        loaded.masters().forEach(master -> Restart.of(registry.add(master, now)));
    }

    /** The first effects: called once, before the first step. */
    public List<Effect> start(Instant now) {
        this.now = now;
        deployment.masters.values().forEach(m -> out.publish(Events.monitored(m)));
        return finish();
    }

    /** Takes one fact in, and answers what shall be done, in this order. */
    public List<Effect> step(Input input, Instant now) {
        noticePause(now);
        this.now = now;
        take(input);
        if (!now.isBefore(out.retryAt())) {
            out.persist();
        }
        return finish();
    }

    /** When to call {@link #step} with {@link Input.WakeUp} at the latest. */
    public Instant nextDeadline() {
        return Periods.earlier(
                Periods.earlier(agenda.earliest(), operator.deadline()),
                Periods.earlier(tiltUntil(), out.retryAt()));
    }

    /** What a restart would need to know now. */
    public SentinelState state() {
        return deployment.state();
    }

    // ---- views

    /** All masters as of the last step, in the order of their configuration. */
    public List<MasterView> masters() {
        return masters(now);
    }

    public Optional<MasterView> master(String name) {
        return master(name, now);
    }

    /** All masters, with ages that count back from {@code at}. */
    public List<MasterView> masters(Instant at) {
        var views = new Views(at);
        return deployment.masters.values().stream().map(views::master).toList();
    }

    public Optional<MasterView> master(String name, Instant at) {
        return Optional.ofNullable(deployment.masters.get(name)).map(new Views(at)::master);
    }

    /** For how long TILT has lasted, absent when all is well. */
    public Optional<Duration> tiltFor(Instant at) {
        return deployment.tilt.since().map(since -> Duration.between(since, at));
    }

    /** What holds for all masters now. */
    public SentinelOptions options() {
        return deployment.options;
    }

    /** How long the periods are now. */
    public Pace pace() {
        return deployment.pace;
    }

    /** Where we crash on purpose. */
    public Set<SimulatedFailure> simulatedFailures() {
        return Set.copyOf(deployment.simulatedFailures);
    }

    /**
     * Whether that order may still leave: while it waited for the disk the failover that gave it
     * may have ended, or its lease (guard G19); the node may have turned out to be foreign (guard
     * G5); the master that it names may be down by now, or follow somebody itself (guard G15). One
     * that may not ends its link, and is never sent.
     */
    public boolean mayLeave(LinkId id, Request request, Instant at) {
        return switch (request) {
            case Request.ReplicaOf(var master) -> mayBeTold(id, master, at);
            case Request.ReplicaOfAlone(var master) -> mayBeTold(id, master, at);
            case Request.Ping _,
                    Request.Info _,
                    Request.PublishHello _,
                    Request.AskMasterDown _,
                    Request.AskMaster _,
                    Request.AskVotes _,
                    Request.ScriptKill _ ->
                    true;
        };
    }

    private boolean mayBeTold(LinkId id, Optional<Address> master, Instant at) {
        var connection = links.find(id);
        if (connection == null || connection.link.owners.isEmpty()) {
            return true;
        }
        return connection.link.owners.getFirst() instanceof Replica replica
                && (master.isPresent()
                        ? requests.mayFollow(replica, master.get())
                        : FailoverMachine.mayPromote(replica, at));
    }

    // ---- facts

    private void take(Input input) {
        switch (input) {
            case Input.OfLink fact -> {
                var connection = links.find(fact.link());
                // Nothing for an input of a connection that we gave up: its name is forgotten.
                if (connection != null) {
                    happened(connection, fact);
                }
            }
            case Input.HelloHeard(var id, var payload) -> helloHeard(id, payload);
            case Input.MasterDownAsked question ->
                    lookups.whenKnown(
                            question.master().host(), now, _ -> masterDownAsked(question));
            case Input.NameResolved(var name, var ips) -> nameResolved(name, ips);
            case Input.NameReached(var name, var ip) -> nameReached(name, ip);
            case Input.OperatorAsked(var client, var command) ->
                    operator.asked(client, command, now);
            case Input.Persisted(var sequence, var error) -> persisted(sequence, error);
            case Input.ClockMoved(var by) -> clockMoved(by);
            case Input.WakeUp() -> {
                readUntil = now;
                agenda.touchDue(now);
            }
        }
    }

    private void happened(Connection connection, Input.OfLink fact) {
        var link = connection.link;
        switch (fact) {
            case Input.LinkOpened(var id, var localHost) -> opened(connection, id, localHost);
            case Input.LinkClosed(var id, var cause, var detail) ->
                    links.closed(connection, id, cause, detail, now);
            case Input.PingAnswered(_, var reply) -> pingAnswered(link, reply);
            case Input.InfoAnswered(_, var info) -> infoAnswered(link, info);
            case Input.HelloPublished(_, var accepted) -> helloPublished(link, accepted);
            case Input.MasterDownAnswered answer ->
                    peer(link, answer.masterName(), peer -> election.answered(peer, answer, now));
            case Input.MasterDownRefused(_, var name, var error) ->
                    peer(link, name, peer -> election.refused(peer, error, now));
            case Input.MasterDescribed(_, var name, var report) ->
                    peer(link, name, peer -> masterDescribed(peer, report));
            case Input.VotesShown(_, var name, var votes) ->
                    peer(link, name, peer -> restart.votesShown(peer, votes, now));
            case Input.ReplicaOfAnswered answer -> replicaOfAnswered(link, answer);
            case Input.CommandDenied(_, var command, var error) ->
                    commandDenied(link, command, error);
        }
    }

    private void touchOwners(Link link) {
        link.owners.forEach(owner -> agenda.touch(owner.master()));
    }

    /** One more command of that link has its answer; who waited for room on it may go on. */
    private void answered(Link link) {
        if (!link.writable()) {
            link.owners.forEach(agenda::touchOnly);
        }
        link.answered();
    }

    private void opened(Connection connection, LinkId id, String localHost) {
        touchOwners(connection.link);
        links.opened(connection, id, localHost, now);
        if (connection.kind == LinkSpec.Kind.COMMAND) {
            requests.ping(connection.link, now);
        }
    }

    /** In time, from a node with which all is well, it only moves the next ping. */
    private void pingAnswered(Link link, Input.PingReply reply) {
        boolean usual = reply == Input.PingReply.VALID && !link.loading;
        answered(link);
        link.pingAnswered(reply, now);
        for (var owner : link.owners) {
            if (usual && !owner.subjectivelyDown && owner.master().isCalm()) {
                agenda.touchOnly(owner);
            } else {
                agenda.touch(owner.master());
            }
            if (reply == Input.PingReply.BUSY && owner.subjectivelyDown && !owner.scriptKillSent) {
                requests.scriptKill(owner);
            }
            if ((reply == Input.PingReply.VALID || reply == Input.PingReply.MASTERDOWN)
                    && owner instanceof MonitoredMaster master) {
                master.rebootingSince = null;
            }
        }
    }

    private void infoAnswered(Link link, Optional<InstanceInfo> info) {
        touchOwners(link);
        answered(link);
        var asked = link.infos.pollFirst();
        // Asked of a replica that is the master now, it tells what was before.
        if (asked != null && info.isPresent() && link.owners.contains(asked.of())) {
            infoReader.read(asked.of(), info.get(), asked, now);
        }
    }

    private void helloPublished(Link link, boolean accepted) {
        answered(link);
        var about = link.helloAnswered();
        if (about != null) {
            agenda.touchOnly(about);
            if (accepted) {
                about.helloAcceptedAt = now;
            }
        }
    }

    private void masterDescribed(Peer peer, Optional<MasterReport> report) {
        var askedAt = peer.reportsAsked.pollFirst();
        if (askedAt != null) {
            peer.report = Optional.of(new Peer.Report(askedAt, report));
            report.ifPresent(
                    told -> {
                        peer.carriedEpoch = Math.max(peer.carriedEpoch, told.configEpoch());
                        restart.described(peer, told, now);
                    });
        }
    }

    private void peer(Link link, String masterName, Consumer<Peer> fact) {
        answered(link);
        var peer = link.questionAnswered(masterName);
        if (peer != null) {
            agenda.touch(peer.master());
            fact.accept(peer);
        }
    }

    private void replicaOfAnswered(Link link, Input.ReplicaOfAnswered answer) {
        touchOwners(link);
        answered(link);
        var order = link.orders.pollFirst();
        // The effect is seen in INFO; the error is for whoever wonders why it is not.
        answer.error()
                .ifPresent(
                        text ->
                                out.log(
                                        Event.Level.WARNING,
                                        "SLAVEOF refused instance="
                                                + link.target
                                                + " error=\""
                                                + text
                                                + "\""));
        if (order != null
                && answer.discardedBy().isPresent()
                && link.owners.getFirst() instanceof Replica replica) {
            failover.orderAlone(replica, order, answer.discardedBy().get(), now);
        }
    }

    private void commandDenied(Link link, String command, String error) {
        for (var owner : link.owners) {
            out.publish(Events.commandDenied(owner, command, error));
        }
    }

    private void helloHeard(Optional<LinkId> id, String payload) {
        if (id.isEmpty()) {
            helloReader.read(payload, Optional.empty(), now);
            return;
        }
        var connection = links.find(id.get());
        if (connection != null) {
            connection.link.messageAt = now;
            connection.troubleSince = null;
            helloReader.read(payload, Optional.of(connection.link.owners.getFirst()), now);
        }
    }

    private void masterDownAsked(Input.MasterDownAsked question) {
        deployment.masterAt(question.master()).ifPresent(agenda::touch);
        election.asked(question, now);
    }

    private void nameResolved(String name, List<String> ips) {
        if (!ips.isEmpty() && deployment.names.resolved(name, ips.getFirst())) {
            registry.moved(name, now);
        }
        lookups.over(name, now);
    }

    private void nameReached(String name, String ip) {
        if (deployment.names.reached(name, ip)) {
            registry.moved(name, now);
        }
    }

    private void persisted(long sequence, Optional<String> error) {
        out.persisted(sequence, error, now);
        // Candidacies may have waited for it. Requests for votes leave in the order of their
        // epochs:
        // a sentinel of Redis gives none in a lower one than it has heard of (guard G14).
        deployment.masters.values().stream()
                .filter(MonitoredMaster::failingOver)
                .sorted(
                        Comparator.comparingLong(
                                master -> master.failover.attempt().map(Attempt::epoch).orElse(0L)))
                .forEach(agenda::touch);
    }

    // ---- TILT

    private void noticePause(Instant now) {
        var slept = deployment.tilt.slept(now, nextDeadline());
        deployment.pauses.slept(slept, now);
        if (deployment.tilt.triggered(now, slept, deployment)) {
            out.publish(Events.tiltEntered());
            overslept(slept, now);
            touchAll();
        } else if (deployment.tilt.active() && !now.isBefore(tiltUntil())) {
            deployment.tilt.exit();
            out.publish(Events.tiltExited());
            touchAll();
        }
    }

    private Instant tiltUntil() {
        return deployment.tilt.until(deployment.pace);
    }

    /**
     * The machine was suspended: the monotonic clock stood still, the wall clock did not. No
     * silence was reckoned meanwhile, so nothing is moved and there is no TILT; but others may have
     * acted (guards G9, G19).
     */
    private void clockMoved(Duration by) {
        if (by.abs().compareTo(deployment.pace.of(Period.TILT_TRIGGER)) > 0) {
            overslept(by.abs(), now);
            touchAll();
        }
    }

    /** A leader that slept must not finish what another has replaced (guard G19). */
    private void overslept(Duration slept, Instant now) {
        for (var master : deployment.masters.values()) {
            failover.overslept(master, slept, now);
            Restart.again(master, now);
        }
    }

    private void touchAll() {
        deployment.masters.values().forEach(agenda::touch);
    }

    // ---- looking at masters

    private List<Effect> finish() {
        int looks = 0;
        do {
            while (lookOnce()) {
                requireRest(++looks);
            }
        } while (operator.resume(now));
        return out.take(this::noteWrite, now);
    }

    /** False when everything that was touched has been looked at. */
    private boolean lookOnce() {
        var master = agenda.nextMaster();
        if (master != null) {
            look(master);
            return true;
        }
        var instance = agenda.nextInstance();
        if (instance != null) {
            attend(instance);
            return true;
        }
        return false;
    }

    private void requireRest(int looks) {
        if (looks % REST_CHECK == 0 && looks / MAX_LOOKS > subjects()) {
            throw new IllegalStateException("the rules do not rest");
        }
    }

    private int subjects() {
        int subjects = 0;
        for (var master : deployment.masters.values()) {
            subjects += 1 + master.instances().size();
        }
        return subjects;
    }

    /** What that write will have saved when it ends well. */
    private void noteWrite(long write) {
        long epoch = deployment.currentEpoch;
        out.whenSaved(write, () -> deployment.savedEpoch = Math.max(deployment.savedEpoch, epoch));
        for (var master : deployment.masters.values()) {
            var configuration = master.configuration();
            if (!configuration.equals(master.announced)) {
                out.whenSaved(write, () -> master.announce(configuration));
            }
        }
    }

    /** The rules of that master, and behind them each of its instances. */
    private void look(MonitoredMaster master) {
        var alarm = new Alarm(now, readUntil);
        long before = out.changes();
        restart.look(master, alarm);
        if (!deployment.tilt.active()) {
            judgeMaster(master, alarm);
        }
        if (out.changes() != before) {
            agenda.touch(master);
        }
        agenda.schedule(master, alarm.earliest());
        master.instances().forEach(agenda::touchOnly);
    }

    /** What is not done in TILT: to hold others for down, and to act upon it. */
    private void judgeMaster(MonitoredMaster master, Alarm alarm) {
        crash.look(master, alarm);
        // Its instances are attended to behind the rules, and tell then when they are due.
        var unset = new Alarm(now, readUntil);
        master.instances().forEach(instance -> judgeInstance(instance, unset));
        election.forgetOldOpinions(master, alarm);
        judgeObjectively(master);
        registry.forgetPeersBefore(master, alarm);
        unconfirmed.look(master, alarm);
        quorumAlarm.look(master, alarm);
        conflicts.look(master, alarm);
        failover.look(master, alarm);
        repointer.look(master, alarm);
        demotion.look(master, alarm);
        election.askInTurn(master, alarm);
    }

    private void judgeInstance(Instance instance, Alarm alarm) {
        links.closeStuck(instance, alarm);
        judgeSubjectively(instance, alarm);
    }

    /** What concerns one instance alone: its connections, its silence, what it is asked in turn. */
    private void attend(Instance instance) {
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
                askFreshInfo(master);
            }
        } else {
            instance.upSince = now;
            instance.scriptKillSent = false;
            out.publish(Events.subjectivelyUp(instance));
            if (instance instanceof MonitoredMaster master) {
                misled(master);
            }
        }
    }

    /**
     * It answers again as the master that it was, after a failover was begun: the silence proved
     * nothing. Redis would not begin another one for twice the failover-timeout; here one may begin
     * in that time, after twice the silence (guard G10).
     */
    private void misled(MonitoredMaster master) {
        var pauseEnd = master.attemptedAt.plus(Periods.times(master.options.failoverTimeout(), 2));
        if (!master.attemptedAt.isBefore(master.downSince)
                && master.link.silentSince == null
                && master.roleReported == InstanceInfo.Role.MASTER
                && now.isBefore(pauseEnd)) {
            master.patientUntil = pauseEnd;
            out.publish(Events.flapping(master));
        }
    }

    private void judgeObjectively(MonitoredMaster master) {
        int agree = QuorumRule.holdForDown(master);
        boolean down = master.subjectivelyDown && agree >= master.quorum;
        if (down == master.objectivelyDown) {
            return;
        }
        master.objectivelyDown = down;
        if (down) {
            master.objectivelyDownSince = now;
            out.publish(Events.objectivelyDown(master, agree));
            askFreshInfo(master);
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
    private void askFreshInfo(MonitoredMaster master) {
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
