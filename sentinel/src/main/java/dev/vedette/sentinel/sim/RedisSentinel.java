package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model of a sentinel of Redis 7.0 as a peer: everything happens in ticks of 53 to 100 ms, its
 * conf is written before anything else goes on, and it enters TILT when its wall clock jumps. What
 * it knows and decides is {@link RedisGroup}. What it does wrong by itself is counted, not failed.
 */
final class RedisSentinel extends AnySentinel {
    private static final long SECOND = 1_000_000;
    private static final long TILT_TRIGGER = 2 * SECOND;
    private static final long TILT_PERIOD = 30 * SECOND;
    private static final long CONNECT_TIMEOUT = 60 * SECOND;

    /**
     * Where all wall clocks stand at the begin: one that is set back by hours tells no time before
     * 1970, which here means never.
     */
    private static final long SOME_DAY = 1_700_000_000 * SECOND;

    final Disk disk;
    final Dice dice;
    private final SentinelId id;
    private final SentinelState.Master options;
    private RedisGroup group;
    private long previousTick;
    private long tiltSince = -1;

    /** How far its wall clock is ahead of the true time. */
    private long clockAhead;

    /** In this life. */
    private boolean clockSetBack;

    RedisSentinel(World world, String name, Address address, SentinelState first) {
        super(world, name, address);
        this.id = first.myId();
        this.disk = new Disk(world, first);
        this.dice = world.dice.split();
        this.options = first.masters().getFirst();
        this.group = new RedisGroup(this, first);
    }

    @Override
    SentinelId id() {
        return id;
    }

    @Override
    Optional<Belief> belief() {
        return isAlive()
                ? Optional.of(
                        new Belief(
                                world.identity(group.clientAddress()),
                                group.configEpoch(),
                                group.failingOver()))
                : Optional.empty();
    }

    @Override
    Optional<Address> masterInConf() {
        return disk.durable()
                .master(Simulation.GROUP)
                .map(SentinelState.Master::address)
                .map(world::identity);
    }

    @Override
    boolean knows(int replicas, int sentinels) {
        return isAlive()
                && group.replicas().size() == replicas
                && group.peers().size() == sentinels;
    }

    @Override
    boolean knows(DataNode node) {
        return group.address().equals(node.address)
                || group.replicas().stream().anyMatch(r -> r.address.equals(node.address));
    }

    @Override
    boolean inTilt() {
        return tiltSince >= 0;
    }

    RedisGroup group() {
        return group;
    }

    long downAfter() {
        return EventQueue.micros(options.options().downAfter());
    }

    long failoverTimeout() {
        return EventQueue.micros(options.options().failoverTimeout());
    }

    int parallelSyncs() {
        return options.options().parallelSyncs();
    }

    int quorum() {
        return options.quorum();
    }

    long wall() {
        return SOME_DAY + world.queue.now() + clockAhead;
    }

    /** In a failover that began later than it is now, by its clock. */
    boolean waitsForItsClock() {
        return isAlive() && (clockSetBack || group.beganLaterThan(wall()));
    }

    void jumpClock(long micros) {
        clockAhead += micros;
        clockSetBack |= micros < 0;
    }

    @Override
    void orderFailover(Consumer<Answer> then) {
        deliver(life(), () -> then.accept(group.ordered()));
    }

    // ---- the process

    @Override
    protected void started() {
        // What it measures from now on it measures by the clock as it is.
        clockSetBack = false;
        group = new RedisGroup(this, disk.durable());
        tiltSince = -1;
        previousTick = wall();
        timer(dice.between(0, 100_000), this::tick);
    }

    @Override
    protected void stopped() {}

    private void tick() {
        long now = wall();
        long passed = now - previousTick;
        if (passed < 0 || passed > TILT_TRIGGER) {
            if (tiltSince < 0) {
                world.tell(this, "+tilt", "");
            }
            tiltSince = now;
        } else if (tiltSince >= 0 && now - tiltSince > TILT_PERIOD) {
            tiltSince = -1;
            world.tell(this, "-tilt", "");
        }
        previousTick = now;
        group.tick(now, tiltSince >= 0);
        timer(SECOND / dice.between(10, 19), this::tick);
    }

    /** Writes the conf at once, as Redis does: nothing else happens before it is on disk. */
    void save() {
        if (!disk.failing && !disk.syncFails) {
            disk.restore(group.state());
        }
    }

    Side connect(Address target, Side.End end) {
        return world.network.connect(this, target, CONNECT_TIMEOUT, end);
    }

    Hello hello() {
        var hello =
                new Hello(
                        at(),
                        id,
                        group.currentEpoch(),
                        Simulation.GROUP,
                        group.clientAddress(),
                        group.configEpoch());
        world.invariants.speech.redisHello(this, hello);
        return hello;
    }

    // ---- peers and clients

    @Override
    protected Side.End accepted(Side side) {
        return new Session(side);
    }

    private final class Session extends PortSession {
        private Session(Side side) {
            super(side);
        }

        @Override
        void heard(Hello hello) {
            group.heard(hello.encode());
        }

        @Override
        void judge(Request.AskMasterDown question) {
            answer(group.asked(question, inTilt()));
        }

        @Override
        Optional<MasterReport> described(String master) {
            return Optional.of(
                    new MasterReport(group.address(), group.configEpoch(), group.phase()));
        }

        @Override
        Map<SentinelId, Long> votesShown(String master) {
            var votes = new HashMap<SentinelId, Long>();
            group.peers().forEach(peer -> votes.put(peer.id(), peer.votedIn));
            return votes;
        }
    }
}
