package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** What users of Redis Sentinel complained about: detection, and the time that a failover takes. */
class UsersAskScenariosTest {
    private static final Duration DOWN_AFTER = ofSeconds(2);
    private static final Duration PING_PERIOD = ofSeconds(1);

    private static Simulation group(long seed) {
        var sim =
                Simulation.seeded(Long.getLong("vedette.sim.seed", seed))
                        .master("m")
                        .replicas("r1", "r2")
                        .sentinels(3)
                        .quorum(2)
                        .downAfter(DOWN_AFTER);
        sim.runFor(ofSeconds(13));
        return sim;
    }

    /** By itself, or because another has replaced the master meanwhile. */
    private static boolean knowsOfIt(Simulation sim, String sentinel) {
        return sim.has(sentinel, "+sdown") || sim.has(sentinel, "+switch-master");
    }

    private static boolean allSaid(Simulation sim, String event, List<String> names) {
        return names.stream().allMatch(name -> sim.has(name, event));
    }

    /** redis/redis#2819: overdue INFOs crowd out the PINGs, and it takes a quarter of an hour. */
    @Test
    void aHostThatVanishesAtAnyPhaseOfTheInfoCycleIsDownInTime() {
        var all = List.of("s1", "s2", "s3");
        for (int phase = 0; phase < 20; phase++) {
            var sim = group(71);
            sim.runFor(ofMillis(phase * 517L));
            sim.powerOff("m");
            assertTrue(
                    sim.runUntil(
                            DOWN_AFTER.plus(PING_PERIOD).plusMillis(20),
                            () -> all.stream().allMatch(name -> knowsOfIt(sim, name))),
                    "phase " + phase + "\n" + sim.transcript());
        }
    }

    /** redis/redis#4856: one sentinel sees the cut at once, the other after sixteen minutes. */
    @Test
    void theSurvivorsOfACutAroundTheMastersBoxAgreeWithinDownAfterAndASecond() {
        for (long seed = 1; seed <= 10; seed++) {
            var sim = group(seed);
            sim.runFor(ofMillis(seed * 331));
            sim.network().cut("m", "s1").from("r1", "r2", "s2", "s3");
            assertTrue(
                    sim.runUntil(
                            DOWN_AFTER.plus(PING_PERIOD),
                            () ->
                                    allSaid(sim, "+sdown", List.of("s2", "s3"))
                                            && (sim.has("s2", "+odown")
                                                    || sim.has("s3", "+odown"))),
                    "seed " + seed + "\n" + sim.transcript());
        }
    }

    /** redis/redis#2518: a lost first vote costs minutes. */
    @Test
    void aSplitVoteIsRepeatedWithinHalfASecond() {
        var sim = Simulation.seeded(43).master("m").replicas("r1", "r2").sentinels(3).quorum(1);
        sim.runFor(ofSeconds(15));
        sim.crash("m");
        sim.network().cut("s1").from("s2", "s3");
        sim.network().cut("s2").from("s3");
        assertTrue(
                sim.runUntil(
                        ofSeconds(10),
                        () -> allSaid(sim, "+try-failover", List.of("s1", "s2", "s3"))));
        sim.network().heal();
        // TCP takes up to a second to send again what the cut held up.
        assertTrue(
                sim.runUntil(
                        ofMillis(1_500),
                        () ->
                                Stream.of("s1", "s2", "s3")
                                        .anyMatch(n -> sim.has(n, "+elected-leader"))),
                sim.transcript());
    }

    /** redis/redis#4723: the sentinels had long lost each other, and nobody noticed. */
    @Test
    void aLostQuorumIsSaidBeforeAnyMasterFails() {
        var sim = group(72);
        sim.crash("s2");
        sim.crash("s3");
        assertTrue(
                sim.runUntil(
                        DOWN_AFTER.multipliedBy(2).plusMillis(100),
                        () -> sim.has("s1", "+quorum-lost")),
                sim.transcript());
    }

    /** redis/redis#2615: the leader waits for the last replica, which may never come. */
    @Test
    void aReplicaThatNeverFollowsHoldsNoAnnouncementUp() {
        var sim = group(73);
        sim.priority("r2", 0);
        sim.runFor(ofSeconds(11));
        sim.pause("r2");
        sim.crash("m");
        assertTrue(
                sim.runUntil(
                        DOWN_AFTER.plusSeconds(1),
                        () -> allSaid(sim, "+switch-master", List.of("s1", "s2", "s3"))),
                sim.transcript());
        sim.expectMasterSeenBy("s1", "s2", "s3").is("r1");
    }

    /** redis/redis#1309: the new master dies right after its promotion, and that is the end. */
    @Test
    void aNewMasterThatDiesAtAnyMomentIsReplacedToo() {
        for (int after = 0; after <= 5_000; after += 250) {
            var sim = group(74);
            sim.crash("m");
            assertTrue(sim.runUntil(ofSeconds(5), () -> sim.failovers() == 1));
            sim.runFor(ofMillis(after));
            var promoted =
                    sim.world.dataNodes().stream()
                            .filter(n -> n.isAlive() && n.isMaster())
                            .map(n -> n.name)
                            .findFirst();
            promoted.ifPresent(sim::crash);
            var last = promoted.map(n -> n.equals("r1") ? "r2" : "r1");
            sim.runFor(ofSeconds(60));
            if (last.isPresent()) {
                assertEquals(last.get(), sim.master(), "after " + after + " ms");
            }
            sim.world.machines().forEach(Machine::start);
            sim.runUntilOneMaster(ofMinutes(2));
        }
    }

    /** redis/redis#13658: after a power cut one sentinel believes in another master. */
    @Test
    void whateverStartsFirstAfterAPowerCutAllNameOneMasterWithinSecondsOfTheLast() {
        for (long seed = 1; seed <= 8; seed++) {
            var sim = group(seed);
            sim.crash("m");
            sim.runFor(ofSeconds(10));
            var machines = sim.world.machines();
            machines.forEach(Machine::powerOff);
            sim.runFor(ofSeconds(10));
            var order = new ArrayList<>(machines);
            Collections.rotate(order, (int) seed);
            for (var machine : order) {
                machine.start();
                sim.runFor(ofMillis(200));
            }
            sim.runUntil(ofSeconds(5), () -> false);
            sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
            sim.runUntilOneMaster(ofMinutes(1));
        }
    }
}
