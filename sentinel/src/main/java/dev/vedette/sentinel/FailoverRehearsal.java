package dev.vedette.sentinel;

import dev.vedette.sentinel.sim.Simulation;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Failovers in memory, soon after the start. A sentinel leads one in a year, and in a JVM the first
 * one would take three times as long as the tenth, because none of its code is compiled. So the
 * simulator, which has the production core in it, plays some: a third of a second of CPU, once.
 */
final class FailoverRehearsal {
    private static final Logger log = LoggerFactory.getLogger(FailoverRehearsal.class);

    /** The first second belongs to connections. */
    private static final Duration DELAY = Duration.ofSeconds(1);

    /** Three sentinels in each: enough for the compiler, which begins at 200 calls. */
    private static final int ROUNDS = 4;

    private static final Duration DOWN_AFTER = Duration.ofSeconds(1);
    private static final Duration SETTLING = Duration.ofSeconds(12);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private FailoverRehearsal() {}

    /** Begins in a moment, on a thread of its own, and returns at once. */
    static void start() {
        Thread.ofPlatform().daemon().name("failover-rehearsal").start(FailoverRehearsal::run);
    }

    private static void run() {
        try {
            TimeUnit.NANOSECONDS.sleep(DELAY.toNanos());
            long begin = System.nanoTime();
            int failovers = rehearse();
            log.debug(
                    "failovers rehearsed count={} ms={}",
                    failovers,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | AssertionError broken) {
            // A model that breaks a rule here would do so in each build: it is no reason to end.
            log.warn("failovers not rehearsed cause=\"{}\"", broken.toString());
        }
    }

    /** Returns how many there were. */
    static int rehearse() {
        var sim =
                Simulation.seeded(1)
                        .master("m")
                        .replicas("r1", "r2")
                        .sentinels(3)
                        .quorum(2)
                        .downAfter(DOWN_AFTER)
                        .failoverTimeout(Duration.ofSeconds(10));
        sim.runFor(SETTLING);
        for (int round = 0; round < ROUNDS; round++) {
            var killed = sim.master();
            sim.crash(killed);
            sim.runFor(DOWN_AFTER.multipliedBy(2));
            sim.restart(killed);
            sim.runUntilOneMaster(LONGEST);

            var hanging = sim.master();
            sim.pause(hanging);
            sim.runFor(DOWN_AFTER.multipliedBy(2));
            sim.resume(hanging);
            sim.runUntilOneMaster(LONGEST);

            sim.failover("s1");
            sim.runFor(DOWN_AFTER);
            sim.runUntilOneMaster(LONGEST);
        }
        return sim.failovers();
    }
}
