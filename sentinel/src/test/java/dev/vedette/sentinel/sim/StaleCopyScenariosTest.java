package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.vedette.sentinel.core.Ancestry;
import dev.vedette.sentinel.core.SentinelState;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The master fails, then its successor; what comes back first has the older data. */
class StaleCopyScenariosTest {
    private final Simulation sim =
            Simulation.seeded(Long.getLong("vedette.sim.seed", 47))
                    .master("m")
                    .replicas("r1")
                    .sentinels(3)
                    .quorum(2);

    private void theSuccessorIsTheMaster() {
        sim.runFor(ofSeconds(30));
        sim.crash("m");
        sim.runFor(ofSeconds(15));
        allName("r1");
    }

    private void allName(String master) {
        sim.expectMasterSeenBy("s1", "s2", "s3").is(master);
    }

    private void theOtherReturnsAndAllName(String master) {
        sim.restart("r1");
        sim.runUntilOneMaster(ofMinutes(2));
        allName(master);
    }

    private void itIsRefused() {
        allName("r1");
        assertTrue(
                sim.events().stream()
                        .filter(e -> e.event().name().equals("-failover-abort-reason"))
                        .anyMatch(e -> e.event().payload().contains("10.0.0.1 6379 stale-copy")),
                sim.transcript());
    }

    @Test
    void aFormerMasterThatComesBackAfterItsSuccessorDiedIsNotPromoted() {
        theSuccessorIsTheMaster();
        sim.crash("r1");
        sim.restart("m");
        sim.runFor(ofMinutes(3));
        itIsRefused();
        theOtherReturnsAndAllName("r1");
    }

    @Test
    void norIsOneThatLostItsData() {
        theSuccessorIsTheMaster();
        sim.crash("r1");
        sim.loseData("m");
        sim.restart("m");
        sim.runFor(ofMinutes(3));
        itIsRefused();
    }

    @Test
    void norIsOneThatWasOrderedToFollowTheSuccessorAndNeverReachedIt() {
        theSuccessorIsTheMaster();
        sim.network().cut("m").from("r1");
        sim.restart("m");
        sim.runFor(ofSeconds(30));
        assertTrue(sim.world.dataNode("m").master().isPresent(), "it has its order");
        sim.crash("r1");
        sim.runFor(ofMinutes(3));
        itIsRefused();
    }

    /** The first rule of all guards: what Redis would do is not prevented for longer. */
    @Test
    void aSiblingThatHadNotReachedTheSuccessorIsPromotedWhenThatOneDies() {
        var three =
                Simulation.seeded(Long.getLong("vedette.sim.seed", 47))
                        .master("m")
                        .replicas("r1", "r2")
                        .priority("r1", 10)
                        .sentinels(3)
                        .quorum(2);
        three.runFor(ofSeconds(30));
        three.network().cut("r1").from("r2");
        three.crash("m");
        three.runFor(ofSeconds(4));
        three.expectMasterSeenBy("s1", "s2", "s3").is("r1");
        three.crash("r1");
        three.runFor(ofSeconds(40));
        three.expectMasterSeenBy("s1", "s2", "s3").is("r2");
        three.network().heal();
        three.restart("r1");
        three.restart("m");
        three.runUntilOneMaster(ofMinutes(2));
        three.expectMasterSeenBy("s1", "s2", "s3").is("r2");
    }

    @Test
    void aFormerMasterThatWasInSyncWithItsSuccessorIsPromoted() {
        theSuccessorIsTheMaster();
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
        sim.runFor(ofSeconds(12));
        sim.crash("r1");
        sim.runFor(ofSeconds(60));
        allName("m");
    }

    @Test
    void anOperatorMayPromoteTheOlderCopy() {
        theSuccessorIsTheMaster();
        sim.crash("r1");
        sim.restart("m");
        sim.runFor(ofMinutes(1));
        sim.failover("s1");
        sim.runFor(ofSeconds(30));
        allName("m");
        theOtherReturnsAndAllName("m");
    }

    private void allSentinelsRestart(Consumer<String> meanwhile) {
        for (var sentinel : List.of("s1", "s2", "s3")) {
            sim.crash(sentinel);
            meanwhile.accept(sentinel);
            sim.restart(sentinel);
        }
    }

    /** A power cut takes the successor and all sentinels, and the former master is back first. */
    @Test
    void aFormerMasterIsNotPromotedByRestartedSentinelsEither() {
        theSuccessorIsTheMaster();
        sim.runFor(ofSeconds(12));
        sim.crash("r1");
        allSentinelsRestart(_ -> {});
        sim.restart("m");
        sim.runFor(ofMinutes(3));
        itIsRefused();
        theOtherReturnsAndAllName("r1");
    }

    @Test
    void sentinelsThatOnlyHaveTheConfKeepTheRuleOfRedis() {
        theSuccessorIsTheMaster();
        sim.crash("r1");
        allSentinelsRestart(
                name -> {
                    var kept = sim.world.sentinel(name).disk.durable();
                    sim.restoreConf(
                            name,
                            new SentinelState(
                                    kept.myId(),
                                    kept.currentEpoch(),
                                    kept.options(),
                                    kept.masters().stream()
                                            .map(master -> master.with(Ancestry.UNKNOWN))
                                            .toList()));
                });
        sim.restart("m");
        sim.runFor(ofMinutes(3));
        allName("m");
    }

    /**
     * A conf that was not rewritten made the master a replica of its successor of old: seed 795
     * stood still for ever, because the only master there was "lacked" what nobody has any more.
     */
    @Test
    void whatTheMasterWroteIsLackedByNobodyOnceItCopiedAnothersData() {
        theSuccessorIsTheMaster();
        sim.crash("r1");
        sim.world.dataNode("r1").disk.replaceConf(Optional.of(sim.world.dataNode("m").address));
        sim.restart("m");
        sim.restart("r1");
        sim.runUntilOneMaster(ofMinutes(3));
        allName("m");
    }
}
