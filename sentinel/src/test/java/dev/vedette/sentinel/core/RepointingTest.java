package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.FAILOVER_TIMEOUT;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;
import static dev.vedette.sentinel.core.FailoverGroup.M;
import static dev.vedette.sentinel.core.FailoverGroup.N1;
import static dev.vedette.sentinel.core.FailoverGroup.S2;
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
 * Who is told to follow the new master, when, and what ends a failover behind its switch (guard
 * G15).
 */
class RepointingTest {
    @Test
    void replicasAreRepointedParallelSyncsAtATime() {
        var driver = withFourReplicas(1);
        assertEquals(1, followers(driver, 6380, 6382, 6383));
        var two = withFourReplicas(2);
        assertEquals(2, followers(two, 6380, 6382, 6383));
    }

    private static CoreDriver withFourReplicas(int parallelSyncs) {
        var driver = group(CoreDriver.options().toBuilder().parallelSyncs(parallelSyncs).build());
        for (int port : List.of(6382, 6383)) {
            driver.at(CoreDriver.address(port)).info = CoreDriver.replica('9', 50);
        }
        driver.at(MASTER).info =
                CoreDriver.master('m', R1, R2, CoreDriver.address(6382), CoreDriver.address(6383));
        driver.advance(Duration.ofSeconds(10));
        for (int port : List.of(6380, 6382, 6383)) {
            driver.at(CoreDriver.address(port)).obeys = false;
        }
        killMaster(driver);
        assertTrue(driver.happened("+switch-master"));
        assertFalse(driver.happened("+failover-end"));
        return driver;
    }

    private static int followers(CoreDriver driver, int... ports) {
        int sum = 0;
        for (int port : ports) {
            sum += driver.sent(CoreDriver.address(port), Request.ReplicaOf.class).size();
        }
        return sum;
    }

    @Test
    void aReplicaThatDoesNotMoveForTenSecondsCountsAsDone() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        driver.advance(Duration.ofSeconds(11));
        assertTrue(driver.events().contains("-slave-reconf-sent-timeout " + N1));
        assertTrue(driver.happened("+failover-end"));
    }

    @Test
    void aReplicaThatIsDownIsNotWaitedFor() {
        var driver = group();
        driver.kill(R1);
        killMaster(driver);
        assertTrue(driver.happened("+failover-end"));
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOf.class));
    }

    @Test
    void repointingThatTakesTooLongEndsWithOneLastOrder() {
        var driver = withFourReplicas(1);
        // One is in progress for ever, so the others never get their turn.
        driver.at(R1).info = CoreDriver.following(driver.at(R1).info, R2, false);
        driver.advance(FAILOVER_TIMEOUT);
        var names = driver.eventNames();
        int timeout = names.indexOf("+failover-end-for-timeout");
        assertTrue(timeout > 0);
        assertEquals("+failover-end", names.get(timeout + 1));
        assertEquals("+slave-reconf-sent-be", names.get(timeout + 2));
        assertEquals("+slave-reconf-sent-be", names.get(timeout + 3));
        assertTrue(names.indexOf("+switch-master") < timeout);
        assertEquals(1, followers(driver, 6382));
        assertEquals(1, followers(driver, 6383));
    }

    private static Answer.MasterDown noOpinion() {
        return new Answer.MasterDown(false, Optional.empty(), 0);
    }

    @Test
    void theEndWaitsForAPromotedReplicaThatIsDown() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        driver.at(PEER_A_AT).opinion = asked -> noOpinion();
        driver.at(PEER_C_AT).opinion = asked -> noOpinion();
        driver.kill(R2);
        driver.advance(FAILOVER_TIMEOUT.plusSeconds(10));
        assertFalse(driver.happened("+failover-end"));
        driver.revive(R2);
        driver.advance(Duration.ofSeconds(2));
        assertTrue(driver.happened("+failover-end-for-timeout"));
    }

    @Test
    void aNewerFailoverCancelsTheRepointing() {
        var driver = withFourReplicas(1);
        driver.kill(R2);
        driver.at(R1).obeys = true;
        driver.at(CoreDriver.address(6382)).obeys = true;
        driver.at(CoreDriver.address(6383)).obeys = true;
        driver.advance(FAILOVER_TIMEOUT.plus(DOWN_AFTER));
        assertFalse(driver.events().contains("+failover-end " + M));
        assertTrue(
                driver.events().contains("+failover-end master mymaster 127.0.0.1 6381"),
                () -> driver.events().toString());
    }

    @Test
    void aRefusedTransactionIsFollowedBySlaveofAlone() {
        var driver = group();
        var refusal = new Input.Discarded("CONFIG", "NOPERM no permissions");
        driver.at(R1).discards = Optional.of(refusal);
        driver.at(R2).discards = Optional.of(refusal);
        killMaster(driver);
        driver.advance(Duration.ofSeconds(2));
        assertTrue(
                driver.events()
                        .contains("+slaveof-alone " + S2 + " #CONFIG: NOPERM no permissions"));
        assertTrue(driver.happened("+switch-master"));
        assertTrue(driver.events().contains("+slave-reconf-done " + N1));
        assertEquals(
                List.of(new Request.ReplicaOfAlone(Optional.empty())),
                driver.sent(R2, Request.ReplicaOfAlone.class));
    }

    /** Seed 108602: the refusal came when the new master was down itself. */
    @Test
    void aRefusalThatComesWhenTheMasterIsDownIsNotFollowedByAnOrder() {
        var driver = group();
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(100));
        driver.at(R1).answers = false;
        for (int i = 0; i < 200 && !driver.happened("+slave-reconf-sent"); i++) {
            driver.advance(Duration.ofMillis(10));
        }
        driver.at(R1).answers = true;
        driver.kill(R2);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        assertTrue(
                driver.events().contains("+sdown master mymaster 127.0.0.1 6381"),
                driver.events()::toString);
        driver.step(
                new Input.ReplicaOfAnswered(
                        driver.link(R1, LinkSpec.Kind.COMMAND),
                        Optional.of("EXECABORT"),
                        Optional.of(new Input.Discarded("CONFIG", "NOPERM"))));
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOfAlone.class));
        assertFalse(driver.happened("+slaveof-alone"));
    }

    /** Seeds 311260 and 377468: it had waited for a disk while the new master came back. */
    @Test
    void anOrderThatWaitedUntilItsMasterFollowsSomebodyDoesNotLeave() {
        var driver = group();
        killMaster(driver);
        var order = driver.sent(R1, Request.ReplicaOf.class).getFirst();
        var link = driver.link(R1, LinkSpec.Kind.COMMAND);
        assertEquals(new Request.ReplicaOf(Optional.of(R2)), order);
        assertTrue(driver.core.mayLeave(link, order, driver.now));
        driver.at(R2).info = CoreDriver.following(CoreDriver.master('2'), R1, true);
        driver.advance(Duration.ofSeconds(11));
        assertFalse(driver.core.mayLeave(link, order, driver.now));
        assertFalse(
                driver.core.mayLeave(link, new Request.ReplicaOfAlone(order.master()), driver.now));
    }

    @Test
    void anOrderThatWaitedUntilAnotherIsTheMasterDoesNotLeave() {
        var driver = group();
        killMaster(driver);
        var link = driver.link(R1, LinkSpec.Kind.COMMAND);
        assertFalse(
                driver.core.mayLeave(link, new Request.ReplicaOf(Optional.of(MASTER)), driver.now));
    }

    /** Seed 922639: behind a switch the links to all replicas are new ones. */
    @Test
    void anOrderDoesNotLeaveOnALinkThatWasGivenUp() {
        var driver = group();
        killMaster(driver);
        var link = driver.link(R1, LinkSpec.Kind.COMMAND);
        var order = new Request.ReplicaOf(Optional.of(R2));
        assertTrue(driver.core.mayLeave(link, order, driver.now));
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(PEER_A_AT, PEER_A, 9, "mymaster", MASTER, 9).encode()));
        assertEquals(MASTER, driver.view().clientAddress());
        assertFalse(driver.core.mayLeave(link, order, driver.now));
    }

    @Test
    void nobodyIsPointedAtANewMasterThatIsDown() {
        var driver = withFourReplicas(1);
        driver.at(PEER_A_AT).opinion = asked -> noOpinion();
        driver.at(PEER_C_AT).opinion = asked -> noOpinion();
        driver.kill(R2);
        driver.advance(Duration.ofSeconds(20));
        assertEquals(1, followers(driver, 6380, 6382, 6383));
        driver.revive(R2);
        driver.advance(Duration.ofSeconds(2));
        assertEquals(2, followers(driver, 6380, 6382, 6383));
    }

    /** A NAT, or a conf that names localhost: one process is master and replica of itself. */
    @Test
    void nobodyIsPointedAtANewMasterThatFollowsSomebody() {
        var driver = withFourReplicas(1);
        driver.ask(new OperatorCommand.Debug(List.of("slave-reconf-timeout", "15000")));
        driver.at(R2).info = CoreDriver.following(CoreDriver.master('2'), R1, true);
        driver.advance(Duration.ofSeconds(25));
        assertEquals(1, followers(driver, 6380, 6382, 6383));
        driver.at(R2).info = CoreDriver.master('2');
        driver.advance(Duration.ofSeconds(11));
        assertEquals(2, followers(driver, 6380, 6382, 6383));
    }

    @Test
    void theMasterUnderAnotherAddressIsNotToldToFollowItself() {
        var driver = group();
        driver.at(R1).info = CoreDriver.master('m');
        driver.advance(Duration.ofSeconds(40));
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOf.class));
    }

    @Test
    void theReturningMasterIsConvertedAfterFourHelloPeriods() {
        var driver = group();
        killMaster(driver);
        driver.advance(Duration.ofSeconds(3));
        driver.revive(MASTER);
        driver.at(MASTER).info = CoreDriver.master('m');
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(8));
        assertEquals(List.of(), driver.sent(MASTER, Request.ReplicaOf.class));
        driver.advance(Duration.ofSeconds(12));
        assertEquals(
                List.of(new Request.ReplicaOf(Optional.of(R2))),
                driver.sent(MASTER, Request.ReplicaOf.class));
        assertTrue(driver.happened("+convert-to-slave"));
        driver.advance(Duration.ofSeconds(10));
        assertTrue(driver.happened("+role-change"));
    }
}
