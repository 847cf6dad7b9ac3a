package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.OperatorCommand;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What no sentinel can mend, nor one of Redis: after the faults an operator does it, and it is
 * counted.
 */
enum Rescue {
    /** Every sentinel forgot the node (RESET, REMOVE) while it was down, and no master lists it. */
    UNKNOWN_NODE,
    /**
     * The master came back as a replica. It is held for down 20 s later, and by then the others
     * have been without it for longer than ten times down-after, so none of them may be promoted.
     */
    NO_MASTER,
    /**
     * The master came back as a replica, and whoever else there is lacks what it wrote: they are
     * refused as {@code stale-copy} for good. The operator makes it a master again, so nothing is
     * lost; {@code SENTINEL FAILOVER} would take the best older copy.
     */
    ONLY_OLDER_COPIES,
    /**
     * A sentinel of Redis whose wall clock was set back waits, in a failover or before it demotes
     * anybody, until that clock is where it was, and so does a data node whose master fell silent
     * before it had answered: it is restarted.
     */
    CLOCK_SET_BACK,
    /**
     * Two sentinels of Redis announce two addresses under one config epoch, for ever, and one of
     * ours beside them is not elected to settle it, for a sentinel that is gone still counts: it is
     * told to RESET, as all are when a sentinel was taken away.
     */
    GONE_SENTINEL;

    /** How long the sentinels have for themselves. */
    private static final long PATIENCE = 60_000_000;

    /** Looks after a deployment that recovers. */
    static final class Operator implements AutoCloseable {
        private final World world;
        private final long begin;
        private final Map<Rescue, Integer> counted;
        private boolean olderCopiesRefused;
        private final World.Watcher watcher =
                new World.Watcher() {
                    @Override
                    public void published(SentinelMachine sentinel, Event event) {
                        olderCopiesRefused |=
                                event.name().equals("-failover-abort-reason")
                                        && event.payload().contains(" stale-copy");
                    }
                };

        Operator(World world, Map<Rescue, Integer> counted) {
            this.world = world;
            this.counted = counted;
            this.begin = world.queue.now();
            world.watch(watcher);
        }

        @Override
        public void close() {
            world.forget(watcher);
        }

        void look() {
            if (world.queue.now() - begin < PATIENCE) {
                return;
            }
            for (var node : world.dataNodes()) {
                if (nobodyKnows(node)) {
                    named().filter(master -> !follows(node, master))
                            .ifPresent(master -> tell(UNKNOWN_NODE, node, Optional.of(master)));
                }
            }
            if (world.dataNodes().stream().noneMatch(DataNode::isMaster)) {
                named().ifPresent(master -> tell(NO_MASTER, master, Optional.empty()));
            } else if (olderCopiesRefused) {
                named().filter(master -> !master.isMaster())
                        .ifPresent(master -> tell(ONLY_OLDER_COPIES, master, Optional.empty()));
            }
            for (var node : world.dataNodes()) {
                if (node.waitsForItsClock()) {
                    node.save();
                    restart(node);
                }
            }
            for (var sentinel : world.allSentinels()) {
                if (sentinel instanceof RedisSentinel redis && redis.waitsForItsClock()) {
                    restart(redis);
                }
            }
            if (redisDisagrees()) {
                world.sentinels().stream().filter(this::countsOneThatIsGone).forEach(this::reset);
            }
        }

        private void restart(Machine waiting) {
            world.tell("OPERATOR", CLOCK_SET_BACK.name(), waiting);
            counted.merge(CLOCK_SET_BACK, 1, Integer::sum);
            waiting.kill();
            waiting.start();
        }

        private boolean redisDisagrees() {
            var named = new HashMap<Long, Address>();
            return world.redisSentinels().stream()
                    .flatMap(sentinel -> sentinel.belief().stream())
                    .anyMatch(
                            belief -> {
                                var other =
                                        named.putIfAbsent(belief.configEpoch(), belief.master());
                                return other != null && !other.equals(belief.master());
                            });
        }

        private boolean countsOneThatIsGone(SentinelMachine sentinel) {
            return sentinel.isRunning()
                    && sentinel.knownPeers(Simulation.GROUP) >= world.allSentinels().size();
        }

        private void reset(SentinelMachine sentinel) {
            world.tell("OPERATOR", GONE_SENTINEL.name(), sentinel);
            counted.merge(GONE_SENTINEL, 1, Integer::sum);
            sentinel.ask(new OperatorCommand.Reset(Simulation.GROUP), _ -> {});
        }

        /** And reaches it: it may follow the address from which that one moved. */
        private boolean follows(DataNode node, DataNode master) {
            return node.isInSync()
                    && node.master().map(world::identity).equals(Optional.of(master.address));
        }

        private boolean nobodyKnows(DataNode node) {
            return world.allSentinels().stream().noneMatch(s -> s.knows(node));
        }

        /** Whom all sentinels name. */
        private Optional<DataNode> named() {
            var masters =
                    world.allSentinels().stream()
                            .map(s -> s.belief().map(AnySentinel.Belief::master))
                            .distinct()
                            .toList();
            return masters.size() == 1
                    ? masters.getFirst().flatMap(world::dataNodeAt)
                    : Optional.empty();
        }

        private void tell(Rescue what, DataNode node, Optional<DataNode> master) {
            world.tell("OPERATOR", what.name(), node);
            counted.merge(what, 1, Integer::sum);
            node.follow(master.map(m -> world.names.shown(m.address)));
        }
    }
}
