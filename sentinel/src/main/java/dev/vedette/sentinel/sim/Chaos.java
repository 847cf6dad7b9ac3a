package dev.vedette.sentinel.sim;

import static dev.vedette.sentinel.sim.Trouble.MILLI;
import static dev.vedette.sentinel.sim.Trouble.SECOND;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Strikes a deployment with faults, and takes each of them away again after a while. What it draws
 * comes from dice of its own, so that the plan of a seed does not change with what the deployment
 * does. What each fault does stands with its kind: {@link NodeFaults}, {@link SentinelFaults},
 * {@link NetworkFaults}, {@link OperatorFaults}.
 */
final class Chaos {
    private final World world;
    private final Dice dice;
    private final Set<Fault> allowed;
    private final Trouble trouble;
    private final NodeFaults nodes;
    private final SentinelFaults sentinels;
    private final NetworkFaults network;
    private final OperatorFaults operators;

    Chaos(World world, Dice dice, Set<Fault> allowed) {
        this.world = world;
        this.dice = dice;
        this.allowed = allowed;
        this.trouble = new Trouble(world, dice);
        this.nodes = new NodeFaults(trouble);
        this.sentinels = new SentinelFaults(trouble);
        this.network = new NetworkFaults(trouble);
        this.operators = new OperatorFaults(trouble);
    }

    /** How often each fault really happened. */
    Map<Fault, Integer> struck() {
        return trouble.struck();
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
        trouble.disarmAll();
        world.tell("FAULTS", "end", "");
        world.network.heal();
        world.names.mood(NameService.Mood.WELL);
        world.sentinels().forEach(s -> s.disk.heal());
        world.redisSentinels().forEach(s -> s.disk.heal());
        world.dataNodes().forEach(NodeFaults::heal);
        for (var machine : world.machines()) {
            machine.resume();
            machine.start();
        }
        world.queue.after(4 * SECOND, operators::monitorAll);
        if (struck().containsKey(Fault.OPERATOR_SETS_OPTIONS)) {
            world.sentinels().forEach(operators::back);
        }
    }

    /** Once more, when the faults are over. */
    void kill(DataNode master) {
        trouble.count(Fault.MASTER_KILLED, master);
        master.kill();
    }

    void strike(Fault fault) {
        switch (fault) {
            case MASTER_KILLED -> trouble.kill(fault, trouble.master());
            case MASTER_LOSES_POWER -> trouble.powerOff(fault, trouble.master());
            case MASTER_HANGS ->
                    trouble.hang(fault, trouble.master(), dice.between(500 * MILLI, 25 * SECOND));
            case MASTER_FLAPS -> nodes.flap(trouble.master());
            case MASTER_RESTARTS_AT_ONCE -> nodes.restartsAtOnce(trouble.master());
            case REPLICA_KILLED -> trouble.kill(fault, trouble.dataNode());
            case REPLICA_LOSES_POWER -> trouble.powerOff(fault, trouble.dataNode());
            case REPLICA_HANGS ->
                    trouble.hang(fault, trouble.dataNode(), dice.between(MILLI, 15 * SECOND));
            case NODE_DIES_WHEN_PROMOTED, NODE_HANGS_WHEN_PROMOTED -> nodes.whenPromoted(fault);
            case NODE_DIES_WHEN_CHOSEN -> nodes.whenChosen();
            case OLD_MASTER_RETURNS_IN_A_FAILOVER -> nodes.returnsInAFailover();
            case DATA_NODE_LOSES_ITS_DATA -> {
                var node = trouble.dataNode();
                trouble.change(fault, node, node.disk::loseData);
            }
            case NODE_RETURNS_WITH_LESS_DATA -> {
                var node = trouble.dataNode();
                trouble.change(fault, node, node.disk::loseLatestData);
            }
            case MASTER_RETURNS_WITH_MORE_DATA -> nodes.moreData();
            case NODE_RETURNS_WITH_ITS_FIRST_CONF -> {
                var node = trouble.dataNode();
                trouble.change(fault, node, node.disk::restoreFirstConf);
            }
            case NODE_LOADS_LONG -> nodes.loadsLong(trouble.dataNode());
            case SCRIPT_BLOCKS_A_NODE -> nodes.runsScript(trouble.dataNode());
            case CLIENTS_ARE_PAUSED -> nodes.pausesClients(trouble.dataNode());
            case NODE_DENIES_CONFIG -> nodes.deniesConfig(trouble.dataNode());
            case ADDRESS_REUSED_BY_A_STRANGER -> nodes.strangerComes();
            case SENTINEL_KILLED -> trouble.kill(fault, trouble.anySentinel());
            case SENTINEL_LOSES_POWER -> trouble.powerOff(fault, trouble.anySentinel());
            case SENTINEL_PAUSED_SHORTLY -> sentinels.pausedShortly();
            case SENTINEL_PAUSED_INTO_TILT -> sentinels.pausedIntoTilt();
            case SENTINEL_MACHINE_SUSPENDED -> sentinels.suspended(trouble.sentinel());
            case LEADER_STOPPED_AT_AN_EVENT -> sentinels.leaderStops();
            case SENTINEL_DIES_AT_AN_EVENT -> sentinels.diesAtAnEvent();
            case SENTINEL_DIES_BEFORE_IT_SAVED -> sentinels.diesBeforeItSaved();
            case SENTINEL_DIES_AFTER_IT_SAVED -> sentinels.diesAfterItSaved();
            case SENTINEL_RESTORED_FROM_AN_OLD_CONF -> sentinels.restored(trouble.sentinel());
            case SENTINEL_RETURNS_WITH_A_NEW_ID -> sentinels.newId(trouble.sentinel());
            case SENTINEL_DISK_SLOW -> sentinels.slowDisk(trouble.sentinel());
            case SENTINEL_DISK_FULL -> sentinels.fullDisk();
            case SENTINEL_DISK_SYNC_FAILS -> sentinels.syncFails();
            case SENTINEL_DISK_FORGETS_THE_UNSYNCED -> sentinels.forgetsTheUnsynced();
            case ZONE_LOST -> together(fault, List.of(trouble.dataNode(), trouble.anySentinel()));
            case ALL_SENTINELS_LOSE_POWER -> together(fault, world.allSentinels());
            case ALL_DATA_NODES_LOSE_POWER -> together(fault, world.dataNodes());
            case EVERYTHING_LOSES_POWER -> together(fault, world.machines());
            case ROLLING_RESTART -> rollingRestart();
            case PARTITION -> network.partition();
            case ONE_MACHINE_CUT_OFF -> network.cutOff(dice.pick(world.machines()));
            case ONE_WAY_CUT -> network.oneWay();
            case CONNECTIONS_BLACK_HOLED -> network.blackHole();
            case CONNECTIONS_RESET -> network.resets(dice.pick(world.machines()));
            case CONNECTIONS_REFUSED -> network.refused();
            case PACKET_LOSS -> network.lossy();
            case LONG_DELAYS -> network.delays();
            case ONE_MACHINE_SLOW -> network.slow(dice.pick(world.machines()));
            case HELLOS_ARRIVE_TWICE -> network.hellosTwice();
            case HELLOS_ARRIVE_LATE -> network.hellosLate();
            case HELLO_OF_A_REMOVED_SENTINEL -> network.ghost();
            case CLOCK_JUMPS_FORWARD -> nodes.clock(fault, dice.between(SECOND, 3600 * SECOND));
            case CLOCK_JUMPS_BACKWARD -> nodes.clock(fault, -dice.between(SECOND, 3600 * SECOND));
            case DNS_HANGS -> names(fault, NameService.Mood.HANGS);
            case DNS_FAILS -> names(fault, NameService.Mood.FAILS);
            case DNS_LIES -> names(fault, NameService.Mood.LIES);
            case NODE_MOVES -> nodes.moves(trouble.dataNode());
            case PRIORITY_CHANGED -> nodes.priority(trouble.dataNode());
            case OPERATOR_ORDERS_FAILOVER -> operators.failover(fault, trouble.anySentinel());
            case OPERATORS_ORDER_TWO_FAILOVERS -> operators.twoFailovers();
            case FAILOVER_ON_BOTH_SIDES_OF_A_CUT -> {
                network.partition();
                operators.failoverOnBothSides();
            }
            case OPERATOR_RESETS -> operators.reset();
            case RESET_AT_AN_EVENT -> operators.resetAtAnEvent();
            case OPERATOR_REMOVES_AND_MONITORS ->
                    operators.removeAndMonitor(fault, trouble.sentinel());
            case REMOVE_AT_AN_EVENT -> operators.removeAtAnEvent();
            case OPERATOR_SETS_OPTIONS -> operators.setOptions(trouble.sentinel());
            case OPERATOR_MAKES_A_CHAIN -> operators.chain();
            case OPERATOR_PROMOTES_BEHIND_THEIR_BACK -> operators.promotes();
            case CLIENTS_KILLED -> operators.killClients(trouble.dataNode());
        }
    }

    private void names(Fault fault, NameService.Mood mood) {
        trouble.count(fault, "");
        world.names.mood(mood);
        trouble.later(trouble.outage(), () -> world.names.mood(NameService.Mood.WELL));
    }

    /** All at one moment; each comes back in its own time. */
    private void together(Fault fault, List<? extends Machine> machines) {
        trouble.count(fault, machines);
        for (var machine : List.copyOf(machines)) {
            machine.powerOff();
            trouble.later(trouble.outage(), machine::start);
        }
    }

    /** One machine after the other, in an order of its own. */
    private void rollingRestart() {
        trouble.count(Fault.ROLLING_RESTART, "");
        var left = new ArrayList<>(world.machines());
        long at = 0;
        while (!left.isEmpty()) {
            var machine = left.remove(dice.below(left.size()));
            trouble.later(at, machine::kill);
            at += dice.between(100 * MILLI, 2 * SECOND);
            trouble.later(at, machine::start);
            at += dice.between(0, SECOND);
        }
    }
}
