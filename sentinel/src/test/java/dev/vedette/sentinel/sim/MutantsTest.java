package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
                        VoteBugs.speaksBeforeTheDisk(),
                        MutantStories::theMasterDies),
                mutant(
                        "takes a failed write for a good one",
                        SpeechRules.PERSIST_BEFORE_SPEAK,
                        VoteBugs.takesAFailedWriteForAGoodOne(),
                        MutantStories::theDisksAreFull),
                mutant(
                        "forgets its votes at a restart",
                        "a spoken vote never changes",
                        VoteBugs.forgetsItsVotesAtARestart(),
                        MutantStories::aVoterRestarts),
                mutant(
                        "counts every vote for itself",
                        "a leader has the votes of a majority and of the quorum",
                        VoteBugs.countsEveryVoteForItself(),
                        MutantStories::allStandAtOnce),
                mutant(
                        "starts without asking",
                        RestartRule.RULE,
                        VoteBugs.startsWithoutAsking(),
                        MutantStories::aVoterRestartsWhereAnswersTakeLong),
                mutant(
                        "does not hear of a leader at work",
                        SecondTargets.RULE,
                        VoteBugs.doesNotHearOfALeaderAtWork(),
                        MutantStories::twoAreOrderedWithDifferentChoices),
                mutant(
                        "forces its epoch whatever others say",
                        LeaderRules.FORCED_COLLISION,
                        VoteBugs.forcesItsEpochWhateverOthersSay(),
                        MutantStories::twoAreOrdered),
                mutant(
                        "keeps answers about the master before",
                        QuorumWords.RULE,
                        HelloBugs.keepsAnswersAboutTheMasterBefore(),
                        MutantStories::oneLosesTheNewMaster),
                mutant(
                        "believes the last hello",
                        EXPECTATION,
                        HelloBugs.believesTheLastHello(),
                        MutantStories::theMasterDies),
                mutant(
                        "forgets no sentinel at an address",
                        EXPECTATION,
                        HelloBugs.forgetsNoSentinelAtAnAddress(),
                        MutantStories::aSentinelReturnsWithNewIds),
                mutant(
                        "takes priority 0 for any other",
                        SelectionRules.RULE,
                        InfoBugs.takesPriorityZeroForAnyOther(),
                        MutantStories::allReplicasHavePriorityZero),
                mutant(
                        "forgets how long a replica was without its master",
                        SelectionRules.RULE,
                        InfoBugs.forgetsHowLongAReplicaWasWithoutItsMaster(),
                        MutantStories::theReplicasWereCutOffForLong),
                mutant(
                        "knows no lineage",
                        SelectionRules.RULE,
                        InfoBugs.knowsNoLineage(),
                        MutantStories::theSuccessorDiesAndTheFirstReturns),
                mutant(
                        "promotes one that loads",
                        SelectionRules.RULE,
                        InfoBugs.promotesOneThatLoads(),
                        MutantStories::theMasterDiesWhileItsReplicasLoad),
                mutant(
                        "announces without proof",
                        "no promotion is told without its proof (G22)",
                        InfoBugs.announcesWithoutProof(),
                        MutantStories::theChosenOneDeniesConfig),
                mutant(
                        "asks nobody whose the node is",
                        "no stranger is told anything (G5)",
                        InfoBugs.asksNobodyWhoseTheNodeIs(),
                        MutantStories::aStrangerComes),
                mutant(
                        "tells nodes to follow themselves",
                        "no node follows itself",
                        OrderBugs.tellsNodesToFollowThemselves(),
                        MutantStories::theMasterDies),
                mutant(
                        "promotes whom it should re-point",
                        "only the selected replica is promoted",
                        OrderBugs.promotesWhomItShouldRepoint(),
                        MutantStories::theMasterDies),
                mutant(
                        "never orders alone",
                        EXPECTATION,
                        OrderBugs.neverOrdersAlone(),
                        MutantStories::theChosenOneDeniesConfig),
                mutant(
                        "demotes whoever says master",
                        "no node is told to follow its follower",
                        OrderBugs.demotesWhoeverSaysMaster(),
                        MutantStories::anotherSentinelLooksInTheGap),
                mutant(
                        "forgets the replicas at a RESET",
                        EXPECTATION,
                        OrderBugs.forgetsTheReplicasAtAReset(),
                        MutantStories::allAreResetAsTheMasterDies),
                new Mutant(
                        "connects once a second",
                        EXPECTATION,
                        TimeBugs::connectsOnceASecond,
                        MutantStories::theMasterIsBackBeforeDownAfter),
                new Mutant(
                        "announces late",
                        EXPECTATION,
                        TimeBugs::announcesLate,
                        MutantStories::theMasterDies),
                new Mutant(
                        "waits for names",
                        EXPECTATION,
                        TimeBugs::waitsForNames,
                        MutantStories::theNameServerHangs));
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
}
