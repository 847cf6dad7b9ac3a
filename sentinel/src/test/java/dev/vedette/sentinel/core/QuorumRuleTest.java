package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.Optional;

class QuorumRuleTest {
    private static final long EPOCH = 4;

    @ParameterizedTest(name = "{0} peers: {1}")
    @CsvSource({"0, 1", "1, 2", "2, 2", "3, 3", "4, 3", "5, 4", "6, 4"})
    void theMajorityIsMoreThanHalfOfAllKnown(int peers, int majority) {
        assertEquals(majority, QuorumRule.majority(peers));
    }

    @ParameterizedTest(name = "{0} of {1} with quorum {2}: {3}")
    @CsvSource({
        "1, 3, 2, false",
        "2, 3, 2, true",
        "2, 3, 3, false",
        "3, 3, 3, true",
        "2, 5, 1, false",
        "3, 5, 1, true",
        "3, 5, 4, false",
        "4, 5, 4, true",
        "1, 1, 1, true",
        "1, 2, 1, false"
    })
    void aLeaderNeedsTheGreaterOfMajorityAndQuorum(
            int votes, int sentinels, int quorum, boolean elected) {
        var master = master(sentinels - 1, quorum);
        master.peers.values().stream()
                .limit(votes - 1L)
                .forEach(p -> vote(p, CoreDriver.ME, EPOCH));
        assertEquals(
                elected ? Optional.of(CoreDriver.ME) : Optional.empty(),
                QuorumRule.leader(master, EPOCH, Optional.of(CoreDriver.ME)));
    }

    @Test
    void votesOfAnotherEpochDoNotCount() {
        var master = master(2, 2);
        master.peers.values().forEach(p -> vote(p, CoreDriver.ME, EPOCH - 1));
        assertEquals(
                Optional.empty(), QuorumRule.leader(master, EPOCH, Optional.of(CoreDriver.ME)));
    }

    @Test
    void withoutOurOwnVoteOnDiskOthersMustBeEnough() {
        var master = master(2, 2);
        var peers = master.peers.values().iterator();
        vote(peers.next(), CoreDriver.ME, EPOCH);
        assertEquals(Optional.empty(), QuorumRule.leader(master, EPOCH, Optional.empty()));
        vote(peers.next(), CoreDriver.ME, EPOCH);
        assertEquals(
                Optional.of(CoreDriver.ME), QuorumRule.leader(master, EPOCH, Optional.empty()));
    }

    @Test
    void theFavouriteIsWhomMostVotedFor() {
        var master = master(3, 2);
        assertEquals(Optional.empty(), QuorumRule.favourite(master, EPOCH));
        var peers = master.peers.values().iterator();
        vote(peers.next(), CoreDriver.PEER_C, EPOCH);
        vote(peers.next(), CoreDriver.PEER_C, EPOCH);
        vote(peers.next(), CoreDriver.PEER_A, EPOCH);
        assertEquals(Optional.of(CoreDriver.PEER_C), QuorumRule.favourite(master, EPOCH));
    }

    private static void vote(Peer peer, SentinelId candidate, long epoch) {
        peer.votedFor = Optional.of(candidate);
        peer.votedInEpoch = epoch;
    }

    private static MonitoredMaster master(int peers, int quorum) {
        var now = Instant.EPOCH;
        var master =
                new MonitoredMaster(
                        "m",
                        CoreDriver.MASTER,
                        quorum,
                        MasterOptions.DEFAULTS,
                        0,
                        0,
                        new NameBook(() -> SentinelOptions.DEFAULTS),
                        new Link(CoreDriver.MASTER, true, now),
                        now);
        for (int i = 0; i < peers; i++) {
            var id = CoreDriver.id((char) ('m' + i));
            var at = CoreDriver.address(30000 + i);
            master.peers.put(id, new Peer(master, id, at, new Link(at, false, now), now));
        }
        return master;
    }
}
