package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;

/** A server of another group at an address of ours (guard G5). That nobody orders it is a rule. */
class StrangerScenariosTest {
    private final Simulation sim =
            Simulation.seeded(Long.getLong("vedette.sim.seed", 53))
                    .master("m")
                    .replicas("r1", "r2")
                    .sentinels(3)
                    .quorum(2);

    private boolean isUntouched(String node) {
        var stranger = sim.world.dataNode(node);
        return stranger.isMaster() && stranger.fullSyncs == 0;
    }

    @Test
    void aStrangerAtTheAddressOfAReplicaKeepsItsData() {
        sim.runFor(ofSeconds(15));
        sim.world.dataNode("r2").fullSyncs = 0;
        sim.crash("r2");
        sim.strangerAt("r2");
        sim.runFor(ofMinutes(2));
        sim.expectEvent("s1", "-foreign-instance");
        sim.expectEvent("s2", "-foreign-instance");
        sim.expectEvent("s3", "-foreign-instance");
        sim.crash("m");
        sim.runFor(ofMinutes(2));
        sim.expectMasterSeenBy("s1", "s2", "s3").is("r1");
        assertTrue(isUntouched("r2"), sim.transcript());
    }

    @Test
    void aStrangerAtTheAddressOfTheFormerMasterKeepsItsData() {
        sim.runFor(ofSeconds(15));
        sim.crash("m");
        sim.runFor(ofSeconds(15));
        sim.strangerAt("m");
        sim.runFor(ofMinutes(2));
        sim.expectEvent("-foreign-instance");
        assertTrue(isUntouched("m"), sim.transcript());
    }

    @Test
    void whenTheStrangerIsGoneOurNodeIsAReplicaAgain() {
        sim.runFor(ofSeconds(15));
        sim.crash("r2");
        sim.strangerAt("r2");
        sim.runFor(ofMinutes(1));
        sim.crash("r2");
        sim.world.dataNode("r2").stranger = false;
        sim.restart("r2");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    @Test
    void ownNodesThatLoseTheirDataAreNeverTakenForStrangers() {
        sim.runFor(ofSeconds(15));
        for (var node : new String[] {"r1", "m", "r2"}) {
            sim.crash(node);
            sim.loseData(node);
            sim.runFor(ofSeconds(15));
            sim.restart(node);
            sim.runUntilOneMaster(ofMinutes(2));
        }
        sim.expectNoEvent("-foreign-instance");
    }
}
