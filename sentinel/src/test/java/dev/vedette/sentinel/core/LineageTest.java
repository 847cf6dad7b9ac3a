package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.T0;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** A is the first master, B follows it and becomes the master; a third was with A, or is alone. */
class LineageTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final String C = "c".repeat(40);
    private static final String FRESH = "f".repeat(40);

    /** B wrote 100 bytes since it parted from A at 1000. */
    private static final History MASTER_B = new History(B, Optional.of(A), 1100, 1001);

    private final MonitoredMaster master =
            new MonitoredMaster(
                    "mymaster",
                    MASTER,
                    2,
                    CoreDriver.options(),
                    0,
                    0,
                    new NameBook(() -> SentinelOptions.DEFAULTS),
                    new Link(MASTER, true, T0),
                    T0);
    private final Lineage lineage = master.lineage;

    private Replica copy(InstanceInfo.Role role, String id, String parent) {
        var copy = new Replica(master, R1, new Link(R1, true, T0), T0);
        copy.roleReported = role;
        copy.history =
                Optional.of(
                        new History(id, Optional.of(parent).filter(p -> !p.isEmpty()), 1000, 1001));
        return copy;
    }

    private Replica saysMaster(String id, String parent) {
        return copy(InstanceInfo.Role.MASTER, id, parent);
    }

    private Replica saysReplica(String id, String parent) {
        return copy(InstanceInfo.Role.REPLICA, id, parent);
    }

    private void bTakesOver() {
        lineage.masterTold(new History(A, Optional.empty(), 1000, -1));
        lineage.switched();
        lineage.masterTold(MASTER_B);
    }

    @Test
    void aMasterThatCameBackFromItsSnapshotIsOlderThanItsSuccessor() {
        bTakesOver();
        assertTrue(lineage.knownOlder(saysMaster(FRESH, A)));
    }

    @Test
    void aMasterThatCameBackEmptyOrFromItsAppendOnlyFileIsOlderThanItsSuccessor() {
        bTakesOver();
        assertTrue(lineage.knownOlder(saysMaster(FRESH, "")));
    }

    @Test
    void whoWasOrderedToFollowTheSuccessorButNeverGotItsDataIsOlder() {
        bTakesOver();
        var ordered = saysMaster(FRESH, "");
        lineage.replicaTold(ordered);
        ordered.roleReported = InstanceInfo.Role.REPLICA;
        assertTrue(lineage.knownOlder(ordered));
        assertTrue(lineage.knownOlder(saysReplica(A, "")));
    }

    @Test
    void whoWasSeenInSyncWithThePresentMasterIsNotOlderWhateverItTellsLater() {
        bTakesOver();
        var restarted = saysReplica(A, "");
        restarted.followedAs = Optional.of("run id");
        assertFalse(lineage.knownOlder(restarted));
    }

    @Test
    void whoHasTheMastersHistoryIsNotOlderHoweverFarBehind() {
        bTakesOver();
        assertFalse(lineage.knownOlder(saysReplica(B, A)));
        assertFalse(lineage.knownOlder(saysReplica(B, "")));
    }

    @Test
    void whomADeadLeaderPromotedIsNotOlder() {
        bTakesOver();
        assertFalse(lineage.knownOlder(saysMaster(C, B)));
    }

    @Test
    void aMasterThatWroteNothingOfItsOwnHasNoOlderCopiesAmongItsSiblings() {
        lineage.masterTold(new History(A, Optional.empty(), 1000, -1));
        lineage.switched();
        lineage.masterTold(new History(B, Optional.of(A), 1000, 1001));
        assertFalse(lineage.knownOlder(saysReplica(A, "")));
        lineage.masterTold(new History(B, Optional.of(A), 1001, 1001));
        assertTrue(lineage.knownOlder(saysReplica(A, "")));
    }

    @Test
    void aMasterBeforeTheLastOneIsOlderToo() {
        bTakesOver();
        lineage.switched();
        lineage.masterTold(new History(C, Optional.of(B), 1200, 1201));
        assertTrue(lineage.knownOlder(saysReplica(A, "")));
    }

    @Test
    void aMasterThatRestartsMakesNoOlderCopiesOfItsReplicas() {
        bTakesOver();
        lineage.masterTold(new History(C, Optional.of(B), 900, 800));
        assertFalse(lineage.knownOlder(saysReplica(B, A)));
        lineage.masterTold(new History(FRESH, Optional.empty(), 5, -1));
        assertFalse(lineage.knownOlder(saysReplica(B, A)));
    }

    @Test
    void aReplicaWithAHistoryOfItsOwnIsNotKnownToBeOlder() {
        bTakesOver();
        assertFalse(lineage.knownOlder(saysReplica(FRESH, "")));
    }

    @Test
    void aSentinelThatDidNotSeeTheSwitchKnowsNothing() {
        // A may be a history that B itself had, in its life before.
        lineage.masterTold(MASTER_B);
        assertFalse(lineage.knownOlder(saysMaster(FRESH, "")));
        assertFalse(lineage.knownOlder(saysMaster(FRESH, A)));
        assertFalse(lineage.knownOlder(saysReplica(A, "")));
    }

    @Test
    void withoutAWordOfTheMasterNoCopyIsKnownToBeOlder() {
        assertFalse(lineage.knownOlder(saysMaster(FRESH, A)));
        bTakesOver();
        lineage.switched();
        assertFalse(lineage.knownOlder(saysMaster(FRESH, A)));
    }

    @Test
    void aNodeThatDoesNotTellItsHistoryIsNotKnownToBeOlder() {
        bTakesOver();
        var silent = saysMaster(FRESH, A);
        silent.history = Optional.empty();
        assertFalse(lineage.knownOlder(silent));
    }

    // ---- a restart

    private Lineage restarted() {
        var again = new Lineage();
        again.restore(lineage.ancestry(List.of()));
        return again;
    }

    @Test
    void whatIsOlderIsKnownAgainAfterARestartButNotWhatTheSwitchAloneTold() {
        bTakesOver();
        var again = restarted();
        assertTrue(again.knownOlder(saysMaster(FRESH, A)));
        assertTrue(again.knownOlder(saysReplica(A, "")));
        assertFalse(again.knownOlder(saysReplica(B, A)));
        // It may have followed B, and lost its data since.
        assertFalse(again.knownOlder(saysMaster(FRESH, "")));
        again.switched();
        again.masterTold(new History(C, Optional.of(B), 1300, 1201));
        assertTrue(again.knownOlder(saysReplica(A, "")));
        assertTrue(again.knownOlder(saysReplica(B, "")));
    }

    @Test
    void aMasterThatWroteNothingOfItsOwnHasNoOlderCopiesAfterARestartEither() {
        lineage.masterTold(new History(A, Optional.empty(), 1000, -1));
        lineage.switched();
        lineage.masterTold(new History(B, Optional.of(A), 1000, 1001));
        assertFalse(restarted().knownOlder(saysReplica(A, "")));
    }

    @Test
    void onlyThatTheMasterWroteIsKeptAndNotHowMuch() {
        bTakesOver();
        var kept = lineage.ancestry(List.of());
        lineage.masterTold(new History(B, Optional.of(A), 5000, 1001));
        assertEquals(kept, lineage.ancestry(List.of()));
    }

    @Test
    void asLongAsNothingIsOlderThereIsNothingToKeep() {
        lineage.masterTold(MASTER_B);
        assertEquals(Ancestry.UNKNOWN, lineage.ancestry(List.of(R1)));
        bTakesOver();
        lineage.forget();
        assertEquals(Ancestry.UNKNOWN, lineage.ancestry(List.of(R1)));
    }

    @Test
    void aResetForgetsWhatWasKnownOfTheData() {
        bTakesOver();
        lineage.forget();
        assertFalse(lineage.knownOlder(saysMaster(FRESH, A)));
    }

    @Test
    void aMasterThatIsTheMasterAgainIsNotOlderThanItself() {
        bTakesOver();
        lineage.switched();
        lineage.masterTold(new History(A, Optional.empty(), 2000, -1));
        assertFalse(lineage.knownOlder(saysReplica(A, "")));
    }
}
