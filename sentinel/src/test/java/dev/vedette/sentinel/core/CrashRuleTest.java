package dev.vedette.sentinel.core;

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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Fast detection (guard G4). */
class CrashRuleTest {
    private static final Duration HOLD = Duration.ofMillis(100);
    private static final Duration MILLI = Duration.ofMillis(1);

    private static final Duration THREE_BEATS = Duration.ofMillis(300);
    private static final Duration DOWN_AFTER = Duration.ofSeconds(30);

    private static CoreDriver watching() {
        return watching(HOLD);
    }

    private static CoreDriver watching(Duration hold) {
        var options =
                CoreDriver.options().toBuilder()
                        .downAfter(DOWN_AFTER)
                        .fastDetection(Optional.of(hold))
                        .build();
        var driver = new CoreDriver(CoreDriver.state(2, options));
        driver.healthy();
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        driver.effects.clear();
        return driver;
    }

    private static void lose(CoreDriver driver, dev.vedette.protocol.net.Address replica) {
        driver.at(replica).info = CoreDriver.following(driver.at(replica).info, MASTER, false);
    }

    private static void crash(CoreDriver driver) {
        lose(driver, R1);
        lose(driver, R2);
        driver.kill(MASTER);
    }

    @Test
    void aMasterThatRefusesEverybodyForTheHoldIsDown() {
        var driver = watching();
        crash(driver);
        driver.advance(HOLD.minus(MILLI));
        assertFalse(driver.happened("+sdown"));
        driver.advance(MILLI);
        assertEquals(
                List.of(
                        "+sdown master mymaster 127.0.0.1 6379",
                        "+odown master mymaster 127.0.0.1 6379 #quorum 2/2"),
                driver.events().subList(0, 2));
    }

    @Test
    void withoutTheDirectiveDownAfterDecides() {
        var driver = CoreDriver.group(2);
        crash(driver);
        driver.advance(CoreDriver.DOWN_AFTER.minus(MILLI));
        assertFalse(driver.happened("+sdown"));
    }

    @Test
    void aClosedConnectionThatCanBeMadeAnewProvesNothing() {
        var driver = watching();
        lose(driver, R1);
        lose(driver, R2);
        driver.step(
                new Input.LinkClosed(
                        driver.link(MASTER, LinkSpec.Kind.COMMAND),
                        Input.LinkClosed.Cause.RESET,
                        "reset"));
        driver.advance(Duration.ofSeconds(5));
        assertFalse(driver.happened("+sdown"));
    }

    @Test
    void aMasterThatListensAgainWithinTheHoldStays() {
        var driver = watching();
        crash(driver);
        driver.advance(HOLD.minusMillis(10));
        driver.revive(MASTER);
        driver.advance(Duration.ofSeconds(5));
        assertFalse(driver.happened("+sdown"));
        // The next refusal begins a hold of its own.
        driver.kill(MASTER);
        driver.advance(HOLD.minus(MILLI));
        assertFalse(driver.happened("+sdown"));
    }

    @Test
    void aReplicaWhoseLinkIsUpSpeaksAgainstIt() {
        var driver = watching();
        lose(driver, R1);
        driver.kill(MASTER);
        driver.advance(Duration.ofSeconds(2));
        assertFalse(driver.happened("+sdown"));
        lose(driver, R2);
        driver.advance(Duration.ofMillis(50));
        assertTrue(driver.happened("+sdown"));
    }

    // ---- masters that beat, every 100 ms

    /** From here on nobody hears the master, but no link was closed. */
    private static void silence(CoreDriver driver) {
        var last = Optional.of(driver.now);
        driver.at(R1).heard = _ -> last;
        driver.at(R2).heard = _ -> last;
    }

    private static Optional<Instant> justNow(Instant now) {
        return Optional.of(now.minusMillis(40));
    }

    @Test
    void aReplicaThatMissesThreeBeatsHasLostItsMasterThoughItsLinkIsUp() {
        var driver = watching();
        silence(driver);
        driver.kill(MASTER);
        driver.advance(THREE_BEATS.minus(MILLI));
        assertFalse(driver.happened("+sdown"));
        // The INFOs that tell of it are some 10 ms apart.
        driver.advance(Duration.ofMillis(25));
        assertTrue(driver.happened("+sdown"));
        assertTrue(driver.happened("+odown"));
    }

    @Test
    void aHoldThatIsLongerThanThreeBeatsIsAlsoHowLongReplicasMustHearNothing() {
        var driver = watching(Duration.ofSeconds(2));
        silence(driver);
        driver.kill(MASTER);
        driver.advance(Duration.ofSeconds(2).minus(MILLI));
        assertFalse(driver.happened("+sdown"));
        driver.advance(Duration.ofMillis(25));
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void linksThatAreClosedAtOnceAreNotWaitedForToBeSilent() {
        var driver = watching();
        driver.at(R1).heard = CrashRuleTest::justNow;
        driver.at(R2).heard = CrashRuleTest::justNow;
        driver.advance(Duration.ofSeconds(20));
        crash(driver);
        driver.advance(HOLD);
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void aMasterThatRefusesEverybodyButIsHeardIsNotDownBeforeDownAfter() {
        var driver = watching();
        driver.at(R1).heard = CrashRuleTest::justNow;
        driver.at(R2).heard = CrashRuleTest::justNow;
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minus(MILLI));
        assertFalse(driver.happened("+sdown"));
        driver.advance(MILLI);
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void oneReplicaThatHearsItIsEnough() {
        var driver = watching();
        silence(driver);
        driver.at(R2).heard = CrashRuleTest::justNow;
        driver.kill(MASTER);
        driver.advance(Duration.ofSeconds(5));
        lose(driver, R1);
        driver.advance(Duration.ofSeconds(5));
        assertFalse(driver.happened("+sdown"));
    }

    @Test
    void whoWasHeardAfterTheFirstRefusalDidNotRefuseByACrash() {
        var driver = watching();
        driver.at(R1).heard = CrashRuleTest::justNow;
        driver.at(R2).heard = CrashRuleTest::justNow;
        driver.kill(MASTER);
        driver.advance(Duration.ofMillis(150));
        silence(driver);
        driver.advance(Duration.ofSeconds(20));
        assertFalse(driver.happened("+sdown"));
        // A closed link says what it ever said.
        lose(driver, R1);
        lose(driver, R2);
        driver.advance(Duration.ofMillis(50));
        assertTrue(driver.happened("+sdown"));
    }

    /** A process that slept may answer before it reads what lies in its socket. */
    @Test
    void aSilenceThatTheNextAnswerDoesNotShowIsNone() {
        var driver = watching();
        var answers = new AtomicInteger();
        driver.at(R1).heard =
                now ->
                        answers.getAndIncrement() % 2 == 0
                                ? Optional.of(now.minusSeconds(3))
                                : justNow(now);
        lose(driver, R2);
        driver.kill(MASTER);
        driver.advance(Duration.ofSeconds(20));
        assertTrue(answers.get() > 100);
        assertFalse(driver.happened("+sdown"));
    }

    // ---- limits

    @Test
    void withoutAReplicaThatCanBePromotedNothingIsGainedByHaste() {
        var driver = watching();
        driver.kill(R1);
        driver.kill(R2);
        crash(driver);
        driver.advance(Duration.ofSeconds(5));
        assertFalse(driver.happened("+sdown"));
    }

    @Test
    void anotherFailureToConnectEndsTheHold() {
        var driver = watching();
        crash(driver);
        driver.advance(HOLD.minusMillis(30));
        driver.at(MASTER).closesWith = Input.LinkClosed.Cause.UNREACHABLE;
        driver.advance(Duration.ofSeconds(2));
        assertFalse(driver.happened("+sdown"));
    }

    @Test
    void aMasterThatIsBackIsUpAtOnce() {
        var driver = watching();
        driver.at(PEER_A_AT).opinion = _ -> new Answer.MasterDown(false, Optional.empty(), 0);
        driver.at(PEER_C_AT).opinion = _ -> new Answer.MasterDown(false, Optional.empty(), 0);
        crash(driver);
        driver.advance(HOLD);
        assertTrue(driver.happened("+sdown"));
        driver.revive(MASTER);
        driver.advance(HOLD);
        assertTrue(driver.happened("-sdown"));
    }
}
