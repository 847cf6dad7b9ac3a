package dev.vedette.sentinel.sim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What all kinds of faults need: whom to strike, when to take it away, and how often it was. */
final class Trouble {
    static final long MILLI = 1_000;
    static final long SECOND = 1_000_000;

    /** Moments in which a sentinel that dies, or an operator's order, leaves the most behind. */
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

    final World world;
    final Dice dice;
    private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
    private final List<World.Watcher> armed = new ArrayList<>();
    private boolean over;
    private long lastAt;

    Trouble(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    Map<Fault, Integer> struck() {
        return struck;
    }

    /** When the last fault struck, or was taken away. */
    long lastAt() {
        return lastAt;
    }

    void count(Fault fault, Object where) {
        world.tell("FAULT", fault.name(), where);
        struck.merge(fault, 1, Integer::sum);
        lastAt = world.queue.now();
    }

    // ---- whom

    /** A running master; when there is none, any data node will do. */
    DataNode master() {
        var masters =
                world.dataNodes().stream().filter(n -> n.isRunning() && n.isMaster()).toList();
        return dice.pick(masters.isEmpty() ? world.dataNodes() : masters);
    }

    DataNode dataNode() {
        return dice.pick(world.dataNodes());
    }

    /** One of ours. */
    SentinelMachine sentinel() {
        return dice.pick(world.sentinels());
    }

    AnySentinel anySentinel() {
        return dice.pick(world.allSentinels());
    }

    // ---- when

    long outage() {
        return dice.chance(0.3)
                ? dice.between(10 * MILLI, 2 * SECOND)
                : dice.between(2 * SECOND, 30 * SECOND);
    }

    /** Nothing of it happens any more once the faults are over. */
    void later(long micros, Runnable action) {
        world.queue.after(
                micros,
                () -> {
                    if (!over) {
                        lastAt = world.queue.now();
                        action.run();
                    }
                });
    }

    void arm(World.Watcher watcher) {
        armed.add(watcher);
        world.watch(watcher);
    }

    void disarm(World.Watcher watcher) {
        armed.remove(watcher);
        world.forget(watcher);
    }

    void disarmAll() {
        over = true;
        armed.forEach(world::forget);
        armed.clear();
    }

    /** Once, at one of the turning points of a failover, before anything else leaves. */
    void atATurningPoint(Consumer<SentinelMachine> then) {
        atAnEvent(dice.pick(TURNING_POINTS), then);
    }

    void atAnEvent(String event, Consumer<SentinelMachine> then) {
        arm(
                new World.Watcher() {
                    @Override
                    public void published(
                            SentinelMachine sentinel, dev.vedette.sentinel.core.Event published) {
                        if (published.name().equals(event)) {
                            disarm(this);
                            then.accept(sentinel);
                        }
                    }
                });
    }

    // ---- processes

    void kill(Fault fault, Machine machine) {
        if (machine.isAlive()) {
            count(fault, machine);
            machine.kill();
            later(outage(), machine::start);
        }
    }

    void powerOff(Fault fault, Machine machine) {
        if (machine.isAlive()) {
            count(fault, machine);
            machine.powerOff();
            later(outage(), machine::start);
        }
    }

    void hang(Fault fault, Machine machine, long micros) {
        if (machine.isRunning()) {
            count(fault, machine);
            machine.pause();
            later(micros, machine::resume);
        }
    }

    /** Killed, changed while it is down, and started after a while. */
    void change(Fault fault, Machine machine, Runnable change) {
        if (machine.isAlive()) {
            count(fault, machine);
            machine.kill();
            change.run();
            later(outage(), machine::start);
        }
    }

    Optional<DataNode> runningReplica() {
        var replicas =
                world.dataNodes().stream()
                        .filter(n -> n.isRunning() && !n.isMaster() && !n.stranger)
                        .toList();
        return replicas.isEmpty() ? Optional.empty() : Optional.of(dice.pick(replicas));
    }
}
