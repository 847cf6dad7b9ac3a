package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

class DebugTest {
    private static final Answer OK = new Answer.Ok();

    private static Answer debug(CoreDriver driver, String... words) {
        return driver.reply(driver.ask(new OperatorCommand.Debug(List.of(words)))).orElseThrow();
    }

    private static long millis(CoreDriver driver, Period period) {
        return driver.core.pace().shown(period).toMillis();
    }

    @Test
    void namesCountInAnyCaseAndNothingIsSaved() {
        var driver = CoreDriver.group(2);
        assertEquals(OK, debug(driver, "PING-period", "500", "info-period", "700"));
        assertEquals(500, millis(driver, Period.PING));
        assertEquals(700, millis(driver, Period.INFO));
        assertTrue(driver.effects.stream().noneMatch(Effect.Persist.class::isInstance));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "abc", "", "+1", "01", "9223372036854775808"})
    void whatStandsBeforeABadValueStaysApplied(String value) {
        var driver = CoreDriver.group(2);
        assertEquals(
                new Answer.Refused(
                        "ERR Invalid argument '" + value + "' for SENTINEL DEBUG 'Info-Period'"),
                debug(driver, "ping-period", "500", "Info-Period", value, "ask-period", "7"));
        assertEquals(500, millis(driver, Period.PING));
        assertEquals(10_000, millis(driver, Period.INFO));
        assertEquals(1_000, millis(driver, Period.ASK));
    }

    @Test
    void anUnknownNameAndAMissingValueAreRefusedAlike() {
        var driver = CoreDriver.group(2);
        assertEquals(
                new Answer.Refused(
                        "ERR Unknown option or number of arguments for SENTINEL DEBUG 'foo'"),
                debug(driver, "foo", "1"));
        assertEquals(
                new Answer.Refused(
                        "ERR Unknown option or number of arguments for SENTINEL DEBUG"
                                + " 'ping-period'"),
                debug(driver, "ping-period"));
    }

    @Test
    void shorterPeriodsActOnTheTimersThatRun() {
        var driver = CoreDriver.group(2);
        assertEquals(
                OK,
                debug(driver, "ping-period", "100", "info-period", "200", "publish-period", "250"));
        driver.advance(Duration.ofSeconds(1));
        assertTrue(driver.sent(MASTER, Request.Ping.class).size() >= 9);
        assertTrue(driver.sent(MASTER, Request.Info.class).size() >= 4);
        assertTrue(driver.sent(MASTER, Request.PublishHello.class).size() >= 3);
    }

    @Test
    void longerPeriodsKeepSilence() {
        var driver = CoreDriver.group(2);
        debug(driver, "ping-period", "4000", "info-period", "60000", "publish-period", "60000");
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(12));
        assertEquals(3, driver.sent(R1, Request.Ping.class).size());
        assertEquals(0, driver.sent(MASTER, Request.Info.class).size());
        assertEquals(0, driver.sent(MASTER, Request.PublishHello.class).size());
    }

    @Test
    void peersAreAskedAtTheAskPeriod() {
        var driver = CoreDriver.group(4);
        debug(driver, "ask-period", "100");
        driver.kill(MASTER);
        driver.advance(CoreDriver.DOWN_AFTER);
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(1));
        assertTrue(driver.sent(PEER_A_AT, Request.AskMasterDown.class).size() >= 9);
    }

    @Test
    void anElectionEndsAtTheNewTimeout() {
        var driver = CoreDriver.group(2);
        debug(driver, "election-timeout", "3000");
        driver.kill(MASTER);
        driver.advance(CoreDriver.DOWN_AFTER.plusSeconds(1));
        assertTrue(driver.happened("+try-failover"));
        assertFalse(driver.happened("-failover-abort-not-elected"));
        driver.advance(Duration.ofSeconds(4));
        assertTrue(driver.happened("-failover-abort-not-elected"));
    }

    @Test
    void tiltBeginsAtItsTriggerAndARunningOneEndsWithAShorterPeriod() {
        var driver = CoreDriver.group(2);
        debug(driver, "tilt-trigger", "500");
        driver.now = driver.core.nextDeadline().plusMillis(501);
        driver.step(new Input.WakeUp());
        assertTrue(driver.happened("+tilt"));
        driver.advance(Duration.ofSeconds(1));
        assertFalse(driver.happened("-tilt"));
        debug(driver, "tilt-period", "1500");
        driver.advance(Duration.ofMillis(501));
        assertTrue(driver.happened("-tilt"));
    }

    @Test
    void aNewMasterGetsTheDefaultsThatWereSet() {
        var driver = CoreDriver.group(2);
        debug(driver, "default-down-after", "1234", "default-failover-timeout", "5678");
        driver.ask(new OperatorCommand.Monitor("other", CoreDriver.address(7000), 1));
        var options = driver.core.master("other").orElseThrow().options();
        assertEquals(Duration.ofMillis(1234), options.downAfter());
        assertEquals(Duration.ofMillis(5678), options.failoverTimeout());
        assertEquals(CoreDriver.DOWN_AFTER, driver.view().options().downAfter());
    }

    @Test
    void theLongestTimesAreShownAsSetAndHarmNothing() {
        var driver = CoreDriver.group(2);
        var words =
                Arrays.stream(Period.values())
                        .flatMap(p -> List.of(p.wireName(), "9223372036854775807").stream())
                        .toArray(String[]::new);
        assertEquals(OK, debug(driver, words));
        assertEquals(Long.MAX_VALUE, millis(driver, Period.TILT_TRIGGER));
        driver.kill(MASTER);
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofDays(1));
        assertTrue(driver.core.nextDeadline().isAfter(driver.now));
    }
}
