package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.MasterOptions;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelOptions;
import dev.vedette.sentinel.core.SentinelState;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a deployment is made of, as it is said before its start; and the start itself. */
final class Blueprint {
    private static final int DATA_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    /** The sentinels of a fleet are not started at one instant. */
    private static final long LONGEST_START_DELAY = 1_000_000;

    private final World world;
    private final Dice dice;
    private Optional<DataNode> firstMaster = Optional.empty();
    private List<Address> sentinelAddresses = List.of();

    Runner.Factory runners = Runner::production;
    Duration downAfter = Duration.ofSeconds(2);
    Duration failoverTimeout = Duration.ofSeconds(10);
    int parallelSyncs = 1;
    int sentinels = 3;
    int redisSentinels;
    int quorum = 2;

    /** Micros until the sentinels start, at the earliest. */
    long sentinelsAfter;

    /** Data nodes are known by name; and in what sentinels say, too. */
    boolean byName;

    boolean announceNames;

    /** Sentinels whose conf is a copy of another's. */
    final Map<String, String> copiedIds = new LinkedHashMap<>();

    Blueprint(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    // ---- data nodes

    void master(String name) {
        firstMaster = Optional.of(dataNode(name));
    }

    private DataNode firstMaster() {
        return firstMaster.orElseThrow(() -> new IllegalStateException("name the master"));
    }

    void replica(String name) {
        var master = firstMaster();
        dataNode(name).disk.firstConf(world.names.shown(master.address));
    }

    private DataNode dataNode(String name) {
        var at = new Address("10.0.0." + (world.dataNodes().size() + 1), DATA_PORT);
        var node = world.add(new DataNode(world, name, at));
        if (byName) {
            var host = name + ".example";
            world.names.name(host, node);
            node.announcedName = Optional.of(host);
        }
        return node;
    }

    // ---- the deployment of somebody's conf

    /** m, r1 and so on, s1 and so on, at its addresses. */
    void deployed(Study.Deployment deployment) {
        byName = deployment.hasNames();
        var master = deployed("m", deployment.master(), 0);
        firstMaster = Optional.of(master);
        int number = 0;
        for (var replica : deployment.replicas()) {
            number++;
            deployed("r" + number, replica, number)
                    .disk
                    .firstConf(world.names.shown(master.address));
        }
        sentinelAddresses = deployment.sentinels();
        sentinels = sentinelAddresses.size();
        quorum = deployment.quorum();
        downAfter = deployment.options().downAfter();
        failoverTimeout = deployment.options().failoverTimeout();
        parallelSyncs = deployment.options().parallelSyncs();
    }

    private DataNode deployed(String name, Address address, int number) {
        if (Study.Deployment.isIp(address.host())) {
            return world.add(new DataNode(world, name, address));
        }
        var at = new Address("10.255.2." + (number + 1), address.port());
        var node = world.add(new DataNode(world, name, at));
        world.names.name(address.host(), node);
        node.announcedName = Optional.of(address.host());
        return node;
    }

    // ---- the start

    void start() {
        var master = firstMaster();
        world.dataNodes().forEach(Machine::start);
        for (int i = 1; i <= sentinels; i++) {
            var name = "s" + i;
            var address = sentinelAddress(i);
            var original = Optional.ofNullable(copiedIds.get(name)).map(world::sentinel);
            var id = original.map(s -> s.id).orElseGet(() -> new SentinelId(dice.id()));
            var sentinel =
                    world.add(
                            new SentinelMachine(
                                    world, name, address, freshConf(id, master), runners));
            if (i <= sentinelAddresses.size()
                    && !Study.Deployment.isIp(sentinelAddresses.get(i - 1).host())) {
                world.names.name(sentinelAddresses.get(i - 1).host(), sentinel);
            }
            world.queue.after(startDelay(), sentinel::start);
        }
        for (int i = 1; i <= redisSentinels; i++) {
            var address = new Address("10.0.1." + (sentinels + i), SENTINEL_PORT);
            var conf = freshConf(new SentinelId(dice.id()), master);
            var sentinel = world.add(new RedisSentinel(world, "x" + i, address, conf));
            world.queue.after(startDelay(), sentinel::start);
        }
    }

    private Address sentinelAddress(int number) {
        if (number > sentinelAddresses.size()) {
            return new Address("10.0.1." + number, SENTINEL_PORT);
        }
        var address = sentinelAddresses.get(number - 1);
        return Study.Deployment.isIp(address.host())
                ? address
                : new Address("10.255.3." + number, address.port());
    }

    private long startDelay() {
        return sentinelsAfter + dice.between(0, LONGEST_START_DELAY);
    }

    private SentinelState freshConf(SentinelId id, DataNode master) {
        var options =
                MasterOptions.DEFAULTS.toBuilder()
                        .downAfter(downAfter)
                        .failoverTimeout(failoverTimeout)
                        .parallelSyncs(parallelSyncs)
                        .build();
        return new SentinelState(
                id,
                0,
                SentinelOptions.DEFAULTS.toBuilder()
                        .resolveHostnames(byName)
                        .announceHostnames(announceNames)
                        .build(),
                List.of(
                        new SentinelState.Master(
                                Simulation.GROUP,
                                world.names.shown(master.address),
                                quorum,
                                options,
                                0,
                                0,
                                List.of(),
                                List.of())));
    }
}
