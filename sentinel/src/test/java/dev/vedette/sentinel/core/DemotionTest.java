package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.FAILOVER_TIMEOUT;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Guard G1: who says that it is a master and is not ours. We led, R2 is the master. */
class DemotionTest {
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    private static final Duration NOT_YET = Duration.ofSeconds(8);

    private final CoreDriver driver = CoreDriver.group(2);

    private void failOver() {
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(3));
        assertEquals(R2, driver.view().clientAddress());
        bothNameTheNewMaster();
        driver.effects.clear();
    }

    private void bothNameTheNewMaster() {
        names(PEER_A_AT, R2, 1, FailoverPhase.NONE);
        names(PEER_C_AT, R2, 1, FailoverPhase.NONE);
    }

    private void names(Address peer, Address master, long configEpoch, FailoverPhase phase) {
        driver.at(peer).report = Optional.of(new MasterReport(master, configEpoch, phase));
    }

    private void theOldMasterReturns() {
        driver.revive(MASTER);
        driver.at(MASTER).info = CoreDriver.master('m');
    }

    private void aReplicaTurnsMaster() {
        driver.at(R1).info = CoreDriver.following(CoreDriver.replica('1', 5), R2, true);
        driver.advance(Duration.ofSeconds(20));
        driver.at(R1).info = CoreDriver.master('1');
    }

    private boolean demoted(Address node) {
        return driver.sent(node, Request.ReplicaOf.class)
                .contains(new Request.ReplicaOf(Optional.of(R2)));
    }

    private void isDemotedByRedissRuleOnly() {
        driver.advance(NOT_YET);
        assertFalse(demoted(MASTER));
        driver.advance(Duration.ofSeconds(14));
        assertTrue(demoted(MASTER));
    }

    @Test
    void aMasterThatReturnsIsDemotedAtOnceWhenAllKnowTheNewOne() {
        failOver();
        theOldMasterReturns();
        driver.advance(AT_ONCE);
        assertTrue(demoted(MASTER));
        assertTrue(driver.happened("+convert-to-slave"));
        assertTrue(driver.happened("+role-change"), "its effect is looked at, at once");
    }

    @Test
    void aMasterThatNeverLeftIsDemotedAsSoonAsThePeersHeardOfTheSwitch() {
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofMillis(10));
        assertTrue(driver.happened("+switch-master"));
        assertFalse(demoted(MASTER));
        names(PEER_A_AT, R2, 1, FailoverPhase.NONE);
        driver.advance(Duration.ofMillis(50));
        assertTrue(demoted(MASTER), "a majority with us, and nobody is busy");
    }

    @Test
    void whoDoesNotAgreeYetIsAskedAgainAfterTwentyFortyEightyMilliseconds() {
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.effects.clear();
        var rounds = new int[4];
        int at = 0;
        for (int millis : List.of(19, 2, 40, 80)) {
            driver.advance(Duration.ofMillis(millis));
            rounds[at++] = driver.sent(PEER_C_AT, Request.AskMaster.class).size();
        }
        assertEquals(List.of(0, 1, 2, 3), List.of(rounds[0], rounds[1], rounds[2], rounds[3]));
        driver.advance(Duration.ofMinutes(1));
        assertTrue(driver.sent(PEER_C_AT, Request.AskMaster.class).size() < 50, "but not for ever");
    }

    @Test
    void onePeerWithAFailoverInProgressKeepsRedissRule() {
        failOver();
        names(PEER_C_AT, R2, 1, FailoverPhase.WAIT_START);
        theOldMasterReturns();
        isDemotedByRedissRuleOnly();
    }

    /** Seed 116734: it may only be cut off from us, and go on. */
    @Test
    void onePeerThatWasInAFailoverWhenItWasLastHeardKeepsRedissRule() {
        failOver();
        names(PEER_C_AT, R2, 1, FailoverPhase.WAIT_PROMOTION);
        theOldMasterReturns();
        driver.advance(AT_ONCE);
        driver.kill(PEER_C_AT);
        isDemotedByRedissRuleOnly();
    }

    @Test
    void aLeaderOfRedisThatStillRepointsKeepsRedissRule() {
        failOver();
        names(PEER_C_AT, R2, 1, FailoverPhase.RECONF_SLAVES);
        theOldMasterReturns();
        isDemotedByRedissRuleOnly();
    }

    @Test
    void anErrorIsNoAnswer() {
        failOver();
        driver.at(PEER_C_AT).report = Optional.empty();
        theOldMasterReturns();
        isDemotedByRedissRuleOnly();
    }

    @Test
    void aPeerThatIsConnectedAndSilentKeepsRedissRule() {
        failOver();
        driver.at(PEER_C_AT).answers = false;
        theOldMasterReturns();
        isDemotedByRedissRuleOnly();
    }

    @Test
    void aPeerThatCannotBeReachedIsNotNeededIfAMajorityNamesOurs() {
        failOver();
        driver.kill(PEER_C_AT);
        theOldMasterReturns();
        driver.advance(AT_ONCE);
        assertTrue(demoted(MASTER));
    }

    @Test
    void withoutAMajorityThatNamesOursRedissRuleStays() {
        failOver();
        driver.kill(PEER_C_AT);
        names(PEER_A_AT, MASTER, 0, FailoverPhase.NONE);
        theOldMasterReturns();
        isDemotedByRedissRuleOnly();
    }

    @Test
    void theHelloOfAPeerThatCannotBeAskedCounts() {
        failOver();
        driver.kill(PEER_C_AT);
        names(PEER_A_AT, MASTER, 0, FailoverPhase.NONE);
        theOldMasterReturns();
        driver.advance(AT_ONCE);
        assertFalse(demoted(MASTER));
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(PEER_C_AT, PEER_C, 1, "mymaster", R2, 1).encode()));
        driver.advance(AT_ONCE);
        assertTrue(demoted(MASTER));
    }

    @Test
    void aNewMasterThatRestartedKeepsRedissRule() {
        failOver();
        driver.at(R2).info = CoreDriver.master('z');
        theOldMasterReturns();
        isDemotedByRedissRuleOnly();
    }

    @Test
    void aNewMasterThatLoadsKeepsRedissRule() {
        failOver();
        driver.at(R2).ping = Input.PingReply.LOADING;
        theOldMasterReturns();
        driver.advance(NOT_YET);
        assertFalse(demoted(MASTER));
    }

    @Test
    void anOpenVoteForAnotherLeaderKeepsRedissRule() {
        failOver();
        driver.askMasterDown(R2, 5, Optional.of(PEER_C));
        theOldMasterReturns();
        isDemotedByRedissRuleOnly();
    }

    @Test
    void aVoteWhoseTimeIsOverKeepsNothing() {
        failOver();
        driver.askMasterDown(R2, 5, Optional.of(PEER_C));
        driver.advance(FAILOVER_TIMEOUT.multipliedBy(2));
        theOldMasterReturns();
        driver.advance(Duration.ofSeconds(2));
        assertTrue(demoted(MASTER));
    }

    @Test
    void aReplicaThatTurnsMasterMayBeAPromotionThatNobodyHeardOf() {
        failOver();
        aReplicaTurnsMaster();
        driver.advance(Duration.ofSeconds(11));
        assertTrue(driver.happened("-role-change"));
        assertFalse(demoted(R1));
        driver.advance(Duration.ofSeconds(10));
        assertTrue(demoted(R1));
    }

    /** A sentinel that comes back behind a cut would undo a failover that it has not heard of. */
    @Test
    void aMasterThatWasOutOfReachIsLeftAloneForFourHelloPeriodsMore() {
        failOver();
        aReplicaTurnsMaster();
        driver.advance(Duration.ofSeconds(10));
        driver.kill(R1);
        driver.advance(Duration.ofSeconds(30));
        driver.revive(R1);
        driver.advance(Duration.ofSeconds(8));
        assertTrue(driver.happened("-sdown"));
        assertFalse(demoted(R1));
        driver.advance(Duration.ofSeconds(11));
        assertTrue(demoted(R1));
    }

    @Test
    void aDeposedMasterThatWasSeenAsAReplicaMayBePromotedAgain() {
        failOver();
        theOldMasterReturns();
        driver.advance(AT_ONCE);
        assertEquals(InstanceInfo.Role.REPLICA, driver.replicaView(MASTER).roleReported());
        driver.effects.clear();
        driver.at(MASTER).info = CoreDriver.master('m');
        driver.advance(Duration.ofSeconds(8));
        assertFalse(demoted(MASTER));
    }

    @Test
    void aMasterThatLoadsIsDemotedWhenItHasLoaded() {
        failOver();
        driver.at(MASTER).ping = Input.PingReply.LOADING;
        driver.at(MASTER).obeys = false;
        theOldMasterReturns();
        driver.advance(Duration.ofSeconds(13));
        driver.effects.clear();
        driver.at(MASTER).ping = Input.PingReply.VALID;
        driver.advance(Duration.ofMillis(1200));
        assertTrue(demoted(MASTER));
    }

    /** They do it one after the other, so that its clients are sent away once. */
    @Test
    void whoOnlyHeardOfTheSwitchLeavesItToTheLeaderFirst() {
        bothNameTheNewMaster();
        driver.at(R2).info = CoreDriver.master('2');
        driver.hello(PEER_A, PEER_A_AT, 1, R2, 1);
        assertEquals(R2, driver.view().clientAddress());
        driver.advance(Duration.ofMillis(39));
        assertFalse(demoted(MASTER));
        driver.advance(Duration.ofMillis(161));
        assertTrue(demoted(MASTER));
    }
}
