package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.vedette.sentinel.core.OperatorCommand;

import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Votes, epochs and the disk. That no vote changes is checked in every run; here it is provoked.
 */
class VoteScenariosTest {
    private final Simulation sim =
            Simulation.seeded(Long.getLong("vedette.sim.seed", 43))
                    .master("m")
                    .replicas("r1", "r2")
                    .sentinels(3);

    @Test
    void threeCandidatesAtOnceSplitTheVotesAndALaterElectionSucceeds() {
        // With quorum 1 each sentinel alone may hold the master for objectively down.
        sim.quorum(1).runFor(ofSeconds(15));
        sim.crash("m");
        sim.network().cut("s1").from("s2", "s3");
        sim.network().cut("s2").from("s3");
        sim.runFor(ofSeconds(4));
        sim.expectNoEvent("+elected-leader");
        sim.network().heal();
        sim.runFor(ofSeconds(90));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
    }

    /** Redis would wait for twice the failover-timeout, which is 20 s here. */
    @Test
    void aSplitVoteCostsNoPauseOfTwiceTheFailoverTimeout() {
        sim.quorum(1).runFor(ofSeconds(15));
        sim.crash("m");
        sim.network().cut("s1").from("s2", "s3");
        sim.network().cut("s2").from("s3");
        sim.runUntil(ofSeconds(10), () -> candidates() == 3);
        sim.network().heal();
        assertTrue(sim.runUntil(ofSeconds(4), () -> sim.has("s1", "+switch-master")));
        sim.expectFailovers(1);
    }

    private long candidates() {
        return sim.world.sentinels().stream().filter(s -> sim.has(s.name, "+try-failover")).count();
    }

    @Test
    void aMajorityIsNeededAlsoWhenTheQuorumIsOne() {
        sim.quorum(1).runFor(ofSeconds(15));
        sim.crash("s2");
        sim.crash("s3");
        sim.crash("m");
        sim.runFor(ofSeconds(60));
        sim.expectEvent("s1", "+odown");
        sim.expectEvent("s1", "-failover-abort-not-elected");
        sim.expectNoFailover();
    }

    @Test
    void aSentinelThatRestartsAfterItsVoteGivesNoSecondOneInThatEpoch() {
        // The first voter for another dies with the vote just spoken, and comes back at once.
        sim.quorum(2).runFor(ofSeconds(15));
        sim.onNext(
                "+vote-for-leader",
                name -> {
                    sim.crash(name);
                    sim.restart(name);
                });
        sim.crash("m");
        sim.runFor(ofSeconds(90));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
    }

    @Test
    void aSentinelThatIsRestoredFromABackupKnowsItsVotesFromTheOthers() {
        sim.quorum(2).runFor(ofSeconds(15));
        var backups =
                sim.world.sentinels().stream()
                        .collect(Collectors.toMap(s -> s.name, s -> s.disk.durable()));
        sim.crash("m");
        sim.runFor(ofSeconds(20));
        var vote =
                sim.events().stream()
                        .filter(e -> e.event().name().equals("+vote-for-leader"))
                        .filter(
                                e ->
                                        !e.event()
                                                .payload()
                                                .startsWith(
                                                        sim.world.sentinel(e.sentinel()).id.text()))
                        .findFirst()
                        .orElseThrow();
        long epoch = Long.parseLong(vote.event().payload().split(" ", -1)[1]);
        sim.crash(vote.sentinel());
        sim.restoreConf(
                vote.sentinel(), Optional.ofNullable(backups.get(vote.sentinel())).orElseThrow());
        sim.restart(vote.sentinel());
        sim.runFor(ofMillis(500));
        var restored = sim.world.sentinel(vote.sentinel()).state();
        assertTrue(restored.master(Simulation.GROUP).orElseThrow().leaderEpoch() >= epoch);
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    @Test
    void aSentinelWhoseDiskFailsGivesNoVote() {
        sim.quorum(2).runFor(ofSeconds(15));
        sim.diskOf("s1", true);
        sim.diskOf("s2", true);
        sim.crash("m");
        sim.runFor(ofSeconds(60));
        sim.expectEvent("+odown");
        sim.expectNoFailover();
        sim.diskOf("s1", false);
        sim.diskOf("s2", false);
        sim.runFor(ofSeconds(90));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
    }

    @Test
    void oneFailingDiskOfThreeDoesNotStopAFailover() {
        sim.quorum(2).runFor(ofSeconds(15));
        sim.diskOf("s1", true);
        sim.crash("m");
        sim.runFor(ofSeconds(90));
        sim.expectMasterSeenBy("s2", "s3").isOneOf("r1", "r2");
    }

    /**
     * s3 was started from a copy of s1's conf: each of the two takes the other for itself. Elected
     * by one vote of s2 each, they would promote two nodes.
     */
    @Test
    void ofTwoSentinelsWithOneIdNeitherIsElectedAndTheThirdLeads() {
        sim.copiedId("s3", "s1").quorum(2).runFor(ofSeconds(15));
        assertEquals(1, peersOf("s1"));
        assertEquals(1, peersOf("s2"));
        assertEquals(1, peersOf("s3"));
        sim.expectEvent("s2", "+sentinel-address-switch");
        sim.crash("m");
        sim.runFor(ofMinutes(2));
        sim.expectEvent("s2", "+elected-leader");
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
    }

    private int peersOf(String sentinel) {
        return sim.world.sentinel(sentinel).view(Simulation.GROUP).orElseThrow().sentinels().size();
    }

    @Test
    void whatADiskCouldNotTakeIsSavedOnceItWorksAgain() {
        sim.quorum(2).runFor(ofSeconds(15));
        sim.diskOf("s1", true);
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        sim.diskOf("s1", false);
        sim.runFor(ofSeconds(10));
        sim.network().cut("s1").from("s2", "s3", "r1", "r2");
        sim.crash("s1");
        sim.restart("s1");
        sim.runFor(ofMillis(100));
        sim.expectMasterSeenBy("s1").isOneOf("r1", "r2");
    }

    @Test
    void aSlowDiskDelaysAVoteButNoPing() {
        sim.quorum(2).runFor(ofSeconds(15));
        for (var sentinel : sim.world.sentinels()) {
            sentinel.disk.shortestWrite = 400_000;
            sentinel.disk.longestWrite = 600_000;
        }
        sim.crash("m");
        // Writes longer than the stagger let candidates collide: it takes more than one election.
        sim.runFor(ofMinutes(2));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
        assertEquals(
                0,
                sim.events().stream()
                        .filter(e -> e.event().name().equals("+sdown"))
                        .filter(e -> !e.event().payload().contains("10.0.0.1 6379"))
                        .count(),
                "only the dead master is down");
    }

    /**
     * Seed 375777: one write saves a config epoch, the removal of that master and the one that is
     * named behind it, so the disk never knew the epoch when it is said.
     */
    @Test
    void whatWaitsForTheDiskWhenItsMasterIsRemovedAndNamedAnewIsSaidOfTheOneBefore() {
        sim.quorum(2).runFor(ofSeconds(15));
        sim.crash("m");
        sim.runFor(ofSeconds(10));
        sim.restart("m");
        sim.runUntilOneMaster(ofSeconds(60));
        var slow = sim.world.sentinel("s1");
        slow.disk.shortestWrite = 5_000_000;
        slow.disk.longestWrite = 5_000_000;
        sim.ask("s1", new OperatorCommand.FlushConfig());
        sim.runFor(ofMillis(100));
        sim.ask("s1", new OperatorCommand.FlushConfig());
        // Meanwhile it says hello, and that waits behind the second write, which begins just after
        // the master is named anew.
        sim.runFor(ofMillis(4_895));
        var master = slow.masterAddress().orElseThrow();
        sim.ask("s1", new OperatorCommand.Remove(Simulation.GROUP));
        sim.ask("s1", new OperatorCommand.Monitor(Simulation.GROUP, master, 2));
        sim.runFor(ofSeconds(20));
        slow.disk.heal();
        sim.runUntilOneMaster(ofSeconds(60));
    }

    @Test
    void afterAFailoverAllSentinelsHaveTheSameConfigEpochAlsoOnDisk() {
        sim.quorum(2).runFor(ofSeconds(15));
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        sim.restart("m");
        sim.runUntilOneMaster(ofSeconds(60));
        var epochs =
                sim.world.sentinels().stream()
                        .map(s -> s.disk.durable().master(Simulation.GROUP).orElseThrow())
                        .map(m -> m.configEpoch())
                        .distinct()
                        .toList();
        assertEquals(1, epochs.size(), "config epochs " + epochs);
        assertTrue(epochs.getFirst() > 0);
        sim.runFor(ofMillis(1));
    }
}
