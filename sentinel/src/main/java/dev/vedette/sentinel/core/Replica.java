package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** A replica of a monitored master, as its own INFO describes it. */
final class Replica extends DataNode {
    static final int DEFAULT_PRIORITY = 100;

    /** How far it has come in being pointed at the promoted replica. */
    enum Reconf {
        NONE,
        SENT,
        IN_PROGRESS,
        DONE
    }

    private final MonitoredMaster master;

    Duration masterLinkDownFor = Duration.ZERO;
    boolean masterLinkUp;
    Optional<Address> masterAddress = Optional.empty();

    /** Since when it follows that address. */
    Instant masterAddressSince;

    int priority = DEFAULT_PRIORITY;
    long offset;
    boolean announced = true;

    Reconf reconf = Reconf.NONE;
    Instant reconfSentAt = Periods.NEVER;

    /** What it heard of our master's heartbeat by its last INFO, where there is one. */
    Optional<InstanceInfo.Pulse> pulse = Optional.empty();

    /**
     * The last INFO shows our master silent for as long as its fast detection waits; from the one
     * of that number on, which was asked behind the first that did, it counts (guard G4).
     */
    OptionalLong silenceCountsFrom = OptionalLong.empty();

    /** It says that it reads its data from the disk. */
    boolean loading;

    /** It says that a copy of everything is on its way to it. */
    boolean syncing;

    /** Some INFO showed its link to a master up. */
    boolean seenInSync;

    /**
     * The run id with which an INFO under the present config epoch showed it following our present
     * master, link up (guard G3).
     */
    Optional<String> followedAs = Optional.empty();

    /**
     * It was in sync with the master before when the present one took over. What that one wrote
     * before it reached its replicas is all that such a copy may lack.
     */
    boolean siblingOfMaster;

    /**
     * Since which RESET no INFO of the master has listed it; null when it is one of the replicas
     * for all to see.
     */
    @Nullable Instant unconfirmedSince;

    /**
     * The config epoch under which it was our master, as long as no INFO since then called it a
     * replica; empty for a node that never was (guard G1).
     */
    OptionalLong masteredUnder = OptionalLong.empty();

    /** It was our master until a failover of ours: to demote it is first of all our task. */
    boolean deposedHere;

    /** What we ask because it says that it is a master still; null when it does not. */
    @Nullable Inquiry inquiry;

    /**
     * Whether all others know who is the master.
     *
     * @param since when it began
     * @param askedAt when the last round of questions began; empty before the first
     * @param nextAt no earlier than this the next round begins
     * @param rounds how many there were
     */
    record Inquiry(Instant since, Optional<Instant> askedAt, Instant nextAt, int rounds) {}

    Replica(MonitoredMaster master, Address address, Link link, Instant now) {
        super(address, link, InstanceInfo.Role.REPLICA, now);
        this.master = master;
        this.masterAddressSince = now;
    }

    @Override
    MonitoredMaster master() {
        return master;
    }

    @Override
    InstanceInfo.Role role() {
        return InstanceInfo.Role.REPLICA;
    }

    @Override
    String kind() {
        return "slave";
    }

    @Override
    String name() {
        return shownAddress().toString();
    }

    @Override
    boolean hidden() {
        return unconfirmedSince != null;
    }

    /** There is another master from here on, or the same one under another config epoch. */
    void masterChanges() {
        siblingOfMaster = followedAs.isPresent();
        followedAs = Optional.empty();
    }

    /** Its last INFO names the present master. */
    boolean follows(MonitoredMaster other) {
        return masterAddress
                .filter(address -> master.names.same(address, other.address))
                .isPresent();
    }

    boolean reconfiguring() {
        return reconf == Reconf.SENT || reconf == Reconf.IN_PROGRESS;
    }
}
