package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;
import static dev.vedette.sentinel.core.FailoverGroup.group;
import static dev.vedette.sentinel.core.FailoverGroup.killMaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Guard G12: when a promotion is told, to whom, and whose word of one is followed. */
class AnnouncementTest {
    @Test
    void theSwitchIsAnnouncedBeforeTheSiblingsFollow() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        assertTrue(driver.happened("+switch-master"));
        assertFalse(driver.happened("+failover-end"));
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        assertFalse(driver.view().instance().has(InstanceFlag.FAILOVER_IN_PROGRESS));
        assertEquals(R2, driver.view().instance().address());
        assertEquals(R2, driver.view().clientAddress());
        var saved = driver.core.state().masters().getFirst();
        assertEquals(R2, saved.address());
        assertEquals(List.of(R1, MASTER), saved.replicas());
        assertEquals(1, saved.configEpoch());
        assertTrue(driver.replicaView(R1).instance().has(InstanceFlag.RECONF_SENT));
    }

    @Test
    void aPromotionIsSavedThenSaidToAllOthersThenToSubscribers() {
        var driver = group();
        killMaster(driver);
        int promoted = published(driver, "+promoted-slave");
        int switched = published(driver, "+switch-master");
        assertTrue(driver.effects.get(promoted - 1) instanceof Effect.Persist);
        long hellos =
                driver.effects.subList(promoted, switched).stream()
                        .filter(
                                effect ->
                                        effect instanceof Effect.Send(var _, var request)
                                                && request instanceof Request.PublishHello)
                        .count();
        assertEquals(4, hellos, "to both replicas and both peers");
    }

    private static int published(CoreDriver driver, String event) {
        return driver.effects.indexOf(
                driver.effects.stream()
                        .filter(
                                effect ->
                                        effect instanceof Effect.Publish(var told)
                                                && told.name().equals(event))
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void thePromotedAddressIsToldOnlyAfterTheWrite() {
        var driver = group();
        driver.at(R1).obeys = false;
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(1));
        driver.diskAnswers = false;
        driver.advance(Duration.ofSeconds(1));
        driver.endWrites();
        assertEquals(MASTER, driver.view().clientAddress());
        driver.endWrites();
        assertEquals(R2, driver.view().clientAddress());
    }

    @Test
    void aPromotionIsAnnouncedAtOnceToAllEvenIfTheDiskFails() {
        var driver = group();
        driver.at(R1).obeys = false;
        driver.at(R2).obeys = false;
        killMaster(driver);
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        driver.diskError = Optional.of("No space left on device");
        driver.at(R2).info = CoreDriver.master('2');
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(1));
        assertEquals(R2, driver.view().clientAddress());
        for (var to : List.of(R1, R2, PEER_A_AT, PEER_C_AT)) {
            var hello = driver.sent(to, Request.PublishHello.class).getFirst().hello();
            assertEquals(R2, hello.master());
            assertEquals(1, hello.configEpoch());
        }
    }

    @Test
    void aHigherConfigEpochEndsOurOwnFailover() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        assertTrue(driver.happened("+switch-master"));
        assertFalse(driver.happened("+failover-end"));
        driver.effects.clear();
        helloByPublish(driver, 2, R1, 2);
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        assertEquals(R1, driver.view().instance().address());
        assertTrue(
                driver.events().contains("+switch-master mymaster 127.0.0.1 6381 127.0.0.1 6380"));
    }

    @Test
    void aLaterLeaderThatWentBackToTheOldMasterIsFollowedInTheMiddleOfRepointing() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        driver.effects.clear();
        helloByPublish(driver, 2, MASTER, 2);
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        assertEquals(MASTER, driver.view().instance().address());
        assertEquals(MASTER, driver.view().clientAddress());
        assertEquals(
                List.of(R1, R2),
                driver.view().replicas().stream().map(r -> r.instance().address()).toList());
    }

    @Test
    void aLowerOrEqualConfigEpochChangesNothing() {
        var driver = group();
        killMaster(driver);
        driver.advance(Duration.ofSeconds(2));
        assertEquals(R2, driver.view().instance().address());
        helloByPublish(driver, 1, R1, 1);
        helloByPublish(driver, 1, MASTER, 0);
        assertEquals(R2, driver.view().instance().address());
    }

    private static void helloByPublish(
            CoreDriver driver, long epoch, Address master, long configEpoch) {
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(PEER_A_AT, PEER_A, epoch, "mymaster", master, configEpoch)
                                .encode()));
    }
}
