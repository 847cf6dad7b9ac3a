package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Guard G19: votes, and a command, are no licence for ever, and none for a leader that slept. */
class LeaseTest {
    private static final Duration LONG_SLEEP = Duration.ofMillis(2_001);

    private final CoreDriver driver = CoreDriver.group(2);

    /** Elected, but nobody was told to be a master: the replicas owe their offsets. */
    private void untilSelecting() {
        List.of(PEER_A_AT, PEER_C_AT).forEach(peer -> driver.at(peer).votes = true);
        driver.advance(Duration.ofSeconds(2));
        List.of(R1, R2).forEach(replica -> driver.at(replica).tells = false);
        driver.kill(MASTER);
        while (driver.view().failover() != FailoverPhase.SELECT_SLAVE) {
            driver.advance(Duration.ofMillis(1));
        }
        driver.effects.clear();
    }

    @Test
    void aLeaderThatSleptBeforeItPromotedAnybodyGivesUp() {
        untilSelecting();
        TiltTest.sleepThrough(driver, LONG_SLEEP);
        assertEquals(
                List.of(
                        "-failover-abort-not-elected master mymaster 127.0.0.1 6379",
                        "-failover-abort-reason master mymaster 127.0.0.1 6379 own-pause of 2001"
                                + " ms"),
                driver.events().stream().filter(e -> e.startsWith("-failover")).toList());
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        assertEquals(List.of(), driver.sent(R2, Request.ReplicaOf.class));
    }

    @Test
    void beforeItTriesAgainItAsksWhatWentOnMeanwhile() {
        untilSelecting();
        driver.at(PEER_A_AT).answers = false;
        TiltTest.sleepThrough(driver, LONG_SLEEP);
        assertEquals(1, driver.sent(PEER_A_AT, Request.AskVotes.class).size());
        assertEquals(1, driver.sent(PEER_C_AT, Request.AskVotes.class).size());
        var asked = driver.askMasterDown(MASTER, 9, Optional.of(CoreDriver.PEER_C));
        assertEquals(
                Optional.of(new Answer.MasterDown(false, Optional.empty(), 0)),
                driver.reply(asked),
                "no vote before that is known");
    }

    @Test
    void aNapIsNoReasonToGiveUp() {
        untilSelecting();
        TiltTest.sleepThrough(driver, Duration.ofMillis(1_900));
        assertFalse(driver.happened("-failover-abort-not-elected"));
    }

    @Test
    void aPromotionThatWasOrderedBeforeTheSleepIsFinished() {
        List.of(PEER_A_AT, PEER_C_AT).forEach(peer -> driver.at(peer).votes = true);
        driver.at(R2).obeys = false;
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusMillis(700));
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        TiltTest.sleepThrough(driver, LONG_SLEEP);
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
    }

    @Test
    void whoCannotWriteTheOrderWithinTenSecondsGivesUp() {
        // Peer A may have won the first epoch; elected in the second, we wait for its word.
        driver.kill(PEER_C_AT);
        driver.at(PEER_A_AT).opinion =
                asked ->
                        new Answer.MasterDown(
                                true,
                                Optional.of(
                                        asked.leaderEpoch() > 1
                                                ? CoreDriver.ME
                                                : CoreDriver.PEER_A),
                                asked.leaderEpoch());
        driver.advance(Duration.ofSeconds(4));
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(1));
        List.of(R1, R2).forEach(replica -> driver.at(replica).tells = false);
        while (!driver.happened("+elected-leader")) {
            driver.advance(Duration.ofMillis(1));
        }
        driver.at(PEER_A_AT).answers = false;
        driver.advance(Duration.ofSeconds(1));
        assertEquals(FailoverPhase.SEND_SLAVEOF_NOONE, driver.view().failover());
        driver.advance(Duration.ofMillis(8_500));
        assertEquals(FailoverPhase.SEND_SLAVEOF_NOONE, driver.view().failover());
        driver.advance(Duration.ofMillis(600));
        assertTrue(driver.happened("-failover-abort-slave-timeout"));
        assertFalse(driver.happened("+failover-state-wait-promotion"));
    }
}
