package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.SentinelId;

import java.util.Optional;
import java.util.function.Consumer;

/** A sentinel of any make, as far as faults and expectations deal with both alike. */
abstract class AnySentinel extends Machine {
    /** What it tells its clients, and whether it is in a failover; the address is an identity. */
    record Belief(Address master, long configEpoch, boolean failingOver) {}

    AnySentinel(World world, String name, Address address) {
        super(world, name, address);
    }

    abstract SentinelId id();

    /** Absent while it is down, and when it does not know the master. */
    abstract Optional<Belief> belief();

    /** The identity of the master that its conf on disk names. */
    abstract Optional<Address> masterInConf();

    /** It knows so many replicas and other sentinels of the master. */
    abstract boolean knows(int replicas, int sentinels);

    /** That node is its master or one of its replicas. */
    abstract boolean knows(DataNode node);

    /** SENTINEL FAILOVER. */
    abstract void orderFailover(Consumer<Answer> then);

    /** Whether it is in TILT now. */
    abstract boolean inTilt();
}
