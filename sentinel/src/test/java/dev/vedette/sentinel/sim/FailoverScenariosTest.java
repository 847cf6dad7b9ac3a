package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.vedette.sentinel.core.Answer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.Stream;

/** One master, two replicas, three sentinels, quorum 2; down-after 2 s, failover-timeout 10 s. */
class FailoverScenariosTest {
    private final Simulation sim =
            Simulation.seeded(Long.getLong("vedette.sim.seed", 42))
                    .master("m")
                    .replicas("r1", "r2")
                    .sentinels(3)
                    .quorum(2);

    @BeforeEach
    void settle() {
        sim.runFor(ofSeconds(15));
        sim.expectOneMaster();
        sim.expectNoFailover();
    }

    @Test
    void whenTheMasterDiesAReplicaIsPromotedAndTheOtherFollowsIt() {
        sim.crash("m");
        sim.runFor(ofSeconds(20));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
        sim.expectReplica(sim.master().equals("r1") ? "r2" : "r1").followsTheMaster();
        sim.expectFailovers(1);
    }

    @Test
    void whenTheMastersMachineIsGoneAReplicaIsPromotedAndTheOtherFollowsIt() {
        sim.powerOff("m");
        sim.runFor(ofSeconds(20));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
        sim.expectReplica(sim.master().equals("r1") ? "r2" : "r1").followsTheMaster();
        sim.expectFailovers(1);
    }

    @Test
    void nodesThatDenyConfigArePromotedAndRepointedAllTheSame() {
        for (var node : sim.world.dataNodes()) {
            node.refusesConfig = true;
        }
        sim.crash("m");
        sim.runFor(ofSeconds(20));
        sim.expectEvent("+slaveof-alone");
        sim.restart("m");
        sim.runUntilOneMaster(ofSeconds(60));
        sim.expectReplica("m").followsTheMaster();
        sim.expectFailovers(1);
    }

    @Test
    void theOldMasterThatReturnsFollowsTheNewOne() {
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        sim.restart("m");
        sim.runUntilOneMaster(ofSeconds(60));
        sim.expectReplica("m").followsTheMaster();
        sim.expectFailovers(1);
    }

    @Test
    void theOldMasterThatReturnsIsNoSecondMasterForLongerThanHalfASecond() {
        sim.world.dataNode("m").save();
        sim.crash("m");
        sim.runFor(ofSeconds(20));
        sim.world.dataNode("m").longestLoad = 2_000;
        sim.restart("m");
        assertTrue(sim.runUntil(ofMillis(500), () -> !sim.world.dataNode("m").isMaster()));
        sim.runUntilOneMaster(ofSeconds(10));
    }

    /** It may be somebody else's (guard G5). */
    @Test
    void anOldMasterThatReturnsWithDataThatNobodyKnowsIsGivenTheTimeThatRedisGives() {
        sim.crash("m");
        sim.loseData("m");
        sim.runFor(ofSeconds(20));
        sim.restart("m");
        sim.runFor(ofSeconds(7));
        assertTrue(sim.world.dataNode("m").isMaster());
        sim.runUntilOneMaster(ofSeconds(30));
    }

    /** Clients that are connected there have their writes lost as long as it lasts. */
    @Test
    void inAManualFailoverTheDeposedMasterIsDemotedWithinAHundredMilliseconds() {
        sim.failover("s1");
        assertTrue(sim.runUntil(ofSeconds(2), () -> sim.has("s1", "+switch-master")));
        assertTrue(sim.runUntil(ofMillis(100), () -> !sim.world.dataNode("m").isMaster()));
        sim.runUntilOneMaster(ofSeconds(10));
        sim.expectFailovers(1);
    }

    @Test
    void aMasterThatHangsIsReplacedAndFollowsOnceItContinues() {
        sim.pause("m");
        sim.runFor(ofSeconds(20));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
        sim.resume("m");
        sim.runUntilOneMaster(ofSeconds(60));
        sim.expectReplica("m").followsTheMaster();
    }

    @Test
    void aMasterThatHangsForLessThanDownAfterIsKept() {
        sim.pause("m");
        sim.runFor(ofMillis(1500));
        sim.resume("m");
        sim.runFor(ofSeconds(30));
        sim.expectNoFailover();
        sim.expectNoEvent("+sdown");
        sim.expectMasterSeenBy("s1", "s2", "s3").is("m");
    }

    /** The master keeps only s1 on its side of the cut. */
    @Test
    void theMajoritySidePromotesAndTheOldMasterFollowsOnceHealed() {
        sim.network().cut("m", "s1").from("r1", "r2", "s2", "s3");
        sim.runFor(ofSeconds(60));
        sim.expectMasterSeenBy("s2", "s3").isOneOf("r1", "r2");
        sim.expectMasterSeenBy("s1").is("m");
        sim.network().heal();
        sim.runUntilOneMaster(ofMinutes(2));
        sim.expectReplica("m").followsTheMaster();
        sim.expectFailovers(1);
    }

    @Test
    void theMinoritySideOfACutPromotesNobody() {
        sim.network().cut("m", "s2", "s3").from("r1", "r2", "s1");
        sim.runFor(ofSeconds(60));
        sim.expectEvent("s1", "+sdown");
        sim.expectNoEvent("s1", "+odown");
        sim.expectNoFailover();
        sim.network().heal();
        sim.runUntilOneMaster(ofMinutes(2));
        sim.expectMasterSeenBy("s1", "s2", "s3").is("m");
    }

    @Test
    void aMasterThatOnlyOneSentinelCannotReachIsKept() {
        sim.network().cut("m").from("s1");
        sim.runFor(ofSeconds(60));
        sim.expectEvent("s1", "+sdown");
        sim.expectNoEvent("+odown");
        sim.expectNoFailover();
        sim.network().heal();
        sim.runFor(ofSeconds(30));
        sim.expectEvent("s1", "-sdown");
        sim.expectOneMaster();
    }

    @Test
    void withoutAMajorityOfSentinelsThereIsNoFailover() {
        sim.crash("s1");
        sim.crash("s2");
        sim.runFor(ofSeconds(5));
        sim.crash("m");
        sim.runFor(ofMinutes(2));
        sim.expectNoEvent("+odown");
        sim.expectNoFailover();
        sim.restart("s1");
        sim.runFor(ofSeconds(60));
        sim.expectMasterSeenBy("s1", "s3").isOneOf("r1", "r2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+try-failover",
                "+vote-for-leader",
                "+elected-leader",
                "+failover-state-select-slave",
                "+selected-slave",
                "+failover-state-send-slaveof-noone",
                "+failover-state-wait-promotion",
                "+promoted-slave",
                "+failover-state-reconf-slaves",
                "+slave-reconf-sent",
                "+failover-end",
                "+switch-master"
            })
    void whenTheLeaderDiesAtAnyStageTheOthersFinishTheWork(String stage) {
        sim.onNext(stage, sim::crash);
        sim.crash("m");
        sim.runFor(ofSeconds(90));
        sim.restart("m");
        for (var sentinel : new String[] {"s1", "s2", "s3"}) {
            sim.restart(sentinel);
        }
        sim.runUntilOneMaster(ofMinutes(2));
        assertNotEquals("m", sim.master());
    }

    /** Stopped for a minute, while the others elect another leader and finish. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+vote-for-leader",
                "+elected-leader",
                "+failover-state-send-slaveof-noone",
                "+failover-state-wait-promotion",
                "+promoted-slave"
            })
    void aLeaderThatSleptUndoesNothingWhenItWakes(String stage) {
        var sleeper = new StringBuilder();
        sim.onNext(
                stage,
                name -> {
                    sleeper.append(name);
                    sim.pause(name);
                });
        sim.crash("m");
        sim.runFor(ofMinutes(1));
        var awake =
                Stream.of("s1", "s2", "s3")
                        .filter(name -> !sleeper.toString().equals(name))
                        .toArray(String[]::new);
        sim.expectMasterSeenBy(awake).isOneOf("r1", "r2");
        var promoted = sim.master();
        sim.resume(sleeper.toString());
        sim.runFor(ofSeconds(5));
        sim.expectMasterSeenBy("s1", "s2", "s3").is(promoted);
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(3));
        sim.expectMasterSeenBy("s1", "s2", "s3").is(promoted);
    }

    /** The old master took writes alone that nobody else has: they are gone, as in Redis. */
    @Test
    void anOldMasterWithMoreDataStillFollows() {
        sim.network().cut("m").from("r1", "r2", "s1", "s2", "s3");
        sim.runFor(ofSeconds(90));
        var old = sim.world.dataNode("m");
        assertTrue(old.isMaster());
        sim.network().heal();
        sim.runUntilOneMaster(ofMinutes(2));
        sim.expectReplica("m").followsTheMaster();
        assertEquals(1, old.fullSyncs, "its history branched, so it copies everything");
    }

    @Test
    void anOldMasterThatLostItsDataStillFollows() {
        sim.crash("m");
        sim.loseData("m");
        sim.runFor(ofSeconds(20));
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(2));
        sim.expectReplica("m").followsTheMaster();
    }

    @Test
    void theReplicaWithTheLowerPriorityNumberIsChosen() {
        sim.priority("r1", 100).priority("r2", 10);
        sim.runFor(ofSeconds(11));
        sim.crash("m");
        sim.runFor(ofSeconds(20));
        sim.expectMasterSeenBy("s1", "s2", "s3").is("r2");
    }

    @Test
    void aReplicaOfPriorityZeroIsNeverChosen() {
        sim.priority("r1", 0).priority("r2", 0);
        sim.runFor(ofSeconds(11));
        sim.crash("m");
        sim.runFor(ofSeconds(60));
        sim.expectEvent("-failover-abort-no-good-slave");
        sim.expectFailovers(0);
        sim.priority("r2", 100);
        sim.runFor(ofSeconds(60));
        sim.expectMasterSeenBy("s1", "s2", "s3").is("r2");
    }

    @Test
    void theReplicaThatHasMoreOfTheDataIsChosen() {
        sim.network().cut("m").from("r1");
        sim.runFor(ofSeconds(15));
        sim.crash("m");
        sim.network().heal();
        sim.runFor(ofSeconds(30));
        sim.expectMasterSeenBy("s1", "s2", "s3").is("r2");
    }

    @Test
    void aReplicaThatIsDownIsNotChosen() {
        sim.crash("r1");
        sim.runFor(ofSeconds(5));
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        sim.expectMasterSeenBy("s1", "s2", "s3").is("r2");
    }

    @Test
    void whenTheNewMasterDiesTooTheLastReplicaIsPromoted() {
        sim.crash("m");
        sim.runFor(ofSeconds(20));
        var second = sim.master();
        sim.crash(second);
        sim.runFor(ofSeconds(90));
        sim.expectMasterSeenBy("s1", "s2", "s3").is(second.equals("r1") ? "r2" : "r1");
        sim.restart("m");
        sim.restart(second);
        sim.runUntilOneMaster(ofMinutes(2));
        sim.expectFailovers(2);
    }

    @Test
    void theOtherReplicaGoesOnWithoutACopyOfEverything() {
        sim.crash("m");
        sim.runFor(ofSeconds(20));
        var other = sim.master().equals("r1") ? "r2" : "r1";
        sim.expectReplica(other).followsTheMaster();
        assertEquals(1, sim.world.dataNode(other).fullSyncs);
    }

    @Test
    void anOperatorsFailoverNeedsNoDeadMasterAndNoVotes() {
        sim.crash("s2");
        sim.crash("s3");
        sim.failover("s1");
        sim.runFor(ofSeconds(10));
        sim.expectAnswer("s1", new Answer.Ok());
        sim.expectMasterSeenBy("s1").isOneOf("r1", "r2");
        sim.restart("s2");
        sim.restart("s3");
        sim.runUntilOneMaster(ofSeconds(60));
        sim.expectReplica("m").followsTheMaster();
    }

    @Test
    void anOperatorsFailoverIsRefusedWhenThereIsNobodyToPromote() {
        sim.priority("r1", 0).priority("r2", 0);
        sim.runFor(ofSeconds(15));
        sim.failover("s1");
        sim.runFor(ofSeconds(1));
        sim.expectAnswer("s1", new Answer.Refused("NOGOODSLAVE No suitable replica to promote"));
        sim.expectNoFailover();
    }

    @Test
    void aSecondFailoverIsRefusedWhileTheFirstIsUnderWay() {
        sim.powerOff("r1");
        sim.powerOff("r2");
        sim.failover("s1");
        sim.failover("s1");
        sim.runFor(ofSeconds(1));
        sim.expectAnswer("s1", new Answer.Refused("INPROG Failover already in progress"));
    }

    /** r2 stands still, so the first leader is still at work when the second one is done. */
    @Test
    void aNewerFailoverBackToTheOldMasterEndsTheOlderOne() {
        sim.priority("r2", 0);
        sim.runFor(ofSeconds(15));
        sim.pause("r2");
        sim.failover("s1");
        assertTrue(sim.runUntil(ofMillis(1900), () -> isInSyncBy("s3", "m")));
        sim.expectMasterSeenBy("s1", "s2", "s3").is("r1");
        sim.expectNoEvent("s1", "+failover-end");
        sim.failover("s3");
        sim.runFor(ofMillis(800));
        sim.expectMasterSeenBy("s1", "s2", "s3").is("m");
        sim.resume("r2");
        sim.runUntilOneMaster(ofMinutes(2));
        sim.expectMasterSeenBy("s1", "s2", "s3").is("m");
    }

    private boolean isInSyncBy(String sentinel, String node) {
        var address = sim.world.dataNode(node).address;
        return sim.world.sentinel(sentinel).view(Simulation.GROUP).orElseThrow().replicas().stream()
                .anyMatch(r -> r.instance().address().equals(address) && r.masterLinkUp());
    }

    @Test
    void aReplicaThatFollowsTheWrongMasterIsBroughtBack() {
        sim.orderToFollow("r2", "r1");
        sim.runUntilOneMaster(ofSeconds(60));
        sim.expectEvent("+fix-slave-config");
        sim.expectReplica("r2").follows("m");
    }

    @Test
    void aSentinelThatWasStoppedForLongJudgesNobodyAtFirst() {
        sim.pause("s1");
        sim.runFor(ofSeconds(10));
        sim.resume("s1");
        sim.runFor(ofSeconds(60));
        sim.expectEvent("s1", "+tilt");
        sim.expectEvent("s1", "-tilt");
        sim.expectNoEvent("s1", "+sdown");
        sim.expectNoFailover();
        sim.expectOneMaster();
    }

    @Test
    void allNodesAndSentinelsReturnFromAPowerCut() {
        var all = new String[] {"m", "r1", "r2", "s1", "s2", "s3"};
        for (var name : all) {
            sim.powerOff(name);
        }
        sim.runFor(ofSeconds(30));
        for (var name : all) {
            sim.restart(name);
            sim.runFor(ofMillis(700));
        }
        sim.runUntilOneMaster(ofMinutes(2));
    }

    @Test
    void aRestartedSentinelKnowsTheNewMasterAtOnce() {
        sim.crash("m");
        sim.runFor(ofSeconds(20));
        var promoted = sim.master();
        sim.crash("s1");
        sim.runFor(ofSeconds(5));
        sim.restart("s1");
        sim.runFor(ofMillis(10));
        sim.expectMasterSeenBy("s1").is(promoted);
    }

    @Test
    void aSentinelThatWasAwayDuringTheFailoverLearnsOfItFromAHello() {
        sim.crash("s3");
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        sim.restart("s3");
        sim.runFor(ofSeconds(10));
        sim.expectEvent("s3", "+config-update-from");
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
    }

    @Test
    void aFailoverTakesNoLongerThanDownAfterAndRedissOwnWaits() {
        var begin = sim.elapsed();
        sim.crash("m");
        assertTrue(
                sim.runUntil(
                        ofSeconds(10),
                        () ->
                                sim.events().stream()
                                        .anyMatch(e -> e.event().name().equals("+switch-master"))));
        var took = sim.elapsed().minus(begin);
        assertTrue(took.compareTo(ofSeconds(6)) < 0, "it took " + took);
    }
}
