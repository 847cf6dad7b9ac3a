package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.InstanceInfo;

import java.time.Duration;
import java.util.Optional;

/**
 * No promotion of a node that may not be promoted, by what this sentinel had been told when it
 * decided (guard G3, and lineage).
 */
final class SelectionRules {
    static final String RULE = "no ineligible promotion";

    private static final long SECOND = 1_000_000;
    private static final long PING_AGE_LIMIT = 5 * SECOND;
    private static final long INFO_AGE_LIMIT_WHEN_DOWN = 5 * SECOND;
    private static final long INFO_AGE_LIMIT = 30 * SECOND;

    private final World world;
    private final Invariants invariants;

    SelectionRules(World world, Invariants invariants) {
        this.world = world;
        this.invariants = invariants;
    }

    /** {@code +selected-slave}: the choice, and behind it its master. */
    void selected(SentinelMachine sentinel, Address choice, String master, Knowledge known) {
        var node = world.dataNodeAt(choice);
        invariants.demand(
                node.isPresent(),
                "no stranger is promoted",
                () -> sentinel + " selected " + choice);
        node.ifPresent(chosen -> eligible(sentinel, chosen, master, known));
    }

    private void eligible(SentinelMachine sentinel, DataNode node, String master, Knowledge known) {
        var info = known.info.get(node);
        var options = sentinel.options(master);
        if (info == null || options.isEmpty()) {
            invariants.broken(RULE, sentinel + " knows no INFO of " + node);
            return;
        }
        long now = sentinel.clock();
        Optional<Long> downSince = Optional.ofNullable(known.masterDownSince.get(master));
        long infoAge = now - known.infoAt.getOrDefault(node, 0L);
        long pongAge = now - known.pongAt.getOrDefault(node, known.since);
        refuse(sentinel, node, info.replicaPriority() == 0, "its priority is 0");
        refuse(sentinel, node, known.down.contains(node.address), "it is down");
        refuse(sentinel, node, pongAge > PING_AGE_LIMIT, "its last PONG is too old");
        refuse(
                sentinel,
                node,
                infoAge > (downSince.isPresent() ? INFO_AGE_LIMIT_WHEN_DOWN : INFO_AGE_LIMIT),
                "its last INFO is too old");
        refuse(sentinel, node, info.loading(), "it loads");
        refuse(sentinel, node, !known.everInSync.contains(node), "it was never seen in sync");
        var mayBeDownFor =
                options.get()
                        .downAfter()
                        .multipliedBy(10)
                        .plus(Duration.ofNanos(1000 * downSince.map(s -> now - s).orElse(0L)));
        refuse(
                sentinel,
                node,
                info.masterLinkDownFor().compareTo(mayBeDownFor) > 0,
                "it was disconnected too long");
        refuse(
                sentinel,
                node,
                !known.forced.contains(master)
                        && parted(node, info, known)
                        && !followedLately(sentinel, node),
                "it parted from the master's data and lacks what that wrote");
    }

    /**
     * Its data are the parent of the master's, which went on since, and which it never followed. A
     * sibling that had no time to follow is better than none; a master of old is not.
     */
    private static boolean parted(DataNode node, InstanceInfo told, Knowledge known) {
        if (told.history().isEmpty() || known.masterHistory.isEmpty()) {
            return false;
        }
        var has = told.history().get();
        var master = known.masterHistory.get();
        return master.parent()
                        .filter(known.formerHistories::contains)
                        .filter(p -> holds(has, p))
                        .filter(p -> !node.hasFollowed(p))
                        .isPresent()
                && master.offset() >= master.branchedAt()
                && known.masterHistories.stream()
                        .noneMatch(id -> holds(has, id) || node.hasFollowed(id));
    }

    /** It is in sync with a history of the master that the sentinel has not heard of yet. */
    private boolean followedLately(SentinelMachine sentinel, DataNode node) {
        return sentinel.masterAddress()
                .flatMap(world::dataNodeAt)
                .filter(master -> node.hasFollowed(master.replicationId()))
                .isPresent();
    }

    private static boolean holds(History data, String id) {
        return data.id().equals(id) || data.parent().equals(Optional.of(id));
    }

    private void refuse(SentinelMachine sentinel, DataNode node, boolean bad, String why) {
        invariants.demand(
                !bad, RULE, () -> "%s selected %s although %s".formatted(sentinel, node, why));
    }
}
