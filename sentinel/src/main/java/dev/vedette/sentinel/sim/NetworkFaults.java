package dev.vedette.sentinel.sim;

import static dev.vedette.sentinel.sim.Trouble.SECOND;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.SentinelId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What goes wrong between machines. */
final class NetworkFaults {
    /** More of them than live sentinels would take the majority away for good. */
    private static final int MOST_GHOSTS = 1;

    private final Trouble trouble;
    private final World world;
    private final Dice dice;
    private int ghosts;

    NetworkFaults(Trouble trouble) {
        this.trouble = trouble;
        this.world = trouble.world;
        this.dice = trouble.dice;
    }

    void partition() {
        var here = new ArrayList<Machine>();
        var there = new ArrayList<Machine>();
        for (var machine : world.machines()) {
            (dice.chance(0.5) ? here : there).add(machine);
        }
        cut(Fault.PARTITION, here, there, true);
    }

    void cutOff(Machine machine) {
        cut(Fault.ONE_MACHINE_CUT_OFF, List.of(machine), world.machines(), true);
    }

    void oneWay() {
        var from = dice.pick(world.machines());
        var to =
                dice.chance(0.5)
                        ? world.machines()
                        : List.of(dice.pick(world.machines()), dice.pick(world.machines()));
        cut(Fault.ONE_WAY_CUT, List.of(from), to, false);
    }

    private void cut(Fault fault, List<Machine> from, List<Machine> to, boolean bothWays) {
        trouble.count(fault, from + " and " + to);
        Consumer<Integer> change =
                by -> {
                    world.network.block(from, to, by);
                    if (bothWays) {
                        world.network.block(to, from, by);
                    }
                };
        change.accept(+1);
        trouble.later(trouble.outage(), () -> change.accept(-1));
    }

    void blackHole() {
        var one = dice.pick(world.machines());
        trouble.count(Fault.CONNECTIONS_BLACK_HOLED, one);
        var others = dice.chance(0.5) ? world.machines() : List.of(dice.pick(world.machines()));
        others.forEach(other -> world.network.blackHole(one, other));
    }

    void refused() {
        var to = dice.pick(world.machines());
        trouble.count(Fault.CONNECTIONS_REFUSED, to);
        var from = world.machines().stream().filter(m -> !m.equals(to)).toList();
        world.network.refuse(from, to, true);
        if (dice.chance(0.5)) {
            from.forEach(other -> world.network.reset(other, to));
        }
        trouble.later(trouble.outage(), () -> world.network.refuse(from, to, false));
    }

    void resets(Machine machine) {
        trouble.count(Fault.CONNECTIONS_RESET, machine);
        world.machines().forEach(other -> world.network.reset(machine, other));
    }

    void lossy() {
        double share = dice.between(1, 30) / 100.0;
        trouble.count(Fault.PACKET_LOSS, share);
        world.network.loss(share);
        trouble.later(trouble.outage(), () -> world.network.loss(0));
    }

    void delays() {
        var longest = Duration.ofMillis(dice.between(5, 600));
        trouble.count(Fault.LONG_DELAYS, longest);
        world.network.delay(Duration.ofMillis(1), longest);
        trouble.later(trouble.outage(), world.network::ordinaryDelay);
    }

    void slow(Machine machine) {
        trouble.count(Fault.ONE_MACHINE_SLOW, machine);
        world.network.slow(machine, true);
        trouble.later(trouble.outage(), () -> world.network.slow(machine, false));
    }

    void hellosTwice() {
        trouble.count(Fault.HELLOS_ARRIVE_TWICE, "");
        world.network.helloTwice(0.5);
        trouble.later(trouble.outage(), () -> world.network.helloTwice(0));
    }

    void hellosLate() {
        trouble.count(Fault.HELLOS_ARRIVE_LATE, "");
        world.network.helloLate(0.3);
        trouble.later(trouble.outage(), () -> world.network.helloLate(0));
    }

    /** It was taken away long ago, and one of its hellos, with an old epoch, turns up. */
    void ghost() {
        if (ghosts == MOST_GHOSTS) {
            return;
        }
        ghosts++;
        var from = new Address("10.0.8." + ghosts, 26379);
        var any = trouble.sentinel();
        any.masterAddress()
                .ifPresent(
                        master -> {
                            var hello =
                                    new Hello(
                                            from,
                                            new SentinelId(dice.id()),
                                            0,
                                            Simulation.GROUP,
                                            any.shown(master),
                                            0);
                            var node = trouble.dataNode();
                            if (node.isRunning()) {
                                trouble.count(Fault.HELLO_OF_A_REMOVED_SENTINEL, node);
                                node.publish(hello.encode());
                                trouble.later(
                                        dice.between(0, 10 * SECOND),
                                        () -> {
                                            if (node.isRunning()) {
                                                node.publish(hello.encode());
                                            }
                                        });
                            }
                        });
    }
}
