package dev.vedette.sentinel.core;

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

/** Guard G20: our conf names R1 as the master, which is a replica of MASTER. */
class MisnamedMasterTest {
    private static final Duration INFO_PERIOD = Duration.ofSeconds(11);

    private final CoreDriver driver = watching(0);

    private static CoreDriver watching(long configEpoch) {
        var driver =
                new CoreDriver(
                        new SentinelState(
                                ME,
                                configEpoch,
                                SentinelOptions.DEFAULTS,
                                List.of(
                                        new SentinelState.Master(
                                                "mymaster",
                                                R1,
                                                2,
                                                CoreDriver.options(),
                                                configEpoch,
                                                configEpoch,
                                                List.of(),
                                                List.of()))));
        driver.healthy();
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.start();
        return driver;
    }

    private void says(SentinelId who, Address at, Address master, long epoch) {
        driver.at(at).report = Optional.of(new MasterReport(master, epoch, FailoverPhase.NONE));
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(at, who, epoch, "mymaster", master, epoch).encode()));
    }

    private void aSays(Address master) {
        says(PEER_A, PEER_A_AT, master, 0);
    }

    private void cSays(Address master) {
        says(PEER_C, PEER_C_AT, master, 0);
    }

    private void forSeconds(int seconds, Runnable hellos) {
        for (int second = 0; second < seconds; second++) {
            hellos.run();
            driver.advance(Duration.ofSeconds(1));
        }
    }

    private void assertStaysAtR1() {
        assertEquals(R1, driver.view().clientAddress(), driver.events()::toString);
        assertFalse(driver.happened("+switch-master"));
        assertNobodyIsOrdered();
    }

    private void assertNobodyIsOrdered() {
        for (var node : List.of(MASTER, R1, R2)) {
            assertEquals(List.of(), driver.sent(node, Request.ReplicaOf.class));
        }
    }

    @Test
    void weGoToTheNodeThatOursCopiesWhenAPeerNamesItForFourHelloPeriodsToo() {
        forSeconds(8, () -> aSays(MASTER));
        assertStaysAtR1();
        forSeconds(1, () -> aSays(MASTER));
        assertEquals(MASTER, driver.view().clientAddress());
        assertEquals(0, driver.view().configEpoch());
        assertTrue(
                driver.events()
                        .contains(
                                "+config-conflict master mymaster 127.0.0.1 6380 epoch 0 here"
                                        + " 127.0.0.1 6380 there 127.0.0.1 6379 named by "
                                        + PEER_A));
        assertTrue(
                driver.events().contains("+switch-master mymaster 127.0.0.1 6380 127.0.0.1 6379"));
        forSeconds(30, () -> aSays(MASTER));
        assertNobodyIsOrdered();
    }

    @Test
    void oneHelloIsNotEnough() {
        aSays(MASTER);
        driver.advance(Duration.ofMinutes(1));
        assertStaysAtR1();
    }

    /** Whoever may PUBLISH can name the port of another sentinel, or one where nobody listens. */
    @Test
    void hellosThatTheSentinelItselfDoesNotConfirmAreNotBelieved() {
        forSeconds(
                30,
                () -> {
                    aSays(MASTER);
                    driver.at(PEER_A_AT).report =
                            Optional.of(new MasterReport(R2, 0, FailoverPhase.NONE));
                });
        assertStaysAtR1();
        forSeconds(
                30,
                () -> {
                    aSays(MASTER);
                    driver.at(PEER_A_AT).report = Optional.empty();
                });
        assertStaysAtR1();
    }

    @Test
    void aNodeThatOursDoesNotCopyIsNotBelievedWhoeverNamesIt() {
        driver.at(R1).info = CoreDriver.following(CoreDriver.replica('1', 100), R2, true);
        driver.advance(INFO_PERIOD);
        forSeconds(
                30,
                () -> {
                    aSays(MASTER);
                    cSays(MASTER);
                });
        assertStaysAtR1();
        assertFalse(driver.happened("+config-conflict"));
    }

    @Test
    void aNodeThatOursFollowsWithoutReachingItIsNotBelieved() {
        driver.at(R1).info = CoreDriver.following(CoreDriver.replica('1', 100), MASTER, false);
        forSeconds(30, () -> aSays(MASTER));
        assertStaysAtR1();
    }

    /** Somebody made it follow another by mistake, and took that back. */
    @Test
    void aMasterThatFollowsSomebodyForAMomentStaysTheMaster() {
        driver.at(R1).info = CoreDriver.master('1');
        driver.advance(INFO_PERIOD);
        forSeconds(12, () -> aSays(MASTER));
        assertFalse(driver.happened("+config-conflict"));
        driver.at(R1).info = CoreDriver.following(CoreDriver.master('1'), MASTER, true);
        while (!driver.happened("+config-conflict")) {
            forSeconds(1, () -> aSays(MASTER));
        }
        forSeconds(7, () -> aSays(MASTER));
        driver.at(R1).info = CoreDriver.master('1');
        forSeconds(60, () -> aSays(MASTER));
        assertStaysAtR1();
    }

    /** What it copied when the conflict began is not what it copies in the end. */
    @Test
    void oneThatFollowsNowThisOneAndNowThatOneProvesNothing() {
        var one = CoreDriver.following(CoreDriver.replica('1', 100), MASTER, true);
        var other = CoreDriver.following(CoreDriver.replica('1', 100), R2, true);
        for (int turn = 0; turn < 12; turn++) {
            driver.at(R1).info = turn % 2 == 0 ? one : other;
            forSeconds(5, () -> aSays(MASTER));
        }
        assertStaysAtR1();
    }

    @Test
    void aCopyIsNeverClaimedToBeTheMaster() {
        forSeconds(
                60,
                () -> {
                    cSays(R1);
                    aSays(MASTER);
                    driver.at(PEER_A_AT).report = Optional.empty();
                });
        assertStaysAtR1();
        assertFalse(driver.happened("+config-claim"));
    }

    /** The same mistake in most confs is a mistake still. */
    @Test
    void underEpochZeroAMajorityOfConfsDoesNotOutweighTheNodeItself() {
        forSeconds(
                9,
                () -> {
                    cSays(R1);
                    aSays(MASTER);
                });
        assertEquals(MASTER, driver.view().clientAddress(), driver.events()::toString);
    }

    @Test
    void whatAMajorityWasElectedToNameIsKept() {
        var elected = watching(1);
        speak(elected, 12, true);
        assertTrue(elected.happened("+config-conflict"));
        assertEquals(R1, elected.view().clientAddress());
    }

    @Test
    void whoIsGoneIsOfNoMajority() {
        var elected = watching(1);
        speak(elected, 1, true);
        speak(elected, 16, false);
        assertEquals(MASTER, elected.view().clientAddress(), elected.events()::toString);
    }

    /** A names the node that ours copies, and C, if it speaks, names ours. */
    private static void speak(CoreDriver driver, int seconds, boolean both) {
        var a = new Hello(PEER_A_AT, PEER_A, 1, "mymaster", MASTER, 1);
        var c = new Hello(PEER_C_AT, PEER_C, 1, "mymaster", R1, 1);
        for (int second = 0; second < seconds; second++) {
            for (var hello : both ? List.of(a, c) : List.of(a)) {
                driver.at(hello.sentinel()).report =
                        Optional.of(new MasterReport(hello.master(), 1, FailoverPhase.NONE));
                driver.step(new Input.HelloHeard(Optional.empty(), hello.encode()));
            }
            driver.advance(Duration.ofSeconds(1));
        }
    }

    /** Each of them is where its own node sends it; the last one is a master. */
    @Test
    void aCopyOfACopyLeadsToItsMasterStepByStep() {
        driver.at(R1).info = CoreDriver.following(CoreDriver.replica('1', 100), R2, true);
        driver.advance(INFO_PERIOD);
        forSeconds(
                18,
                () -> {
                    aSays(R2);
                    cSays(MASTER);
                });
        assertEquals(MASTER, driver.view().clientAddress(), driver.events()::toString);
        assertFalse(driver.happened("+config-claim"));
    }
}
