package dev.vedette.sentinel.core;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Guard G16: a conf may be older than what was said. */
class RestartTest {
    private static final Duration NEARLY_FIVE = Duration.ofMillis(4_900);
    private static final Duration THE_REST = Duration.ofMillis(200);
    private static final Answer NO_VOTE = new Answer.MasterDown(false, Optional.empty(), 0);

    private final CoreDriver driver = driver(CoreDriver.options());

    private static CoreDriver driver(MasterOptions options) {
        var driver = new CoreDriver(CoreDriver.state(1, options));
        driver.healthy();
        return driver;
    }

    private static void hang(CoreDriver driver) {
        driver.at(PEER_A_AT).answers = false;
        driver.at(PEER_C_AT).answers = false;
    }

    private Answer voteFor(SentinelId candidate, long epoch) {
        return driver.reply(driver.askMasterDown(MASTER, epoch, Optional.of(candidate)))
                .orElseThrow();
    }

    @Test
    void itAsksForWhatItSaidBeforeAndForFailoversThatAreUnderWay() {
        driver.start();
        assertEquals(
                List.of(new Request.AskVotes("mymaster")),
                driver.sent(PEER_A_AT, Request.AskVotes.class));
        assertEquals(
                List.of(new Request.AskMaster("mymaster")),
                driver.sent(PEER_A_AT, Request.AskMaster.class));
    }

    @Test
    void itGivesNoVoteBeforeOthersAnswered() {
        hang(driver);
        driver.start();
        assertEquals(MASTER, driver.view().clientAddress(), "clients are answered at once");
        assertEquals(NO_VOTE, voteFor(PEER_C, 1));
        driver.advance(NEARLY_FIVE);
        assertEquals(NO_VOTE, voteFor(PEER_C, 1));
        driver.advance(THE_REST);
        assertEquals(new Answer.MasterDown(false, Optional.of(PEER_C), 1), voteFor(PEER_C, 1));
    }

    @Test
    void aResetDoesNotMakeItActSooner() {
        hang(driver);
        driver.start();
        driver.ask(new OperatorCommand.Reset("mymaster"));
        assertEquals(NO_VOTE, voteFor(PEER_C, 1));
        driver.advance(NEARLY_FIVE);
        assertEquals(NO_VOTE, voteFor(PEER_C, 1));
        driver.advance(THE_REST);
        assertEquals(new Answer.MasterDown(false, Optional.of(PEER_C), 1), voteFor(PEER_C, 1));
    }

    @Test
    void onceAMajorityAnsweredItVotesAtOnce() {
        driver.at(PEER_C_AT).listens = false;
        driver.start();
        assertEquals(new Answer.MasterDown(false, Optional.of(PEER_C), 1), voteFor(PEER_C, 1));
    }

    @Test
    void anErrorIsNoAnswer() {
        driver.at(PEER_A_AT).report = Optional.empty();
        driver.at(PEER_C_AT).report = Optional.empty();
        driver.start();
        assertEquals(NO_VOTE, voteFor(PEER_C, 1));
    }

    @Test
    void aVoteThatTheConfForgotIsNotGivenAgain() {
        driver.at(PEER_C_AT).votesShown = Map.of(ME, 7L, PEER_C, 9L);
        driver.start();
        assertEquals(7, driver.core.state().master("mymaster").orElseThrow().leaderEpoch());
        assertEquals(7, driver.core.state().currentEpoch());
        assertEquals(new Answer.MasterDown(false, Optional.empty(), 7), voteFor(PEER_C, 7));
        assertEquals(new Answer.MasterDown(false, Optional.of(PEER_C), 8), voteFor(PEER_C, 8));
    }

    @Test
    void anOlderVoteThatOthersRememberChangesNothing() {
        driver.at(PEER_C_AT).votesShown = Map.of(ME, 7L);
        driver.at(PEER_A_AT).votesShown = Map.of(ME, 5L);
        driver.start();
        assertEquals(7, driver.core.state().master("mymaster").orElseThrow().leaderEpoch());
    }

    @Test
    void whoeverAskedForVotesIsShownToHaveVotedForItselfLestItForgets() {
        driver.start();
        voteFor(PEER_C, 3);
        voteFor(PEER_A, 3);
        voteFor(PEER_A, 1L << 40);
        for (var peer : driver.view().sentinels()) {
            assertEquals(3, peer.votedLeaderEpoch());
            assertEquals(peer.instance().runId(), peer.votedLeader().map(SentinelId::text));
        }
    }

    @Test
    void itBeginsNoElectionBeforeOthersAnswered() {
        var quick =
                driver(CoreDriver.options().toBuilder().downAfter(Duration.ofSeconds(1)).build());
        hang(quick);
        quick.at(MASTER).listens = false;
        quick.start();
        quick.advance(NEARLY_FIVE);
        assertTrue(quick.happened("+odown"));
        assertFalse(quick.happened("+try-failover"));
        quick.advance(Duration.ofSeconds(1));
        assertTrue(quick.happened("+try-failover"));
    }

    @Test
    void aFailoverOfAnotherCountsAsAVoteThatWasGivenNow() {
        driver.at(PEER_C_AT).report =
                Optional.of(new MasterReport(MASTER, 0, FailoverPhase.WAIT_PROMOTION));
        driver.start();
        driver.kill(MASTER);
        driver.advance(FAILOVER_TIMEOUT.multipliedBy(2));
        assertTrue(driver.happened("+odown"));
        assertFalse(driver.happened("+try-failover"));
        driver.advance(Duration.ofSeconds(2));
        assertTrue(driver.happened("+try-failover"));
    }

    @Test
    void anOperatorsFailoverWaitsUntilItIsKnownWhichEpochIsFree() {
        hang(driver);
        driver.at(PEER_C_AT).votesShown = Map.of(ME, 7L);
        driver.start();
        driver.advance(Duration.ofSeconds(1));
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(Optional.empty(), driver.reply(asked));
        driver.advance(NEARLY_FIVE);
        assertEquals(Optional.of(new Answer.Ok()), driver.reply(asked));
        assertTrue(driver.happened("+try-failover"));
    }

    @Test
    void whoKnowsNoOtherSentinelActsAtOnce() {
        var conf = CoreDriver.state(1, CoreDriver.options());
        var master = conf.masters().getFirst();
        var alone =
                new CoreDriver(
                        new SentinelState(
                                ME,
                                0,
                                conf.options(),
                                List.of(
                                        new SentinelState.Master(
                                                master.name(),
                                                master.address(),
                                                1,
                                                master.options(),
                                                0,
                                                0,
                                                master.replicas(),
                                                List.of()))));
        alone.healthy();
        alone.start();
        var asked = alone.askMasterDown(MASTER, 1, Optional.of(PEER_C));
        assertEquals(
                Optional.of(new Answer.MasterDown(false, Optional.of(PEER_C), 1)),
                alone.reply(asked));
    }
}
