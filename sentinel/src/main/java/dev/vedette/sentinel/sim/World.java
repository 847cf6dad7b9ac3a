package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.SentinelState;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What all parts of one simulation share: time, chance, the network, the machines, the transcript
 * and the rules that are checked.
 */
final class World {
    final long seed;
    final EventQueue queue = new EventQueue();
    final Dice dice;
    final Network network;
    final NameService names;
    final Transcript transcript = new Transcript();
    final Invariants invariants;

    private final Map<String, Machine> byName = new LinkedHashMap<>();
    private final List<DataNode> dataNodes = new ArrayList<>();
    private final List<SentinelMachine> sentinels = new ArrayList<>();
    private final List<RedisSentinel> redisSentinels = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private long pausedUntil;

    /** Hears of turning points the moment they happen, in the middle of a step. */
    interface Watcher {
        default void published(SentinelMachine sentinel, Event event) {}

        default void persisting(SentinelMachine sentinel) {}

        /** A state is on disk; its sentinel has not heard of it yet. */
        default void saved(SentinelMachine sentinel) {}

        default void roleChanged(DataNode node) {}
    }

    World(long seed) {
        this.seed = seed;
        this.dice = new Dice(Dice.mix(seed));
        this.network = new Network(this, dice.split());
        this.names = new NameService(this, dice.split());
        this.invariants = new Invariants(this);
    }

    int join(Machine machine) {
        if (byName.putIfAbsent(machine.name, machine) != null) {
            throw new IllegalArgumentException("two machines are named " + machine.name);
        }
        network.join(machine);
        return byName.size() - 1;
    }

    DataNode add(DataNode node) {
        dataNodes.add(node);
        return node;
    }

    SentinelMachine add(SentinelMachine sentinel) {
        sentinels.add(sentinel);
        return sentinel;
    }

    RedisSentinel add(RedisSentinel sentinel) {
        redisSentinels.add(sentinel);
        return sentinel;
    }

    List<DataNode> dataNodes() {
        return dataNodes;
    }

    /** Ours. */
    List<SentinelMachine> sentinels() {
        return sentinels;
    }

    List<RedisSentinel> redisSentinels() {
        return redisSentinels;
    }

    /** Ours, and those of Redis behind them. */
    List<AnySentinel> allSentinels() {
        var all = new ArrayList<AnySentinel>(sentinels);
        all.addAll(redisSentinels);
        return all;
    }

    List<Machine> machines() {
        return List.copyOf(byName.values());
    }

    Machine machine(String name) {
        var machine = byName.get(name);
        if (machine == null) {
            throw new IllegalArgumentException(
                    "no machine is named " + name + "; there are " + byName.keySet());
        }
        return machine;
    }

    List<Machine> machines(String... names) {
        return Arrays.stream(names).map(this::machine).toList();
    }

    // ---- addresses

    /**
     * The first address of the machine that has, or had, this address or name: what the rules
     * compare. The address itself where no machine ever had it.
     */
    Address identity(Address address) {
        return network.everAt(address)
                .or(() -> names.machine(address))
                .map(machine -> machine.address)
                .orElse(address);
    }

    /** The data node with that identity. */
    Optional<DataNode> dataNodeAt(Address identity) {
        for (var node : dataNodes) {
            if (node.address.equals(identity)) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }

    DataNode dataNode(String name) {
        if (machine(name) instanceof DataNode node) {
            return node;
        }
        throw new IllegalArgumentException(name + " is not a data node");
    }

    SentinelMachine sentinel(String name) {
        if (machine(name) instanceof SentinelMachine sentinel) {
            return sentinel;
        }
        throw new IllegalArgumentException(name + " is not a sentinel");
    }

    /** Runs events up to that time, and checks the rules after each of them. */
    void runUntil(long micros) {
        while (runNext(micros)) {
            transcript.mix(queue.now());
            invariants.throwIfBroken();
        }
    }

    /** Whatever a step throws is a broken rule too, with its story. */
    private boolean runNext(long micros) {
        try {
            return queue.runNext(micros);
        } catch (RuntimeException thrown) {
            var violation =
                    new Violation("no step throws", thrown.toString(), seed, transcript.text());
            violation.initCause(thrown);
            throw violation;
        }
    }

    /** A sentinel says that it begins no failover before that time. */
    void pausesUntil(long micros) {
        pausedUntil = Math.max(pausedUntil, micros);
    }

    long pausedUntil() {
        return pausedUntil;
    }

    // ---- the story

    void tell(Object who, String verb, Object what) {
        transcript.add(queue.now(), who, verb, what);
    }

    void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    void forget(Watcher watcher) {
        watchers.remove(watcher);
    }

    private void watchers(Consumer<Watcher> tell) {
        for (var watcher : watchers.toArray(Watcher[]::new)) {
            tell.accept(watcher);
        }
    }

    void published(SentinelMachine sentinel, Event event) {
        tell(sentinel, event.name(), event.payload());
        invariants.published(sentinel, event);
        watchers(w -> w.published(sentinel, event));
    }

    void persisting(SentinelMachine sentinel, SentinelState state) {
        invariants.persisting(sentinel, state);
        watchers(w -> w.persisting(sentinel));
    }

    void saved(SentinelMachine sentinel) {
        watchers(w -> w.saved(sentinel));
    }

    void roleChanged(DataNode node) {
        invariants.roleChanged(node);
        watchers(w -> w.roleChanged(node));
    }
}
