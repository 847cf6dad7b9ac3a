package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** A master by its name, wherever it is: its options, its replicas, its other sentinels. */
final class MonitoredMaster extends DataNode {
    final String name;

    final NameBook names;

    int quorum;
    MasterOptions options;
    long configEpoch;
    final VoteLedger ledger;
    final SequencedMap<Address, Replica> replicas = new LinkedHashMap<>();
    final SequencedMap<SentinelId, Peer> peers = new LinkedHashMap<>();

    /** What is known of the data of the master, and so of older copies. */
    final Lineage lineage = new Lineage();

    /** What the disk was asked to keep of it. */
    Ancestry keptAncestry = Ancestry.UNKNOWN;

    /** Which of the nodes at our addresses are ours. */
    final Kinship kinship = new Kinship(this);

    Failover failover = new Failover.Idle();

    /** What is left of our last failover; null when nothing is. */
    @Nullable Repointing repointing;

    /**
     * When the last attempt began, ours or that of the sentinel that we voted for, plus its
     * desynchronisation; a new one of ours waits from here (Redis {@code failover_start_time}).
     */
    Instant attemptedAt = Periods.NEVER;

    /**
     * From when on the next attempt may begin, if somebody can be promoted: our last one ended
     * before anybody was told to be a master. Null when Redis's pause holds.
     */
    @Nullable Instant retryAt;

    Instant delayLoggedFor = Periods.NEVER;

    /** Since when a peer names another address under our config epoch (guard G20). */
    @Nullable Instant conflictSince;

    /** Whom it copies by its last INFO, if it says that it is no master. */
    Optional<Upstream> upstream = Optional.empty();

    /** In that conflict we went over to the address that another names. */
    boolean yielded;

    /** Since when it is watched, or was last reset. */
    Instant since;

    /**
     * How many peers were known before the last RESET, and until when a majority is counted over
     * them (guard G21).
     */
    int peersBefore;

    Instant peersBeforeUntil = Periods.NEVER;

    /** Since when others are asked what was before our restart; null when it is known. */
    @Nullable Instant restartedAt;

    /** Before this no election is begun: nobody can know yet how many sentinels there are. */
    Instant noElectionBefore = Periods.NEVER;

    /** Fewer sentinels are up than a failover needs, and that was said. */
    boolean quorumLost;

    /** When somebody last named an epoch that is too high to be true (guard G14). */
    Instant epochAlarmAt = Periods.NEVER;

    /** Its port refuses everybody, and its replicas have lost it (guard G4). */
    boolean crashed;

    /** Until then only a silence that is twice as long makes it down (guard G10). */
    Instant patientUntil = Periods.NEVER;

    /** How many questions of peers about it we asked back to since it went down (guard G8). */
    int askedBack;

    boolean objectivelyDown;
    Instant objectivelyDownSince = Periods.NEVER;

    /** Since when it answers with a new run id without having said PONG. */
    @Nullable Instant rebootingSince;

    /** The run id that it had when it was promoted, or the first one that was seen since. */
    Optional<String> firstRunId = Optional.empty();

    /** What clients are told: never an address before the disk was asked to keep it. */
    Address spokenAddress;

    /**
     * What hellos say: the last configuration that is on disk, or that we made ourselves, which
     * must be told even when the disk fails (guard G13).
     */
    Configuration announced;

    /** Which address is the master under which config epoch. */
    record Configuration(Address address, long epoch) {}

    MonitoredMaster(
            String name,
            Address address,
            int quorum,
            MasterOptions options,
            long configEpoch,
            long leaderEpoch,
            NameBook names,
            Link link,
            Instant now) {
        super(address, link, InstanceInfo.Role.MASTER, now);
        this.name = name;
        this.names = names;
        this.quorum = quorum;
        this.since = now;
        this.options = options;
        this.configEpoch = configEpoch;
        this.ledger = new VoteLedger(leaderEpoch, now);
        this.spokenAddress = address;
        this.announced = configuration();
    }

    @Override
    MonitoredMaster master() {
        return this;
    }

    @Override
    InstanceInfo.Role role() {
        return InstanceInfo.Role.MASTER;
    }

    @Override
    String kind() {
        return "master";
    }

    @Override
    String name() {
        return name;
    }

    Configuration configuration() {
        return new Configuration(address, configEpoch);
    }

    /** Config epochs only rise: an older write that ends late changes nothing. */
    void announce(Configuration saved) {
        if (saved.epoch() >= announced.epoch()) {
            announced = saved;
        }
    }

    /**
     * Neither down nor in anything that a rule waits in: answers that come in time change nothing.
     */
    boolean isCalm() {
        return !subjectivelyDown
                && !failingOver()
                && repointing == null
                && restartedAt == null
                && conflictSince == null;
    }

    boolean failingOver() {
        return !(failover instanceof Failover.Idle);
    }

    /** Of a failover it has but the election: it is to promote nobody (guard G20). */
    boolean claiming() {
        return failover.attempt().filter(a -> a.purpose() == Attempt.Purpose.CLAIM).isPresent();
    }

    /** Without those that a RESET hides. */
    List<Replica> visibleReplicas() {
        return replicas.values().stream().filter(replica -> !replica.hidden()).toList();
    }

    /** Itself, then its replicas, then the sentinels: the order in which they are looked at. */
    List<Instance> instances() {
        var all = new ArrayList<Instance>(1 + replicas.size() + peers.size());
        all.add(this);
        all.addAll(replicas.values());
        all.addAll(peers.values());
        return all;
    }

    /** What a restart would need to know of it. */
    SentinelState.Master state() {
        return new SentinelState.Master(
                name,
                names.saved(address),
                quorum,
                options,
                configEpoch,
                ledger.epoch(),
                visibleReplicas().stream().map(r -> names.saved(r.address)).toList(),
                peers.values().stream()
                        .map(p -> new SentinelState.Peer(p.id, names.saved(p.address)))
                        .toList(),
                ancestry());
    }

    Ancestry ancestry() {
        if (lineage.nothingIsOlder()) {
            return Ancestry.UNKNOWN;
        }
        return lineage.ancestry(
                visibleReplicas().stream()
                        .filter(replica -> replica.siblingOfMaster)
                        .map(replica -> names.saved(replica.address))
                        .toList());
    }
}
