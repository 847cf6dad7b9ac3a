package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.SentinelId;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one life of one sentinel was told, and what it said: all that a rule knows of its view.
 * Addresses are identities (see {@link World#identity}).
 */
final class Knowledge {
    /** Since when it watches: nothing was silent for longer, as far as it knows. */
    final long since;

    final Map<Machine, InstanceInfo> info = new HashMap<>();

    /** Whom an INFO ever showed with its link up, or that said that it is a master. */
    final Set<Machine> everInSync = new HashSet<>();

    final Map<Machine, Long> infoAt = new HashMap<>();
    final Map<Machine, Long> pongAt = new HashMap<>();

    /** What the present master told of its data, since it is the master. */
    final Set<String> masterHistories = new HashSet<>();

    Optional<History> masterHistory = Optional.empty();

    /** When the present master became that; what was asked of it before tells of a replica. */
    private long masterSince;

    /** The same of the masters before. */
    final Set<String> formerHistories = new HashSet<>();

    /** Who is subjectively down, by its own events. */
    final Set<Address> down = new HashSet<>();

    final Map<String, Long> masterDownSince = new HashMap<>();
    final Map<String, Term> lastVote = new HashMap<>();
    final Map<String, Address> selected = new HashMap<>();
    final Set<String> forced = new HashSet<>();
    final Set<Term> leadsForced = new HashSet<>();

    /** Whom others said that they voted for, when it was not this sentinel. */
    final Map<Term, SentinelId> rivals = new HashMap<>();

    /** When it voted for itself. */
    final Map<Term, Long> votedAt = new HashMap<>();

    /** Since when it asked others for their votes in that epoch. */
    final Map<Term, Long> candidateSince = new HashMap<>();

    /** When it last asked a peer how far its failover is, and what it was answered. */
    final Map<Machine, Long> asked = new HashMap<>();

    final Map<Machine, Report> reports = new HashMap<>();

    /** Who says that the master is down. */
    final Map<Machine, QuorumWords.Word> downWords = new HashMap<>();

    /**
     * An answer to SENTINEL MASTER.
     *
     * @param leads whether it tells of a failover beyond wait_start
     */
    record Report(long askedAt, boolean leads) {}

    /** Processes of which it said that they are foreign, by their run ids. */
    final Set<String> foreign = new HashSet<>();

    Knowledge(long since) {
        this.since = since;
    }

    /** An INFO reached it. */
    void informed(SentinelMachine sentinel, Machine from, InstanceInfo told, long askedAt) {
        info.put(from, told);
        infoAt.put(from, sentinel.clock());
        // A replica that was in sync once tells since when it is not.
        if (told.masterLinkUp()
                || !told.masterLinkDownFor().isNegative()
                || told.role().equals(Optional.of(InstanceInfo.Role.MASTER))) {
            everInSync.add(from);
        }
        if (askedAt < masterSince || !sentinel.masterAddress().equals(Optional.of(from.address))) {
            return;
        }
        if (told.role().equals(Optional.of(InstanceInfo.Role.MASTER)) && !told.loading()) {
            masterTold(told);
        } else if (told.masterLinkUp()) {
            // It copied another's data: what it wrote itself is gone.
            masterHistories.clear();
            masterHistory = Optional.empty();
        }
    }

    private void masterTold(InstanceInfo told) {
        masterHistory = told.history();
        told.history().ifPresent(history -> masterHistories.add(history.id()));
    }

    /** {@code +switch-master}: another node is the master now. */
    void switched(String master, Address to, long now, long trueTime) {
        masterSince = trueTime;
        if (!selected.containsValue(to)) {
            // Whoever follows a hello makes its entries anew: they count as heard of just now.
            pongAt.replaceAll((_, _) -> now);
        }
        down.clear();
        formerHistories.addAll(masterHistories);
        masterHistories.clear();
        masterHistory = Optional.empty();
        promotionTold(to);
        masterDownSince.remove(master);
    }

    /** To the leader the proof of the promotion told of the data too. */
    private void promotionTold(Address to) {
        if (!selected.containsValue(to)) {
            return;
        }
        info.forEach(
                (from, told) -> {
                    if (from.address.equals(to)
                            && told.role().equals(Optional.of(InstanceInfo.Role.MASTER))) {
                        masterTold(told);
                    }
                });
    }
}
