package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.OperatorCommand;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Strikes a deployment with faults, and takes each of them away again after a while. What it draws
 * comes from dice of its own, so that the plan of a seed does not change with what the deployment
 * does.
 */
final class Chaos {
    private static final long MILLI = 1_000;
    private static final long SECOND = 1_000_000;

    /** Moments in which a sentinel that dies leaves the most behind. */
    private static final List<String> TURNING_POINTS =
            List.of(
                    "+sdown",
                    "+odown",
                    "+try-failover",
                    "+vote-for-leader",
                    "+elected-leader",
                    "+selected-slave",
                    "+failover-state-send-slaveof-noone",
                    "+failover-state-wait-promotion",
                    "+promoted-slave",
                    "+failover-state-reconf-slaves",
                    "+slave-reconf-sent",
                    "+failover-end",
                    "+switch-master");

    private final World world;
    private final Dice dice;
    private final Set<Fault> allowed;
    private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
    private final List<World.Watcher> armed = new ArrayList<>();

    Chaos(World world, Dice dice, Set<Fault> allowed) {
        this.world = world;
        this.dice = dice;
        this.allowed = allowed;
    }

    /** How often each fault really happened. */
    Map<Fault, Integer> struck() {
        return struck;
    }

    /** Plans that many faults from now on, within that time. */
    void plan(int faults, Duration within) {
        var choices = allowed.stream().sorted().toList();
        for (int i = 0; i < faults && !choices.isEmpty(); i++) {
            var fault = dice.pick(choices);
            world.queue.after(dice.between(0, EventQueue.micros(within)), () -> strike(fault));
        }
    }

    /** Ends all that is wrong: machines run, the network is whole, disks work. */
    void end() {
        armed.forEach(world::forget);
        armed.clear();
        world.network.heal();
        world.sentinels().forEach(s -> healthy(s.disk));
        for (var machine : world.machines()) {
            machine.resume();
            machine.start();
        }
    }

    private static void healthy(Disk disk) {
        disk.failing = false;
        disk.shortestWrite = Disk.QUICKEST_WRITE;
        disk.longestWrite = Disk.SLOWEST_WRITE;
    }

    private void count(Fault fault, Object where) {
        world.tell("FAULT", fault.name(), where);
        struck.merge(fault, 1, Integer::sum);
    }

    void strike(Fault fault) {
        switch (fault) {
            case MASTER_KILLED -> kill(fault, master());
            case MASTER_LOSES_POWER -> powerOff(fault, master());
            case MASTER_HANGS -> hang(fault, master(), dice.between(500 * MILLI, 25 * SECOND));
            case REPLICA_KILLED -> kill(fault, dice.pick(world.dataNodes()));
            case REPLICA_LOSES_POWER -> powerOff(fault, dice.pick(world.dataNodes()));
            case REPLICA_HANGS ->
                    hang(fault, dice.pick(world.dataNodes()), dice.between(MILLI, 15 * SECOND));
            case DATA_NODE_LOSES_ITS_DATA -> loseData(dice.pick(world.dataNodes()));
            case NODE_DIES_WHEN_PROMOTED -> whenPromoted();
            case SENTINEL_KILLED -> kill(fault, dice.pick(world.sentinels()));
            case SENTINEL_LOSES_POWER -> powerOff(fault, dice.pick(world.sentinels()));
            case SENTINEL_PAUSED_SHORTLY ->
                    hang(fault, dice.pick(world.sentinels()), dice.between(MILLI, 1900 * MILLI));
            case SENTINEL_PAUSED_INTO_TILT ->
                    hang(
                            fault,
                            dice.pick(world.sentinels()),
                            dice.between(2100 * MILLI, 20 * SECOND));
            case SENTINEL_DIES_AT_AN_EVENT -> atAnEvent();
            case SENTINEL_DIES_WHILE_IT_SAVES -> whileItSaves();
            case SENTINEL_DISK_SLOW -> slowDisk(dice.pick(world.sentinels()));
            case SENTINEL_DISK_FAILS -> failingDisk(dice.pick(world.sentinels()));
            case PARTITION -> partition();
            case ONE_MACHINE_CUT_OFF -> cutOff(dice.pick(world.machines()));
            case ONE_WAY_CUT -> oneWay();
            case PACKET_LOSS -> lossy();
            case LONG_DELAYS -> delays();
            case CONNECTIONS_RESET -> resets(dice.pick(world.machines()));
            case PRIORITY_CHANGED -> priority(dice.pick(world.dataNodes()));
            case OPERATOR_ORDERS_FAILOVER -> failover(fault, dice.pick(world.sentinels()));
            case OPERATORS_ORDER_TWO_FAILOVERS -> twoFailovers();
            case FAILOVER_ON_BOTH_SIDES_OF_A_CUT -> failoverOnBothSides();
        }
    }

    /** A running master; when there is none, any data node will do. */
    private DataNode master() {
        var masters =
                world.dataNodes().stream().filter(n -> n.isRunning() && n.isMaster()).toList();
        return dice.pick(masters.isEmpty() ? world.dataNodes() : masters);
    }

    private long outage() {
        return dice.chance(0.3)
                ? dice.between(10 * MILLI, 2 * SECOND)
                : dice.between(2 * SECOND, 30 * SECOND);
    }

    private void later(long micros, Runnable action) {
        world.queue.after(micros, action);
    }

    // ---- processes

    private void kill(Fault fault, Machine machine) {
        if (machine.isAlive()) {
            count(fault, machine);
            machine.kill();
            later(outage(), machine::start);
        }
    }

    private void powerOff(Fault fault, Machine machine) {
        if (machine.isAlive()) {
            count(fault, machine);
            machine.powerOff();
            later(outage(), machine::start);
        }
    }

    private void hang(Fault fault, Machine machine, long micros) {
        if (machine.isRunning()) {
            count(fault, machine);
            machine.pause();
            later(micros, machine::resume);
        }
    }

    private void loseData(DataNode node) {
        if (node.isAlive()) {
            count(Fault.DATA_NODE_LOSES_ITS_DATA, node);
            node.kill();
            node.loseData();
            later(outage(), node::start);
        }
    }

    private void arm(World.Watcher watcher) {
        armed.add(watcher);
        world.watch(watcher);
    }

    private void disarm(World.Watcher watcher) {
        armed.remove(watcher);
        world.forget(watcher);
    }

    private void whenPromoted() {
        long delay = dice.between(0, 3 * SECOND);
        arm(
                new World.Watcher() {
                    @Override
                    public void roleChanged(DataNode node) {
                        if (node.isMaster()) {
                            disarm(this);
                            later(delay, () -> kill(Fault.NODE_DIES_WHEN_PROMOTED, node));
                        }
                    }
                });
    }

    /** Right at the event, or a moment later. */
    private void atAnEvent() {
        var event = dice.pick(TURNING_POINTS);
        long delay = dice.chance(0.5) ? 0 : dice.between(0, 50 * MILLI);
        arm(
                new World.Watcher() {
                    @Override
                    public void published(SentinelMachine sentinel, Event published) {
                        if (published.name().equals(event)) {
                            disarm(this);
                            die(Fault.SENTINEL_DIES_AT_AN_EVENT, sentinel, delay);
                        }
                    }
                });
    }

    private void whileItSaves() {
        long delay = dice.between(0, 10 * MILLI);
        arm(
                new World.Watcher() {
                    @Override
                    public void persisting(SentinelMachine sentinel) {
                        disarm(this);
                        die(Fault.SENTINEL_DIES_WHILE_IT_SAVES, sentinel, delay);
                    }
                });
    }

    /** Without delay it dies in the middle of a step: what was to leave after this never does. */
    private void die(Fault fault, SentinelMachine sentinel, long delay) {
        if (delay == 0) {
            kill(fault, sentinel);
        } else {
            later(delay, () -> kill(fault, sentinel));
        }
    }

    // ---- disks

    private void slowDisk(SentinelMachine sentinel) {
        count(Fault.SENTINEL_DISK_SLOW, sentinel);
        sentinel.disk.shortestWrite = 50 * MILLI;
        sentinel.disk.longestWrite = 2 * SECOND;
        later(outage(), () -> healthy(sentinel.disk));
    }

    private void failingDisk(SentinelMachine sentinel) {
        count(Fault.SENTINEL_DISK_FAILS, sentinel);
        sentinel.disk.failing = true;
        later(outage(), () -> healthy(sentinel.disk));
    }

    // ---- network

    private void partition() {
        var here = new ArrayList<Machine>();
        var there = new ArrayList<Machine>();
        for (var machine : world.machines()) {
            (dice.chance(0.5) ? here : there).add(machine);
        }
        cut(Fault.PARTITION, here, there, true);
    }

    private void cutOff(Machine machine) {
        cut(Fault.ONE_MACHINE_CUT_OFF, List.of(machine), world.machines(), true);
    }

    private void oneWay() {
        var from = dice.pick(world.machines());
        var to =
                dice.chance(0.5)
                        ? world.machines()
                        : List.of(dice.pick(world.machines()), dice.pick(world.machines()));
        cut(Fault.ONE_WAY_CUT, List.of(from), to, false);
    }

    private void cut(Fault fault, List<Machine> from, List<Machine> to, boolean bothWays) {
        count(fault, from + " and " + to);
        Consumer<Integer> change =
                by -> {
                    world.network.block(from, to, by);
                    if (bothWays) {
                        world.network.block(to, from, by);
                    }
                };
        change.accept(+1);
        later(outage(), () -> change.accept(-1));
    }

    private void lossy() {
        double share = dice.between(1, 30) / 100.0;
        count(Fault.PACKET_LOSS, share);
        world.network.loss(share);
        later(outage(), () -> world.network.loss(0));
    }

    private void delays() {
        var longest = Duration.ofMillis(dice.between(5, 600));
        count(Fault.LONG_DELAYS, longest);
        world.network.delay(Duration.ofMillis(1), longest);
        later(outage(), world.network::ordinaryDelay);
    }

    private void resets(Machine machine) {
        count(Fault.CONNECTIONS_RESET, machine);
        world.machines().forEach(other -> world.network.reset(machine, other));
    }

    // ---- operators

    private void priority(DataNode node) {
        int priority = dice.pick(List.of(0, 1, 100, 100, 200));
        count(Fault.PRIORITY_CHANGED, node + " to " + priority);
        node.priority = priority;
        later(outage(), () -> node.priority = 100);
    }

    private void failover(Fault fault, SentinelMachine sentinel) {
        if (sentinel.isRunning()) {
            count(fault, sentinel);
            sentinel.ask(
                    new OperatorCommand.Failover(Simulation.GROUP),
                    answer -> world.tell(sentinel, "answers the operator", answer));
        }
    }

    /** At once, or within a moment: two operators, or one with two windows. */
    private void twoFailovers() {
        long between = dice.chance(0.5) ? 0 : dice.between(0, 200 * MILLI);
        var first = dice.pick(world.sentinels());
        var second = dice.pick(world.sentinels());
        failover(Fault.OPERATORS_ORDER_TWO_FAILOVERS, first);
        later(between, () -> failover(Fault.OPERATORS_ORDER_TWO_FAILOVERS, second));
    }

    /** Each side of a cut orders one: they may take the same epoch. */
    private void failoverOnBothSides() {
        partition();
        later(
                dice.between(0, 10 * SECOND),
                () ->
                        world.sentinels()
                                .forEach(
                                        sentinel ->
                                                failover(
                                                        Fault.FAILOVER_ON_BOTH_SIDES_OF_A_CUT,
                                                        sentinel)));
    }
}
