package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Two addresses under one config epoch (guard G20). Two forced failovers in two parts of a cut
 * network can take the same epoch, and so can a leader of Redis and one that was forced. Redis
 * keeps such a split for ever, because only a higher config epoch is followed.
 *
 * <pre>
 *   heard --> one hello period, so that every peer that lives was heard
 *               |--> the address that a majority names, else the node that is a master, else the
 *               |    one that the smallest id names: whoever holds another yields to it
 *               |--> still heard after four periods: an election, and the present address under
 *               |    the new epoch, which Redis follows too; who is not elected yields, or claims,
 *               |    again
 *               +--> ours says for four periods that it copies theirs: we go there
 * </pre>
 *
 * <p>While a conflict lasts no node is pointed elsewhere by INFO alone: each side would demote the
 * master of the other.
 */
final class Conflicts {
    /** A peer that was not heard for that many hello periods names nothing any more. */
    static final int HEARD_PERIODS = 3;

    private static final int CLAIM_PERIODS = 4;

    /** How many sentinels may yield, one after the other, within one hello period. */
    private static final int STEPS_IN_A_PERIOD = 8;

    private final Deployment deployment;
    private final Outbox out;
    private final Requests requests;
    private final Election election;
    private final FailoverMachine failover;
    private final MisnamedMaster misnamed;

    Conflicts(
            Deployment deployment,
            Outbox out,
            Requests requests,
            Election election,
            FailoverMachine failover) {
        this.deployment = deployment;
        this.out = out;
        this.requests = requests;
        this.election = election;
        this.failover = failover;
        misnamed = new MisnamedMaster(deployment, requests);
    }

    void look(MonitoredMaster master, Alarm alarm) {
        var dissenters = anyDissents(master) ? dissenters(master, alarm) : List.<Peer>of();
        if (dissenters.isEmpty()) {
            master.conflictSince = null;
            master.yielded = false;
            return;
        }
        var since = master.conflictSince;
        if (since == null) {
            begin(master, dissenters.getFirst(), alarm.now());
            return;
        }
        if (master.failover.attempt().filter(a -> a.epoch() > master.configEpoch).isPresent()
                || !alarm.passed(since.plus(patience(master)))) {
            // An attempt of our own ends the conflict with its new epoch.
            return;
        }
        var witness = misnamed.witness(master, dissenters, since, turn(master), alarm);
        if (witness.isPresent() && !decided(master, alarm)) {
            // What is there is a conflict of its own: that one may be a copy too.
            master.conflictSince = alarm.now();
            giveWay(master, witness.get(), alarm.now());
            return;
        }
        // Once until a claim of ours is over: two sentinels of Redis that disagree would send us to
        // and fro.
        var speaker =
                master.yielded ? null : yieldTo(master, dissenters, since, alarm).orElse(null);
        if (speaker != null) {
            master.yielded = true;
            giveWay(master, speaker, alarm.now());
        } else if (!saysItIsACopy(master)) {
            claimInTime(master, since, alarm);
        }
    }

    /**
     * A majority names our address since an election, or an operator, made it the master. Under
     * config epoch 0 nobody did: there are as many confs with the same mistake as there are.
     */
    private boolean decided(MonitoredMaster master, Alarm alarm) {
        var allies = allies(master, alarm).count();
        return master.configEpoch > 0 && allies + 1 >= QuorumRule.majority(master);
    }

    /** Our own node, which is there; what one that is gone said last is no reason to wait. */
    static boolean saysItIsACopy(MonitoredMaster master) {
        return master.upstream.isPresent() && master.link.command.isOpen();
    }

    /** One after the other: or all could go over to each other's address, again and again. */
    private Duration patience(MonitoredMaster master) {
        return deployment.pace.of(Period.PUBLISH).plus(turn(master));
    }

    private Duration turn(MonitoredMaster master) {
        var period = deployment.pace.of(Period.PUBLISH);
        return Periods.times(Periods.part(period, STEPS_IN_A_PERIOD), election.rank(master));
    }

    /** And says so at once, so that whoever is next counts us where we are. */
    private void giveWay(MonitoredMaster master, Peer speaker, Instant now) {
        failover.follow(master, speaker, named(speaker), master.configEpoch, now);
        out.whenAttempted(out.persist(), _ -> requests.helloToAll(master, now));
    }

    private void begin(MonitoredMaster master, Peer speaker, Instant now) {
        master.conflictSince = now;
        out.publish(Events.configConflict(speaker));
        ask(master, master.address, now);
        ask(master, named(speaker), now);
    }

    private void ask(MonitoredMaster master, Address address, Instant now) {
        node(master, address).ifPresent(node -> requests.info(node, now));
    }

    private static boolean anyDissents(MonitoredMaster master) {
        for (var peer : master.peers.values()) {
            if (peer.named.isPresent() && contradicts(master, peer.named.get())) {
                return true;
            }
        }
        return false;
    }

    /** Those whose last hello names another address under our config epoch, smallest id first. */
    private List<Peer> dissenters(MonitoredMaster master, Alarm alarm) {
        if (master.peers.isEmpty()) {
            return List.of();
        }
        return master.peers.values().stream()
                .filter(peer -> peer.named.filter(named -> contradicts(master, named)).isPresent())
                .filter(peer -> present(peer, alarm))
                .sorted(Comparator.comparing(peer -> peer.id))
                .toList();
    }

    private boolean present(Peer peer, Alarm alarm) {
        return !alarm.passed(
                peer.helloHeardAt.plus(deployment.pace.times(Period.PUBLISH, HEARD_PERIODS)));
    }

    private static boolean contradicts(
            MonitoredMaster master, MonitoredMaster.Configuration named) {
        var ours = master.address;
        var theirs = named.address();
        return !theirs.equals(ours)
                && named.epoch() == master.configEpoch
                && !master.names.same(theirs, ours)
                && (MisnamedMaster.copies(master, theirs)
                        || mayBeMaster(master, theirs, named.epoch()));
    }

    private static boolean mayBeMaster(MonitoredMaster master, Address theirs, long epoch) {
        var ours = master.address;
        // One node may be known by a name here and by an address there, and by two addresses
        // before the first failover.
        boolean alike = NameBook.isIp(theirs.host()) == NameBook.isIp(ours.host());
        return alike
                && (epoch > 0 || node(master, theirs).isPresent())
                && !sameProcess(node(master, ours), node(master, theirs));
    }

    private static boolean sameProcess(Optional<DataNode> one, Optional<DataNode> other) {
        return one.flatMap(node -> node.runId)
                .filter(runId -> other.flatMap(node -> node.runId).equals(Optional.of(runId)))
                .isPresent();
    }

    private static Optional<DataNode> node(MonitoredMaster master, Address address) {
        return master.names.same(master.address, address)
                ? Optional.of(master)
                : Optional.ofNullable(master.replicas.get(address));
    }

    /** Whose address is right, when ours is not; only a node that we watch can be judged. */
    private Optional<Peer> yieldTo(
            MonitoredMaster master, List<Peer> dissenters, Instant since, Alarm alarm) {
        int majority = QuorumRule.majority(master);
        if (naming(master, master.address) >= majority) {
            return Optional.empty();
        }
        var watched = dissenters.stream().filter(p -> node(master, named(p)).isPresent()).toList();
        var chosen =
                watched.stream()
                        .filter(p -> naming(master, named(p)) >= majority)
                        // What only confs decided is not believed against the node itself.
                        .filter(p -> master.configEpoch > 0 || !isReplica(master, named(p), since))
                        .findFirst();
        if (chosen.isPresent()) {
            return chosen;
        }
        boolean oursIsMaster = isMaster(master, master.address, since);
        var smallest =
                Stream.concat(allies(master, alarm).map(p -> p.id), Stream.of(deployment.myId))
                        .min(Comparator.naturalOrder())
                        .orElseThrow();
        return watched.stream()
                .filter(p -> isMaster(master, named(p), since))
                .filter(p -> !oursIsMaster || p.id.compareTo(smallest) < 0)
                .findFirst();
    }

    /** Those who were heard lately, and name our address too. */
    private Stream<Peer> allies(MonitoredMaster master, Alarm alarm) {
        return master.peers.values().stream()
                .filter(peer -> peer.named.filter(named -> agrees(master, named)).isPresent())
                .filter(peer -> present(peer, alarm));
    }

    private static boolean agrees(MonitoredMaster master, MonitoredMaster.Configuration named) {
        return named.epoch() == master.configEpoch
                && master.names.same(named.address(), master.address);
    }

    static Address named(Peer peer) {
        return peer.named.orElseThrow().address();
    }

    /**
     * How many sentinels, ourselves included, name that node under our config epoch: some may say
     * its name, others its address.
     */
    private static long naming(MonitoredMaster master, Address address) {
        long ours = master.names.same(master.address, address) ? 1 : 0;
        return ours
                + master.peers.values().stream()
                        .flatMap(peer -> peer.named.stream())
                        .filter(named -> named.epoch() == master.configEpoch)
                        .filter(named -> master.names.same(named.address(), address))
                        .count();
    }

    private static boolean isMaster(MonitoredMaster master, Address address, Instant since) {
        return says(InstanceInfo.Role.MASTER, node(master, address), since);
    }

    private static boolean isReplica(MonitoredMaster master, Address address, Instant since) {
        return says(InstanceInfo.Role.REPLICA, node(master, address), since);
    }

    /** By an INFO that was asked since the conflict was noticed. */
    private static boolean says(InstanceInfo.Role role, Optional<DataNode> known, Instant since) {
        return known.filter(node -> !node.infoAsOf.isBefore(since))
                .filter(node -> node.roleReported == role)
                .filter(node -> node.link.command.isOpen())
                .isPresent();
    }

    private void claimInTime(MonitoredMaster master, Instant since, Alarm alarm) {
        var longest =
                deployment
                        .pace
                        .times(Period.PUBLISH, CLAIM_PERIODS)
                        .plus(election.stagger(master, true, alarm.now()));
        boolean due = alarm.passed(since.plus(longest));
        // Whom we voted for may be about to end it.
        boolean calm =
                alarm.passed(master.attemptedAt.plus(deployment.pace.of(Period.ELECTION_TIMEOUT)));
        if (due && calm && !master.failingOver() && master.restartedAt == null) {
            master.conflictSince = alarm.now();
            master.yielded = false;
            failover.start(master, Attempt.Purpose.CLAIM, alarm.now(), alarm.now());
        }
    }
}
