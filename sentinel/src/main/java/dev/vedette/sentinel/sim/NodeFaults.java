package dev.vedette.sentinel.sim;

import static dev.vedette.sentinel.sim.Trouble.MILLI;
import static dev.vedette.sentinel.sim.Trouble.SECOND;

import dev.vedette.protocol.net.Address;

import java.util.List;
import java.util.Optional;

/** What goes wrong with data nodes. */
final class NodeFaults {
    private final Trouble trouble;
    private final World world;
    private final Dice dice;
    private int moves;

    NodeFaults(Trouble trouble) {
        this.trouble = trouble;
        this.world = trouble.world;
        this.dice = trouble.dice;
    }

    void flap(DataNode node) {
        trouble.count(Fault.MASTER_FLAPS, node);
        long at = 0;
        int times = 3 + dice.below(4);
        for (int i = 0; i < times; i++) {
            trouble.later(at, node::kill);
            at += dice.between(20 * MILLI, 3 * SECOND);
            trouble.later(at, node::start);
            at += dice.between(20 * MILLI, 3 * SECOND);
        }
    }

    void restartsAtOnce(DataNode node) {
        if (node.isAlive()) {
            trouble.count(Fault.MASTER_RESTARTS_AT_ONCE, node);
            node.kill();
            trouble.later(dice.between(20 * MILLI, SECOND), node::start);
        }
    }

    void whenPromoted(Fault fault) {
        long delay = dice.between(0, 3 * SECOND);
        trouble.arm(
                new World.Watcher() {
                    @Override
                    public void roleChanged(DataNode node) {
                        if (node.isMaster()) {
                            trouble.disarm(this);
                            trouble.later(delay, () -> struck(fault, node));
                        }
                    }
                });
    }

    private void struck(Fault fault, DataNode node) {
        if (fault == Fault.NODE_HANGS_WHEN_PROMOTED) {
            trouble.hang(fault, node, dice.between(500 * MILLI, 20 * SECOND));
        } else {
            trouble.kill(fault, node);
        }
    }

    void whenChosen() {
        long delay = dice.chance(0.5) ? 0 : dice.between(0, 20 * MILLI);
        trouble.arm(
                new World.Watcher() {
                    @Override
                    public void published(
                            SentinelMachine sentinel, dev.vedette.sentinel.core.Event event) {
                        if (event.name().equals("+selected-slave")) {
                            trouble.disarm(this);
                            var words = event.payload().split(" ", -1);
                            var chosen =
                                    world.identity(
                                            new Address(words[2], Integer.parseInt(words[3])));
                            world.dataNodeAt(chosen)
                                    .ifPresent(
                                            node ->
                                                    trouble.later(
                                                            delay,
                                                            () ->
                                                                    trouble.kill(
                                                                            Fault
                                                                                    .NODE_DIES_WHEN_CHOSEN,
                                                                            node)));
                        }
                    }
                });
    }

    void returnsInAFailover() {
        var node = trouble.master();
        if (node.isAlive()) {
            node.kill();
            trouble.later(trouble.outage() + 10 * SECOND, node::start);
            trouble.atATurningPoint(
                    _ -> {
                        if (!node.isAlive()) {
                            trouble.count(Fault.OLD_MASTER_RETURNS_IN_A_FAILOVER, node);
                            trouble.later(dice.between(0, 50 * MILLI), node::start);
                        }
                    });
        }
    }

    void moreData() {
        var node = trouble.master();
        trouble.count(Fault.MASTER_RETURNS_WITH_MORE_DATA, node);
        var others = world.machines().stream().filter(m -> !m.equals(node)).toList();
        world.network.block(List.of(node), others, +1);
        world.network.block(others, List.of(node), +1);
        trouble.later(
                trouble.outage(),
                () -> {
                    world.network.block(List.of(node), others, -1);
                    world.network.block(others, List.of(node), -1);
                });
    }

    void loadsLong(DataNode node) {
        trouble.change(Fault.NODE_LOADS_LONG, node, () -> node.longestLoad = 20 * SECOND);
    }

    void runsScript(DataNode node) {
        if (node.isRunning()) {
            trouble.count(Fault.SCRIPT_BLOCKS_A_NODE, node);
            node.runScript();
            trouble.later(trouble.outage(), node::endScript);
        }
    }

    void pausesClients(DataNode node) {
        if (node.isRunning()) {
            trouble.count(Fault.CLIENTS_ARE_PAUSED, node);
            node.pauseWrites(dice.between(100 * MILLI, 10 * SECOND));
        }
    }

    void deniesConfig(DataNode node) {
        trouble.count(Fault.NODE_DENIES_CONFIG, node);
        node.refusesConfig = true;
        trouble.later(trouble.outage(), () -> node.refusesConfig = false);
    }

    /** The replica dies, another group's master comes up there, and goes again. */
    void strangerComes() {
        trouble.runningReplica()
                .ifPresent(
                        node -> {
                            trouble.count(Fault.ADDRESS_REUSED_BY_A_STRANGER, node);
                            world.invariants.orders.oneSignIsEnough = false;
                            node.kill();
                            node.stranger = true;
                            trouble.later(dice.between(100 * MILLI, 10 * SECOND), node::start);
                            trouble.later(
                                    trouble.outage() + 10 * SECOND,
                                    () -> {
                                        node.kill();
                                        strangerGoes(node);
                                        node.start();
                                    });
                        });
    }

    void moves(DataNode node) {
        trouble.change(
                Fault.NODE_MOVES,
                node,
                () -> node.moveTo(new Address("10.0.7." + ++moves, node.address.port())));
    }

    void clock(Fault fault, long micros) {
        var machine = dice.pick(world.machines());
        trouble.count(fault, machine);
        if (machine instanceof DataNode node) {
            node.jumpClock(micros);
        } else if (machine instanceof RedisSentinel sentinel) {
            sentinel.jumpClock(micros);
        } else if (machine instanceof SentinelMachine sentinel) {
            sentinel.jumpClock(micros);
        }
    }

    void priority(DataNode node) {
        int priority = dice.pick(List.of(0, 1, 100, 100, 200));
        trouble.count(Fault.PRIORITY_CHANGED, node + " to " + priority);
        node.priority = priority;
        trouble.later(trouble.outage(), () -> node.priority = 100);
    }

    /** A node whose trouble has no end of its own is itself again. */
    static void heal(DataNode node) {
        node.refusesConfig = false;
        node.priority = 100;
        node.endScript();
        node.longestLoad = 300 * MILLI;
        if (node.stranger) {
            node.kill();
            strangerGoes(node);
        }
    }

    /** If a failover had no better choice than the stranger (Redis has none), it stays master. */
    private static void strangerGoes(DataNode node) {
        node.stranger = false;
        if (node.world.allSentinels().stream()
                .flatMap(s -> s.belief().stream())
                .anyMatch(belief -> belief.master().equals(node.address))) {
            node.disk.replaceConf(Optional.empty());
        }
    }
}
