package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Old bugs put back: each is found, by the rule that is named, in a story that goes well without
 * it. The table is in docs/simulation.md.
 */
class MutantsTest {
    private static final String EXPECTATION = "expectation";

    /**
     * @param foundBy the rule that the story breaks with the bug
     */
    record Mutant(
            String name,
            String foundBy,
            Function<Simulation, Runner.Factory> bug,
            Consumer<Simulation> story) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Mutant mutant(
            String name, String foundBy, Runner.Factory bug, Consumer<Simulation> story) {
        return new Mutant(name, foundBy, _ -> bug, story);
    }

    static Stream<Mutant> mutants() {
        return Stream.of(
                mutant(
                        "speaks before the disk",
                        SpeechRules.PERSIST_BEFORE_SPEAK,
                        Mutants.speaksBeforeTheDisk(),
                        MutantsTest::theMasterDies),
                mutant(
                        "takes a failed write for a good one",
                        SpeechRules.PERSIST_BEFORE_SPEAK,
                        Mutants.takesAFailedWriteForAGoodOne(),
                        MutantsTest::theDisksAreFull),
                mutant(
                        "forgets its votes at a restart",
                        "a spoken vote never changes",
                        Mutants.forgetsItsVotesAtARestart(),
                        MutantsTest::aVoterRestarts),
                mutant(
                        "counts every vote for itself",
                        "a leader has the votes of a majority and of the quorum",
                        Mutants.countsEveryVoteForItself(),
                        MutantsTest::allStandAtOnce),
                mutant(
                        "starts without asking",
                        RestartRule.RULE,
                        Mutants.startsWithoutAsking(),
                        MutantsTest::aVoterRestartsWhereAnswersTakeLong),
                mutant(
                        "does not hear of a leader at work",
                        SecondTargets.RULE,
                        Mutants.doesNotHearOfALeaderAtWork(),
                        MutantsTest::twoAreOrderedWithDifferentChoices),
                mutant(
                        "forces its epoch whatever others say",
                        LeaderRules.FORCED_COLLISION,
                        Mutants.forcesItsEpochWhateverOthersSay(),
                        MutantsTest::twoAreOrdered),
                mutant(
                        "keeps answers about the master before",
                        QuorumWords.RULE,
                        Mutants.keepsAnswersAboutTheMasterBefore(),
                        MutantsTest::oneLosesTheNewMaster),
                mutant(
                        "believes the last hello",
                        EXPECTATION,
                        Mutants.believesTheLastHello(),
                        MutantsTest::theMasterDies),
                mutant(
                        "forgets no sentinel at an address",
                        EXPECTATION,
                        Mutants.forgetsNoSentinelAtAnAddress(),
                        MutantsTest::aSentinelReturnsWithNewIds),
                mutant(
                        "takes priority 0 for any other",
                        SelectionRules.RULE,
                        Mutants.takesPriorityZeroForAnyOther(),
                        MutantsTest::allReplicasHavePriorityZero),
                mutant(
                        "forgets how long a replica was without its master",
                        SelectionRules.RULE,
                        Mutants.forgetsHowLongAReplicaWasWithoutItsMaster(),
                        MutantsTest::theReplicasWereCutOffForLong),
                mutant(
                        "knows no lineage",
                        SelectionRules.RULE,
                        Mutants.knowsNoLineage(),
                        MutantsTest::theSuccessorDiesAndTheFirstReturns),
                mutant(
                        "promotes one that loads",
                        SelectionRules.RULE,
                        Mutants.promotesOneThatLoads(),
                        MutantsTest::theMasterDiesWhileItsReplicasLoad),
                mutant(
                        "announces without proof",
                        "no promotion is told without its proof (G22)",
                        Mutants.announcesWithoutProof(),
                        MutantsTest::theChosenOneDeniesConfig),
                mutant(
                        "asks nobody whose the node is",
                        "no stranger is told anything (G5)",
                        Mutants.asksNobodyWhoseTheNodeIs(),
                        MutantsTest::aStrangerComes),
                mutant(
                        "tells nodes to follow themselves",
                        "no node follows itself",
                        Mutants.tellsNodesToFollowThemselves(),
                        MutantsTest::theMasterDies),
                mutant(
                        "promotes whom it should re-point",
                        "only the selected replica is promoted",
                        Mutants.promotesWhomItShouldRepoint(),
                        MutantsTest::theMasterDies),
                mutant(
                        "never orders alone",
                        EXPECTATION,
                        Mutants.neverOrdersAlone(),
                        MutantsTest::theChosenOneDeniesConfig),
                mutant(
                        "demotes whoever says master",
                        "no node is told to follow its follower",
                        Mutants.demotesWhoeverSaysMaster(),
                        MutantsTest::anotherSentinelLooksInTheGap),
                mutant(
                        "forgets the replicas at a RESET",
                        EXPECTATION,
                        Mutants.forgetsTheReplicasAtAReset(),
                        MutantsTest::allAreResetAsTheMasterDies),
                new Mutant(
                        "connects once a second",
                        EXPECTATION,
                        Mutants::connectsOnceASecond,
                        MutantsTest::theMasterDiesWithAShortDownAfter),
                new Mutant(
                        "announces late",
                        EXPECTATION,
                        Mutants::announcesLate,
                        MutantsTest::theMasterDies),
                new Mutant(
                        "waits for names",
                        EXPECTATION,
                        Mutants::waitsForNames,
                        MutantsTest::theNameServerHangs));
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void theBugIsFound(Mutant mutant) {
        var found =
                assertThrows(
                        Violation.class,
                        () -> {
                            // Some depend on who is first: a few seeds are enough.
                            for (long seed = 1; seed <= 10; seed++) {
                                var sim = Simulation.seeded(seed);
                                mutant.story().accept(sim.runner(mutant.bug().apply(sim)));
                            }
                        });
        assertEquals(mutant.foundBy(), found.rule(), found::getMessage);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void withoutItTheStoryGoesWell(Mutant mutant) {
        for (long seed = 1; seed <= 3; seed++) {
            mutant.story().accept(Simulation.seeded(seed));
        }
    }

    // ---- the stories

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

    private static void theMasterDies(Simulation sim) {
        group(sim).crash("m");
        replaced(sim, 5_000);
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
        sim.expectFailovers(1);
    }

    private static void theMasterDiesWithAShortDownAfter(Simulation sim) {
        group(sim.downAfter(ofMillis(300))).crash("m");
        replaced(sim, 5_000);
        sim.runFor(ofSeconds(5));
        sim.expectFailovers(1);
        if (sim.events().stream().filter(e -> e.event().name().equals("+odown")).count() > 3) {
            throw sim.unmet("nobody holds the new master for down");
        }
    }

    private static void theDisksAreFull(Simulation sim) {
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

    private static void aVoterRestarts(Simulation sim) {
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

    private static void aVoterRestartsWhereAnswersTakeLong(Simulation sim) {
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

    private static void allStandAtOnce(Simulation sim) {
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

    private static void twoAreOrdered(Simulation sim) {
        group(sim);
        sim.failover("s1");
        sim.failover("s3");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    /** s3 cannot reach the best replica, and so chooses the other one. */
    private static void twoAreOrderedWithDifferentChoices(Simulation sim) {
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

    private static void oneLosesTheNewMaster(Simulation sim) {
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

    private static void aSentinelReturnsWithNewIds(Simulation sim) {
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

    private static void allReplicasHavePriorityZero(Simulation sim) {
        sim.master("m").replicas("r1", "r2").sentinels(3).quorum(2);
        sim.priority("r1", 0).priority("r2", 0);
        sim.runFor(ofSeconds(24));
        sim.crash("m");
        sim.runFor(ofSeconds(30));
        sim.expectFailovers(0);
        sim.expectEvent("-failover-abort-no-good-slave");
    }

    private static void theReplicasWereCutOffForLong(Simulation sim) {
        group(sim).network().cut("m").from("r1", "r2");
        sim.runFor(ofSeconds(100));
        sim.crash("m");
        sim.runFor(ofSeconds(10));
        sim.expectFailovers(0);
    }

    private static void theSuccessorDiesAndTheFirstReturns(Simulation sim) {
        sim.master("m").replicas("r1").sentinels(3).quorum(2);
        sim.runFor(ofSeconds(30));
        sim.crash("m");
        sim.runFor(ofSeconds(15));
        sim.crash("r1");
        sim.restart("m");
        sim.runFor(ofMinutes(1));
        sim.expectFailovers(1);
    }

    private static void theMasterDiesWhileItsReplicasLoad(Simulation sim) {
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

    private static void theChosenOneDeniesConfig(Simulation sim) {
        group(sim);
        sim.world.dataNode("r1").refusesConfig = true;
        sim.world.dataNode("r2").refusesConfig = true;
        sim.crash("m");
        replaced(sim, 5_000);
        sim.restart("m");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    private static void aStrangerComes(Simulation sim) {
        group(sim).crash("r2");
        sim.strangerAt("r2");
        sim.runFor(ofMinutes(1));
    }

    /** The leader's word is on its way for a second, INFO of the others is not. */
    private static void anotherSentinelLooksInTheGap(Simulation sim) {
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

    private static void allAreResetAsTheMasterDies(Simulation sim) {
        group(sim);
        for (var name : new String[] {"s1", "s2", "s3"}) {
            sim.ask(name, new OperatorCommand.Reset("*"));
        }
        sim.crash("m");
        replaced(sim, 30_000);
    }

    private static void theNameServerHangs(Simulation sim) {
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
