package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.FAILOVER_TIMEOUT;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;
import static dev.vedette.sentinel.core.FailoverGroup.M;
import static dev.vedette.sentinel.core.FailoverGroup.electedWhileSilent;
import static dev.vedette.sentinel.core.FailoverGroup.group;
import static dev.vedette.sentinel.core.FailoverGroup.killMaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Guard G22: what proves that the chosen replica was promoted, and what happens without a proof.
 */
class PromotionProofTest {
    @Test
    void theProofOfAPromotionIsAskedForBehindTheOrder() {
        var driver = group();
        driver.at(R2).obeys = false;
        killMaster(driver);
        var requests =
                driver.effects.stream()
                        .filter(Effect.Send.class::isInstance)
                        .map(e -> ((Effect.Send) e).request())
                        .toList();
        int order = requests.indexOf(new Request.ReplicaOf(Optional.empty()));
        assertEquals(new Request.Info(), requests.get(order + 1));
    }

    @Test
    void anInfoThatWasAskedBeforeSlaveofProvesNothing() {
        var driver = group();
        driver.at(R2).obeys = false;
        electedWhileSilent(driver, R1, R2);
        driver.advance(Duration.ofMillis(100));
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        answerInfo(driver, CoreDriver.master('2'));
        assertFalse(driver.happened("+promoted-slave"));
        while (!driver.happened("+promoted-slave")) {
            // The last of those in flight is the one behind SLAVEOF.
            answerInfo(driver, CoreDriver.master('2'));
        }
        assertTrue(driver.happened("+switch-master"));
    }

    private static void answerInfo(CoreDriver driver, InstanceInfo info) {
        driver.step(
                new Input.InfoAnswered(driver.link(R2, LinkSpec.Kind.COMMAND), Optional.of(info)));
    }

    @Test
    void anotherProcessAtTheAddressOfTheChosenOneProvesNothing() {
        var driver = group();
        driver.at(R2).obeys = false;
        killMaster(driver);
        driver.at(R2).info = CoreDriver.master('z');
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(1));
        assertFalse(driver.happened("+promoted-slave"));
        assertTrue(driver.happened("-failover-abort-slave-timeout"));
    }

    @Test
    void aReplicaThatIsNotPromotedInTimeEndsTheAttemptWithAResetOfItsLink() {
        var driver = group();
        driver.at(R2).obeys = false;
        killMaster(driver);
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        driver.effects.clear();
        driver.advance(FAILOVER_TIMEOUT.minusSeconds(1).plusMillis(300));
        assertTrue(driver.events().contains("-failover-abort-slave-timeout " + M));
        assertTrue(
                driver.effects.stream()
                        .anyMatch(
                                e -> e instanceof Effect.CloseLink(var _, var discard) && discard));
        assertFalse(driver.replicaView(R2).instance().has(InstanceFlag.PROMOTED));
    }

    /** Seed 700709: behind a cut it was promoted eight seconds after that had been given up. */
    @Test
    void anOrderThatIsNotAnsweredDiesWithALinkThatLooksStuck() {
        var driver = group();
        driver.advance(Duration.ofSeconds(20));
        driver.kill(R1);
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(100));
        for (int i = 0; i < 200 && !driver.happened("+odown"); i++) {
            driver.advance(Duration.ofMillis(1));
        }
        // It told how far it is, and hears no order.
        driver.at(R2).answers = false;
        driver.advance(Duration.ofSeconds(1));
        assertEquals(
                FailoverPhase.WAIT_PROMOTION,
                driver.view().failover(),
                () -> driver.events().toString());
        var link = driver.link(R2, LinkSpec.Kind.COMMAND);
        driver.effects.clear();
        driver.advance(DOWN_AFTER);
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        assertEquals(
                List.of(new Effect.CloseLink(link, true)),
                driver.effects.stream()
                        .filter(
                                e ->
                                        e instanceof Effect.CloseLink(var closed, var _)
                                                && closed.equals(link))
                        .toList());
    }

    @Test
    void aPromotionThatIsProvedInTiltIsAnnounced() {
        var driver = group();
        driver.at(R2).obeys = false;
        killMaster(driver);
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        TiltTest.sleepThrough(driver, Duration.ofSeconds(5));
        assertTrue(driver.happened("+tilt"));
        driver.at(R2).info = CoreDriver.master('2');
        driver.advance(Duration.ofSeconds(3));
        assertFalse(driver.happened("-tilt"));
        assertTrue(driver.happened("+switch-master"));
        assertFalse(driver.happened("+slave-reconf-sent"));
    }
}
