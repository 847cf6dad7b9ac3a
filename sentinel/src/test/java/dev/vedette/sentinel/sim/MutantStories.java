package dev.vedette.sentinel.sim;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.util.stream.Stream;

/** What happens to a deployment in {@link MutantsTest}, and how it must end. */
final class MutantStories {
    private MutantStories() {}

    private static Simulation group(Simulation sim) {
        sim.master("m").replicas("r1", "r2").sentinels(3).quorum(2);
        sim.runFor(ofSeconds(13));
        return sim;
    }

    private static boolean switchedWithin(Simulation sim, long millis) {
        return sim.runUntil(
                ofMillis(millis),
                () ->
                        Stream.of("s1", "s2", "s3")
                                .allMatch(name -> sim.has(name, "+switch-master")));
    }

    private static void replaced(Simulation sim, long millis) {
        if (!switchedWithin(sim, millis)) {
            throw sim.unmet("all sentinels switch within " + millis + " ms");
        }
    }

    static void theMasterDies(Simulation sim) {
        group(sim).crash("m");
        replaced(sim, 5_000);
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
        sim.expectFailovers(1);
    }

    /** A process that its supervisor starts again at once. */
    static void theMasterIsBackBeforeDownAfter(Simulation sim) {
        group(sim.downAfter(ofMillis(300))).crash("m");
        sim.runFor(ofMillis(50));
        sim.restart("m");
        sim.runFor(ofSeconds(5));
        if (sim.events().stream().anyMatch(e -> e.event().name().equals("+odown"))) {
            throw sim.unmet("nobody holds the master for down");
        }
    }

    static void theDisksAreFull(Simulation sim) {
        group(sim);
        for (var name : new String[] {"s1", "s2", "s3"}) {
            sim.diskOf(name, true);
        }
        sim.crash("m");
        sim.runFor(ofSeconds(10));
        for (var name : new String[] {"s1", "s2", "s3"}) {
            sim.diskOf(name, false);
        }
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    static void aVoterRestarts(Simulation sim) {
        group(sim);
        sim.onNext(
                "+vote-for-leader",
                name -> {
                    sim.crash(name);
                    sim.restart(name);
                });
        sim.crash("m");
        replaced(sim, 40_000);
        sim.crash("s1");
        sim.restart("s1");
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    static void aVoterRestartsWhereAnswersTakeLong(Simulation sim) {
        group(sim);
        sim.network().delay(ofMillis(300), ofMillis(350));
        sim.onNext(
                "+try-failover",
                name ->
                        Stream.of("s1", "s2", "s3")
                                .filter(other -> !other.equals(name))
                                .forEach(
                                        other -> {
                                            sim.crash(other);
                                            sim.restart(other);
                                        }));
        sim.crash("m");
        replaced(sim, 60_000);
        sim.restart("m");
        sim.network().heal();
        sim.runUntilOneMaster(ofMinutes(1));
    }

    static void allStandAtOnce(Simulation sim) {
        sim.master("m").replicas("r1", "r2").sentinels(3).quorum(1);
        sim.runFor(ofSeconds(13));
        sim.network().cut("s1").from("s2", "s3");
        sim.network().cut("s2").from("s3");
        sim.crash("m");
        sim.runUntil(
                ofSeconds(10),
                () -> Stream.of("s1", "s2", "s3").allMatch(name -> sim.has(name, "+try-failover")));
        sim.network().heal();
        sim.runFor(ofSeconds(60));
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(2));
    }

    static void twoAreOrdered(Simulation sim) {
        group(sim);
        sim.failover("s1");
        sim.failover("s3");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    /** s3 cannot reach the best replica, and so chooses the other one. */
    static void twoAreOrderedWithDifferentChoices(Simulation sim) {
        sim.master("m").replicas("r1", "r2").sentinels(3).quorum(2).priority("r1", 10);
        sim.runFor(ofSeconds(13));
        sim.network().cut("s3").from("r1");
        sim.runFor(ofSeconds(5));
        // It is at work: its promotion needs the INFO that r1 does not answer.
        sim.onNext("+failover-state-wait-promotion", _ -> sim.pause("r1"));
        sim.failover("s1");
        sim.runFor(ofMillis(200));
        sim.failover("s3");
        sim.runFor(ofSeconds(1));
        sim.resume("r1");
        sim.network().heal();
        sim.runUntilOneMaster(ofMinutes(2));
    }

    static void oneLosesTheNewMaster(Simulation sim) {
        group(sim).crash("m");
        replaced(sim, 5_000);
        var promoted = sim.master();
        sim.network().cut("s1").from(promoted);
        sim.runFor(ofSeconds(10));
        sim.network().heal();
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
        sim.expectFailovers(1);
    }

    static void aSentinelReturnsWithNewIds(Simulation sim) {
        group(sim);
        var sentinel = sim.world.sentinel("s3");
        for (int i = 0; i < 3; i++) {
            sim.crash("s3");
            var conf = sentinel.disk.durable();
            sim.restoreConf(
                    "s3",
                    new SentinelState(
                            new SentinelId(Integer.toString(i + 1).repeat(40)),
                            conf.currentEpoch(),
                            conf.options(),
                            conf.masters()));
            sim.restart("s3");
            sim.runFor(ofSeconds(10));
        }
        if (sim.world.sentinel("s1").knownPeers(Simulation.GROUP) != 2) {
            throw sim.unmet("s1 knows two other sentinels");
        }
    }

    static void allReplicasHavePriorityZero(Simulation sim) {
        sim.master("m").replicas("r1", "r2").sentinels(3).quorum(2);
        sim.priority("r1", 0).priority("r2", 0);
        sim.runFor(ofSeconds(24));
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        sim.expectFailovers(0);
        sim.expectEvent("-failover-abort-no-good-slave");
    }

    static void theReplicasWereCutOffForLong(Simulation sim) {
        group(sim).network().cut("m").from("r1", "r2");
        sim.runFor(ofSeconds(100));
        sim.crash("m");
        sim.runFor(ofSeconds(10));
        sim.expectFailovers(0);
    }

    static void theSuccessorDiesAndTheFirstReturns(Simulation sim) {
        sim.master("m").replicas("r1").sentinels(3).quorum(2);
        sim.runFor(ofSeconds(30));
        sim.crash("m");
        sim.runFor(ofSeconds(15));
        sim.crash("r1");
        sim.restart("m");
        sim.runFor(ofMinutes(1));
        sim.expectFailovers(1);
    }

    static void theMasterDiesWhileItsReplicasLoad(Simulation sim) {
        group(sim);
        sim.runFor(ofSeconds(10));
        for (var name : new String[] {"r1", "r2"}) {
            sim.crash(name);
            sim.world.dataNode(name).shortestLoad = 60_000_000;
            sim.world.dataNode(name).longestLoad = 60_000_000;
            sim.restart(name);
        }
        sim.runFor(ofSeconds(4));
        sim.crash("m");
        sim.runFor(ofSeconds(6));
        sim.expectFailovers(0);
    }

    static void theChosenOneDeniesConfig(Simulation sim) {
        group(sim);
        sim.world.dataNode("r1").refusesConfig = true;
        sim.world.dataNode("r2").refusesConfig = true;
        sim.crash("m");
        replaced(sim, 5_000);
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    static void aStrangerComes(Simulation sim) {
        group(sim).crash("r2");
        sim.strangerAt("r2");
        sim.runFor(ofMinutes(1));
    }

    /** The leader's word is on its way for a second, INFO of the others is not. */
    static void anotherSentinelLooksInTheGap(Simulation sim) {
        group(sim).crash("m");
        sim.onNext("+failover-state-wait-promotion", sim::pause);
        sim.runFor(ofSeconds(4));
        sim.world.sentinels().forEach(s -> sim.resume(s.name));
        sim.runFor(ofSeconds(4));
        sim.expectFailovers(1);
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    static void allAreResetAsTheMasterDies(Simulation sim) {
        group(sim);
        for (var name : new String[] {"s1", "s2", "s3"}) {
            sim.ask(name, new OperatorCommand.Reset("*"));
        }
        sim.crash("m");
        replaced(sim, 30_000);
    }

    static void theNameServerHangs(Simulation sim) {
        sim.byName(true);
        group(sim);
        sim.world.names.mood(NameService.Mood.HANGS);
        sim.network().reset("m", "s1");
        sim.network().reset("r1", "s2");
        sim.runFor(ofSeconds(30));
        sim.expectNoEvent("+tilt");
        sim.expectNoFailover();
        sim.world.names.mood(NameService.Mood.WELL);
        sim.runUntilOneMaster(ofMinutes(1));
    }
}
