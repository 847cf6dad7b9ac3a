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
import java.util.List;
import java.util.Optional;

class FailoverTest {
    private static final String M = "master mymaster 127.0.0.1 6379";
    private static final String S1 =
            "slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6379";
    private static final String S2 =
            "slave 127.0.0.1:6381 127.0.0.1 6381 @ mymaster 127.0.0.1 6379";

    private static final String N1 =
            "slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6381";

    private static CoreDriver group() {
        return group(CoreDriver.options());
    }

    private static CoreDriver group(MasterOptions options) {
        var driver = new CoreDriver(CoreDriver.state(2, options));
        driver.healthy();
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        driver.effects.clear();
        return driver;
    }

    private static void killMaster(CoreDriver driver) {
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(1));
    }

    @Test
    void aDeadMasterIsReplacedByTheReplicaWithTheMostData() {
        var driver = group();
        killMaster(driver);
        driver.advance(Duration.ofSeconds(2));
        assertEquals(
                List.of(
                        "+sdown " + M,
                        "+odown " + M + " #quorum 3/2",
                        "+new-epoch 1",
                        "+try-failover " + M,
                        "+vote-for-leader " + ME + " 1",
                        "+elected-leader " + M,
                        "+failover-state-select-slave " + M,
                        "+selected-slave " + S2,
                        "+failover-state-send-slaveof-noone " + S2,
                        "+failover-state-wait-promotion " + S2,
                        "-role-change " + S2 + " new reported role is master",
                        "+promoted-slave " + S2,
                        "+failover-state-reconf-slaves " + M,
                        "+switch-master mymaster 127.0.0.1 6379 127.0.0.1 6381",
                        "+slave " + N1,
                        "+slave slave 127.0.0.1:6379 127.0.0.1 6379 @ mymaster 127.0.0.1 6381",
                        "+slave-reconf-sent " + N1,
                        "+slave-reconf-inprog " + N1,
                        "+slave-reconf-done " + N1,
                        "+failover-end " + M),
                withoutQuorumCount(driver));
        var master = driver.view();
        assertEquals(R2, master.instance().address());
        assertEquals(R2, master.clientAddress());
        assertEquals(1, master.configEpoch());
        assertEquals(
                List.of(R1, MASTER),
                master.replicas().stream().map(r -> r.instance().address()).toList());
        assertEquals(2, master.sentinels().size());
    }

    /** Both peers answer in the same moment here; which one makes the quorum is of no interest. */
    private static List<String> withoutQuorumCount(CoreDriver driver) {
        return driver.events().stream().map(e -> e.replace("#quorum 2/2", "#quorum 3/2")).toList();
    }

    @Test
    void theProofOfAPromotionIsAskedForBehindTheOrder() {
        var driver = group();
        driver.at(R2).obeys = false;
        killMaster(driver);
        var requests =
                driver.effects.stream()
                        .filter(Effect.Send.class::isInstance)
                        .map(e -> ((Effect.Send) e).request())
                        .toList();
        int order = requests.indexOf(new Request.ReplicaOf(Optional.empty()));
        assertEquals(new Request.Info(), requests.get(order + 1));
    }

    @Test
    void theSwitchIsAnnouncedBeforeTheSiblingsFollow() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        assertTrue(driver.happened("+switch-master"));
        assertFalse(driver.happened("+failover-end"));
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        assertFalse(driver.view().instance().has(InstanceFlag.FAILOVER_IN_PROGRESS));
        assertEquals(R2, driver.view().instance().address());
        assertEquals(R2, driver.view().clientAddress());
        var saved = driver.core.state().masters().getFirst();
        assertEquals(R2, saved.address());
        assertEquals(List.of(R1, MASTER), saved.replicas());
        assertEquals(1, saved.configEpoch());
        assertTrue(driver.replicaView(R1).instance().has(InstanceFlag.RECONF_SENT));
    }

    /** Guard G12. */
    @Test
    void aPromotionIsSavedThenSaidToAllOthersThenToSubscribers() {
        var driver = group();
        killMaster(driver);
        int promoted = published(driver, "+promoted-slave");
        int switched = published(driver, "+switch-master");
        assertTrue(driver.effects.get(promoted - 1) instanceof Effect.Persist);
        long hellos =
                driver.effects.subList(promoted, switched).stream()
                        .filter(
                                effect ->
                                        effect instanceof Effect.Send(var _, var request)
                                                && request instanceof Request.PublishHello)
                        .count();
        assertEquals(4, hellos, "to both replicas and both peers");
    }

    private static int published(CoreDriver driver, String event) {
        return driver.effects.indexOf(
                driver.effects.stream()
                        .filter(
                                effect ->
                                        effect instanceof Effect.Publish(var told)
                                                && told.name().equals(event))
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void thePromotedAddressIsToldOnlyAfterTheWrite() {
        var driver = group();
        driver.at(R1).obeys = false;
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(1));
        driver.diskAnswers = false;
        driver.advance(Duration.ofSeconds(1));
        driver.endWrites();
        assertEquals(MASTER, driver.view().clientAddress());
        driver.endWrites();
        assertEquals(R2, driver.view().clientAddress());
    }

    @Test
    void aPromotionIsAnnouncedAtOnceToAllEvenIfTheDiskFails() {
        var driver = group();
        driver.at(R1).obeys = false;
        driver.at(R2).obeys = false;
        killMaster(driver);
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        driver.diskError = Optional.of("No space left on device");
        driver.at(R2).info = CoreDriver.master('2');
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(1));
        assertEquals(R2, driver.view().clientAddress());
        for (var to : List.of(R1, R2, PEER_A_AT, PEER_C_AT)) {
            var hello = driver.sent(to, Request.PublishHello.class).getFirst().hello();
            assertEquals(R2, hello.master());
            assertEquals(1, hello.configEpoch());
        }
    }

    @Test
    void theOffsetThatCountsIsTheOneAskedForAfterTheFailure() {
        var driver = group();
        driver.kill(MASTER);
        // Ahead now, though behind when it was last asked.
        driver.at(R1).info = CoreDriver.replica('1', 300);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        assertTrue(driver.events().contains("+selected-slave " + S1));
    }

    /** The leader waits for the replicas' offsets: they told their last ones before the failure. */
    private static void electedWhileSilent(CoreDriver driver, Address... silent) {
        driver.advance(Duration.ofSeconds(4));
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(1));
        for (var replica : silent) {
            driver.at(replica).tells = false;
        }
        while (!driver.happened("+elected-leader")) {
            driver.advance(Duration.ofMillis(1));
        }
        assertEquals(FailoverPhase.SELECT_SLAVE, driver.view().failover());
    }

    @Test
    void aReplicaThatDoesNotTellItsOffsetIsWaitedForAMomentAndThenStandsBehind() {
        var driver = group();
        electedWhileSilent(driver, R2);
        driver.advance(Duration.ofMillis(99));
        assertFalse(driver.happened("+selected-slave"));
        driver.advance(Duration.ofMillis(1));
        assertTrue(driver.events().contains("+selected-slave " + S1));
    }

    @Test
    void aReplicaThatTellsItsOffsetInTimeIsNotWaitedForAnyLonger() {
        var driver = group();
        electedWhileSilent(driver, R2);
        driver.step(
                new Input.InfoAnswered(
                        driver.link(R2, LinkSpec.Kind.COMMAND),
                        Optional.of(CoreDriver.replica('2', 500))));
        assertTrue(driver.events().contains("+selected-slave " + S2));
    }

    @Test
    void withoutAGoodReplicaTheAttemptEnds() {
        var driver = group();
        driver.kill(R1);
        driver.kill(R2);
        killMaster(driver);
        assertTrue(driver.events().contains("-failover-abort-no-good-slave " + M));
        assertEquals(FailoverPhase.NONE, driver.view().failover());
    }

    @Test
    void aReplicaThatIsNotPromotedInTimeEndsTheAttemptWithAResetOfItsLink() {
        var driver = group();
        driver.at(R2).obeys = false;
        killMaster(driver);
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        driver.effects.clear();
        driver.advance(FAILOVER_TIMEOUT.minusSeconds(1).plusMillis(300));
        assertTrue(driver.events().contains("-failover-abort-slave-timeout " + M));
        assertTrue(
                driver.effects.stream()
                        .anyMatch(
                                e -> e instanceof Effect.CloseLink(var _, var discard) && discard));
        assertFalse(driver.replicaView(R2).instance().has(InstanceFlag.PROMOTED));
    }

    /** Seed 700709: behind a cut it was promoted eight seconds after that had been given up. */
    @Test
    void anOrderThatIsNotAnsweredDiesWithALinkThatLooksStuck() {
        var driver = group();
        driver.advance(Duration.ofSeconds(20));
        driver.kill(R1);
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(100));
        for (int i = 0; i < 200 && !driver.happened("+odown"); i++) {
            driver.advance(Duration.ofMillis(1));
        }
        // It told how far it is, and hears no order.
        driver.at(R2).answers = false;
        driver.advance(Duration.ofSeconds(1));
        assertEquals(
                FailoverPhase.WAIT_PROMOTION,
                driver.view().failover(),
                () -> driver.events().toString());
        var link = driver.link(R2, LinkSpec.Kind.COMMAND);
        driver.effects.clear();
        driver.advance(DOWN_AFTER);
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        assertEquals(
                List.of(new Effect.CloseLink(link, true)),
                driver.effects.stream()
                        .filter(
                                e ->
                                        e instanceof Effect.CloseLink(var closed, var _)
                                                && closed.equals(link))
                        .toList());
    }

    @Test
    void anotherProcessAtTheAddressOfTheChosenOneProvesNothing() {
        var driver = group();
        driver.at(R2).obeys = false;
        killMaster(driver);
        driver.at(R2).info = CoreDriver.master('z');
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(1));
        assertFalse(driver.happened("+promoted-slave"));
        assertTrue(driver.happened("-failover-abort-slave-timeout"));
    }

    @Test
    void anAbortForWantOfVotesSaysHowManyThereWereAndWhoWasNotReachable() {
        var driver = group();
        driver.kill(PEER_C_AT);
        driver.at(PEER_A_AT).votes = false;
        killMaster(driver);
        driver.advance(Duration.ofSeconds(12));
        assertTrue(driver.events().contains("-failover-abort-not-elected " + M));
        var reason =
                driver.events().stream()
                        .filter(e -> e.startsWith("-failover-abort-reason"))
                        .findFirst()
                        .orElseThrow();
        assertTrue(
                reason.matches(
                        "-failover-abort-reason "
                                + M
                                + " not-elected votes 1 needed 2 unreachable "
                                + PEER_C
                                + " 127.0.0.1 26381 for 1[0-9]{4} ms"),
                reason);
    }

    @Test
    void anAbortForWantOfAReplicaNamesEachOneWithTheRuleThatRefusedIt() {
        var driver = group();
        driver.kill(R1);
        var second = driver.at(R2).info;
        driver.at(R2).info =
                new InstanceInfo(
                        second.text(),
                        second.runId(),
                        second.role(),
                        second.replicas(),
                        second.masterAddress(),
                        true,
                        Duration.ZERO,
                        0,
                        second.replicaOffset(),
                        true);
        driver.advance(Duration.ofSeconds(10));
        killMaster(driver);
        assertTrue(
                driver.events()
                        .contains(
                                "-failover-abort-reason "
                                        + M
                                        + " no-good-slave 127.0.0.1 6380 down,"
                                        + " 127.0.0.1 6381 priority-zero"),
                driver.events()::toString);
    }

    @Test
    void anInfoThatWasAskedBeforeSlaveofProvesNothing() {
        var driver = group();
        driver.at(R2).obeys = false;
        electedWhileSilent(driver, R1, R2);
        driver.advance(Duration.ofMillis(100));
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        answerInfo(driver, CoreDriver.master('2'));
        assertFalse(driver.happened("+promoted-slave"));
        while (!driver.happened("+promoted-slave")) {
            // The last of those in flight is the one behind SLAVEOF.
            answerInfo(driver, CoreDriver.master('2'));
        }
        assertTrue(driver.happened("+switch-master"));
    }

    private static void answerInfo(CoreDriver driver, InstanceInfo info) {
        driver.step(
                new Input.InfoAnswered(driver.link(R2, LinkSpec.Kind.COMMAND), Optional.of(info)));
    }

    @Test
    void aRefusedTransactionIsFollowedBySlaveofAlone() {
        var driver = group();
        var refusal = new Input.Discarded("CONFIG", "NOPERM no permissions");
        driver.at(R1).discards = Optional.of(refusal);
        driver.at(R2).discards = Optional.of(refusal);
        killMaster(driver);
        driver.advance(Duration.ofSeconds(2));
        assertTrue(
                driver.events()
                        .contains("+slaveof-alone " + S2 + " #CONFIG: NOPERM no permissions"));
        assertTrue(driver.happened("+switch-master"));
        assertTrue(driver.events().contains("+slave-reconf-done " + N1));
        assertEquals(
                List.of(new Request.ReplicaOfAlone(Optional.empty())),
                driver.sent(R2, Request.ReplicaOfAlone.class));
    }

    /** Seed 108602: the refusal came when the new master was down itself. */
    @Test
    void aRefusalThatComesWhenTheMasterIsDownIsNotFollowedByAnOrder() {
        var driver = group();
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(100));
        driver.at(R1).answers = false;
        for (int i = 0; i < 200 && !driver.happened("+slave-reconf-sent"); i++) {
            driver.advance(Duration.ofMillis(10));
        }
        driver.at(R1).answers = true;
        driver.kill(R2);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        assertTrue(
                driver.events().contains("+sdown master mymaster 127.0.0.1 6381"),
                driver.events()::toString);
        driver.step(
                new Input.ReplicaOfAnswered(
                        driver.link(R1, LinkSpec.Kind.COMMAND),
                        Optional.of("EXECABORT"),
                        Optional.of(new Input.Discarded("CONFIG", "NOPERM"))));
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOfAlone.class));
        assertFalse(driver.happened("+slaveof-alone"));
    }

    /** Seeds 311260 and 377468: it had waited for a disk while the new master came back. */
    @Test
    void anOrderThatWaitedUntilItsMasterFollowsSomebodyDoesNotLeave() {
        var driver = group();
        killMaster(driver);
        var order = driver.sent(R1, Request.ReplicaOf.class).getFirst();
        var link = driver.link(R1, LinkSpec.Kind.COMMAND);
        assertEquals(new Request.ReplicaOf(Optional.of(R2)), order);
        assertTrue(driver.core.mayLeave(link, order, driver.now));
        driver.at(R2).info = CoreDriver.following(CoreDriver.master('2'), R1, true);
        driver.advance(Duration.ofSeconds(11));
        assertFalse(driver.core.mayLeave(link, order, driver.now));
        assertFalse(
                driver.core.mayLeave(link, new Request.ReplicaOfAlone(order.master()), driver.now));
    }

    @Test
    void anOrderThatWaitedUntilAnotherIsTheMasterDoesNotLeave() {
        var driver = group();
        killMaster(driver);
        var link = driver.link(R1, LinkSpec.Kind.COMMAND);
        assertFalse(
                driver.core.mayLeave(link, new Request.ReplicaOf(Optional.of(MASTER)), driver.now));
    }

    @Test
    void nobodyIsPointedAtANewMasterThatIsDown() {
        var driver = withFourReplicas(1);
        driver.at(PEER_A_AT).opinion = asked -> noOpinion();
        driver.at(PEER_C_AT).opinion = asked -> noOpinion();
        driver.kill(R2);
        driver.advance(Duration.ofSeconds(20));
        assertEquals(1, followers(driver, 6380, 6382, 6383));
        driver.revive(R2);
        driver.advance(Duration.ofSeconds(2));
        assertEquals(2, followers(driver, 6380, 6382, 6383));
    }

    /** A NAT, or a conf that names localhost: one process is master and replica of itself. */
    @Test
    void nobodyIsPointedAtANewMasterThatFollowsSomebody() {
        var driver = withFourReplicas(1);
        driver.ask(new OperatorCommand.Debug(List.of("slave-reconf-timeout", "15000")));
        driver.at(R2).info = CoreDriver.following(CoreDriver.master('2'), R1, true);
        driver.advance(Duration.ofSeconds(25));
        assertEquals(1, followers(driver, 6380, 6382, 6383));
        driver.at(R2).info = CoreDriver.master('2');
        driver.advance(Duration.ofSeconds(11));
        assertEquals(2, followers(driver, 6380, 6382, 6383));
    }

    @Test
    void theMasterUnderAnotherAddressIsNotToldToFollowItself() {
        var driver = group();
        driver.at(R1).info = CoreDriver.master('m');
        driver.advance(Duration.ofSeconds(40));
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOf.class));
    }

    @Test
    void aLeaderVotesForNobodyElseBeforeItAnnounced() {
        var driver = group();
        electedWhileSilent(driver, R1, R2);
        var asked = driver.askMasterDown(MASTER, 5, Optional.of(PEER_C));
        assertEquals(
                Optional.of(new Answer.MasterDown(true, Optional.of(ME), 1)), driver.reply(asked));
        driver.advance(Duration.ofSeconds(1));
        assertTrue(driver.happened("+failover-state-wait-promotion"));
    }

    @Test
    void replicasAreRepointedParallelSyncsAtATime() {
        var driver = withFourReplicas(1);
        assertEquals(1, followers(driver, 6380, 6382, 6383));
        var two = withFourReplicas(2);
        assertEquals(2, followers(two, 6380, 6382, 6383));
    }

    private static CoreDriver withFourReplicas(int parallelSyncs) {
        var driver = group(CoreDriver.options().toBuilder().parallelSyncs(parallelSyncs).build());
        for (int port : List.of(6382, 6383)) {
            driver.at(CoreDriver.address(port)).info = CoreDriver.replica('9', 50);
        }
        driver.at(MASTER).info =
                CoreDriver.master('m', R1, R2, CoreDriver.address(6382), CoreDriver.address(6383));
        driver.advance(Duration.ofSeconds(10));
        for (int port : List.of(6380, 6382, 6383)) {
            driver.at(CoreDriver.address(port)).obeys = false;
        }
        killMaster(driver);
        assertTrue(driver.happened("+switch-master"));
        assertFalse(driver.happened("+failover-end"));
        return driver;
    }

    private static int followers(CoreDriver driver, int... ports) {
        int sum = 0;
        for (int port : ports) {
            sum += driver.sent(CoreDriver.address(port), Request.ReplicaOf.class).size();
        }
        return sum;
    }

    @Test
    void aReplicaThatDoesNotMoveForTenSecondsCountsAsDone() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        driver.advance(Duration.ofSeconds(11));
        assertTrue(driver.events().contains("-slave-reconf-sent-timeout " + N1));
        assertTrue(driver.happened("+failover-end"));
    }

    @Test
    void aReplicaThatIsDownIsNotWaitedFor() {
        var driver = group();
        driver.kill(R1);
        killMaster(driver);
        assertTrue(driver.happened("+failover-end"));
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOf.class));
    }

    @Test
    void repointingThatTakesTooLongEndsWithOneLastOrder() {
        var driver = withFourReplicas(1);
        // One is in progress for ever, so the others never get their turn.
        driver.at(R1).info = CoreDriver.following(driver.at(R1).info, R2, false);
        driver.advance(FAILOVER_TIMEOUT);
        var names = driver.eventNames();
        int timeout = names.indexOf("+failover-end-for-timeout");
        assertTrue(timeout > 0);
        assertEquals("+failover-end", names.get(timeout + 1));
        assertEquals("+slave-reconf-sent-be", names.get(timeout + 2));
        assertEquals("+slave-reconf-sent-be", names.get(timeout + 3));
        assertTrue(names.indexOf("+switch-master") < timeout);
        assertEquals(1, followers(driver, 6382));
        assertEquals(1, followers(driver, 6383));
    }

    private static Answer.MasterDown noOpinion() {
        return new Answer.MasterDown(false, Optional.empty(), 0);
    }

    @Test
    void theEndWaitsForAPromotedReplicaThatIsDown() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        driver.at(PEER_A_AT).opinion = asked -> noOpinion();
        driver.at(PEER_C_AT).opinion = asked -> noOpinion();
        driver.kill(R2);
        driver.advance(FAILOVER_TIMEOUT.plusSeconds(10));
        assertFalse(driver.happened("+failover-end"));
        driver.revive(R2);
        driver.advance(Duration.ofSeconds(2));
        assertTrue(driver.happened("+failover-end-for-timeout"));
    }

    @Test
    void aNewerFailoverCancelsTheRepointing() {
        var driver = withFourReplicas(1);
        driver.kill(R2);
        driver.at(R1).obeys = true;
        driver.at(CoreDriver.address(6382)).obeys = true;
        driver.at(CoreDriver.address(6383)).obeys = true;
        driver.advance(FAILOVER_TIMEOUT.plus(DOWN_AFTER));
        assertFalse(driver.events().contains("+failover-end " + M));
        assertTrue(
                driver.events().contains("+failover-end master mymaster 127.0.0.1 6381"),
                () -> driver.events().toString());
    }

    @Test
    void aPromotionThatIsProvedInTiltIsAnnounced() {
        var driver = group();
        driver.at(R2).obeys = false;
        killMaster(driver);
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        TiltTest.sleepThrough(driver, Duration.ofSeconds(5));
        assertTrue(driver.happened("+tilt"));
        driver.at(R2).info = CoreDriver.master('2');
        driver.advance(Duration.ofSeconds(3));
        assertFalse(driver.happened("-tilt"));
        assertTrue(driver.happened("+switch-master"));
        assertFalse(driver.happened("+slave-reconf-sent"));
    }

    @Test
    void theReconfigScriptIsToldOnceWhoLed() {
        var options =
                CoreDriver.options().toBuilder()
                        .clientReconfigScript(Optional.of("/opt/reconf"))
                        .build();
        var driver = group(options);
        killMaster(driver);
        driver.advance(Duration.ofSeconds(2));
        assertEquals(
                List.of(
                        new Effect.RunReconfigScript(
                                "/opt/reconf", "mymaster", Effect.ScriptRole.LEADER, MASTER, R2)),
                driver.effects.stream()
                        .filter(Effect.RunReconfigScript.class::isInstance)
                        .toList());
    }

    @Test
    void theReturningMasterIsConvertedAfterFourHelloPeriods() {
        var driver = group();
        killMaster(driver);
        driver.advance(Duration.ofSeconds(3));
        driver.revive(MASTER);
        driver.at(MASTER).info = CoreDriver.master('m');
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(8));
        assertEquals(List.of(), driver.sent(MASTER, Request.ReplicaOf.class));
        driver.advance(Duration.ofSeconds(12));
        assertEquals(
                List.of(new Request.ReplicaOf(Optional.of(R2))),
                driver.sent(MASTER, Request.ReplicaOf.class));
        assertTrue(driver.happened("+convert-to-slave"));
        driver.advance(Duration.ofSeconds(10));
        assertTrue(driver.happened("+role-change"));
    }

    // ---- by command

    @Test
    void aForcedFailoverNeedsNeitherAFailureNorVotes() {
        var driver = group();
        driver.at(PEER_A_AT).votes = false;
        driver.at(PEER_C_AT).votes = false;
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(Optional.of(new Answer.Ok()), driver.reply(asked));
        assertEquals(List.of("Executing user requested FAILOVER of 'mymaster'"), driver.logs());
        driver.advance(Duration.ofSeconds(2));
        assertFalse(driver.happened("+odown"));
        assertTrue(
                driver.events().contains("+switch-master mymaster 127.0.0.1 6379 127.0.0.1 6381"));
        assertEquals(1, driver.view().configEpoch());
    }

    @Test
    void aForcedFailoverEvadesAnEpochThatWentToAnother() {
        var driver = group();
        driver.at(PEER_A_AT).opinion =
                asked ->
                        new Answer.MasterDown(
                                false,
                                Optional.of(asked.leaderEpoch() < 3 ? PEER_C : ME),
                                asked.leaderEpoch());
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofSeconds(2));
        assertEquals(3, driver.view().configEpoch());
    }

    /** How far that peer is with a failover of its own, and that it voted for itself. */
    private static void otherLeader(CoreDriver driver, FailoverPhase phase, long configEpoch) {
        driver.at(PEER_A_AT).opinion =
                asked -> new Answer.MasterDown(false, Optional.of(PEER_A), asked.leaderEpoch());
        driver.at(PEER_A_AT).report = Optional.of(new MasterReport(MASTER, configEpoch, phase));
    }

    @Test
    void aForcedFailoverGivesUpWhenAnotherLeaderMayPromoteAnyMoment() {
        for (var phase :
                List.of(
                        FailoverPhase.SELECT_SLAVE,
                        FailoverPhase.SEND_SLAVEOF_NOONE,
                        FailoverPhase.WAIT_PROMOTION)) {
            var driver = group();
            otherLeader(driver, phase, 0);
            driver.ask(new OperatorCommand.Failover("mymaster"));
            driver.advance(Duration.ofSeconds(2));
            assertTrue(driver.events().contains("-failover-abort-not-elected " + M), "" + phase);
            assertFalse(driver.happened("+selected-slave"));
        }
    }

    @Test
    void aForcedFailoverGivesUpWhenAnotherOneIsDoneInItsEpoch() {
        var driver = group();
        otherLeader(driver, FailoverPhase.NONE, 1);
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofSeconds(2));
        assertTrue(driver.events().contains("-failover-abort-not-elected " + M));
    }

    @Test
    void aSecondFailoverAtTheSameTimeIsRefused() {
        var driver = group();
        driver.at(R2).obeys = false;
        driver.ask(new OperatorCommand.Failover("mymaster"));
        var second = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(
                Optional.of(new Answer.Refused("INPROG Failover already in progress")),
                driver.reply(second));
        assertTrue(driver.view().instance().has(InstanceFlag.FORCE_FAILOVER));
    }

    @Test
    void aFailoverWithoutAGoodReplicaIsRefused() {
        var driver = group();
        driver.kill(R1);
        driver.kill(R2);
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(
                Optional.of(new Answer.Refused("NOGOODSLAVE No suitable replica to promote")),
                driver.reply(asked));
    }

    // ---- another leader

    @Test
    void aHigherConfigEpochEndsOurOwnFailover() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        assertTrue(driver.happened("+switch-master"));
        assertFalse(driver.happened("+failover-end"));
        driver.effects.clear();
        helloByPublish(driver, 2, R1, 2);
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        assertEquals(R1, driver.view().instance().address());
        assertTrue(
                driver.events().contains("+switch-master mymaster 127.0.0.1 6381 127.0.0.1 6380"));
    }

    @Test
    void aLaterLeaderThatWentBackToTheOldMasterIsFollowedInTheMiddleOfRepointing() {
        var driver = group();
        driver.at(R1).obeys = false;
        killMaster(driver);
        driver.effects.clear();
        helloByPublish(driver, 2, MASTER, 2);
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        assertEquals(MASTER, driver.view().instance().address());
        assertEquals(MASTER, driver.view().clientAddress());
        assertEquals(
                List.of(R1, R2),
                driver.view().replicas().stream().map(r -> r.instance().address()).toList());
    }

    @Test
    void aLowerOrEqualConfigEpochChangesNothing() {
        var driver = group();
        killMaster(driver);
        driver.advance(Duration.ofSeconds(2));
        assertEquals(R2, driver.view().instance().address());
        helloByPublish(driver, 1, R1, 1);
        helloByPublish(driver, 1, MASTER, 0);
        assertEquals(R2, driver.view().instance().address());
    }

    private static void helloByPublish(
            CoreDriver driver, long epoch, Address master, long configEpoch) {
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(PEER_A_AT, PEER_A, epoch, "mymaster", master, configEpoch)
                                .encode()));
    }
}
