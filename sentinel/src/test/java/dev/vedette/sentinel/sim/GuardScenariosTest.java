package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.SentinelId;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the guards must survive, with sentinels of ours alone and with those of Redis among them.
 * Two are left of s1, s2, s3 where Redis has a share: who is meant is chosen by name.
 */
class GuardScenariosTest {
    /** Who the three sentinels are. */
    enum Group {
        OURS(3),
        TWO_OF_OURS(2),
        ONE_OF_OURS(1);

        private final int ours;

        Group(int ours) {
            this.ours = ours;
        }

        Simulation simulation(long seed) {
            var sim =
                    Simulation.seeded(Long.getLong("vedette.sim.seed", seed))
                            .master("m")
                            .replicas("r1", "r2")
                            .sentinels(ours)
                            .redisSentinels(3 - ours)
                            .quorum(2);
            sim.runFor(ofSeconds(15));
            sim.expectOneMaster();
            return sim;
        }
    }

    /** Moments of a failover, for sentinels of ours. */
    private static final List<String> MOMENTS =
            List.of(
                    "+sdown",
                    "+odown",
                    "+try-failover",
                    "+elected-leader",
                    "+selected-slave",
                    "+failover-state-wait-promotion",
                    "+promoted-slave",
                    "+switch-master",
                    "+slave-reconf-sent");

    static Stream<String> moments() {
        return MOMENTS.stream();
    }

    /** Redis's demotion and repair take their time: 10 s of INFO, 8 s, failover-timeout. */
    private static void allWellInTheEnd(Simulation sim) {
        sim.world.machines().forEach(Machine::resume);
        sim.world.machines().forEach(Machine::start);
        sim.runUntilOneMaster(ofMinutes(3));
    }

    @ParameterizedTest
    @EnumSource
    void aDeadMasterIsReplacedAndFollowsWhenItReturns(Group group) {
        var sim = group.simulation(61);
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        sim.expectFailovers(1);
        allWellInTheEnd(sim);
        sim.expectFailovers(1);
        sim.expectReplica("m").followsTheMaster();
    }

    @ParameterizedTest
    @EnumSource
    void aMasterThatFlapsEndsAsOneOfOne(Group group) {
        for (long seed = 1; seed <= 5; seed++) {
            var sim = group.simulation(seed);
            for (int i = 0; i < 6; i++) {
                sim.crash("m");
                sim.runFor(ofMillis(300 + 700 * seed));
                sim.restart("m");
                sim.runFor(ofMillis(200 + 400 * i));
            }
            allWellInTheEnd(sim);
        }
    }

    @ParameterizedTest
    @EnumSource
    void clocksThatJumpBothWaysReplaceNobodyThatIsWell(Group group) {
        var sim = group.simulation(62);
        for (var node : sim.world.dataNodes()) {
            node.jumpClock(3_600_000_000L);
            sim.runFor(ofSeconds(7));
            node.jumpClock(-7_200_000_000L);
            sim.runFor(ofSeconds(7));
        }
        sim.world.redisSentinels().forEach(s -> s.jumpClock(-60_000_000));
        sim.runFor(ofSeconds(5));
        sim.world.redisSentinels().forEach(s -> s.jumpClock(60_000_000));
        sim.runFor(ofMinutes(1));
        sim.expectFailovers(0);
        sim.expectOneMaster();
    }

    @ParameterizedTest
    @EnumSource
    void theHelloOfASentinelThatWasRemovedLongAgoChangesNoMaster(Group group) {
        var sim = group.simulation(63);
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        var promoted = sim.master();
        var old =
                new Hello(
                        new Address("10.0.8.1", 26379),
                        new SentinelId("d".repeat(40)),
                        0,
                        Simulation.GROUP,
                        sim.world.machine("m").address,
                        0);
        sim.world.dataNode("r1").publish(old.encode());
        sim.world.dataNode("r2").publish(old.encode());
        sim.runFor(ofSeconds(10));
        assertEquals(promoted, sim.master());
        allWellInTheEnd(sim);
        assertEquals(promoted, sim.master());
    }

    @ParameterizedTest
    @EnumSource
    void aMasterThatReturnsWithLessDataFollows(Group group) {
        var sim = group.simulation(64);
        sim.runFor(ofSeconds(30));
        sim.crash("m");
        sim.world.dataNode("m").disk.loseLatestData();
        sim.runFor(ofSeconds(20));
        allWellInTheEnd(sim);
        sim.expectReplica("m").followsTheMaster();
        sim.expectFailovers(1);
    }

    @ParameterizedTest
    @EnumSource
    void aMasterThatWroteAloneOnItsSideOfACutFollowsOnceItHeals(Group group) {
        var sim = group.simulation(65);
        var others =
                sim.world.machines().stream()
                        .map(m -> m.name)
                        .filter(name -> !name.equals("m"))
                        .toArray(String[]::new);
        sim.network().cut("m").from(others);
        sim.runFor(ofSeconds(60));
        sim.network().heal();
        allWellInTheEnd(sim);
        sim.expectReplica("m").followsTheMaster();
    }

    @ParameterizedTest
    @MethodSource("moments")
    void aResetInEveryStateOfAFailoverDoesNoHarm(String moment) {
        var sim = Group.OURS.simulation(66);
        sim.onNext(moment, name -> sim.ask(name, new OperatorCommand.Reset("*")));
        sim.crash("m");
        sim.runFor(ofSeconds(60));
        allWellInTheEnd(sim);
        assertTrue(sim.failovers() >= 1);
    }

    @ParameterizedTest
    @MethodSource("moments")
    void aMasterThatIsRemovedAndMonitoredInEveryStateOfAFailoverIsFoundAgain(String moment) {
        var sim = Group.OURS.simulation(67);
        var removed = new StringBuilder();
        sim.onNext(
                moment,
                name -> {
                    removed.append(name);
                    sim.ask(name, new OperatorCommand.Remove(Simulation.GROUP));
                });
        sim.crash("m");
        sim.runFor(ofSeconds(5));
        sim.ask(
                removed.toString(),
                new OperatorCommand.Monitor(Simulation.GROUP, sim.world.machine("m").address, 2));
        sim.runFor(ofSeconds(60));
        allWellInTheEnd(sim);
        assertTrue(sim.failovers() >= 1);
    }

    @ParameterizedTest
    @MethodSource("moments")
    void aSentinelWhoseMachineSleptAtAnyMomentUndoesNothingWhenItWakes(String moment) {
        var sim = Group.OURS.simulation(68);
        var sleeper = new StringBuilder();
        sim.onNext(
                moment,
                name -> {
                    sleeper.append(name);
                    sim.pause(name);
                });
        sim.crash("m");
        sim.runFor(ofSeconds(40));
        // Its monotonic clock stood still, so it cannot know by itself that it slept.
        sim.world.sentinel(sleeper.toString()).wakeAfter(38_000_000);
        allWellInTheEnd(sim);
        sim.expectReplica("m").followsTheMaster();
    }

    /** A sentinel in TILT judges nobody, but a promotion that is proven is told (guard G12). */
    @ParameterizedTest
    @EnumSource(
            value = Group.class,
            names = {"OURS", "TWO_OF_OURS"})
    void aLeaderThatFallsIntoTiltBehindSlaveofNoOneDoesNotHideThePromotion(Group group) {
        for (long seed = 1; seed <= 6; seed++) {
            var sim = group.simulation(seed);
            sim.onNext("+failover-state-wait-promotion", sim::pause);
            sim.crash("m");
            sim.runFor(ofSeconds(6));
            sim.world.sentinels().forEach(s -> sim.resume(s.name));
            allWellInTheEnd(sim);
            sim.expectReplica("m").followsTheMaster();
        }
    }

    @ParameterizedTest
    @EnumSource
    void failoversOrderedOnTwoSentinelsAtOnceEndInOneMaster(Group group) {
        for (long seed = 1; seed <= 5; seed++) {
            var sim = group.simulation(seed);
            var sentinels = sim.world.allSentinels();
            sentinels.getFirst().orderFailover(_ -> {});
            sentinels.getLast().orderFailover(_ -> {});
            if (group == Group.OURS) {
                sim.runUntilOneMaster(ofMinutes(1));
            } else {
                // One of Redis takes its epoch without a word: the others settle it.
                sim.runUntilOneMaster(ofMinutes(3));
            }
        }
    }
}
