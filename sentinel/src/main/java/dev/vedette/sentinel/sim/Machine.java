package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A host with its one process. The process can be stopped and continued (its kernel then still
 * takes connections and bytes, and timers come late), killed (its kernel resets what is open and
 * refuses what comes) or lose power (silence).
 */
abstract class Machine {
    enum Power {
        RUNNING,
        /** SIGSTOP, a long collector pause, a suspended virtual machine's process. */
        PAUSED,
        /** The process is gone, its host answers for it: connections are refused. */
        KILLED,
        /** The host is gone: nothing answers. */
        OFF
    }

    final World world;
    final String name;

    /** The first address, by which the rules know the machine; {@link #at} is where it is now. */
    final Address address;

    final int number;

    /** The ends of the connections that this process has. */
    final Set<Side> sides = new LinkedHashSet<>();

    private final ArrayDeque<Runnable> unread = new ArrayDeque<>();
    private final ArrayDeque<Runnable> overdue = new ArrayDeque<>();
    private Address at;
    private Power power = Power.OFF;
    private int life;
    private long startedAt;

    Machine(World world, String name, Address address) {
        this.world = world;
        this.name = name;
        this.address = address;
        this.at = address;
        this.number = world.join(this);
    }

    /** The process begins with what its disk holds. */
    protected abstract void started();

    /** The process is gone, and all that it did not write down. */
    protected abstract void stopped();

    /** Someone connected: answer with what shall hear of it. */
    protected abstract Side.End accepted(Side side);

    /** Where it can be reached now. */
    Address at() {
        return at;
    }

    /** It comes back at another address; only while it is down. */
    void moveTo(Address newAddress) {
        world.tell(this, "moves to", newAddress);
        world.network.moves(this, newAddress);
        at = newAddress;
    }

    Power power() {
        return power;
    }

    boolean isAlive() {
        return power == Power.RUNNING || power == Power.PAUSED;
    }

    boolean isRunning() {
        return power == Power.RUNNING;
    }

    /** Which life of the process this is: what an earlier one began is no business of this one. */
    int life() {
        return life;
    }

    void start() {
        if (isAlive()) {
            return;
        }
        power = Power.RUNNING;
        startedAt = world.queue.now();
        life++;
        world.tell(this, "starts", "");
        started();
    }

    /** When its present process began. */
    long startedAt() {
        return startedAt;
    }

    void kill() {
        end(Power.KILLED);
    }

    void powerOff() {
        end(Power.OFF);
    }

    private void end(Power after) {
        if (!isAlive()) {
            return;
        }
        world.tell(this, after == Power.KILLED ? "is killed" : "loses power", "");
        power = after;
        life++;
        unread.clear();
        overdue.clear();
        for (var side : sides.toArray(Side[]::new)) {
            side.ownerDied(after == Power.KILLED);
        }
        sides.clear();
        stopped();
    }

    void pause() {
        if (power == Power.RUNNING) {
            world.tell(this, "is stopped", "");
            power = Power.PAUSED;
        }
    }

    /** Continues: first all that lies unread in its sockets, then the timers that are overdue. */
    void resume() {
        if (power != Power.PAUSED) {
            return;
        }
        world.tell(this, "continues", "");
        power = Power.RUNNING;
        int same = life;
        while (power == Power.RUNNING && life == same) {
            var next = unread.isEmpty() ? overdue.poll() : unread.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    /** Something from outside for the process of that life. */
    void deliver(int forLife, Runnable happening) {
        if (forLife != life) {
            return;
        }
        if (power == Power.RUNNING) {
            happening.run();
        } else if (power == Power.PAUSED) {
            unread.add(happening);
        }
    }

    /** A timer of the process: lost with it, late while it is stopped. */
    void timer(long micros, Runnable action) {
        int forLife = life;
        world.queue.after(
                micros,
                () -> {
                    if (forLife != life) {
                        return;
                    }
                    if (power == Power.RUNNING) {
                        action.run();
                    } else if (power == Power.PAUSED) {
                        overdue.add(action);
                    }
                });
    }

    @Override
    public String toString() {
        return name;
    }
}
