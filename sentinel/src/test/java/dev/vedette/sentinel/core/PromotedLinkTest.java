package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

/** What becomes of the link to a replica when that replica becomes the master. */
class PromotedLinkTest {
    private static LinkId command(CoreDriver driver) {
        return driver.link(R2, LinkSpec.Kind.COMMAND);
    }

    private static boolean opened(CoreDriver driver) {
        return driver.effects.stream()
                .anyMatch(
                        effect ->
                                effect instanceof Effect.OpenLink open
                                        && open.spec().target().equals(R2));
    }

    /** Another sentinel led, and tells of it. */
    private static void othersPromoteR2(CoreDriver driver) {
        driver.effects.clear();
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(PEER_A_AT, PEER_A, 1, "mymaster", R2, 1).encode()));
        assertTrue(driver.happened("+switch-master"));
    }

    private static void assertIsMasterAndConnected(CoreDriver driver) {
        var master = driver.view().instance();
        assertEquals(R2, master.address());
        assertFalse(master.has(InstanceFlag.DISCONNECTED));
        assertFalse(opened(driver));
        driver.at(R2).info = CoreDriver.master('2', R1);
        driver.advance(DOWN_AFTER.multipliedBy(4));
        assertFalse(driver.happened("+sdown"), driver.events()::toString);
        assertEquals(InstanceInfo.Role.MASTER, driver.view().roleReported());
        assertEquals(Optional.of("2".repeat(40)), driver.view().instance().runId());
    }

    @Test
    void whoLedTheFailoverKeepsTheLinkToTheNewMaster() {
        var driver = CoreDriver.group(2);
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        var link = command(driver);
        driver.effects.clear();
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofMillis(200));
        assertTrue(driver.happened("+switch-master"), driver.events()::toString);
        assertEquals(link, command(driver));
        assertIsMasterAndConnected(driver);
    }

    @Test
    void whoOnlyHearsOfAFailoverKeepsTheLinkToTheNewMaster() {
        var driver = CoreDriver.group(2);
        var link = command(driver);
        othersPromoteR2(driver);
        assertEquals(link, command(driver));
        assertIsMasterAndConnected(driver);
    }

    @Test
    void whatWasAskedOfAReplicaIsNoWordOfTheMasterThatItHasBecome() {
        var driver = CoreDriver.group(2);
        driver.at(R2).tells = false;
        driver.advance(Duration.ofSeconds(10));
        othersPromoteR2(driver);
        driver.step(
                new Input.InfoAnswered(command(driver), Optional.of(CoreDriver.replica('2', 200))));
        driver.step(new Input.WakeUp());
        assertFalse(driver.happened("+role-change"), driver.events()::toString);
        assertEquals(InstanceInfo.Role.MASTER, driver.view().roleReported());
        assertEquals(Optional.empty(), driver.view().instance().runId());
    }

    @Test
    void aNewMasterIsAskedForItsInfoAtOnce() {
        var driver = CoreDriver.group(2);
        driver.advance(Duration.ofSeconds(2));
        othersPromoteR2(driver);
        assertEquals(1, driver.sent(R2, Request.Info.class).size());
    }

    /** Else the histories of its data were not known before the next INFO (seed 529139). */
    @Test
    void aMasterWhoseInfoWasAskedOfTheReplicaIsAskedAgainAtOnce() {
        var driver = CoreDriver.group(2);
        driver.at(R2).tells = false;
        driver.advance(Duration.ofSeconds(10));
        othersPromoteR2(driver);
        driver.effects.clear();
        driver.step(
                new Input.InfoAnswered(command(driver), Optional.of(CoreDriver.replica('2', 200))));
        assertEquals(1, driver.sent(R2, Request.Info.class).size());
    }

    @Test
    void aRefusedOrderToAReplicaIsNotRepeatedToTheMasterThatItHasBecome() {
        var driver = CoreDriver.group(2);
        driver.at(R2).answers = false;
        driver.at(R2).info = CoreDriver.following(driver.at(R2).info, R1, true);
        othersPromoteR2(driver);
        driver.step(
                new Input.ReplicaOfAnswered(
                        command(driver),
                        Optional.of("EXECABORT NOPERM"),
                        Optional.of(new Input.Discarded("config", "NOPERM"))));
        assertEquals(0, driver.sent(R2, Request.ReplicaOfAlone.class).size());
    }

    /** Guard G10: what it was silent for as a replica says nothing of the master. */
    @Test
    void theSilenceOfAPromotedReplicaCountsAnew() {
        var driver = CoreDriver.group(2);
        driver.at(R2).answers = false;
        driver.advance(Duration.ofMillis(1900));
        assertFalse(driver.view().instance().lastPingSent().isPositive());
        assertTrue(driver.replicaView(R2).instance().lastPingSent().isPositive());
        othersPromoteR2(driver);
        driver.advance(DOWN_AFTER.minusMillis(1));
        assertFalse(driver.happened("+sdown"), driver.events()::toString);
        driver.advance(Duration.ofMillis(1));
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void aLinkOnWhichNothingWasHeardForAWhileIsNotKept() {
        var driver = CoreDriver.group(2);
        driver.at(R2).answers = false;
        driver.advance(Duration.ofMillis(2100));
        var link = command(driver);
        othersPromoteR2(driver);
        assertNotEquals(link, command(driver));
    }

    @Test
    void aLinkThatIsLostIsNotKeptAndAnotherOneIsOpenedAtOnce() {
        var driver = CoreDriver.group(2);
        driver.kill(R2);
        driver.revive(R2);
        othersPromoteR2(driver);
        assertTrue(opened(driver));
        assertFalse(driver.view().instance().has(InstanceFlag.DISCONNECTED));
    }

    /** node-redis sleeps for a second when its first look behind the switch shows that flag. */
    @Test
    void aNewMasterThatSentItsClientsAwayIsNotShownAsDisconnectedWhileWeConnectAgain() {
        var driver = CoreDriver.group(2);
        driver.at(R2).swallowsConnections = true;
        for (var kind : LinkSpec.Kind.values()) {
            var lost = driver.link(R2, kind);
            driver.links.remove(lost);
            driver.step(
                    new Input.LinkClosed(lost, Input.LinkClosed.Cause.CLOSED_BY_PEER, "closed"));
        }
        othersPromoteR2(driver);
        assertEquals(R2, driver.view().instance().address());
        assertFalse(driver.view().instance().has(InstanceFlag.DISCONNECTED));
    }

    @Test
    void aMasterThatComesBackGetsALinkOfItsOwn() {
        var driver = CoreDriver.group(2);
        var old = driver.link(MASTER, LinkSpec.Kind.COMMAND);
        othersPromoteR2(driver);
        assertNotEquals(old, driver.link(MASTER, LinkSpec.Kind.COMMAND));
        assertFalse(driver.replicaView(MASTER).instance().has(InstanceFlag.DISCONNECTED));
    }
}
