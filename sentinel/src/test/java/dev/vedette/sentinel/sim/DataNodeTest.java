package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;

/** The model data nodes, without any sentinel. */
class DataNodeTest {
    private final Simulation sim =
            Simulation.seeded(7).master("m").replicas("r1", "r2").sentinels(0);

    @Test
    void replicasCopyTheirMasterAndThenFollowItsWrites() {
        sim.runFor(ofSeconds(10));
        sim.expectReplica("r1").followsTheMaster();
        sim.expectReplica("r2").followsTheMaster();
        assertEquals(1, node("r1").fullSyncs);
        assertTrue(node("m").offset() > 1000);
        assertTrue(node("m").offset() - node("r1").offset() < 500);
        assertEquals(node("m").replicationId(), node("r1").replicationId());
    }

    @Test
    void aReplicaThatWasCutOffForAMomentGoesOnWithoutACopy() {
        sim.runFor(ofSeconds(10));
        sim.network().reset("m", "r1");
        sim.runFor(ofSeconds(3));
        sim.expectReplica("r1").followsTheMaster();
        assertEquals(1, node("r1").fullSyncs);
        assertEquals(1, node("r1").partialSyncs);
    }

    @Test
    void aReplicaThatMissedMoreThanTheBacklogCopiesAgain() {
        sim.runFor(ofSeconds(10));
        sim.crash("r1");
        sim.runFor(ofSeconds(60));
        sim.restart("r1");
        sim.runFor(ofSeconds(5));
        sim.expectReplica("r1").followsTheMaster();
        assertEquals(2, node("r1").fullSyncs);
    }

    @Test
    void aReplicaOfADeadMasterSaysThatItsLinkIsDown() {
        sim.runFor(ofSeconds(10));
        sim.crash("m");
        sim.runFor(ofSeconds(1));
        assertFalse(node("r1").isInSync());
        sim.restart("m");
        sim.runFor(ofSeconds(5));
        sim.expectReplica("r1").followsTheMaster();
    }

    @Test
    void aSilentCutIsNoticedOnlyAfterTheReplicationTimeout() {
        sim.runFor(ofSeconds(10));
        sim.network().cut("m").from("r1");
        sim.runFor(ofSeconds(50));
        assertTrue(node("r1").isInSync(), "nobody told it");
        sim.runFor(ofSeconds(15));
        assertFalse(node("r1").isInSync());
    }

    @Test
    void aMasterThatStoppedTakesConnectionsButAnswersNothingUntilItContinues() {
        sim.runFor(ofSeconds(10));
        sim.crash("r1");
        sim.pause("m");
        sim.restart("r1");
        sim.runFor(ofSeconds(5));
        assertFalse(node("r1").isInSync());
        sim.resume("m");
        sim.runFor(ofMillis(1500));
        sim.expectReplica("r1").followsTheMaster();
    }

    private DataNode node(String name) {
        return sim.world.dataNode(name);
    }
}
