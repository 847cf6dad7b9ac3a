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
import java.util.List;
import java.util.Optional;

/** Fast detection (guard G4). */
class CrashRuleTest {
    private static final Duration HOLD = Duration.ofMillis(100);
    private static final Duration MILLI = Duration.ofMillis(1);

    private static CoreDriver watching() {
        var options =
                CoreDriver.options().toBuilder()
                        .downAfter(Duration.ofSeconds(30))
                        .fastDetection(Optional.of(HOLD))
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
