package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The paths between machines: how long a packet takes, whether it is lost, and what is cut. A cut
 * is silence, in one direction or in both; nobody is told.
 */
public final class Network {
    private static final long SYN_RETRY = 1_000_000;
    private static final long SLOWEST = 2_000_000;

    private final World world;
    private final Dice dice;
    private final Map<Address, Machine> machines = new HashMap<>();
    private final Map<Address, Machine> everAt = new HashMap<>();

    /** New connections from there to there are refused, by a firewall that rejects. */
    private final Set<Path> refused = new HashSet<>();

    private record Path(Machine from, Machine to) {}

    private int[][] cuts = new int[0][0];
    private double loss;
    private final Set<Machine> slow = new HashSet<>();
    private double helloTwice;
    private double helloLate;
    private long shortestDelay = 100;
    private long longestDelay = 500;

    Network(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    void join(Machine machine) {
        machines.put(machine.address, machine);
        everAt.put(machine.address, machine);
        int size = machines.size();
        var larger = new int[size][];
        for (int i = 0; i < size; i++) {
            larger[i] = i < cuts.length ? Arrays.copyOf(cuts[i], size) : new int[size];
        }
        cuts = larger;
    }

    void moves(Machine machine, Address to) {
        machines.remove(machine.at());
        machines.put(to, machine);
        everAt.put(to, machine);
    }

    /** Who has, or last had, that address. */
    Optional<Machine> everAt(Address address) {
        return Optional.ofNullable(everAt.get(address));
    }

    // ---- what tests and faults do to it

    /** The first half of a sentence: {@code cut("m", "s1").from("r1", "r2")}. */
    public Cut cut(String... names) {
        return new Cut(names);
    }

    /** One direction only: {@code cutPackets("m").to("s1")}. */
    public OneWay cutPackets(String... from) {
        return new OneWay(from);
    }

    /** A cut in the making. */
    public final class Cut {
        private final String[] names;

        private Cut(String[] names) {
            this.names = names;
        }

        /** Silence in both directions between the two sets of machines. */
        public void from(String... others) {
            block(world.machines(names), world.machines(others), +1);
            block(world.machines(others), world.machines(names), +1);
        }
    }

    /** A one-way cut in the making. */
    public final class OneWay {
        private final String[] names;

        private OneWay(String[] names) {
            this.names = names;
        }

        /** Packets of the first set no longer reach the second. */
        public void to(String... others) {
            block(world.machines(names), world.machines(others), +1);
        }
    }

    /** Ends every cut and loss, and gives packets their ordinary time again. */
    public void heal() {
        world.tell("network", "heals", "");
        for (var row : cuts) {
            Arrays.fill(row, 0);
        }
        refused.clear();
        loss = 0;
        slow.clear();
        helloTwice = 0;
        helloLate = 0;
        ordinaryDelay();
    }

    /** A tenth to half a millisecond, as within a data centre. */
    public void ordinaryDelay() {
        shortestDelay = 100;
        longestDelay = 500;
    }

    /** The share of packets that is lost, on every path; TCP sends them again. */
    public void loss(double share) {
        world.tell("network", "loses", share);
        loss = share;
    }

    /** How long a packet takes one way, at least and at most. */
    public void delay(Duration shortest, Duration longest) {
        shortestDelay = EventQueue.micros(shortest);
        longestDelay = EventQueue.micros(longest);
    }

    /** Breaks every connection between the two machines. */
    public void reset(String one, String two) {
        reset(world.machine(one), world.machine(two));
    }

    void reset(Machine one, Machine two) {
        world.tell("network", "resets", one + " and " + two);
        for (var side : one.sides.toArray(Side[]::new)) {
            if (side.other().owner.equals(two)) {
                side.fail(Cause.RESET);
                side.other().fail(Cause.RESET);
            }
        }
    }

    void block(List<Machine> from, List<Machine> to, int change) {
        world.tell("network", change > 0 ? "cuts" : "mends", from + " to " + to);
        for (var a : from) {
            for (var b : to) {
                if (!a.equals(b)) {
                    cuts[a.number][b.number] = Math.max(0, cuts[a.number][b.number] + change);
                }
            }
        }
    }

    /** A firewall refuses new connections from those to that one; open ones go on. */
    void refuse(List<Machine> from, Machine to, boolean refuses) {
        for (var one : from) {
            if (refuses) {
                refused.add(new Path(one, to));
            } else {
                refused.remove(new Path(one, to));
            }
        }
    }

    /** What is open between the two is forgotten on the way: no byte of it arrives any more. */
    void blackHole(Machine one, Machine two) {
        for (var side : one.sides) {
            if (side.other().owner.equals(two)) {
                side.swallow();
                side.other().swallow();
            }
        }
    }

    /** Every packet from and to that machine takes up to two seconds. */
    void slow(Machine machine, boolean isSlow) {
        if (isSlow) {
            slow.add(machine);
        } else {
            slow.remove(machine);
        }
    }

    /** The share of hellos that subscribers get twice. */
    void helloTwice(double share) {
        helloTwice = share;
    }

    /** The share of hellos that arrive seconds later, behind newer ones. */
    void helloLate(double share) {
        helloLate = share;
    }

    boolean repeatsHello() {
        return dice.chance(helloTwice);
    }

    /** How much later than others that hello arrives; mostly not at all. */
    long helloDelay() {
        return dice.chance(helloLate) ? dice.between(100_000, 8_000_000) : 0;
    }

    /** Connections whose next attempt to send again is far: TCP waits longer each time. */
    boolean isStalled(long longerThan) {
        for (var machine : world.machines()) {
            for (var side : machine.sides) {
                if (side.isStalled(longerThan)) {
                    return true;
                }
            }
        }
        return false;
    }

    // ---- what connections ask

    long now() {
        return world.queue.now();
    }

    void at(long micros, Runnable action) {
        world.queue.at(micros, action);
    }

    long delay(Machine from, Machine to) {
        // A process reaches itself without the wire.
        if (from.equals(to)) {
            return 20;
        }
        return slow.contains(from) || slow.contains(to)
                ? dice.between(200_000, SLOWEST)
                : dice.between(shortestDelay, longestDelay);
    }

    boolean loses(Machine from, Machine to) {
        return blocked(from, to) || dice.chance(loss);
    }

    private boolean blocked(Machine from, Machine to) {
        return cuts[from.number][to.number] > 0
                || to.power() == Machine.Power.OFF
                || from.power() == Machine.Power.OFF;
    }

    /** Starts to connect; the end hears opened or closed. */
    Side connect(Machine from, Address target, long timeout, Side.End end) {
        var to = machines.get(target);
        if (to == null) {
            // Nobody has this address: the machine itself stands in, and hears nothing.
            var nowhere = Side.towards(this, from, end, from);
            at(now() + timeout, () -> nowhere.fail(Cause.CONNECT_TIMEOUT));
            return nowhere;
        }
        var client = Side.towards(this, from, end, to);
        at(now() + delay(from, to), () -> syn(client, to, now() + timeout, SYN_RETRY));
        return client;
    }

    private void syn(Side client, Machine to, long deadline, long retry) {
        if (client.isClosed()) {
            return;
        }
        if (loses(client.owner, to) || loses(to, client.owner)) {
            if (now() + retry >= deadline) {
                at(deadline, () -> client.fail(Cause.CONNECT_TIMEOUT));
            } else {
                at(now() + retry, () -> syn(client, to, deadline, 2 * retry));
            }
            return;
        }
        long back = now() + delay(to, client.owner);
        if (to.power() == Machine.Power.KILLED
                || (!refused.isEmpty() && refused.contains(new Path(client.owner, to)))) {
            at(back, () -> client.fail(Cause.REFUSED));
            return;
        }
        client.accept();
        at(back, client::opened);
    }
}
