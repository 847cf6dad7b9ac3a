package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.FAILOVER_TIMEOUT;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.ME;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Guard G2: when an attempt may begin, go on, and begin again. */
class AttemptsTest {
    private static final String REASON = "-failover-abort-reason master mymaster 127.0.0.1 6379 ";

    private final CoreDriver driver = CoreDriver.group(2);

    /** Votes for that candidate in the first epoch, and for us in later ones. */
    private void votesFirstFor(Address peer, SentinelId candidate) {
        driver.at(peer).opinion =
                asked ->
                        new Answer.MasterDown(
                                true,
                                Optional.of(asked.leaderEpoch() > 1 ? ME : candidate),
                                asked.leaderEpoch());
    }

    private void says(Address peer, FailoverPhase phase) {
        driver.at(peer).report = Optional.of(new MasterReport(MASTER, 0, phase));
    }

    private void killMaster() {
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusMillis(700));
    }

    private long count(String event) {
        return Collections.frequency(driver.eventNames(), event);
    }

    // ---- again, sooner

    @Test
    void aSplitVoteThatNobodyCanHaveWonIsFollowedByAnotherOneSoon() {
        votesFirstFor(PEER_A_AT, PEER_A);
        votesFirstFor(PEER_C_AT, PEER_C);
        killMaster();
        assertTrue(driver.happened("+switch-master"));
        assertEquals(1, count("+try-failover"), "it is the same attempt");
        assertEquals(2, driver.view().configEpoch());
        assertFalse(driver.happened("-failover-abort-not-elected"));
    }

    @Test
    void whoLiesInWaitForItsVotesIsNotInOurWay() {
        driver.kill(PEER_C_AT);
        votesFirstFor(PEER_A_AT, PEER_A);
        says(PEER_A_AT, FailoverPhase.WAIT_START);
        killMaster();
        assertTrue(driver.happened("+switch-master"));
    }

    @Test
    void whoeverCouldHaveWonMustSayThatItLeadsNothing() {
        driver.kill(PEER_C_AT);
        votesFirstFor(PEER_A_AT, PEER_A);
        driver.at(PEER_A_AT).report = Optional.empty();
        killMaster();
        assertTrue(driver.happened("+new-epoch"));
        assertFalse(driver.happened("+elected-leader"), "an error is no answer");
        driver.advance(Duration.ofSeconds(12));
        assertTrue(driver.happened("-failover-abort-not-elected"));
    }

    @Test
    void aRivalThatWonEndsOurAttemptWithRedissPause() {
        driver.kill(PEER_C_AT);
        votesFirstFor(PEER_A_AT, PEER_A);
        says(PEER_A_AT, FailoverPhase.RECONF_SLAVES);
        killMaster();
        assertTrue(driver.events().contains(REASON + "another-leads"));
        assertFalse(driver.happened("+selected-slave"));
        driver.advance(FAILOVER_TIMEOUT);
        assertEquals(1, count("+try-failover"));
    }

    @Test
    void aRivalThatCannotBeAskedIsWaitedForAsByRedis() {
        votesFirstFor(PEER_A_AT, PEER_C);
        driver.kill(PEER_C_AT);
        killMaster();
        driver.advance(Duration.ofSeconds(5));
        assertEquals(1, count("+new-epoch"), "no second epoch");
        assertFalse(driver.happened("+switch-master"));
    }

    @Test
    void rivalsAreAskedAgainBeforeAnybodyIsPromoted() {
        driver.kill(PEER_C_AT);
        votesFirstFor(PEER_A_AT, PEER_A);
        driver.advance(Duration.ofSeconds(4));
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(1));
        silentReplicas();
        untilElected();
        says(PEER_A_AT, FailoverPhase.WAIT_PROMOTION);
        driver.advance(Duration.ofMillis(200));
        assertTrue(driver.events().contains(REASON + "another-leads"));
        assertFalse(driver.happened("+failover-state-wait-promotion"));
    }

    /** The leader waits for the replicas' offsets, so there is a while before SLAVEOF NO ONE. */
    private void silentReplicas() {
        driver.at(R1).tells = false;
        driver.at(R2).tells = false;
    }

    private void untilElected() {
        for (int i = 0; i < 10_000 && !driver.happened("+elected-leader"); i++) {
            driver.advance(Duration.ofMillis(1));
        }
        assertEquals(FailoverPhase.SELECT_SLAVE, driver.view().failover());
    }

    @Test
    void anElectedLeaderStepsBackWhenAnotherOneIsStillAtWork() {
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        says(PEER_C_AT, FailoverPhase.WAIT_PROMOTION);
        killMaster();
        assertTrue(driver.events().contains(REASON + "another-leads"));
        assertFalse(driver.happened("+selected-slave"));
    }

    // ---- no pause

    /** We are elected, and there is nobody whom we could promote. */
    private void allDataNodesDie() {
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.kill(R1);
        driver.kill(R2);
        killMaster();
        driver.advance(Duration.ofSeconds(20));
    }

    @Test
    void anAttemptThatFoundNobodyToPromoteIsMadeAgainAsSoonAsSomebodyIsThere() {
        allDataNodesDie();
        assertEquals(1, count("-failover-abort-no-good-slave"), "not before");
        driver.revive(R2);
        driver.advance(Duration.ofSeconds(3));
        assertEquals(2, count("+try-failover"));
        assertTrue(driver.happened("+switch-master"));
    }

    @Test
    void theVoteForAnotherKeepsItsPauseAlsoAfterAnAbort() {
        allDataNodesDie();
        driver.askMasterDown(MASTER, 7, Optional.of(PEER_C));
        driver.revive(R2);
        driver.advance(FAILOVER_TIMEOUT.multipliedBy(2).minusSeconds(1));
        assertEquals(1, count("+try-failover"));
        driver.advance(Duration.ofSeconds(3));
        assertEquals(2, count("+try-failover"));
    }

    // ---- the master answers

    /** It hangs, and nothing was ordered yet when we are elected. */
    private void hangsUntilElected() {
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.at(PEER_A_AT).opinion = AttemptsTest::down;
        driver.at(PEER_C_AT).opinion = AttemptsTest::down;
        driver.advance(Duration.ofSeconds(20));
        driver.effects.clear();
        driver.at(MASTER).answers = false;
        driver.advance(DOWN_AFTER.minusMillis(200));
        silentReplicas();
        untilElected();
    }

    private static Answer.MasterDown down(Answer.MasterDown asked) {
        return new Answer.MasterDown(true, asked.leader(), asked.leaderEpoch());
    }

    @Test
    void aMasterThatAnswersBeforeAnybodyWasToldToTakeItsPlaceIsKept() {
        hangsUntilElected();
        var link = driver.link(MASTER, LinkSpec.Kind.COMMAND);
        for (int i = 0; i < 20; i++) {
            driver.step(new Input.PingAnswered(link, Input.PingReply.VALID));
        }
        driver.advance(Duration.ofMillis(200));
        assertTrue(driver.events().contains(REASON + "master-answers"));
        assertFalse(driver.happened("+failover-state-wait-promotion"));
        assertEquals(MASTER, driver.view().clientAddress());
    }

    /** Guard G10. */
    @Test
    void aMasterWhoseSilenceMisledUsMustBeSilentTwiceAsLong() {
        hangsUntilElected();
        driver.at(MASTER).answers = true;
        var link = driver.link(MASTER, LinkSpec.Kind.COMMAND);
        for (int i = 0; i < 20; i++) {
            driver.step(new Input.PingAnswered(link, Input.PingReply.VALID));
        }
        driver.advance(Duration.ofMillis(200));
        assertTrue(
                driver.events()
                        .contains(
                                "+flapping master mymaster 127.0.0.1 6379 silence must last 10000"
                                        + " ms"));
        driver.effects.clear();
        driver.at(MASTER).answers = false;
        driver.advance(DOWN_AFTER.multipliedBy(2).minusMillis(1));
        assertFalse(driver.happened("+sdown"));
        driver.advance(DOWN_AFTER.dividedBy(10));
        assertTrue(driver.happened("+sdown"));
        // Where Redis would begin again, the usual silence counts again.
        driver.at(MASTER).answers = true;
        driver.advance(FAILOVER_TIMEOUT.multipliedBy(2));
        driver.effects.clear();
        driver.at(MASTER).answers = false;
        driver.advance(DOWN_AFTER.plus(DOWN_AFTER.dividedBy(10)));
        assertTrue(driver.happened("+sdown"));
    }

    @Test
    void theLateAnswerToAnOlderPingProvesNothing() {
        hangsUntilElected();
        driver.step(
                new Input.PingAnswered(
                        driver.link(MASTER, LinkSpec.Kind.COMMAND), Input.PingReply.VALID));
        driver.advance(Duration.ofMillis(200));
        assertTrue(driver.happened("+failover-state-wait-promotion"));
    }

    @Test
    void loadingAndMasterdownAreNoPong() {
        for (var reply :
                new Input.PingReply[] {Input.PingReply.LOADING, Input.PingReply.MASTERDOWN}) {
            var test = new AttemptsTest();
            test.hangsUntilElected();
            var link = test.driver.link(MASTER, LinkSpec.Kind.COMMAND);
            for (int i = 0; i < 20; i++) {
                test.driver.step(new Input.PingAnswered(link, reply));
            }
            test.driver.advance(Duration.ofMillis(200));
            assertTrue(test.driver.happened("+failover-state-wait-promotion"), reply.name());
        }
    }

    @Test
    void aMasterThatIsHeldForDownForWhatItSaysIsReplacedAlthoughItAnswers() {
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.at(PEER_A_AT).opinion = AttemptsTest::down;
        driver.at(PEER_C_AT).opinion = AttemptsTest::down;
        driver.at(MASTER).info = CoreDriver.following(CoreDriver.replica('m', 1), R1, true);
        driver.advance(DOWN_AFTER.plusSeconds(40));
        assertTrue(driver.happened("+switch-master"));
    }

    // ---- epochs of several masters

    private static SentinelState twoMasters() {
        var one = CoreDriver.state(2, CoreDriver.options());
        var first = one.masters().getFirst();
        var second =
                new SentinelState.Master(
                        "another",
                        CoreDriver.address(7000),
                        2,
                        first.options(),
                        0,
                        0,
                        List.of(),
                        first.peers());
        return new SentinelState(ME, 0, one.options(), List.of(second, first));
    }

    @Test
    void aVoteIsJudgedByTheLedgerOfThatMasterAlsoWhenTheEpochsOfOthersAreHigher() {
        var two = new CoreDriver(twoMasters());
        two.healthy();
        two.start();
        two.askMasterDown(CoreDriver.address(7000), 9, Optional.of(PEER_C));
        var asked = two.askMasterDown(MASTER, 4, Optional.of(PEER_A));
        assertEquals(
                Optional.of(new Answer.MasterDown(false, Optional.of(PEER_A), 4)),
                two.reply(asked));
        assertEquals(9, two.core.state().currentEpoch());
    }

    @Test
    void noVoteIsGivenInAnEpochThatHasAConfiguration() {
        driver.hello(PEER_A, PEER_A_AT, 5, R2, 5);
        var asked = driver.askMasterDown(R2, 4, Optional.of(PEER_C));
        assertEquals(
                Optional.of(new Answer.MasterDown(false, Optional.empty(), 0)),
                driver.reply(asked));
    }

    /** The master that the conf names last fails first, and one write saves both votes. */
    @Test
    void requestsForVotesLeaveInTheOrderOfTheirEpochs() {
        var other = CoreDriver.address(7000);
        var replica = CoreDriver.address(7001);
        var two = new CoreDriver(twoMasters());
        two.healthy();
        two.at(other).info = CoreDriver.master('o', replica);
        two.at(replica).info = CoreDriver.following(CoreDriver.replica('p', 1), other, true);
        two.start();
        two.advance(Duration.ofSeconds(3));
        two.diskAnswers = false;
        two.ask(new OperatorCommand.Failover("mymaster"));
        two.ask(new OperatorCommand.Failover("another"));
        long write =
                two.effects.stream()
                        .filter(Effect.Persist.class::isInstance)
                        .mapToLong(effect -> ((Effect.Persist) effect).sequence())
                        .max()
                        .orElseThrow();
        two.effects.clear();
        two.step(new Input.Persisted(write, Optional.empty()));
        assertEquals(
                List.of("mymaster 1", "another 2"),
                two.sent(PEER_A_AT, Request.AskMasterDown.class).stream()
                        .filter(ask -> ask.candidate().isPresent())
                        .map(ask -> ask.masterName() + " " + ask.epoch())
                        .toList());
    }

    /** Seed 114586: the answer to what was asked in the epoch before came behind the new one. */
    @Test
    void anOrderedFailoverHeedsAWordThatWasAskedForInTheEpochBefore() {
        var driver = CoreDriver.group(2);
        driver.at(PEER_A_AT).answers = false;
        driver.at(PEER_C_AT).answers = false;
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.step(
                new Input.MasterDownAnswered(
                        driver.link(PEER_C_AT, LinkSpec.Kind.COMMAND),
                        "mymaster",
                        false,
                        Optional.of(PEER_A),
                        1));
        for (int i = 0; i < 100 && !driver.events().contains("+new-epoch 2"); i++) {
            driver.advance(Duration.ofMillis(1));
        }
        driver.step(
                new Input.MasterDescribed(
                        driver.link(PEER_A_AT, LinkSpec.Kind.COMMAND),
                        "mymaster",
                        Optional.of(new MasterReport(MASTER, 0, FailoverPhase.SELECT_SLAVE))));
        driver.advance(Duration.ofSeconds(1));
        assertTrue(driver.happened("-failover-abort-not-elected"), driver.events()::toString);
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOf.class));
        assertEquals(List.of(), driver.sent(R2, Request.ReplicaOf.class));
    }
}
