package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
    private final Registry registry;
    private final Election election;
    private final FailoverMachine failover;
    private final Operator operator;
    private final LinkFacts facts;
    private final Judge judge;
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
        var unconfirmed = new Unconfirmed(deployment, out, links);
        registry = new Registry(deployment, out, agenda, links, unconfirmed);
        election = new Election(deployment, out, requests);
        var repointer = new Repointer(out, deployment, requests);
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
        var quorumAlarm = new QuorumAlarm(deployment, out);
        var conflicts = new Conflicts(deployment, out, requests, election, failover);
        var restart = new Restart(deployment, out, requests, election);
        var demotion = new Demotion(deployment, out, requests, election);
        operator =
                new Operator(deployment, out, agenda, lookups, registry, links, requests, failover);
        facts =
                new LinkFacts(
                        out,
                        agenda,
                        links,
                        requests,
                        election,
                        restart,
                        failover,
                        new InfoReader(
                                deployment,
                                out,
                                agenda,
                                lookups,
                                requests,
                                registry,
                                failover,
                                repointer,
                                demotion),
                        new HelloReader(
                                deployment, out, agenda, lookups, registry, election, failover));
        judge =
                new Judge(
                        deployment,
                        out,
                        agenda,
                        links,
                        requests,
                        new Routine(deployment, requests),
                        restart,
                        new CrashRule(deployment, requests),
                        election,
                        List.of(
                                registry::forgetPeersBefore,
                                unconfirmed::look,
                                quorumAlarm::look,
                                conflicts::look,
                                failover::look,
                                repointer::look,
                                demotion::look,
                                election::askInTurn));
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
            // Given up since, with what we had to say to whoever was there.
            return false;
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
                    facts.happened(connection, fact, now);
                }
            }
            case Input.HelloHeard(var id, var payload) -> facts.helloHeard(id, payload, now);
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
            judge.look(master, now, readUntil);
            return true;
        }
        var instance = agenda.nextInstance();
        if (instance != null) {
            judge.attend(instance, now, readUntil);
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
}
