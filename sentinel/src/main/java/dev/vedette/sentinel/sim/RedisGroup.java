package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One master as a sentinel of Redis knows it: its replicas and peers, whether it is down, and the
 * votes. Its failover is {@link RedisFailover}.
 */
final class RedisGroup {
    private static final long SECOND = 1_000_000;
    private static final long ASK_PERIOD = SECOND;
    private static final long OPINION_AGE = 5 * ASK_PERIOD;
    private static final long DEMOTION_WAIT = 8 * SECOND;
    private static final long INFO_AGE = 20 * SECOND;

    private final RedisSentinel sentinel;
    private final SentinelState first;
    private RedisInstance master;
    private final Map<Address, RedisInstance> replicas = new LinkedHashMap<>();
    private final Map<SentinelId, RedisInstance> peers = new LinkedHashMap<>();
    private final RedisFailover failover;
    private boolean objectivelyDown;
    private long currentEpoch;
    private long configEpoch;
    private long leaderEpoch;
    private Optional<SentinelId> leader = Optional.empty();

    RedisGroup(RedisSentinel sentinel, SentinelState conf) {
        this.sentinel = sentinel;
        this.first = conf;
        this.failover = new RedisFailover(sentinel, this);
        var known = conf.masters().getFirst();
        currentEpoch = Math.max(conf.currentEpoch(), known.configEpoch());
        configEpoch = known.configEpoch();
        leaderEpoch = known.leaderEpoch();
        master = instance(RedisInstance.Kind.MASTER, known.address());
        known.replicas().forEach(this::addReplica);
        known.peers().forEach(peer -> addPeer(peer.id(), peer.address()));
    }

    private RedisInstance instance(RedisInstance.Kind kind, Address address) {
        return new RedisInstance(sentinel, kind, address, Optional.empty());
    }

    private void addReplica(Address address) {
        replicas.putIfAbsent(address, instance(RedisInstance.Kind.REPLICA, address));
    }

    private void addPeer(SentinelId id, Address address) {
        peers.put(
                id,
                new RedisInstance(sentinel, RedisInstance.Kind.SENTINEL, address, Optional.of(id)));
    }

    // ---- what it knows

    RedisInstance master() {
        return master;
    }

    Address address() {
        return master.address;
    }

    /** From the promotion on the promoted one. */
    Address clientAddress() {
        return failover.announced().map(r -> r.address).orElse(master.address);
    }

    Collection<RedisInstance> replicas() {
        return replicas.values();
    }

    Collection<RedisInstance> peers() {
        return peers.values();
    }

    boolean objectivelyDown() {
        return objectivelyDown;
    }

    boolean failingOver() {
        return failover.phase() != FailoverPhase.NONE;
    }

    boolean beganLaterThan(long now) {
        return failover.beganLaterThan(now);
    }

    FailoverPhase phase() {
        return failover.phase();
    }

    long currentEpoch() {
        return currentEpoch;
    }

    long configEpoch() {
        return configEpoch;
    }

    void configure(long epoch) {
        configEpoch = epoch;
    }

    long nextEpoch() {
        return ++currentEpoch;
    }

    SentinelState state() {
        var known = first.masters().getFirst();
        var listed = new ArrayList<Address>();
        for (var replica : replicas.keySet()) {
            listed.add(replica.equals(clientAddress()) ? master.address : replica);
        }
        return new SentinelState(
                sentinel.id(),
                currentEpoch,
                first.options(),
                List.of(
                        new SentinelState.Master(
                                known.name(),
                                clientAddress(),
                                known.quorum(),
                                known.options(),
                                configEpoch,
                                leaderEpoch,
                                listed,
                                peers.values().stream()
                                        .map(p -> new SentinelState.Peer(p.id(), p.address))
                                        .toList())));
    }

    // ---- the tick

    void tick(long now, boolean tilt) {
        look(master, now, tilt);
        if (!tilt) {
            judgeObjectively(now);
            failover.startIfNeeded(now);
            failover.step(now);
            askPeers(now, false);
        }
        for (var replica : List.copyOf(replicas.values())) {
            look(replica, now, tilt);
        }
        for (var peer : List.copyOf(peers.values())) {
            look(peer, now, tilt);
        }
        if (!tilt) {
            failover.finish();
        }
    }

    private void look(RedisInstance instance, long now, boolean tilt) {
        instance.reconnect(now);
        instance.sendPeriodic(now, objectivelyDown || failingOver());
        if (!tilt) {
            instance.closeStuck(now);
            if (instance.judge(now)) {
                sentinel.world.tell(
                        sentinel, instance.down ? "+sdown" : "-sdown", instance.address);
            }
        }
    }

    private void judgeObjectively(long now) {
        long agree = 1;
        for (var peer : peers.values()) {
            if (now - peer.saidAt > OPINION_AGE) {
                peer.saysDown = false;
            }
            agree += peer.saysDown ? 1 : 0;
        }
        boolean down = master.down && agree >= sentinel.quorum();
        if (down != objectivelyDown) {
            objectivelyDown = down;
            sentinel.world.tell(sentinel, down ? "+odown" : "-odown", master.address);
        }
    }

    void askPeers(long now, boolean atOnce) {
        boolean candidate = failingOver();
        for (var peer : peers.values()) {
            if ((atOnce || (master.down && now - peer.saidAt > ASK_PERIOD)) && peer.canSend()) {
                peer.send(
                        new Request.AskMasterDown(
                                Simulation.GROUP,
                                master.address,
                                currentEpoch,
                                candidate ? Optional.of(sentinel.id()) : Optional.empty()));
            }
        }
    }

    // ---- votes

    Wire asked(Request.AskMasterDown question, boolean tilt) {
        boolean ours = question.master().equals(master.address);
        boolean down = ours && master.down && !tilt;
        if (!ours || question.candidate().isEmpty()) {
            return new Wire.MasterDown(down, Optional.empty(), 0);
        }
        vote(question.epoch(), question.candidate().get());
        leader.ifPresent(
                id ->
                        sentinel.world.invariants.leaders.redisVoted(
                                sentinel, new Term(Simulation.GROUP, leaderEpoch), id));
        return new Wire.MasterDown(down, leader, leaderEpoch);
    }

    private void vote(long epoch, SentinelId candidate) {
        hearEpoch(epoch);
        if (leaderEpoch < epoch && currentEpoch <= epoch) {
            leader = Optional.of(candidate);
            leaderEpoch = currentEpoch;
            sentinel.save();
            sentinel.world.tell(sentinel, "+vote-for-leader", candidate + " " + leaderEpoch);
            if (!candidate.equals(sentinel.id())) {
                failover.pauseFrom(sentinel.wall());
            }
        }
    }

    private void hearEpoch(long epoch) {
        if (epoch > currentEpoch) {
            currentEpoch = epoch;
            sentinel.save();
        }
    }

    /** Who has a majority, and the quorum, in that epoch; votes by itself if it has not yet. */
    Optional<SentinelId> leaderOf(long epoch) {
        var counted = new LinkedHashMap<SentinelId, Integer>();
        for (var peer : peers.values()) {
            if (peer.votedFor.isPresent() && peer.votedIn == currentEpoch) {
                counted.merge(peer.votedFor.get(), 1, Integer::sum);
            }
        }
        vote(epoch, favourite(counted).orElse(sentinel.id()));
        if (leader.isPresent() && leaderEpoch == epoch) {
            counted.merge(leader.get(), 1, Integer::sum);
            sentinel.world.invariants.leaders.redisVoted(
                    sentinel, new Term(Simulation.GROUP, epoch), leader.get());
        }
        int needed = Math.max(sentinel.quorum(), (peers.size() + 1) / 2 + 1);
        return favourite(counted).filter(id -> counted.getOrDefault(id, 0) >= needed);
    }

    private static Optional<SentinelId> favourite(Map<SentinelId, Integer> counted) {
        return counted.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    Answer ordered() {
        return failover.ordered();
    }

    // ---- INFO

    void informed(RedisInstance from, InstanceInfo info) {
        long now = sentinel.wall();
        from.infoAt = now;
        from.runId = info.runId().orElse(from.runId);
        boolean saysMaster = info.role().equals(Optional.of(InstanceInfo.Role.MASTER));
        if (saysMaster != from.saysMaster) {
            from.saysMaster = saysMaster;
            from.roleSince = now;
        }
        from.linkDownFor = saysMaster ? 0 : EventQueue.micros(info.masterLinkDownFor());
        if (!saysMaster) {
            if (!info.masterAddress().equals(from.follows)) {
                from.follows = info.masterAddress();
                from.followsSince = now;
            }
            from.linkUp = info.masterLinkUp();
            from.priority = info.replicaPriority();
            from.offset = info.replicaOffset();
        }
        if (saysMaster && from.equals(master)) {
            listed(info.replicas());
        }
        if (!sentinel.inTilt() && replicas.get(from.address) == from) {
            replica(from, saysMaster, now);
        }
    }

    private void listed(List<Address> addresses) {
        for (var address : addresses) {
            if (!replicas.containsKey(address)) {
                addReplica(address);
                sentinel.save();
            }
        }
    }

    private void replica(RedisInstance replica, boolean saysMaster, long now) {
        if (saysMaster) {
            if (failover.proves(replica)) {
                failover.promoted(now);
            } else if (!failover.isChosen(replica)
                    && sane(now)
                    && replica.notDownWithin(DEMOTION_WAIT, now)
                    && now - replica.roleSince > DEMOTION_WAIT) {
                order(replica, Optional.of(master.address), "+convert-to-slave");
            }
            return;
        }
        boolean strays = !replica.follows.equals(Optional.of(master.address)) && !failingOver();
        if (strays
                && sane(now)
                && replica.notDownWithin(sentinel.failoverTimeout(), now)
                && now - replica.followsSince > sentinel.failoverTimeout()) {
            order(replica, Optional.of(master.address), "+fix-slave-config");
        }
        failover.reconfigures(replica, now);
    }

    private boolean sane(long now) {
        return master.saysMaster
                && !master.down
                && !objectivelyDown
                && now - master.infoAt < INFO_AGE
                && master.infoAt >= 0;
    }

    /** The transaction around SLAVEOF; false without a connection. */
    boolean order(RedisInstance replica, Optional<Address> target, String event) {
        if (!replica.canSend()) {
            return false;
        }
        sentinel.world.tell(sentinel, event, replica.address + " to " + target);
        replica.send(new Request.ReplicaOf(target));
        return true;
    }

    // ---- hellos

    void heard(String payload) {
        if (payload.contains(sentinel.id().text())) {
            return;
        }
        Hello.decode(payload)
                .filter(hello -> hello.masterName().equals(Simulation.GROUP))
                .ifPresent(this::heard);
    }

    private void heard(Hello hello) {
        var known = peers.get(hello.id());
        if (known == null || !known.address.equals(hello.sentinel())) {
            if (known != null) {
                known.release();
                peers.remove(hello.id());
            } else {
                peers.values().stream()
                        .filter(peer -> peer.address.equals(hello.sentinel()))
                        .findFirst()
                        .ifPresent(
                                old -> {
                                    old.release();
                                    peers.remove(old.id());
                                });
            }
            addPeer(hello.id(), hello.sentinel());
            sentinel.save();
        }
        hearEpoch(hello.currentEpoch());
        if (hello.configEpoch() > configEpoch) {
            configEpoch = hello.configEpoch();
            if (!hello.master().equals(master.address)) {
                sentinel.world.tell(sentinel, "+switch-master", hello.master());
                switchTo(hello.master());
            }
        }
    }

    /** Another address is the master's: everything about the old one is forgotten. */
    void switchTo(Address address) {
        var old = master.address;
        var listed = new ArrayList<>(replicas.keySet());
        replicas.values().forEach(RedisInstance::release);
        replicas.clear();
        master.release();
        failover.reset();
        objectivelyDown = false;
        leader = Optional.empty();
        master = instance(RedisInstance.Kind.MASTER, address);
        listed.stream().filter(replica -> !replica.equals(address)).forEach(this::addReplica);
        if (!old.equals(address)) {
            addReplica(old);
        }
        sentinel.save();
    }
}
