package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

class DownStatesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MILLI = Duration.ofMillis(1);

    /** Nobody agrees, so nothing follows. */
    private static CoreDriver alone() {
        var driver = CoreDriver.group(3);
        driver.at(PEER_A_AT).opinion = _ -> new Answer.MasterDown(false, Optional.empty(), 0);
        driver.at(PEER_C_AT).opinion = _ -> new Answer.MasterDown(false, Optional.empty(), 0);
        return driver;
    }

    @Test
    void aMasterThatHangsIsDownExactlyDownAfterThePingThatItOwes() {
        var driver = alone();
        driver.at(MASTER).answers = false;
        // The ping that stays unanswered leaves a tenth of down-after behind the last answer.
        driver.advance(DOWN_AFTER.dividedBy(10).plus(DOWN_AFTER).minus(MILLI));
        assertFalse(driver.happened("+sdown"));
        driver.advance(MILLI);
        assertEquals(List.of("+sdown master mymaster 127.0.0.1 6379"), driver.events());
    }

    @Test
    void aMasterThatAnswersIsPingedTenTimesInDownAfterAndOnceASecondWhenItOwesAnAnswer() {
        var driver = alone();
        driver.effects.clear();
        driver.advance(DOWN_AFTER);
        assertEquals(10, driver.sent(MASTER, Request.Ping.class).size());
        assertEquals(5, driver.sent(R1, Request.Ping.class).size());
        driver.at(MASTER).answers = false;
        driver.effects.clear();
        driver.advance(DOWN_AFTER);
        // Half a second apart, as of any instance that does not answer.
        assertEquals(10, driver.sent(MASTER, Request.Ping.class).size());
    }

    @Test
    void aDeadlineIsJudgedOnlyWhenAllThatReachedUsWasRead() {
        var driver = alone();
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minus(MILLI));
        driver.now = driver.now.plus(MILLI);
        // Something of another instance is read first.
        driver.step(new Input.HelloHeard(Optional.empty(), "no hello"));
        driver.step(
                new Input.InfoAnswered(driver.link(R1, LinkSpec.Kind.COMMAND), Optional.empty()));
        assertFalse(driver.happened("+sdown"));
        driver.step(new Input.WakeUp());
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void whatWeSleptIsNotHeldAgainstOthers() {
        var driver = alone();
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minus(SECOND));
        TiltTest.sleepThrough(driver, Duration.ofMillis(1_500));
        assertFalse(driver.happened("+sdown"));
        // It slept from the next attempt to connect on, a tenth of a second later.
        driver.advance(Duration.ofMillis(899));
        assertFalse(driver.happened("+sdown"));
        driver.advance(MILLI);
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void aVerdictIsNotTakenBackBecauseWeSlept() {
        var driver = alone();
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER);
        assertTrue(driver.happened("+sdown"));
        TiltTest.sleepThrough(driver, Duration.ofMillis(1_500));
        assertFalse(driver.happened("-sdown"));
    }

    @Test
    void aMasterThatIsKilledIsDownExactlyDownAfterTheLossOfItsLink() {
        var driver = alone();
        driver.advance(Duration.ofMillis(300));
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minus(MILLI));
        assertFalse(driver.happened("+sdown"));
        driver.advance(MILLI);
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void anInstanceThatNeverAnsweredIsDownDownAfterItWasMade() {
        var driver = new CoreDriver(CoreDriver.state(2, CoreDriver.options()));
        driver.healthy();
        driver.at(R1).listens = false;
        driver.start();
        driver.advance(DOWN_AFTER.minus(MILLI));
        assertFalse(driver.happened("+sdown"));
        driver.advance(MILLI);
        assertTrue(
                driver.events()
                        .contains(
                                "+sdown slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster"
                                        + " 127.0.0.1 6379"));
    }

    @Test
    void aConnectIsNoAnswer() {
        var driver = alone();
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER);
        driver.effects.clear();
        driver.at(MASTER).listens = true;
        driver.at(MASTER).answers = false;
        driver.advance(Duration.ofSeconds(3));
        assertFalse(driver.view().instance().has(InstanceFlag.DISCONNECTED));
        assertFalse(driver.happened("-sdown"));
        driver.at(MASTER).answers = true;
        driver.advance(SECOND);
        assertEquals(List.of("-sdown master mymaster 127.0.0.1 6379"), driver.events());
    }

    @Test
    void anErrorInAnswerToPingIsAReplyButNotAValidOne() {
        var driver = alone();
        driver.at(MASTER).ping = Input.PingReply.OTHER;
        driver.advance(SECOND.plus(DOWN_AFTER));
        assertTrue(driver.happened("+sdown"));
        assertEquals(
                Duration.ZERO, driver.view().instance().lastPingReply().truncatedTo(SECOND_UNIT));
        assertTrue(driver.view().instance().lastOkPingReply().compareTo(DOWN_AFTER) >= 0);
    }

    private static final java.time.temporal.TemporalUnit SECOND_UNIT =
            java.time.temporal.ChronoUnit.SECONDS;

    @Test
    void aBusyScriptIsKilledOnceInADownPeriod() {
        var driver = alone();
        driver.at(MASTER).ping = Input.PingReply.BUSY;
        driver.advance(Duration.ofSeconds(20));
        assertEquals(1, driver.sent(MASTER, Request.ScriptKill.class).size());
        assertTrue(driver.view().instance().has(InstanceFlag.SCRIPT_KILL_SENT));
        driver.at(MASTER).ping = Input.PingReply.VALID;
        driver.advance(SECOND);
        assertFalse(driver.view().instance().has(InstanceFlag.SCRIPT_KILL_SENT));
    }

    @Test
    void aMasterThatSaysReplicaForLongIsDown() {
        var driver = alone();
        driver.at(MASTER).info = CoreDriver.replica('m', 5);
        driver.advance(Duration.ofSeconds(7));
        assertEquals(
                List.of("-role-change master mymaster 127.0.0.1 6379 new reported role is slave"),
                driver.events());
        driver.advance(DOWN_AFTER.plus(Duration.ofSeconds(20)).minus(MILLI));
        assertFalse(driver.happened("+sdown"));
        driver.advance(MILLI);
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void aMasterThatLoadsAfterARebootIsDownAfterItsOwnPeriod() {
        var options =
                CoreDriver.options().toBuilder().rebootDownAfter(Duration.ofSeconds(3)).build();
        var driver = new CoreDriver(CoreDriver.state(3, options));
        driver.healthy();
        driver.start();
        driver.advance(Duration.ofSeconds(9));
        driver.effects.clear();
        driver.at(MASTER).info = CoreDriver.master('n', R1, CoreDriver.R2);
        driver.at(MASTER).ping = Input.PingReply.LOADING;
        driver.advance(SECOND);
        assertEquals(List.of("+reboot master mymaster 127.0.0.1 6379"), driver.events());
        assertTrue(driver.view().instance().has(InstanceFlag.MASTER_REBOOT));
        driver.advance(Duration.ofSeconds(3));
        assertTrue(driver.happened("+sdown"));
        driver.at(MASTER).ping = Input.PingReply.VALID;
        driver.advance(SECOND);
        assertTrue(driver.happened("-sdown"));
        assertFalse(driver.view().instance().has(InstanceFlag.MASTER_REBOOT));
    }

    @Test
    void theQuorumMakesAMasterObjectivelyDown() {
        var driver = CoreDriver.group(2);
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER);
        assertEquals(
                List.of(
                        "+sdown master mymaster 127.0.0.1 6379",
                        "+odown master mymaster 127.0.0.1 6379 #quorum 2/2"),
                driver.events().subList(0, 2));
        assertTrue(driver.view().sentinels().getFirst().instance().has(InstanceFlag.MASTER_DOWN));
    }

    @Test
    void anOpinionIsForgottenFiveAskPeriodsAfterTheLastAnswer() {
        var driver = CoreDriver.group(3);
        driver.at(PEER_C_AT).opinion = _ -> new Answer.MasterDown(false, Optional.empty(), 0);
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER);
        assertEquals(1, down(driver));
        driver.at(PEER_A_AT).answers = false;
        driver.advance(Duration.ofMillis(4_900));
        assertEquals(1, down(driver));
        driver.advance(Duration.ofMillis(200));
        assertEquals(0, down(driver));
    }

    private static long down(CoreDriver driver) {
        return driver.view().sentinels().stream()
                .filter(s -> s.instance().has(InstanceFlag.MASTER_DOWN))
                .count();
    }

    @Test
    void peersAreAskedAgainAfterTenMillisecondsThenTwiceAsLateEachTimeUpToASecond() {
        var driver = alone();
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minus(MILLI));
        assertEquals(List.of(), driver.sent(PEER_A_AT, Request.AskMasterDown.class));
        driver.advance(MILLI.plusMillis(10 + 20 + 40));
        assertEquals(4, driver.sent(PEER_A_AT, Request.AskMasterDown.class).size());
        driver.advance(Duration.ofMillis(80 + 160 + 320 + 640));
        assertEquals(8, driver.sent(PEER_A_AT, Request.AskMasterDown.class).size());
        driver.advance(Duration.ofSeconds(10));
        var asked = driver.sent(PEER_A_AT, Request.AskMasterDown.class);
        assertEquals(18, asked.size());
        assertEquals(
                new Request.AskMasterDown("mymaster", MASTER, 0, Optional.empty()),
                asked.getFirst());
    }

    /** Only who holds a master for down asks about it (guard G8). */
    @Test
    void theQuestionOfAPeerTellsThatItAgreesToo() {
        var driver = alone();
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusMillis(200));
        driver.at(PEER_A_AT).opinion = _ -> new Answer.MasterDown(true, Optional.empty(), 0);
        driver.at(PEER_C_AT).opinion = _ -> new Answer.MasterDown(true, Optional.empty(), 0);
        assertFalse(driver.happened("+odown"));
        driver.askMasterDown(MASTER, 0, Optional.empty());
        assertTrue(driver.happened("+odown"));
    }

    @Test
    void twoThatDoNotAgreeDoNotAskEachOtherWithoutEnd() {
        var driver = alone();
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusMillis(200));
        driver.effects.clear();
        for (int i = 0; i < 50; i++) {
            driver.askMasterDown(MASTER, 0, Optional.empty());
        }
        assertEquals(2, driver.sent(PEER_A_AT, Request.AskMasterDown.class).size());
    }

    @Test
    void infoIsAskedOfEveryReplicaWhenTheMasterGoesDown() {
        var driver = alone();
        driver.advance(Duration.ofSeconds(8));
        driver.kill(MASTER);
        driver.effects.clear();
        driver.advance(DOWN_AFTER);
        assertEquals(1, driver.sent(R1, Request.Info.class).size());
    }

    @Test
    void theLossOfTheQuorumIsSaidOneDownAfterLaterAndWhenItIsOver() {
        var driver = CoreDriver.group(2);
        driver.kill(PEER_A_AT);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        assertFalse(driver.happened("+quorum-lost"));
        driver.kill(PEER_C_AT);
        driver.advance(DOWN_AFTER);
        assertTrue(
                driver.events()
                        .contains(
                                "+quorum-lost master mymaster 127.0.0.1 6379 usable 1 quorum 2"
                                        + " majority 2"));
        driver.revive(PEER_A_AT);
        driver.advance(Duration.ofSeconds(2));
        assertTrue(
                driver.events()
                        .contains(
                                "-quorum-lost master mymaster 127.0.0.1 6379 usable 2 quorum 2"
                                        + " majority 2"));
    }

    @Test
    void aNewMasterHasThreeHelloPeriodsToFindItsSentinels() {
        var driver = new CoreDriver(CoreDriver.state(5, CoreDriver.options()));
        driver.healthy();
        driver.start();
        driver.advance(Duration.ofMillis(5_999));
        assertFalse(driver.happened("+quorum-lost"));
        driver.advance(Duration.ofMillis(1));
        assertTrue(driver.happened("+quorum-lost"));
    }
}
