package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.ClientToken;
import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.MasterOptions;
import dev.vedette.sentinel.core.MasterView;
import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelCore;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One sentinel: the production core, and around it a model of what runs it (links, the port that
 * peers talk to, the disk, the timer).
 */
final class SentinelMachine extends AnySentinel {
    private static final String FORCED_BEGINS = "Executing user requested FAILOVER of";

    /** How late a timer fires on a healthy machine, at most. */
    private static final long LONGEST_WAKE_UP_DELAY = 200;

    SentinelId id;
    final Disk disk;
    private final Dice dice;
    private final SentinelState first;
    private final Runner.Factory runners;

    private Optional<SentinelCore> core = Optional.empty();
    private Runner runner;
    final SentinelLinks links;
    private final Map<ClientToken, Consumer<Answer>> questions = new HashMap<>();
    private long tokens;
    private long wakeAt = Long.MAX_VALUE;
    private Optional<SentinelState> lastState = Optional.empty();
    private boolean monitoredAnew;

    /** How long this machine was suspended: its monotonic clock stood still, others' did not. */
    private long clockBehind;

    SentinelMachine(
            World world,
            String name,
            Address address,
            SentinelState first,
            Runner.Factory runners) {
        super(world, name, address);
        this.id = first.myId();
        this.first = first;
        this.disk = new Disk(world, first);
        this.dice = world.dice.split();
        this.runners = runners;
        this.runner = runners.create(_ -> {});
        this.links = new SentinelLinks(this);
    }

    // ---- what it believes

    @Override
    SentinelId id() {
        return id;
    }

    /** What it believes now; what it would believe after a restart while it is down. */
    SentinelState state() {
        if (lastState.isEmpty()) {
            lastState = core.map(SentinelCore::state);
        }
        return lastState.orElseGet(disk::durable);
    }

    /** What its conf said of the master before anything happened. */
    SentinelState.Master firstConf() {
        return first.masters().getFirst();
    }

    /** How an operator of this deployment writes the address of that machine. */
    Address shown(Address identity) {
        return world.names.shown(identity);
    }

    private Optional<SentinelState.Master> group() {
        return state().master(Simulation.GROUP);
    }

    Optional<Address> masterAddress() {
        return group().map(SentinelState.Master::address).map(world::identity);
    }

    List<String> masterNames() {
        return state().masters().stream().map(SentinelState.Master::name).toList();
    }

    Optional<MasterOptions> options(String master) {
        return state().master(master).map(SentinelState.Master::options);
    }

    int knownPeers(String master) {
        return state().master(master).map(m -> m.peers().size()).orElse(0);
    }

    int quorum(String master) {
        return state().master(master).map(SentinelState.Master::quorum).orElse(1);
    }

    /** Which of its masters has that address. */
    Optional<String> masterAt(Address master) {
        return state().masters().stream()
                .filter(m -> world.identity(m.address()).equals(world.identity(master)))
                .map(SentinelState.Master::name)
                .findFirst();
    }

    /** A master that was removed and comes back begins its ledger at the current epoch (G21). */
    long leaderEpochOnDisk(String master) {
        var durable = disk.durable();
        return durable.master(master)
                .map(SentinelState.Master::leaderEpoch)
                .orElse(durable.currentEpoch());
    }

    @Override
    Optional<Address> masterInConf() {
        return disk.durable()
                .master(Simulation.GROUP)
                .map(SentinelState.Master::address)
                .map(world::identity);
    }

    @Override
    Optional<Belief> belief() {
        return view(Simulation.GROUP)
                .map(
                        view ->
                                new Belief(
                                        world.identity(view.clientAddress()),
                                        view.configEpoch(),
                                        view.failover() != FailoverPhase.NONE));
    }

    @Override
    boolean knows(int replicas, int sentinels) {
        return isAlive()
                && group().filter(m -> m.replicas().size() == replicas)
                        .filter(m -> m.peers().size() == sentinels)
                        .isPresent();
    }

    @Override
    boolean knows(DataNode node) {
        return group().filter(
                        m ->
                                world.identity(m.address()).equals(node.address)
                                        || m.replicas().stream()
                                                .map(world::identity)
                                                .anyMatch(node.address::equals))
                .isPresent();
    }

    @Override
    boolean inTilt() {
        return core.flatMap(c -> c.tiltFor(now())).isPresent();
    }

    /** An operator took the master away and named it again: its config epoch began anew. */
    boolean wasMonitoredAnew(String master) {
        return monitoredAnew && master.equals(Simulation.GROUP);
    }

    /** What it shows of that master; absent while it is down. */
    Optional<MasterView> view(String master) {
        return core.flatMap(c -> c.master(master, now()));
    }

    // ---- the process

    @Override
    protected void started() {
        runner = runners.create(performer());
        id = disk.durable().myId();
        lastState = Optional.empty();
        wakeAt = Long.MAX_VALUE;
        world.invariants.started(this);
        var fresh = new SentinelCore(runner.loads(disk.durable()), address.port(), now());
        core = Optional.of(fresh);
        take(fresh.start(now()));
        setAlarm();
    }

    @Override
    protected void stopped() {
        core = Optional.empty();
        lastState = Optional.empty();
        links.forget();
        questions.clear();
        disk.crash();
    }

    /** The microseconds of its own clock: the ages that it knows are those. */
    long clock() {
        return world.queue.now() - clockBehind;
    }

    /** Monotonic, so it stands still while the machine is suspended. */
    private Instant now() {
        return EventQueue.instant(clock());
    }

    /** The machine slept: its process hears nothing of it but a wall clock that jumped. */
    void wakeAfter(long micros) {
        clockBehind += micros;
        resume();
        input(new Input.ClockMoved(Duration.ofNanos(1000 * micros)));
    }

    /** Somebody sets the wall clock: the runner tells how far it moved against the monotonic. */
    void jumpClock(long micros) {
        int life = life();
        deliver(life, () -> input(new Input.ClockMoved(Duration.ofNanos(1000 * micros))));
    }

    void input(Input input) {
        world.transcript.mix(number);
        for (var told : runner.hears(input)) {
            step(told);
        }
    }

    private void step(Input input) {
        lastState = Optional.empty();
        if (core.isPresent()) {
            take(core.get().step(input, now()));
            setAlarm();
        }
    }

    private void take(List<Effect> effects) {
        for (var effect : effects) {
            if (effect instanceof Effect.Publish(var event)) {
                world.invariants.decided(this, event);
            } else if (effect instanceof Effect.Send(_, var request)) {
                world.invariants.decided(this, request);
            } else if (effect instanceof Effect.CloseLink(var link, var _)) {
                links.giveUp(link);
            }
        }
        runner.take(effects);
    }

    /** One event a deadline: an alarm that turns out too early is set again. */
    private void setAlarm() {
        var deadline = core.map(SentinelCore::nextDeadline).orElse(Instant.MAX);
        if (deadline.equals(Instant.MAX)) {
            return;
        }
        long at = EventQueue.micros(deadline) + clockBehind;
        if (at < wakeAt) {
            wakeAt = at;
            long delay = Math.max(0, at - world.queue.now());
            timer(delay + dice.between(1, LONGEST_WAKE_UP_DELAY), () -> alarm(at));
        }
    }

    private void alarm(long setFor) {
        if (setFor != wakeAt) {
            return;
        }
        wakeAt = Long.MAX_VALUE;
        if (core.isPresent() && !core.get().nextDeadline().isAfter(now())) {
            input(new Input.WakeUp());
        }
        setAlarm();
    }

    // ---- the operator

    void ask(OperatorCommand command, Consumer<Answer> then) {
        world.tell(this, "is told", command);
        monitoredAnew |= command instanceof OperatorCommand.Monitor;
        var token = question(then);
        deliver(life(), () -> input(new Input.OperatorAsked(token, command)));
    }

    @Override
    void orderFailover(Consumer<Answer> then) {
        ask(new OperatorCommand.Failover(Simulation.GROUP), then);
    }

    ClientToken question(Consumer<Answer> then) {
        var token = new ClientToken(tokens++);
        questions.put(token, then);
        return token;
    }

    // ---- effects

    /** A crash in the middle of a step leaves the rest of its effects undone. */
    private Consumer<Effect> performer() {
        int sameLife = life();
        return effect -> {
            if (life() == sameLife) {
                perform(effect);
            }
        };
    }

    /** As the production runner does. */
    private void send(LinkId link, Request request) {
        boolean leaves =
                !runner.checksOrders()
                        || core.filter(c -> c.mayLeave(link, request, now())).isPresent();
        if (leaves) {
            links.send(link, request);
        } else {
            world.tell(this, "does not send, it waited too long for the disk:", request);
            links.close(link, true);
            input(new Input.LinkClosed(link, Input.LinkClosed.Cause.RESET, "too late"));
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.OpenLink(var link, var spec) -> links.open(link, spec);
            case Effect.CloseLink(var link, var discard) -> links.close(link, discard);
            case Effect.Send(var link, var request) -> send(link, request);
            case Effect.Persist(var sequence) -> core.ifPresent(c -> persist(sequence, c.state()));
            case Effect.Publish(var event) -> world.published(this, event);
            case Effect.Log(_, var text) -> {
                world.tell(this, "logs", text);
                if (text.startsWith(FORCED_BEGINS)) {
                    world.invariants.forced(this, Simulation.GROUP);
                }
            }
            case Effect.LogTime(_, var text, var at) -> {
                long micros = EventQueue.micros(at) + clockBehind;
                world.pausesUntil(micros);
                world.tell(this, "logs", text + " " + micros / 1000 + " ms");
            }
            case Effect.SetLogLevel(var level) -> world.tell(this, "log level", level);
            case Effect.Reply(var client, var answer) -> {
                var asker = questions.remove(client);
                if (asker != null) {
                    asker.accept(answer);
                }
            }
            case Effect.RunReconfigScript script -> world.tell(this, "runs", script);
            case Effect.Resolve(var asked) -> links.lookUp(asked, _ -> {});
            case Effect.Exit(var code) ->
                    throw new IllegalStateException(name + " exits with " + code);
        }
    }

    private void persist(long sequence, SentinelState state) {
        world.persisting(this, state);
        int sameLife = life();
        disk.write(
                sequence,
                state,
                (written, error) ->
                        deliver(
                                sameLife,
                                () -> {
                                    world.saved(this);
                                    if (life() != sameLife) {
                                        return;
                                    }
                                    error.ifPresent(e -> world.tell(this, "cannot save", e));
                                    runner.persisted(written);
                                    input(new Input.Persisted(written, error));
                                }));
    }

    // ---- peers that connected to our port

    @Override
    protected Side.End accepted(Side side) {
        return new PeerSession(this, side);
    }
}
