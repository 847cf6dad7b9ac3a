package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.FAILOVER_TIMEOUT;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
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

/** Guard G5: who is at an address of ours, and is none of us. */
class KinshipTest {
    private static final History OURS = new History("a".repeat(40), Optional.empty(), 1000, -1);
    private static final History THEIRS = new History("e".repeat(40), Optional.empty(), 77, -1);
    private static final Address ELSEWHERE = new Address("10.1.1.1", 6379);
    private static final String S1 =
            "slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6379";

    private final CoreDriver driver = new CoreDriver(CoreDriver.state(2, CoreDriver.options()));

    KinshipTest() {
        driver.healthy();
        driver.at(MASTER).info = told(CoreDriver.master('m', R1, R2), OURS, true, false);
        driver.at(R1).info = told(CoreDriver.replica('1', 100), OURS, true, false);
        driver.at(R2).info = told(CoreDriver.replica('2', 200), OURS, true, false);
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        driver.effects.clear();
    }

    private static InstanceInfo told(
            InstanceInfo info, History history, boolean holdsKeys, boolean appendOnly) {
        return CoreDriver.telling(info, false, false, appendOnly, holdsKeys, Optional.of(history));
    }

    /** R1 is gone, and that is at its address now; our master does not list it any more. */
    private void takesThePlaceOfR1(InstanceInfo info) {
        driver.at(MASTER).info = told(CoreDriver.master('m', R2), OURS, true, false);
        driver.advance(Duration.ofSeconds(10));
        driver.kill(R1);
        driver.at(R1).info = info;
        driver.effects.clear();
        driver.revive(R1);
        // Till its first INFO.
        driver.advance(Duration.ofSeconds(10));
    }

    private static InstanceInfo anothersMaster() {
        return told(CoreDriver.master('e'), THEIRS, true, false);
    }

    private void anothersHelloAtR1(String name, Address master) {
        var link = driver.link(R1, LinkSpec.Kind.PUBSUB);
        var from = new Hello(ELSEWHERE, CoreDriver.id('7'), 3, name, master, 2);
        driver.step(new Input.HelloHeard(Optional.of(link), from.encode()));
    }

    private boolean r1WasOrdered() {
        return !driver.sent(R1, Request.ReplicaOf.class).isEmpty();
    }

    private long times(String event) {
        return driver.events().stream().filter(event::equals).count();
    }

    @Test
    void aMasterWithItsOwnDataAndHellosIsForeignAndNeverToldAnything() {
        takesThePlaceOfR1(anothersMaster());
        anothersHelloAtR1("another", R1);
        driver.advance(FAILOVER_TIMEOUT.multipliedBy(2));
        assertFalse(r1WasOrdered());
        assertEquals(
                1,
                times("-foreign-instance " + S1 + " #hellos-of-another-group,unknown-data"),
                driver.events().toString());
    }

    @Test
    void anOrderThatWaitedForTheDiskDoesNotLeaveForWhoTurnedOutToBeForeignMeanwhile() {
        takesThePlaceOfR1(anothersMaster());
        var link = driver.link(R1, LinkSpec.Kind.COMMAND);
        var order = new Request.ReplicaOf(Optional.of(MASTER));
        assertTrue(driver.core.mayLeave(link, order, driver.now), "one sign");
        anothersHelloAtR1("another", R1);
        assertFalse(driver.core.mayLeave(link, order, driver.now), "two signs");
    }

    @Test
    void aReplicaOfAnotherGroupIsForeignAndNeverBroughtBack() {
        takesThePlaceOfR1(
                told(
                        CoreDriver.following(CoreDriver.replica('e', 5), ELSEWHERE, true),
                        THEIRS,
                        true,
                        true));
        anothersHelloAtR1("another", ELSEWHERE);
        driver.advance(FAILOVER_TIMEOUT.multipliedBy(2));
        assertFalse(r1WasOrdered());
        assertTrue(driver.happened("-foreign-instance"));
    }

    @Test
    void aMasterWithReplicasThatNobodyKnowsAndUnknownDataIsForeign() {
        takesThePlaceOfR1(told(CoreDriver.master('e', ELSEWHERE), THEIRS, true, false));
        driver.advance(FAILOVER_TIMEOUT);
        assertFalse(r1WasOrdered());
        assertTrue(driver.happened("-foreign-instance"), driver.events().toString());
    }

    @Test
    void unknownDataAloneKeepsTheRuleOfRedisWithAWord() {
        takesThePlaceOfR1(anothersMaster());
        driver.advance(Duration.ofSeconds(30));
        assertEquals(1, times("-unknown-instance " + S1 + " #unknown-data"));
        assertTrue(driver.happened("+convert-to-slave"));
        assertTrue(r1WasOrdered());
    }

    @Test
    void hellosOfAnotherGroupAloneAreNoReasonEither() {
        anothersHelloAtR1("another", ELSEWHERE);
        driver.at(R1).info = CoreDriver.master('1');
        driver.advance(Duration.ofSeconds(30));
        // It has no history at all here, so it is one sign.
        assertTrue(driver.happened("-unknown-instance"));
        assertTrue(r1WasOrdered());
    }

    @Test
    void aHelloThatNamesOurMasterByAnotherNameIsNoSign() {
        driver.at(R1).info = CoreDriver.master('1');
        driver.advance(Duration.ofSeconds(11));
        anothersHelloAtR1("alias", MASTER);
        driver.advance(Duration.ofSeconds(1));
        assertFalse(driver.happened("-unknown-instance"));
    }

    @Test
    void whoIsListedByOurMasterIsNotForeignByTheMasterThatItNames() {
        driver.at(R1).info =
                told(
                        CoreDriver.following(CoreDriver.replica('1', 5), ELSEWHERE, true),
                        THEIRS,
                        true,
                        true);
        anothersHelloAtR1("another", ELSEWHERE);
        driver.advance(FAILOVER_TIMEOUT.plusSeconds(30));
        assertFalse(driver.happened("-foreign-instance"));
        assertTrue(driver.happened("+fix-slave-config"));
    }

    @Test
    void whoeverHasOurHistoryIsOursWhateverElseSpeaksAgainstIt() {
        driver.at(R1).obeys = false;
        var promoted = new History("f".repeat(40), Optional.of(OURS.id()), 1200, 1001);
        takesThePlaceOfR1(told(CoreDriver.master('e', ELSEWHERE), promoted, true, false));
        anothersHelloAtR1("another", R1);
        driver.advance(Duration.ofSeconds(30));
        assertFalse(driver.happened("-foreign-instance"));
        assertFalse(driver.happened("-unknown-instance"));
        assertTrue(r1WasOrdered());
    }

    @Test
    void aNodeOfOursThatRestartedEmptyOrFromItsAppendOnlyFileIsOurs() {
        takesThePlaceOfR1(told(CoreDriver.master('e'), THEIRS, false, false));
        driver.advance(Duration.ofSeconds(30));
        assertFalse(driver.happened("-unknown-instance"));
        assertTrue(r1WasOrdered());

        driver.at(R2).info = told(CoreDriver.replica('2', 200), OURS, true, true);
        driver.advance(Duration.ofSeconds(10));
        driver.kill(R2);
        driver.at(R2).info = told(CoreDriver.master('3'), THEIRS, true, true);
        driver.revive(R2);
        driver.advance(Duration.ofSeconds(30));
        assertFalse(driver.happened("-unknown-instance"));
        assertFalse(driver.sent(R2, Request.ReplicaOf.class).isEmpty());
    }

    @Test
    void aForeignNodeIsNotPromotedNorPointedAtTheNewMasterNorWaitedFor() {
        takesThePlaceOfR1(anothersMaster());
        anothersHelloAtR1("another", R1);
        driver.advance(Duration.ofSeconds(12));
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(3));
        assertEquals(R2, driver.view().instance().address());
        assertTrue(driver.happened("+failover-end"), driver.events().toString());
        assertFalse(driver.happened("+failover-end-for-timeout"));
        assertFalse(r1WasOrdered());
    }

    @Test
    void anAbortNamesAForeignNode() {
        driver.kill(R2);
        takesThePlaceOfR1(anothersMaster());
        anothersHelloAtR1("another", R1);
        driver.advance(Duration.ofSeconds(12));
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(3));
        var reasons =
                driver.events().stream()
                        .filter(e -> e.startsWith("-failover-abort-reason"))
                        .toList();
        assertTrue(reasons.getFirst().contains("127.0.0.1 6380 foreign"), reasons.toString());
    }

    @Test
    void whenOurNodeIsBackAtItsAddressItIsBroughtBack() {
        takesThePlaceOfR1(anothersMaster());
        anothersHelloAtR1("another", R1);
        driver.advance(Duration.ofSeconds(12));
        assertTrue(driver.happened("-foreign-instance"));
        takesThePlaceOfR1(told(CoreDriver.master('1'), THEIRS, false, false));
        driver.advance(Duration.ofSeconds(30));
        assertTrue(r1WasOrdered());
        assertEquals(List.of(), driver.events().stream().filter(e -> e.startsWith("-f")).toList());
    }

    /** Seed 104807: r1 itself was foreign for ever, for it had the data of a node that strayed. */
    @Test
    void theHellosOfTheProcessBeforeAreNoSignForLong() {
        takesThePlaceOfR1(anothersMaster());
        anothersHelloAtR1("another", R1);
        driver.advance(Duration.ofSeconds(12));
        assertTrue(driver.happened("-foreign-instance"));
        var strayed = new History("c".repeat(40), Optional.empty(), 500, -1);
        takesThePlaceOfR1(told(CoreDriver.master('1'), strayed, true, false));
        assertFalse(r1WasOrdered(), "they may be its own");
        driver.advance(Duration.ofSeconds(30));
        assertTrue(r1WasOrdered());
    }

    @Test
    void butTheyAreUntilItsOwnCanHaveCome() {
        takesThePlaceOfR1(anothersMaster());
        anothersHelloAtR1("another", R1);
        driver.advance(Duration.ofSeconds(12));
        takesThePlaceOfR1(told(CoreDriver.master('d'), THEIRS, true, false));
        anothersHelloAtR1("another", R1);
        driver.advance(FAILOVER_TIMEOUT.multipliedBy(2));
        assertFalse(r1WasOrdered());
    }
}
