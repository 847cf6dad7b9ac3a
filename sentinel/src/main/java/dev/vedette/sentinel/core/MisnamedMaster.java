package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A conf that names a replica as the master (redis/redis#12271). Whoever watches a replica knows no
 * other node of the group, so it cannot judge the one that others name; but the replica itself says
 * whom it copies.
 *
 * <pre>
 *   others name the node that ours copies --> ours is asked for INFO, and they for SENTINEL MASTER,
 *        once in a hello period
 *          |--> ours is a master again, or copies another: it begins anew
 *          +--> four hello periods later both still say so: it is the master
 * </pre>
 *
 * <p>One hello is not enough, for whoever may PUBLISH can say it; nor is a node that follows
 * somebody for a moment: four hello periods are what Redis gives to one that says it is a master.
 */
final class MisnamedMaster {
    private static final int PROOF_PERIODS = 4;

    private final Deployment deployment;
    private final Requests requests;

    MisnamedMaster(Deployment deployment, Requests requests) {
        this.deployment = deployment;
        this.requests = requests;
    }

    /** Whether our node says that it is a copy of that one. */
    static boolean copies(MonitoredMaster master, Address address) {
        return master.upstream
                .filter(upstream -> master.names.same(upstream.address(), address))
                .isPresent();
    }

    /**
     * Asks what has to be known.
     *
     * @param dissenters the peers that name another address
     * @param since the beginning of the conflict: nothing older counts
     * @param stagger how much longer we wait than others do
     * @return one that names whom our node copies, when that is proved
     */
    Optional<Peer> witness(
            MonitoredMaster master,
            List<Peer> dissenters,
            Instant since,
            Duration stagger,
            Alarm alarm) {
        var witnesses =
                dissenters.stream().filter(p -> copies(master, Conflicts.named(p))).toList();
        if (witnesses.isEmpty()) {
            return Optional.empty();
        }
        var provedAt =
                Periods.later(since, master.upstream.orElseThrow().since())
                        .plus(deployment.pace.times(Period.PUBLISH, PROOF_PERIODS))
                        .plus(stagger);
        askInTurn(master, witnesses, provedAt, since, alarm);
        boolean proved = master.link.command.isOpen() && !master.infoAsOf.isBefore(provedAt);
        return proved
                ? witnesses.stream().filter(peer -> confirms(peer, since)).findFirst()
                : Optional.empty();
    }

    private void askInTurn(
            MonitoredMaster master,
            List<Peer> witnesses,
            Instant provedAt,
            Instant since,
            Alarm alarm) {
        var next = master.infoAskedAt.plus(deployment.pace.of(Period.PUBLISH));
        boolean last = master.infoAskedAt.isBefore(provedAt) && alarm.passed(provedAt);
        if (master.link.writable() && (last || alarm.passed(next))) {
            requests.info(master, alarm.now());
            for (var peer : witnesses) {
                if (!peer.owesReportSince(since)) {
                    requests.askMaster(peer, alarm.now());
                }
            }
        }
    }

    /** Over our own connection to it, not only by a hello that anybody could have sent. */
    private static boolean confirms(Peer peer, Instant since) {
        var master = peer.master();
        return peer.reportSince(since)
                .filter(told -> !told.leadsUnannounced())
                .filter(told -> told.configEpoch() == master.configEpoch)
                .filter(told -> copies(master, told.address()))
                .isPresent();
    }
}
