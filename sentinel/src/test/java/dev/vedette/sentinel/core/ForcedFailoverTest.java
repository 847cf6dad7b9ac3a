package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.ME;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;
import static dev.vedette.sentinel.core.FailoverGroup.M;
import static dev.vedette.sentinel.core.FailoverGroup.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code SENTINEL FAILOVER}: what it does without, and beside whom it gives up. */
class ForcedFailoverTest {
    @Test
    void aForcedFailoverNeedsNeitherAFailureNorVotes() {
        var driver = group();
        driver.at(PEER_A_AT).votes = false;
        driver.at(PEER_C_AT).votes = false;
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(Optional.of(new Answer.Ok()), driver.reply(asked));
        assertEquals(List.of("Executing user requested FAILOVER of 'mymaster'"), driver.logs());
        driver.advance(Duration.ofSeconds(2));
        assertFalse(driver.happened("+odown"));
        assertTrue(
                driver.events().contains("+switch-master mymaster 127.0.0.1 6379 127.0.0.1 6381"));
        assertEquals(1, driver.view().configEpoch());
    }

    @Test
    void aForcedFailoverEvadesAnEpochThatWentToAnother() {
        var driver = group();
        driver.at(PEER_A_AT).opinion =
                asked ->
                        new Answer.MasterDown(
                                false,
                                Optional.of(asked.leaderEpoch() < 3 ? PEER_C : ME),
                                asked.leaderEpoch());
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofSeconds(2));
        assertEquals(3, driver.view().configEpoch());
    }

    /** How far that peer is with a failover of its own, and that it voted for itself. */
    private static void otherLeader(CoreDriver driver, FailoverPhase phase, long configEpoch) {
        driver.at(PEER_A_AT).opinion =
                asked -> new Answer.MasterDown(false, Optional.of(PEER_A), asked.leaderEpoch());
        driver.at(PEER_A_AT).report = Optional.of(new MasterReport(MASTER, configEpoch, phase));
    }

    @Test
    void aForcedFailoverGivesUpWhenAnotherLeaderMayPromoteAnyMoment() {
        for (var phase :
                List.of(
                        FailoverPhase.SELECT_SLAVE,
                        FailoverPhase.SEND_SLAVEOF_NOONE,
                        FailoverPhase.WAIT_PROMOTION)) {
            var driver = group();
            otherLeader(driver, phase, 0);
            driver.ask(new OperatorCommand.Failover("mymaster"));
            driver.advance(Duration.ofSeconds(2));
            assertTrue(driver.events().contains("-failover-abort-not-elected " + M), "" + phase);
            assertFalse(driver.happened("+selected-slave"));
        }
    }

    @Test
    void aForcedFailoverGivesUpWhenAnotherOneIsDoneInItsEpoch() {
        var driver = group();
        otherLeader(driver, FailoverPhase.NONE, 1);
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofSeconds(2));
        assertTrue(driver.events().contains("-failover-abort-not-elected " + M));
    }

    @Test
    void aSecondFailoverAtTheSameTimeIsRefused() {
        var driver = group();
        driver.at(R2).obeys = false;
        driver.ask(new OperatorCommand.Failover("mymaster"));
        var second = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(
                Optional.of(new Answer.Refused("INPROG Failover already in progress")),
                driver.reply(second));
        assertTrue(driver.view().instance().has(InstanceFlag.FORCE_FAILOVER));
    }

    @Test
    void aFailoverWithoutAGoodReplicaIsRefused() {
        var driver = group();
        driver.kill(R1);
        driver.kill(R2);
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(
                Optional.of(new Answer.Refused("NOGOODSLAVE No suitable replica to promote")),
                driver.reply(asked));
    }
}
