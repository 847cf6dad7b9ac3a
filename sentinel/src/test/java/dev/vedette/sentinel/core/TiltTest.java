package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

class TiltTest {
    static void sleepThrough(CoreDriver driver, Duration late) {
        driver.now = driver.core.nextDeadline().plus(late);
        driver.step(new Input.WakeUp());
    }

    @Test
    void twoSecondsLateIsNoTiltMoreIs() {
        var driver = CoreDriver.group(2);
        sleepThrough(driver, Duration.ofSeconds(2));
        assertEquals(List.of(), driver.events());
        sleepThrough(driver, Duration.ofMillis(2001));
        assertEquals(List.of("+tilt #tilt mode entered"), driver.events());
        assertTrue(driver.core.tiltFor(driver.now).isPresent());
    }

    @Test
    void timeThatRunsBackwardsIsTilt() {
        var driver = CoreDriver.group(2);
        driver.now = driver.now.minusMillis(1);
        driver.step(new Input.WakeUp());
        assertEquals(List.of("+tilt #tilt mode entered"), driver.events());
    }

    @Test
    void inTiltNobodyGoesDownAndQuestionsAreAnsweredWithNo() {
        var driver = CoreDriver.group(2);
        sleepThrough(driver, Duration.ofSeconds(3));
        driver.kill(MASTER);
        driver.advance(CoreDriver.DOWN_AFTER.minusMillis(1));
        assertFalse(driver.happened("+sdown"));
        var asked = driver.askMasterDown(MASTER, 0, Optional.empty());
        assertEquals(
                Optional.of(new Answer.MasterDown(false, Optional.empty(), 0)),
                driver.reply(asked));
    }

    @Test
    void inTiltVotesAreGivenAndPingsGoOn() {
        var driver = CoreDriver.group(2);
        sleepThrough(driver, Duration.ofSeconds(3));
        driver.effects.clear();
        var asked = driver.askMasterDown(MASTER, 4, Optional.of(PEER_A));
        assertEquals(
                Optional.of(new Answer.MasterDown(false, Optional.of(PEER_A), 4)),
                driver.reply(asked));
        driver.advance(Duration.ofSeconds(10));
        assertEquals(20, driver.sent(MASTER, Request.Ping.class).size());
        assertEquals(1, driver.sent(MASTER, Request.Info.class).size());
    }

    @Test
    void tiltEndsTheLargestDownAfterBehindItsLastTriggerAndThenTheMasterIsJudged() {
        var driver = CoreDriver.group(2);
        sleepThrough(driver, Duration.ofSeconds(3));
        driver.kill(MASTER);
        driver.advance(Duration.ofSeconds(2));
        sleepThrough(driver, Duration.ofSeconds(3));
        driver.effects.clear();
        driver.advance(CoreDriver.DOWN_AFTER.minusMillis(1));
        assertEquals(List.of(), driver.events());
        driver.advance(Duration.ofMillis(1));
        assertEquals(
                List.of("-tilt #tilt mode exited", "+sdown master mymaster 127.0.0.1 6379"),
                driver.events().subList(0, 2));
    }

    @Test
    void tiltLastsTwoSecondsAtLeastAndItsPeriodAtMost() {
        assertEquals(Duration.ofSeconds(2), tiltWith(Duration.ofMillis(100)));
        assertEquals(Duration.ofSeconds(12), tiltWith(Duration.ofSeconds(12)));
        assertEquals(Duration.ofSeconds(30), tiltWith(Duration.ofMinutes(5)));
    }

    private static Duration tiltWith(Duration downAfter) {
        var options = CoreDriver.options().toBuilder().downAfter(downAfter).build();
        var driver = new CoreDriver(CoreDriver.state(2, options));
        driver.healthy();
        driver.start();
        sleepThrough(driver, Duration.ofSeconds(3));
        var since = driver.now;
        while (!driver.happened("-tilt")) {
            driver.advance(Duration.ofMillis(1));
        }
        return Duration.between(since, driver.now);
    }

    @Test
    void aClockThatWasSetIsAPauseWithoutTilt() {
        var driver = CoreDriver.group(2);
        driver.kill(MASTER);
        driver.advance(CoreDriver.DOWN_AFTER.minusMillis(1));
        driver.at(CoreDriver.PEER_A_AT).answers = false;
        driver.at(CoreDriver.PEER_C_AT).answers = false;
        driver.step(new Input.ClockMoved(Duration.ofSeconds(-3)));
        assertEquals(Optional.empty(), driver.core.tiltFor(driver.now));
        // Before it begins anything it asks what went on (guard G16).
        assertEquals(1, driver.sent(CoreDriver.PEER_A_AT, Request.AskMaster.class).size());
        assertEquals(1, driver.sent(CoreDriver.PEER_C_AT, Request.AskVotes.class).size());
        driver.advance(Duration.ofMillis(1));
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void tiltConcernsNoMasterAndRunsNoScript() {
        assertEquals(Optional.empty(), Events.tiltEntered().masterName());
        assertEquals(Optional.empty(), Events.tiltExited().notificationScript());
    }
}
