package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.FAILOVER_TIMEOUT;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.ME;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class VotesTest {
    private static Optional<Answer> vote(CoreDriver driver, long epoch, SentinelId candidate) {
        return driver.reply(driver.askMasterDown(MASTER, epoch, Optional.of(candidate)));
    }

    private static Optional<Answer> answer(Optional<SentinelId> leader, long epoch) {
        return Optional.of(new Answer.MasterDown(false, leader, epoch));
    }

    @Test
    void theFirstWhoAsksInAnEpochGetsTheVoteAndKeepsIt() {
        var driver = CoreDriver.group(2);
        assertEquals(answer(Optional.of(PEER_A), 3), vote(driver, 3, PEER_A));
        assertEquals(answer(Optional.of(PEER_A), 3), vote(driver, 3, PEER_C));
        assertEquals(answer(Optional.of(PEER_A), 3), vote(driver, 2, PEER_C));
        assertEquals(answer(Optional.of(PEER_C), 4), vote(driver, 4, PEER_C));
        assertEquals(
                List.of(
                        "+new-epoch 3",
                        "+vote-for-leader " + PEER_A + " 3",
                        "+new-epoch 4",
                        "+vote-for-leader " + PEER_C + " 4"),
                driver.events());
    }

    @Test
    void aQuestionWithoutACandidateIsNoVote() {
        var driver = CoreDriver.group(2);
        assertEquals(
                answer(Optional.empty(), 0),
                driver.reply(driver.askMasterDown(MASTER, 9, Optional.empty())));
        assertEquals(0, driver.core.state().currentEpoch());
    }

    @Test
    void anUnknownAddressGetsNoVote() {
        var driver = CoreDriver.group(2);
        assertEquals(
                answer(Optional.empty(), 0),
                driver.reply(driver.askMasterDown(CoreDriver.R1, 9, Optional.of(PEER_A))));
        assertEquals(0, driver.core.state().currentEpoch());
    }

    @Test
    void aVoteIsOnDiskBeforeItIsSpoken() {
        var driver = CoreDriver.group(2);
        driver.diskAnswers = false;
        var asked = driver.askMasterDown(MASTER, 3, Optional.of(PEER_A));
        assertEquals(Optional.empty(), driver.reply(asked));
        assertTrue(driver.effects.stream().anyMatch(Effect.Persist.class::isInstance));
        var saved = driver.core.state();
        assertEquals(3, saved.currentEpoch());
        assertEquals(3, saved.masters().getFirst().leaderEpoch());
        driver.endWrites();
        assertEquals(answer(Optional.of(PEER_A), 3), driver.reply(asked));
    }

    @Test
    void aVoteThatCouldNotBeSavedCountsAsGivenAndIsNotSpoken() {
        var driver = CoreDriver.group(2);
        driver.diskError = Optional.of("No space left on device");
        assertEquals(answer(Optional.empty(), 0), vote(driver, 3, PEER_A));
        assertEquals(answer(Optional.empty(), 0), vote(driver, 3, PEER_C));
        driver.diskError = Optional.empty();
        // Saved now: the first one got it, whoever asks.
        assertEquals(answer(Optional.of(PEER_A), 3), vote(driver, 3, PEER_C));
    }

    @Test
    void everythingThatAVoteSaysStandsBehindItsWrite() {
        var driver = CoreDriver.group(2);
        driver.diskAnswers = false;
        driver.effects.clear();
        driver.askMasterDown(MASTER, 3, Optional.of(PEER_A));
        assertTrue(driver.effects.getFirst() instanceof Effect.Persist);
        assertEquals(2, driver.events().size());
    }

    @Test
    void aFailedWriteIsTriedAgainAndHellosKeepTheEpochOnDiskUntilThen() {
        var driver = CoreDriver.group(2);
        driver.diskError = Optional.of("No space left on device");
        vote(driver, 3, PEER_A);
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(4));
        assertEquals(
                0,
                driver.sent(MASTER, Request.PublishHello.class).getLast().hello().currentEpoch());
        driver.diskError = Optional.empty();
        driver.advance(Duration.ofSeconds(10));
        assertEquals(
                3,
                driver.sent(MASTER, Request.PublishHello.class).getLast().hello().currentEpoch());
    }

    @Test
    void afterARestartTheVotedEpochIsKnownAndTheCandidateIsNot() {
        var driver = CoreDriver.group(2);
        vote(driver, 3, PEER_A);
        var again = new CoreDriver(driver.core.state());
        again.start();
        assertEquals(answer(Optional.empty(), 3), vote(again, 3, PEER_C));
        assertEquals(answer(Optional.of(PEER_C), 4), vote(again, 4, PEER_C));
    }

    @Test
    void removingAMasterDoesNotOpenAnEpochAgain() {
        var driver = CoreDriver.group(2);
        vote(driver, 3, PEER_A);
        driver.ask(new OperatorCommand.Remove("mymaster"));
        driver.ask(new OperatorCommand.Monitor("mymaster", MASTER, 2));
        assertEquals(answer(Optional.empty(), 3), vote(driver, 3, PEER_C));
    }

    @Test
    void resetKeepsTheEpochOfTheVote() {
        var driver = CoreDriver.group(2);
        vote(driver, 3, PEER_A);
        driver.ask(new OperatorCommand.Reset("*"));
        assertEquals(answer(Optional.empty(), 3), vote(driver, 3, PEER_C));
    }

    @Test
    void whoVotedForAnotherWaitsTwiceTheFailoverTimeout() {
        var driver = CoreDriver.group(2);
        vote(driver, 3, PEER_A);
        driver.effects.clear();
        driver.kill(MASTER);
        driver.advance(FAILOVER_TIMEOUT.multipliedBy(2).minusMillis(1));
        assertTrue(driver.happened("+odown"));
        assertFalse(driver.happened("+try-failover"));
        var announced =
                driver.effects.stream()
                        .filter(Effect.LogTime.class::isInstance)
                        .map(Effect.LogTime.class::cast)
                        .toList();
        assertEquals(1, announced.size());
        assertEquals(
                "Next failover delay: I will not start a failover before",
                announced.getFirst().text());
        driver.advance(Duration.ofSeconds(2));
        assertTrue(driver.happened("+try-failover"));
    }

    @Test
    void ourOwnVoteIsOnDiskBeforeWeAskForOthers() {
        var driver = CoreDriver.group(2);
        driver.diskAnswers = false;
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        assertTrue(driver.happened("+try-failover"));
        assertTrue(candidacies(driver, PEER_A_AT).isEmpty());
        driver.endWrites();
        assertEquals(
                new Request.AskMasterDown("mymaster", MASTER, 1, Optional.of(ME)),
                candidacies(driver, PEER_A_AT).getFirst());
    }

    private static List<Request.AskMasterDown> candidacies(
            CoreDriver driver, dev.vedette.protocol.net.Address peer) {
        return driver.sent(peer, Request.AskMasterDown.class).stream()
                .filter(question -> question.candidate().isPresent())
                .toList();
    }

    @Test
    void aCandidateWhoseOwnVoteCannotBeSavedIsNotElected() {
        var driver = CoreDriver.group(2);
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.diskError = Optional.of("No space left on device");
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(20));
        assertTrue(candidacies(driver, PEER_A_AT).isEmpty());
        assertFalse(driver.happened("+elected-leader"));
        assertTrue(driver.happened("-failover-abort-not-elected"));
    }

    @Test
    void withoutAMajorityTheAttemptEndsAfterTenSecondsAndRestsForTwiceTheTimeout() {
        var driver = CoreDriver.group(2);
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(12));
        assertEquals(
                1,
                driver.eventNames().stream().filter("-failover-abort-not-elected"::equals).count());
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        driver.effects.clear();
        driver.advance(FAILOVER_TIMEOUT.multipliedBy(2).minusSeconds(13));
        assertFalse(driver.happened("+try-failover"));
        driver.advance(Duration.ofSeconds(5));
        assertTrue(driver.events().contains("+new-epoch 2"));
    }

    @Test
    void anElectionTimesOutWithTheFailoverTimeoutIfThatIsShorter() {
        var driver =
                new CoreDriver(
                        CoreDriver.state(
                                2,
                                CoreDriver.options().toBuilder()
                                        .failoverTimeout(Duration.ofSeconds(2))
                                        .build()));
        driver.healthy();
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(4));
        assertTrue(driver.happened("-failover-abort-not-elected"));
    }

    @Test
    void aNewAnswerIsLoggedOnce() {
        var driver = CoreDriver.group(2);
        driver.at(PEER_A_AT).votes = true;
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        assertEquals(List.of(PEER_A + " voted for " + ME + " 1"), driver.logs());
    }

    @Test
    void aHigherEpochInTheMiddleOfAnElectionIsWhereWeStandNext() {
        var driver = CoreDriver.group(2);
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        assertEquals(FailoverPhase.WAIT_START, driver.view().failover());
        driver.at(PEER_A_AT).votes = true;
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(PEER_C_AT, PEER_C, 8, "mymaster", MASTER, 0).encode()));
        assertTrue(driver.events().contains("+vote-for-leader " + ME + " 8"));
        driver.advance(Duration.ofSeconds(3));
        assertEquals(8, driver.view().configEpoch());
    }

    @Test
    void theEpochOfACandidacyLiesAboveEveryVoteThatWeKnowOf() {
        var driver = CoreDriver.group(3);
        driver.at(PEER_C_AT).opinion = _ -> new Answer.MasterDown(false, Optional.empty(), 0);
        driver.at(PEER_A_AT).opinion = _ -> new Answer.MasterDown(true, Optional.of(PEER_C), 6);
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        driver.at(PEER_C_AT).opinion = _ -> new Answer.MasterDown(true, Optional.empty(), 0);
        driver.advance(Duration.ofSeconds(2));
        assertTrue(driver.events().contains("+new-epoch 7"), driver.events()::toString);
    }

    @Test
    void sentinelsBeginOneAfterTheOther() {
        var waits = waitsOfThreeElections(CoreDriver.group(2));
        // Of three ranks one begins at once; the order changes with the epoch.
        assertEquals(3, Set.copyOf(waits).size(), waits::toString);
        assertTrue(waits.contains(Duration.ZERO), waits::toString);
    }

    @Test
    void whoSaysThatTheMasterIsUpIsNotWaitedFor() {
        var driver = CoreDriver.group(2);
        driver.at(PEER_A_AT).opinion =
                asked -> new Answer.MasterDown(false, asked.leader(), asked.leaderEpoch());
        // The orders are A ME C, then C A ME, then ME C A; a step lasts 20 ms.
        assertEquals(
                List.of(Duration.ZERO, Duration.ofMillis(20), Duration.ZERO),
                waitsOfThreeElections(driver));
    }

    @Test
    void whereSeveralMastersWentDownWhoSaysThatOneIsUpIsWaitedForAllTheSame() {
        var driver = CoreDriver.group(2);
        driver.at(PEER_A_AT).opinion =
                asked -> new Answer.MasterDown(false, asked.leader(), asked.leaderEpoch());
        var other = CoreDriver.address(6999);
        driver.ask(new OperatorCommand.Monitor("other", other, 2));
        driver.kill(other);
        driver.advance(MasterOptions.DEFAULTS.downAfter().plusSeconds(1));
        assertTrue(driver.happened("+sdown"));
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER);
        assertTrue(driver.happened("+odown"));
        assertFalse(driver.happened("+try-failover"));
        driver.advance(Duration.ofSeconds(1));
        assertTrue(driver.happened("+try-failover"));
    }

    private static List<Duration> waitsOfThreeElections(CoreDriver driver) {
        driver.advance(Duration.ofSeconds(1));
        var waits = new ArrayList<Duration>();
        for (int epoch = 0; epoch < 3; epoch++) {
            driver.kill(MASTER);
            driver.effects.clear();
            var begin = driver.now;
            while (!driver.happened("+try-failover")) {
                driver.advance(Duration.ofMillis(1));
            }
            waits.add(Duration.between(begin.plus(DOWN_AFTER), driver.now));
            driver.revive(MASTER);
            driver.advance(FAILOVER_TIMEOUT.multipliedBy(2).plusSeconds(15));
        }
        return waits;
    }

    // ---- epochs too high to be true (guard G14)

    private static final long LIE = (1L << 32) + 1;

    @Test
    void anEpochThatLeapsIsNotAdoptedFromAHello() {
        var driver = CoreDriver.group(2);
        driver.hello(PEER_A, PEER_A_AT, LIE, CoreDriver.R1, LIE);
        driver.hello(PEER_A, PEER_A_AT, Long.MAX_VALUE, CoreDriver.R1, Long.MAX_VALUE);
        assertEquals(0, driver.core.state().currentEpoch());
        assertEquals(MASTER, driver.view().clientAddress());
        assertEquals(
                List.of(
                        "-epoch-jump master mymaster 127.0.0.1 6379 epoch 4294967297 named by "
                                + PEER_A),
                driver.events());
        driver.hello(PEER_A, PEER_A_AT, LIE - 1, MASTER, 0);
        assertEquals(LIE - 1, driver.core.state().currentEpoch());
    }

    @Test
    void noVoteIsGivenInAnEpochThatLeaps() {
        var driver = CoreDriver.group(2);
        var asked = driver.askMasterDown(MASTER, LIE, Optional.of(PEER_A));
        assertEquals(
                Optional.of(new Answer.MasterDown(false, Optional.empty(), 0)),
                driver.reply(asked));
        assertEquals(0, driver.core.state().currentEpoch());
    }

    @Test
    void anEpochThatAMajorityCarriesInItsAnswersIsAdopted() {
        var driver = CoreDriver.group(2);
        for (var peer : List.of(PEER_A_AT, CoreDriver.PEER_C_AT)) {
            driver.at(peer).opinion = _ -> new Answer.MasterDown(true, Optional.of(PEER_A), LIE);
        }
        driver.kill(MASTER);
        driver.advance(Duration.ofSeconds(8));
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(PEER_A_AT, PEER_A, LIE, "mymaster", MASTER, 0).encode()));
        assertEquals(LIE, driver.core.state().currentEpoch());
    }
}
