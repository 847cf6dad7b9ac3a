package dev.vedette.sentinel.sim;

import static dev.vedette.sentinel.sim.Trouble.MILLI;
import static dev.vedette.sentinel.sim.Trouble.SECOND;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.SentinelState;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What operators do, at the worst moment. */
final class OperatorFaults {
    private final Trouble trouble;
    private final World world;
    private final Dice dice;
    private boolean removed;

    OperatorFaults(Trouble trouble) {
        this.trouble = trouble;
        this.world = trouble.world;
        this.dice = trouble.dice;
    }

    void failover(Fault fault, AnySentinel sentinel) {
        if (sentinel.isRunning()) {
            trouble.count(fault, sentinel);
            sentinel.orderFailover(answer -> world.tell(sentinel, "answers the operator", answer));
        }
    }

    /** At once, or within a moment: two operators, or one with two windows. */
    void twoFailovers() {
        long between = dice.chance(0.5) ? 0 : dice.between(0, 200 * MILLI);
        var first = trouble.anySentinel();
        var second = trouble.anySentinel();
        failover(Fault.OPERATORS_ORDER_TWO_FAILOVERS, first);
        trouble.later(between, () -> failover(Fault.OPERATORS_ORDER_TWO_FAILOVERS, second));
    }

    /** Each side of a cut orders one: they may take the same epoch. */
    void failoverOnBothSides() {
        trouble.later(
                dice.between(0, 10 * SECOND),
                () ->
                        world.allSentinels()
                                .forEach(
                                        sentinel ->
                                                failover(
                                                        Fault.FAILOVER_ON_BOTH_SIDES_OF_A_CUT,
                                                        sentinel)));
    }

    private void order(SentinelMachine sentinel, OperatorCommand command) {
        sentinel.ask(command, answer -> world.tell(sentinel, "answers the operator", answer));
    }

    // ---- RESET, REMOVE, MONITOR, SET

    void reset() {
        var all = dice.chance(0.3);
        var one = trouble.sentinel();
        trouble.count(Fault.OPERATOR_RESETS, all ? "all" : one);
        for (var sentinel : all ? world.sentinels() : List.of(one)) {
            if (sentinel.isRunning()) {
                order(sentinel, new OperatorCommand.Reset("*"));
            }
        }
    }

    void resetAtAnEvent() {
        trouble.atATurningPoint(
                sentinel -> {
                    trouble.count(Fault.RESET_AT_AN_EVENT, sentinel);
                    order(sentinel, new OperatorCommand.Reset("*"));
                });
    }

    /**
     * At most one sentinel in a run: when all forget a replica that is down, nobody is left who
     * knows it, to Redis too.
     */
    void removeAndMonitor(Fault fault, SentinelMachine sentinel) {
        if (removed || !sentinel.isRunning()) {
            return;
        }
        removed = true;
        trouble.count(fault, sentinel);
        order(sentinel, new OperatorCommand.Remove(Simulation.GROUP));
        long pause = dice.between(0, 5 * SECOND);
        world.queue.after(pause, () -> monitorAgain(sentinel));
    }

    void removeAtAnEvent() {
        trouble.atATurningPoint(
                sentinel -> {
                    // An operator's order is no part of the step.
                    trouble.later(0, () -> removeAndMonitor(Fault.REMOVE_AT_AN_EVENT, sentinel));
                });
    }

    /** Whoever lost the order to monitor in a crash gets it again. */
    void monitorAll() {
        for (var sentinel : world.sentinels()) {
            if (sentinel.isRunning() && sentinel.state().master(Simulation.GROUP).isEmpty()) {
                monitorAgain(sentinel);
            }
        }
    }

    private void monitorAgain(SentinelMachine sentinel) {
        if (!sentinel.isRunning()) {
            world.queue.after(SECOND, () -> monitorAgain(sentinel));
            return;
        }
        if (sentinel.state().master(Simulation.GROUP).isPresent()) {
            // REMOVE waits for the end of a promotion, or the process died before it did it.
            world.queue.after(
                    2 * SECOND,
                    () -> {
                        if (sentinel.isRunning()
                                && sentinel.state().master(Simulation.GROUP).isEmpty()) {
                            monitorAgain(sentinel);
                        }
                    });
            return;
        }
        var other = other(sentinel);
        var conf = sentinel.firstConf();
        order(
                sentinel,
                new OperatorCommand.Monitor(
                        Simulation.GROUP,
                        other.map(sentinel::shown).orElse(conf.address()),
                        conf.quorum()));
        order(sentinel, set(options(conf)));
    }

    /**
     * What somebody else says is the master: the operator asked there. An address that a lying name
     * server made up is not named to a sentinel, which would keep it as it was told.
     */
    private Optional<Address> other(SentinelMachine sentinel) {
        return world.allSentinels().stream()
                .filter(s -> !s.equals(sentinel))
                .flatMap(s -> s.belief().stream())
                .map(AnySentinel.Belief::master)
                .filter(master -> world.dataNodeAt(master).isPresent())
                .findFirst();
    }

    private static OperatorCommand set(List<OperatorCommand.Set.Option> options) {
        return new OperatorCommand.Set(Simulation.GROUP, options);
    }

    /** Those that the conf had at first, but for the quorum. */
    private static List<OperatorCommand.Set.Option> options(SentinelState.Master conf) {
        return List.of(
                option("down-after-milliseconds", conf.options().downAfter().toMillis()),
                option("failover-timeout", conf.options().failoverTimeout().toMillis()),
                option("parallel-syncs", conf.options().parallelSyncs()));
    }

    private static OperatorCommand.Set.Option option(String name, long value) {
        return new OperatorCommand.Set.Option(name, List.of(Long.toString(value)));
    }

    void setOptions(SentinelMachine sentinel) {
        if (!sentinel.isRunning()) {
            return;
        }
        trouble.count(Fault.OPERATOR_SETS_OPTIONS, sentinel);
        var change =
                switch (dice.below(4)) {
                    case 0 ->
                            option(
                                    "down-after-milliseconds",
                                    dice.pick(List.of(200L, 1000L, 10_000L)));
                    case 1 -> option("failover-timeout", dice.pick(List.of(1000L, 5000L, 30_000L)));
                    case 2 -> option("quorum", dice.pick(List.of(1L, 2L, 3L)));
                    default -> option("parallel-syncs", 1 + dice.below(3));
                };
        order(sentinel, set(List.of(change)));
        trouble.later(trouble.outage(), () -> back(sentinel));
    }

    /** The options that it began with. */
    void back(SentinelMachine sentinel) {
        if (sentinel.isRunning()) {
            var conf = sentinel.firstConf();
            var all = new ArrayList<>(options(conf));
            all.add(all.size() - 1, option("quorum", conf.quorum()));
            order(sentinel, set(all));
        }
    }

    // ---- behind the sentinels' back

    void chain() {
        var one = trouble.runningReplica();
        var other = trouble.runningReplica();
        if (one.isPresent() && other.isPresent() && !one.equals(other)) {
            trouble.count(Fault.OPERATOR_MAKES_A_CHAIN, one.get() + " behind " + other.get());
            one.get().follow(Optional.of(other.get().at()));
        }
    }

    void promotes() {
        trouble.runningReplica()
                .ifPresent(
                        node -> {
                            trouble.count(Fault.OPERATOR_PROMOTES_BEHIND_THEIR_BACK, node);
                            node.follow(Optional.empty());
                        });
    }

    void killClients(DataNode node) {
        if (node.isRunning()) {
            trouble.count(Fault.CLIENTS_KILLED, node);
            node.clients.killAllBut(Optional.empty());
        }
    }
}
