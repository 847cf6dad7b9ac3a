package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.ME;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;
import static dev.vedette.sentinel.core.FailoverGroup.M;
import static dev.vedette.sentinel.core.FailoverGroup.N1;
import static dev.vedette.sentinel.core.FailoverGroup.S1;
import static dev.vedette.sentinel.core.FailoverGroup.S2;
import static dev.vedette.sentinel.core.FailoverGroup.electedWhileSilent;
import static dev.vedette.sentinel.core.FailoverGroup.group;
import static dev.vedette.sentinel.core.FailoverGroup.killMaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A failover as a whole, the choice of its replica, and why an attempt ends before that. */
class FailoverTest {
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
    void theOffsetThatCountsIsTheOneAskedForAfterTheFailure() {
        var driver = group();
        driver.kill(MASTER);
        // Ahead now, though behind when it was last asked.
        driver.at(R1).info = CoreDriver.replica('1', 300);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        assertTrue(driver.events().contains("+selected-slave " + S1));
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
}
