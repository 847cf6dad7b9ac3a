package dev.vedette.sentinel.sim;

import static dev.vedette.sentinel.sim.Trouble.MILLI;
import static dev.vedette.sentinel.sim.Trouble.SECOND;

import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What goes wrong with sentinels, their disks and their machines. */
final class SentinelFaults {
    /** Moments at which a leader that stands still is the most dangerous. */
    private static final List<String> LEADING =
            List.of(
                    "+try-failover",
                    "+elected-leader",
                    "+failover-state-send-slaveof-noone",
                    "+failover-state-wait-promotion",
                    "+promoted-slave");

    private final Trouble trouble;
    private final World world;
    private final Dice dice;
    private final Map<SentinelMachine, SentinelState> backups = new HashMap<>();

    SentinelFaults(Trouble trouble) {
        this.trouble = trouble;
        this.world = trouble.world;
        this.dice = trouble.dice;
        world.sentinels().forEach(s -> backups.put(s, s.disk.durable()));
    }

    void pausedShortly() {
        trouble.hang(
                Fault.SENTINEL_PAUSED_SHORTLY,
                trouble.anySentinel(),
                dice.between(MILLI, 1900 * MILLI));
    }

    void pausedIntoTilt() {
        trouble.hang(
                Fault.SENTINEL_PAUSED_INTO_TILT,
                trouble.anySentinel(),
                dice.between(2100 * MILLI, 20 * SECOND));
    }

    /** Its kernel sleeps too: what is sent to it is lost until it wakes. */
    void suspended(SentinelMachine sentinel) {
        if (!sentinel.isRunning()) {
            return;
        }
        trouble.count(Fault.SENTINEL_MACHINE_SUSPENDED, sentinel);
        long time = dice.between(100 * MILLI, 40 * SECOND);
        var all = world.machines();
        sentinel.pause();
        world.network.block(List.of(sentinel), all, +1);
        world.network.block(all, List.of(sentinel), +1);
        int life = sentinel.life();
        trouble.later(
                time,
                () -> {
                    world.network.block(List.of(sentinel), all, -1);
                    world.network.block(all, List.of(sentinel), -1);
                    if (sentinel.life() == life) {
                        sentinel.wakeAfter(time);
                    }
                });
    }

    void leaderStops() {
        long time = dice.between(100 * MILLI, 60 * SECOND);
        trouble.atAnEvent(
                dice.pick(LEADING),
                sentinel -> trouble.hang(Fault.LEADER_STOPPED_AT_AN_EVENT, sentinel, time));
    }

    /** Right at the event, or a moment later. */
    void diesAtAnEvent() {
        long delay = moment();
        trouble.atATurningPoint(sentinel -> die(Fault.SENTINEL_DIES_AT_AN_EVENT, sentinel, delay));
    }

    private long moment() {
        return dice.chance(0.5) ? 0 : dice.between(0, 50 * MILLI);
    }

    /** Without delay it dies in the middle of a step: what was to leave after this never does. */
    private void die(Fault fault, SentinelMachine sentinel, long delay) {
        if (delay == 0) {
            trouble.kill(fault, sentinel);
        } else {
            trouble.later(delay, () -> trouble.kill(fault, sentinel));
        }
    }

    void diesBeforeItSaved() {
        long delay = dice.between(0, 10 * MILLI);
        trouble.arm(
                new World.Watcher() {
                    @Override
                    public void persisting(SentinelMachine sentinel) {
                        trouble.disarm(this);
                        die(Fault.SENTINEL_DIES_BEFORE_IT_SAVED, sentinel, delay);
                    }
                });
    }

    void diesAfterItSaved() {
        int skip = dice.below(4);
        trouble.arm(
                new World.Watcher() {
                    private int left = skip;

                    @Override
                    public void saved(SentinelMachine sentinel) {
                        if (left-- == 0) {
                            trouble.disarm(this);
                            trouble.kill(Fault.SENTINEL_DIES_AFTER_IT_SAVED, sentinel);
                        }
                    }
                });
    }

    void forgetsTheUnsynced() {
        long delay = dice.between(0, 4 * MILLI);
        trouble.arm(
                new World.Watcher() {
                    @Override
                    public void persisting(SentinelMachine sentinel) {
                        trouble.disarm(this);
                        sentinel.disk.forgetful = true;
                        trouble.later(
                                delay,
                                () -> {
                                    trouble.powerOff(
                                            Fault.SENTINEL_DISK_FORGETS_THE_UNSYNCED, sentinel);
                                    sentinel.disk.forgetful = false;
                                });
                    }
                });
    }

    /** The conf of when all was well for the first time. */
    void restored(SentinelMachine sentinel) {
        var backup = backups.get(sentinel);
        if (backup != null) {
            trouble.change(
                    Fault.SENTINEL_RESTORED_FROM_AN_OLD_CONF,
                    sentinel,
                    () -> {
                        world.invariants.restored(sentinel);
                        sentinel.disk.restore(backup);
                    });
        }
    }

    void newId(SentinelMachine sentinel) {
        trouble.change(
                Fault.SENTINEL_RETURNS_WITH_A_NEW_ID,
                sentinel,
                () -> {
                    var old = sentinel.disk.durable();
                    sentinel.disk.restore(
                            new SentinelState(
                                    new SentinelId(dice.id()),
                                    old.currentEpoch(),
                                    old.options(),
                                    old.masters()));
                    backups.remove(sentinel);
                });
    }

    // ---- disks

    void slowDisk(SentinelMachine sentinel) {
        trouble.count(Fault.SENTINEL_DISK_SLOW, sentinel);
        sentinel.disk.shortestWrite = 50 * MILLI;
        sentinel.disk.longestWrite = 2 * SECOND;
        trouble.later(trouble.outage(), sentinel.disk::heal);
    }

    void fullDisk() {
        var sentinel = trouble.anySentinel();
        trouble.count(Fault.SENTINEL_DISK_FULL, sentinel);
        disk(sentinel).failing = true;
        trouble.later(trouble.outage(), disk(sentinel)::heal);
    }

    void syncFails() {
        var sentinel = trouble.sentinel();
        trouble.count(Fault.SENTINEL_DISK_SYNC_FAILS, sentinel);
        sentinel.disk.syncFails = true;
        trouble.later(trouble.outage(), sentinel.disk::heal);
    }

    private static Disk disk(AnySentinel sentinel) {
        return switch (sentinel) {
            case SentinelMachine ours -> ours.disk;
            case RedisSentinel theirs -> theirs.disk;
            default -> throw new IllegalStateException("no disk: " + sentinel);
        };
    }
}
