package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Event;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why a deployment may need longer than down-after and two seconds once the faults have stopped:
 * waits that the rules keep, or that are not ours. A seed to which none of them applies is held to
 * that limit.
 */
enum Wait {
    /** A sentinel stands in TILT for 30 s. */
    TILT,
    /** Sentinels of Redis take part: their ticks, their ten seconds of INFO, their pauses. */
    REDIS_PEERS,
    /** A vote for another, or a failed attempt: twice the failover-timeout (guard G2). */
    PAUSE_AFTER_A_VOTE,
    /** TCP tries a connection again only after more than a second, or a replica after a minute. */
    TCP,
    /** A candidate waits for votes: ten seconds, or failover-timeout. */
    OPEN_ELECTION,
    /** A restarted sentinel asks for five seconds before it acts (guard G16). */
    RESTART,
    /** A node says master that is none, or follows another: 8 s or failover-timeout (guard G1). */
    STRAY_NODE,
    /** The master itself says that it is a replica: 20 s and down-after. */
    DEMOTED_MASTER,
    /** A node loads, or copies everything. */
    LOADING,
    /** A sentinel has yet to find a replica or a peer: hellos come every 2 s, INFO every 10 s. */
    DISCOVERY,
    /** A conf that the disk did not take is written again after a while. */
    DISK,
    /** Two addresses under one config epoch: hellos must go round four times (guard G20). */
    CONFLICT,
    /** A look-up, or a name that stood for another address. */
    NAMES;

    /** How it was when the faults stopped; the rest shows when all is well. */
    static final class Watch {
        private static final long SECOND = 1_000_000;

        private final Simulation sim;
        private final long end;
        private final EnumSet<Wait> waits = EnumSet.noneOf(Wait.class);
        private final Set<DataNode> masters;
        private final Map<DataNode, Optional<Address>> followed = new LinkedHashMap<>();

        /** Those that every failover since has found astray, and perhaps down. */
        private final Set<DataNode> strays = new LinkedHashSet<>();

        /** What shows only behind the faults: a failover that they still led to. */
        private final World.Watcher watcher =
                new World.Watcher() {
                    @Override
                    public void published(SentinelMachine sentinel, Event event) {
                        add(OPEN_ELECTION, event.name().equals("-failover-abort-not-elected"));
                        add(STRAY_NODE, event.name().equals("+fix-slave-config"));
                    }
                };

        Watch(Simulation sim) {
            this.sim = sim;
            var world = sim.world;
            world.watch(watcher);
            this.end = world.queue.now();
            this.masters = new LinkedHashSet<>();
            var named =
                    world.allSentinels().stream()
                            .flatMap(sentinel -> sentinel.belief().stream())
                            .map(AnySentinel.Belief::master)
                            .collect(Collectors.toSet());
            for (var node : world.dataNodes()) {
                if (node.isMaster()) {
                    masters.add(node);
                }
                var master = node.master().map(world::identity);
                followed.put(node, master);
                if (!named.contains(node.address) && master.filter(named::contains).isEmpty()) {
                    strays.add(node);
                }
                add(LOADING, node.loadingLeft() > 0 || (!node.isMaster() && !node.isInSync()));
            }
            add(REDIS_PEERS, !world.redisSentinels().isEmpty());
            add(TCP, world.network.isStalled(SECOND));
            add(DISCOVERY, !Convergence.allKnown(sim));
            add(NAMES, world.names.isUsed());
            add(CONFLICT, world.invariants.sharedEpochs() > 0);
            for (var sentinel : world.sentinels()) {
                add(DISK, sentinel.disk.behind());
            }
            for (var sentinel : world.allSentinels()) {
                add(TILT, sentinel.inTilt());
                add(OPEN_ELECTION, sentinel.belief().filter(b -> b.failingOver()).isPresent());
                add(RESTART, end - sentinel.startedAt() < 5 * SECOND);
                add(DEMOTED_MASTER, saysReplica(sentinel));
            }
        }

        private boolean saysReplica(AnySentinel sentinel) {
            return sentinel.belief()
                    .flatMap(belief -> sim.world.dataNodeAt(belief.master()))
                    .filter(node -> !node.isMaster())
                    .isPresent();
        }

        private void add(Wait wait, boolean applies) {
            if (applies) {
                waits.add(wait);
            }
        }

        /** All is well: which waits lay between. */
        Set<Wait> over(Optional<DataNode> master) {
            sim.world.forget(watcher);
            add(PAUSE_AFTER_A_VOTE, sim.world.pausedUntil() > end);
            // A failover of the time since does its own repairs, of what it can reach; else
            // somebody
            // else had to.
            if (master.filter(masters::contains).isPresent()) {
                var address = master.map(node -> node.address);
                followed.forEach(
                        (node, followedThen) ->
                                add(
                                        STRAY_NODE,
                                        !Optional.of(node).equals(master)
                                                && !followedThen.equals(address)));
            } else {
                add(STRAY_NODE, strays.stream().anyMatch(n -> !Optional.of(n).equals(master)));
            }
            for (var sentinel : sim.world.allSentinels()) {
                add(TILT, sentinel.inTilt());
            }
            return waits;
        }
    }
}
