package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.SentinelState;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One deployment in virtual time: a master, its replicas and the sentinels that watch them.
 *
 * <pre>{@code
 * var sim = Simulation.seeded(42).master("m").replicas("r1", "r2").sentinels(3).quorum(2);
 * sim.runFor(ofSeconds(10));
 * sim.network().cut("m", "s1").from("r1", "r2", "s2", "s3");
 * sim.runFor(ofSeconds(60));
 * sim.expectMasterSeenBy("s2", "s3").isOneOf("r1", "r2");
 * }</pre>
 *
 * <p>Everything starts with the first {@code runFor}; what shapes the deployment is said before.
 * The same seed and the same calls give the same run, which {@link #digest()} proves. One thread
 * only.
 */
public final class Simulation {
    /** The name of the master that all sentinels monitor. */
    public static final String GROUP = "mymaster";

    /** Something that a sentinel published. */
    record Heard(long at, String sentinel, Event event) {}

    final World world;
    private final Blueprint blueprint;
    private final List<Heard> events = new ArrayList<>();
    private final Map<String, List<Answer>> answers = new LinkedHashMap<>();
    private boolean running;

    private Simulation(long seed) {
        world = new World(seed);
        blueprint = new Blueprint(world, world.dice.split());
        world.watch(
                new World.Watcher() {
                    @Override
                    public void published(SentinelMachine sentinel, Event event) {
                        events.add(new Heard(world.queue.now(), sentinel.name, event));
                    }
                });
    }

    public static Simulation seeded(long seed) {
        return new Simulation(seed);
    }

    // ---- the deployment

    public Simulation master(String name) {
        blueprint.master(name);
        return this;
    }

    /** Replicas of the master named before. */
    public Simulation replicas(String... names) {
        for (var name : names) {
            blueprint.replica(name);
        }
        return this;
    }

    /** That many sentinels, named s1, s2 and so on. */
    public Simulation sentinels(int count) {
        blueprint.sentinels = count;
        return this;
    }

    /** The deployment of somebody's conf: m, r1 and so on, s1 and so on, at its addresses. */
    Simulation deployed(Study.Deployment deployment) {
        blueprint.deployed(deployment);
        return this;
    }

    /** Beside ours that many sentinels of Redis, named x1, x2 and so on. */
    public Simulation redisSentinels(int count) {
        blueprint.redisSentinels = count;
        return this;
    }

    /**
     * Data nodes are known by name ({@code resolve-hostnames yes}); said before they are named.
     *
     * @param announce {@code announce-hostnames}: names in what sentinels say too
     */
    public Simulation byName(boolean announce) {
        blueprint.byName = true;
        blueprint.announceNames = announce;
        return this;
    }

    /** The sentinels start when the replicas follow already, and so find them at once. */
    Simulation sentinelsAfter(Duration time) {
        blueprint.sentinelsAfter = EventQueue.micros(time);
        return this;
    }

    public Simulation quorum(int votes) {
        blueprint.quorum = votes;
        return this;
    }

    public Simulation downAfter(Duration silence) {
        blueprint.downAfter = silence;
        return this;
    }

    public Simulation failoverTimeout(Duration timeout) {
        blueprint.failoverTimeout = timeout;
        return this;
    }

    public Simulation parallelSyncs(int replicas) {
        blueprint.parallelSyncs = replicas;
        return this;
    }

    /** The replica-priority of a data node; may also change while it runs. */
    public Simulation priority(String node, int priority) {
        world.dataNode(node).priority = priority;
        return this;
    }

    /** That sentinel's conf is a copy of the other's, with its {@code myid}: a classic mistake. */
    public Simulation copiedId(String copy, String original) {
        blueprint.copiedIds.put(copy, original);
        return this;
    }

    /** Another model of what performs the effects: for tests of the rules themselves. */
    Simulation runner(Runner.Factory runners) {
        blueprint.runners = runners;
        return this;
    }

    private void start() {
        if (!running) {
            running = true;
            blueprint.start();
        }
    }

    // ---- time

    public void runFor(Duration time) {
        start();
        world.runUntil(world.queue.now() + EventQueue.micros(time));
    }

    /**
     * Runs until all is well, and at most that long; what is wrong then is a failed expectation.
     */
    public void runUntilOneMaster(Duration atMost) {
        runUntil(atMost, () -> Convergence.lacking(this).isEmpty());
        expectOneMaster();
    }

    /** True when the condition came about in that time; it is looked at every 10 ms. */
    boolean runUntil(Duration atMost, BooleanSupplier condition) {
        start();
        long end = world.queue.now() + EventQueue.micros(atMost);
        while (!condition.getAsBoolean()) {
            if (world.queue.now() >= end) {
                return false;
            }
            world.runUntil(Math.min(end, world.queue.now() + 10_000));
        }
        return true;
    }

    /** Virtual time since the begin. */
    public Duration elapsed() {
        return Duration.ofNanos(world.queue.now() * 1000);
    }

    // ---- what happens to it

    public Network network() {
        start();
        return world.network;
    }

    /** SIGKILL: connections are reset, new ones refused. */
    public void crash(String name) {
        start();
        world.machine(name).kill();
    }

    /** The machine is gone with all that it would have said. */
    public void powerOff(String name) {
        start();
        world.machine(name).powerOff();
    }

    public void restart(String name) {
        start();
        world.machine(name).start();
    }

    /** SIGSTOP: the kernel goes on taking connections and bytes, the process does nothing. */
    public void pause(String name) {
        start();
        world.machine(name).pause();
    }

    public void resume(String name) {
        start();
        world.machine(name).resume();
    }

    /** SENTINEL FAILOVER on that sentinel. */
    public void failover(String sentinel) {
        ask(sentinel, new OperatorCommand.Failover(GROUP));
    }

    /** Any command of an operator; what it answers is kept for {@link #expectAnswer}. */
    public void ask(String sentinel, OperatorCommand command) {
        start();
        world.sentinel(sentinel)
                .ask(
                        command,
                        answer ->
                                answers.computeIfAbsent(sentinel, _ -> new ArrayList<>())
                                        .add(answer));
    }

    /** An operator's REPLICAOF at a data node, behind the sentinels' back. */
    public void orderToFollow(String node, String master) {
        start();
        world.dataNode(node).follow(Optional.of(world.machine(master).address));
    }

    /** Somebody else's master starts at the address of that data node, which must be down. */
    public void strangerAt(String node) {
        world.dataNode(node).stranger = true;
        restart(node);
    }

    /** What that data node has on disk is gone; only while it is down. */
    public void loseData(String node) {
        world.dataNode(node).disk.loseData();
    }

    /** Its conf is that of a backup now; only while it is down. */
    void restoreConf(String sentinel, SentinelState backup) {
        world.invariants.restored(world.sentinel(sentinel));
        world.sentinel(sentinel).disk.restore(backup);
    }

    /** From now on writes of that sentinel's conf fail, or succeed again. */
    public void diskOf(String sentinel, boolean failing) {
        start();
        world.sentinel(sentinel).disk.failing = failing;
    }

    /**
     * Once, the next time that any sentinel publishes that event: before anything else leaves it,
     * {@code then} is told its name.
     */
    public void onNext(String event, Consumer<String> then) {
        start();
        world.watch(
                new World.Watcher() {
                    @Override
                    public void published(SentinelMachine sentinel, Event published) {
                        if (published.name().equals(event)) {
                            world.forget(this);
                            then.accept(sentinel.name);
                        }
                    }
                });
    }

    // ---- what it amounted to

    /** Elections that were won, and forced failovers. */
    public int failovers() {
        return world.invariants.promotions();
    }

    /** A number that depends on everything that happened. */
    public long digest() {
        return world.transcript.digest();
    }

    /** The story so far, a line an event. */
    public String transcript() {
        return world.transcript.text();
    }

    List<Heard> events() {
        return events;
    }

    // ---- expectations

    /** The name of the data node that holds itself for a master; there must be exactly one. */
    public String master() {
        var masters = world.dataNodes().stream().filter(n -> n.isAlive() && n.isMaster()).toList();
        if (masters.size() != 1) {
            throw unmet("exactly one node is a master, not " + masters);
        }
        return masters.getFirst().name;
    }

    public MasterExpectation expectMasterSeenBy(String... names) {
        return new MasterExpectation(this, List.of(names));
    }

    public NodeExpectation expectReplica(String name) {
        return new NodeExpectation(this, world.dataNode(name));
    }

    /** All nodes run, one is the master, the rest follows it, and all sentinels name it. */
    public void expectOneMaster() {
        Convergence.lacking(this)
                .ifPresent(
                        lack -> {
                            throw unmet(lack);
                        });
    }

    public void expectNoFailover() {
        expectNoEvent("+switch-master");
        expectNoEvent("+elected-leader");
    }

    public void expectFailovers(int count) {
        if (failovers() != count) {
            throw unmet("there were " + count + " promotions, not " + failovers());
        }
    }

    public void expectEvent(String sentinel, String event) {
        if (!has(sentinel, event)) {
            throw unmet(sentinel + " published " + event);
        }
    }

    public void expectEvent(String event) {
        if (events.stream().noneMatch(e -> e.event().name().equals(event))) {
            throw unmet("someone published " + event);
        }
    }

    public void expectNoEvent(String event) {
        if (events.stream().anyMatch(e -> e.event().name().equals(event))) {
            throw unmet("nobody published " + event);
        }
    }

    public void expectNoEvent(String sentinel, String event) {
        if (has(sentinel, event)) {
            throw unmet(sentinel + " never published " + event);
        }
    }

    boolean has(String sentinel, String event) {
        return events.stream()
                .anyMatch(e -> e.sentinel().equals(sentinel) && e.event().name().equals(event));
    }

    /** The last answer that this sentinel gave to an operator. */
    public void expectAnswer(String sentinel, Answer expected) {
        var given = answers.getOrDefault(sentinel, List.of());
        if (given.isEmpty() || !given.getLast().equals(expected)) {
            throw unmet(sentinel + " answered " + expected + ", not " + given);
        }
    }

    /** The failure that says which sentence is not true. */
    Violation unmet(String expectation) {
        return new Violation(
                "expectation", "expected that " + expectation, world.seed, transcript());
    }
}
