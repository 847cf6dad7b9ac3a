package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.MASTER;
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

/** Guard G20: two addresses under one config epoch. We stand for R2 under epoch 1, by force. */
class ConflictsTest {
    private final CoreDriver driver = forced();

    private static CoreDriver forced() {
        var state = CoreDriver.state(2, CoreDriver.options());
        var driver =
                new CoreDriver(
                        new SentinelState(
                                state.myId(),
                                0,
                                SentinelOptions.DEFAULTS.toBuilder().resolveHostnames(true).build(),
                                state.masters()));
        driver.dns.put("r2.example", List.of("127.0.0.1"));
        driver.healthy();
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofSeconds(1));
        driver.at(MASTER).info = CoreDriver.following(driver.at(MASTER).info, R2, true);
        driver.advance(Duration.ofSeconds(12));
        assertEquals(R2, driver.view().clientAddress());
        assertEquals(1, driver.view().configEpoch());
        driver.effects.clear();
        return driver;
    }

    private void says(SentinelId who, Address at, Address master) {
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(), new Hello(at, who, 1, "mymaster", master, 1).encode()));
    }

    @Test
    void weYieldToTheMajorityAfterOneHelloPeriodAndAnEighthForEachSmallerId() {
        driver.at(R1).info = CoreDriver.master('1');
        says(PEER_A, PEER_A_AT, R1);
        says(PEER_C, PEER_C_AT, R1);
        assertTrue(
                driver.events()
                        .contains(
                                "+config-conflict master mymaster 127.0.0.1 6381 epoch 1 here"
                                        + " 127.0.0.1 6381 there 127.0.0.1 6380 named by "
                                        + PEER_A));
        driver.advance(Duration.ofMillis(2249));
        assertEquals(R2, driver.view().clientAddress());
        driver.advance(Duration.ofMillis(1));
        assertEquals(R1, driver.view().clientAddress());
        assertTrue(
                driver.events().contains("+switch-master mymaster 127.0.0.1 6381 127.0.0.1 6380"));
    }

    @Test
    void whatAMajorityNamesWithUsIsKept() {
        driver.at(R1).info = CoreDriver.master('1');
        says(PEER_A, PEER_A_AT, R1);
        says(PEER_C, PEER_C_AT, R2);
        driver.advance(Duration.ofSeconds(4));
        assertEquals(R2, driver.view().clientAddress());
    }

    /** Seed 109189: two that were the majority yielded to the third, again and again. */
    @Test
    void aMajorityThatNamesOneNodeByNameAndByAddressIsOne() {
        driver.at(R1).info = CoreDriver.master('1');
        says(PEER_C, PEER_C_AT, new Address("r2.example", R2.port()));
        says(PEER_A, PEER_A_AT, R1);
        driver.advance(Duration.ofSeconds(4));
        assertEquals(R2, driver.view().clientAddress());
    }

    /** Nobody has a majority, both nodes are masters: A is smaller than B. */
    @Test
    void withoutAMajorityTheSmallestIdIsRight() {
        driver.at(R1).info = CoreDriver.master('1');
        says(PEER_A, PEER_A_AT, R1);
        driver.advance(Duration.ofSeconds(3));
        assertEquals(R1, driver.view().clientAddress());
    }

    @Test
    void withoutAMajorityTheLargerIdIsNotFollowed() {
        driver.at(R1).info = CoreDriver.master('1');
        says(PEER_C, PEER_C_AT, R1);
        driver.advance(Duration.ofSeconds(4));
        assertEquals(R2, driver.view().clientAddress());
    }

    /** Else the largest of three would go to and fro between what the other two name. */
    @Test
    void theSmallestIdIsRightAlsoWhenItNamesOurs() {
        var smallest = CoreDriver.id('1');
        driver.at(R1).info = CoreDriver.master('1');
        for (int second = 0; second < 7; second++) {
            says(smallest, CoreDriver.address(26389), R2);
            says(PEER_A, PEER_A_AT, R1);
            says(PEER_C, PEER_C_AT, R1);
            driver.advance(Duration.ofSeconds(1));
        }
        assertTrue(driver.happened("+config-conflict"));
        assertEquals(R2, driver.view().clientAddress(), driver.events()::toString);
    }

    @Test
    void aNodeThatBecameACopyDuringTheClaimIsNotAnnounced() {
        driver.at(PEER_A_AT).votes = false;
        driver.at(PEER_C_AT).votes = false;
        while (!driver.happened("+config-claim")) {
            says(PEER_C, PEER_C_AT, R1);
            driver.advance(Duration.ofMillis(500));
        }
        driver.at(R2).info = CoreDriver.following(driver.at(R2).info, R1, true);
        while (!driver.happened("-role-change")) {
            says(PEER_C, PEER_C_AT, R1);
            driver.advance(Duration.ofMillis(500));
        }
        assertFalse(driver.happened("-config-claim"), "it is still under way");
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.advance(Duration.ofMillis(1500));
        assertTrue(driver.happened("-config-claim"), driver.events()::toString);
        assertEquals(1, driver.view().configEpoch());
    }

    @Test
    void aNodeThatIsNoMasterIsNotFollowedWhoeverNamesItAlone() {
        says(PEER_A, PEER_A_AT, R1);
        driver.advance(Duration.ofSeconds(4));
        assertEquals(R2, driver.view().clientAddress());
    }

    /** A sentinel of Redis never yields: a new epoch settles it for all. */
    @Test
    void aConflictThatStaysIsEndedByAnElectionThatPromotesNobody() {
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        for (int second = 0; second < 10; second++) {
            says(PEER_C, PEER_C_AT, R1);
            driver.advance(Duration.ofSeconds(1));
        }
        assertEquals(2, driver.view().configEpoch(), driver.events()::toString);
        assertEquals(R2, driver.view().clientAddress());
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        assertTrue(driver.happened("+config-claim"));
        assertFalse(driver.happened("+try-failover"));
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOf.class));
        var told = driver.sent(PEER_C_AT, Request.PublishHello.class).getLast().hello();
        assertEquals(R2, told.master());
        assertEquals(2, told.configEpoch());
    }

    /** Seed 818066: two had gone over to each other's address, and no claim could be elected. */
    @Test
    void whoseClaimFailedYieldsAgain() {
        driver.at(R1).info = CoreDriver.master('1');
        driver.at(R2).info = CoreDriver.master('2');
        // A fourth, of whom no more is heard, so that two are no majority.
        driver.hello(CoreDriver.id('d'), CoreDriver.address(26389), 1, MASTER, 0);
        bothSay(R1, Duration.ofSeconds(3));
        assertEquals(R1, driver.view().clientAddress());
        bothSay(R2, Duration.ofSeconds(9));
        assertEquals(R1, driver.view().clientAddress(), "it does not go to and fro");
        bothSay(R2, Duration.ofSeconds(15));
        assertTrue(driver.happened("-config-claim"), driver.events()::toString);
        assertEquals(R2, driver.view().clientAddress());
    }

    /** A that address, and C always R2. */
    private void bothSay(Address address, Duration time) {
        for (int second = 0; second < time.toSeconds(); second++) {
            says(PEER_C, PEER_C_AT, R2);
            says(PEER_A, PEER_A_AT, address);
            driver.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void anOperatorsFailoverEndsAClaimAndIsCarriedOut() {
        claimInVain();
        long claimed = driver.sent(PEER_C_AT, Request.AskMasterDown.class).getLast().epoch();
        var order = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(Optional.of(new Answer.Ok()), driver.reply(order));
        driver.advance(Duration.ofSeconds(1));
        assertEquals(
                List.of("-config-claim", "+try-failover", "+selected-slave", "+switch-master"),
                driver.eventNames().stream()
                        .filter(
                                name ->
                                        List.of(
                                                        "-config-claim",
                                                        "+try-failover",
                                                        "+selected-slave",
                                                        "+switch-master")
                                                .contains(name))
                        .toList());
        assertTrue(driver.view().configEpoch() > claimed, driver.events()::toString);
        assertEquals(FailoverPhase.NONE, driver.view().failover());
    }

    @Test
    void anOperatorsFailoverWithNobodyToPromoteLeavesTheClaimAlone() {
        claimInVain();
        driver.kill(R1);
        driver.kill(MASTER);
        driver.advance(CoreDriver.DOWN_AFTER.plusSeconds(1));
        says(PEER_C, PEER_C_AT, R1);
        var order = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(
                Optional.of(new Answer.Refused("NOGOODSLAVE No suitable replica to promote")),
                driver.reply(order));
        assertEquals(FailoverPhase.WAIT_START, driver.view().failover());
    }

    /** A claim for which nobody votes, so that it goes on. */
    private void claimInVain() {
        while (!driver.happened("+config-claim")) {
            says(PEER_C, PEER_C_AT, R1);
            driver.advance(Duration.ofSeconds(1));
        }
        driver.effects.removeIf(Effect.Publish.class::isInstance);
    }

    @Test
    void asLongAsItLastsNobodyIsDemotedByInfo() {
        driver.at(R1).info = CoreDriver.master('1');
        for (int second = 0; second < 20; second++) {
            says(PEER_C, PEER_C_AT, R1);
            driver.advance(Duration.ofSeconds(1));
        }
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOf.class));
    }

    /** The same process under two addresses is no conflict, and never told to follow itself. */
    @Test
    void oneProcessUnderTwoAddressesIsNoConflict() {
        driver.at(R1).info = CoreDriver.master('2');
        driver.advance(Duration.ofSeconds(11));
        driver.effects.clear();
        says(PEER_A, PEER_A_AT, R1);
        driver.advance(Duration.ofSeconds(10));
        assertFalse(driver.happened("+config-conflict"));
        assertEquals(R2, driver.view().clientAddress());
    }
}
