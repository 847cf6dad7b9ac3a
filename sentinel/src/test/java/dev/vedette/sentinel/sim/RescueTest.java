package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.SentinelId;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What sentinels of Redis leave to an operator, and what they do not. */
class RescueTest {
    private static final long AN_HOUR_BACK = -3_600_000_000L;
    private static final Duration DOWN_AFTER = ofSeconds(1);
    private static final Duration FAILOVER_TIMEOUT = ofSeconds(10);

    private static Simulation group(int ours, int redis) {
        var sim =
                Simulation.seeded(Long.getLong("vedette.sim.seed", 5))
                        .master("m")
                        .replicas("r1", "r2")
                        .sentinels(ours)
                        .redisSentinels(redis)
                        .quorum(2)
                        .downAfter(DOWN_AFTER)
                        .failoverTimeout(FAILOVER_TIMEOUT);
        sim.runFor(ofSeconds(15));
        sim.expectOneMaster();
        return sim;
    }

    /** Seeds 213277 and 385289: the model took times before the begin for none. */
    @Test
    void aSentinelOfRedisThatStartsWithAClockHoursBackDemotesAsEver() {
        var sim = group(2, 1);
        sim.world.redisSentinels().forEach(s -> s.jumpClock(AN_HOUR_BACK));
        sim.crash("x1");
        sim.restart("x1");
        sim.pause("s1");
        sim.pause("s2");
        sim.world.dataNode("r1").follow(Optional.empty());
        sim.runFor(ofSeconds(30));
        sim.expectReplica("r1").followsTheMaster();
    }

    /** Seed 417242. */
    @Test
    void whereTheClocksOfMostWereSetBackADeadMasterIsReplacedOnceAnOperatorRestartsThem() {
        var sim = group(1, 2);
        sim.world.redisSentinels().forEach(s -> s.jumpClock(AN_HOUR_BACK));
        sim.runFor(ofSeconds(40));
        sim.crash("m");
        var recovery = new Recovery(sim, DOWN_AFTER, FAILOVER_TIMEOUT);
        assertTrue(recovery.comes(() -> sim.failovers() > 0));
        assertEquals(Map.of(Rescue.CLOCK_SET_BACK, 2), recovery.rescues());
    }

    /** Seed 668491. */
    @Test
    void aReplicaThatWaitsForASilentMasterByAClockSetBackIsRestartedByAnOperator() {
        var sim = group(2, 1);
        var replica = sim.world.dataNode("r1");
        sim.pause("m");
        replica.follow(replica.master());
        sim.runFor(ofMillis(50));
        replica.jumpClock(AN_HOUR_BACK);
        sim.powerOff("m");
        sim.restart("m");
        var recovery = new Recovery(sim, DOWN_AFTER, FAILOVER_TIMEOUT);
        assertTrue(recovery.comes(replica::isInSync));
        assertEquals(Map.of(Rescue.CLOCK_SET_BACK, 1), recovery.rescues());
    }

    /** Seeds 219527 and 257014. */
    @Test
    void whatTwoOfRedisDisagreeAboutIsSettledByOneOfOursOnceItForgetsWhoIsGone() {
        var sim = group(1, 2);
        var gone = new SentinelId("9".repeat(SentinelId.CHARS));
        var hello =
                new Hello(
                        new Address("10.0.8.1", 26379),
                        gone,
                        0,
                        Simulation.GROUP,
                        sim.world.machine("m").address,
                        0);
        sim.world.dataNode("m").publish(hello.encode());
        sim.runFor(ofSeconds(3));
        sim.network().cut("m", "r1", "s1", "x1").from("r2", "x2");
        sim.world.redisSentinels().forEach(s -> s.orderFailover(_ -> {}));
        sim.runFor(ofSeconds(20));
        sim.network().heal();
        var recovery = new Recovery(sim, DOWN_AFTER, FAILOVER_TIMEOUT);
        recovery.await(ofSeconds(15));
        assertEquals(1, recovery.rescues().get(Rescue.GONE_SENTINEL), recovery.rescues()::toString);
    }
}
