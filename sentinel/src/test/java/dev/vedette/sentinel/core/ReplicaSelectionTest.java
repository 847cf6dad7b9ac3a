package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.sentinel.core.ReplicaSelection.Candidate;
import dev.vedette.sentinel.core.ReplicaSelection.Limits;
import dev.vedette.sentinel.core.ReplicaSelection.Refusal;
import dev.vedette.sentinel.core.ReplicaSelection.Standing;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

class ReplicaSelectionTest {
    private static final Limits LIMITS =
            new Limits(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(60));

    /** A good candidate that a test spoils in one way. */
    private static final class Made {
        String runId = "a";
        boolean down;
        boolean disconnected;
        Duration silentFor = Duration.ofSeconds(1);
        int priority = 100;
        Optional<Duration> infoAge = Optional.of(Duration.ofSeconds(1));
        Duration masterLinkDownFor = Duration.ZERO;
        Optional<Refusal> defect = Optional.empty();
        Standing standing = Standing.FOLLOWS;
        long offset = 1000;

        Candidate candidate() {
            return new Candidate(
                    CoreDriver.R1,
                    runId.isEmpty() ? Optional.empty() : Optional.of(runId),
                    down,
                    disconnected,
                    silentFor,
                    priority,
                    infoAge,
                    masterLinkDownFor,
                    defect,
                    standing,
                    offset);
        }
    }

    private static void refused(Refusal rule, Made made) {
        var selection = ReplicaSelection.choose(List.of(made.candidate()), LIMITS);
        assertEquals(Optional.empty(), selection.best());
        assertEquals(
                List.of(new ReplicaSelection.Refused(made.candidate(), rule)), selection.refused());
    }

    private static void first(Made best, Made other) {
        for (var order :
                List.of(
                        List.of(best.candidate(), other.candidate()),
                        List.of(other.candidate(), best.candidate()))) {
            var selection = ReplicaSelection.choose(order, LIMITS);
            assertEquals(List.of(best.candidate(), other.candidate()), selection.ranked());
        }
    }

    @Test
    void aReplicaThatIsDownIsRefused() {
        var made = new Made();
        made.down = true;
        refused(Refusal.DOWN, made);
    }

    @Test
    void aReplicaWithoutAConnectionIsRefused() {
        var made = new Made();
        made.disconnected = true;
        refused(Refusal.DISCONNECTED, made);
    }

    @Test
    void aReplicaThatAnsweredNoPingForFivePeriodsIsRefused() {
        var made = new Made();
        made.silentFor = Duration.ofMillis(5001);
        refused(Refusal.SILENT, made);
        made.silentFor = Duration.ofSeconds(5);
        assertEquals(
                Optional.of(made.candidate()),
                ReplicaSelection.choose(List.of(made.candidate()), LIMITS).best());
    }

    @Test
    void priorityZeroIsNeverPromoted() {
        var made = new Made();
        made.priority = 0;
        refused(Refusal.PRIORITY_ZERO, made);
    }

    @Test
    void aReplicaWhoseInfoIsOldOrMissingIsRefused() {
        var made = new Made();
        made.infoAge = Optional.of(Duration.ofMillis(5001));
        refused(Refusal.STALE_INFO, made);
        made.infoAge = Optional.empty();
        refused(Refusal.STALE_INFO, made);
    }

    @Test
    void aReplicaThatLostItsMasterLongBeforeTheFailureIsRefused() {
        var made = new Made();
        made.masterLinkDownFor = Duration.ofSeconds(61);
        refused(Refusal.MASTER_LINK_DOWN_TOO_LONG, made);
    }

    @Test
    void aReplicaWithoutDataIsRefused() {
        var made = new Made();
        made.defect = Optional.of(Refusal.NEVER_SYNCED);
        refused(Refusal.NEVER_SYNCED, made);
        var loading = new Made();
        loading.defect = Optional.of(Refusal.LOADING);
        refused(Refusal.LOADING, loading);
    }

    @Test
    void theLowerPriorityGoesBeforeTheHigherOffset() {
        var best = new Made();
        best.priority = 50;
        best.offset = 1;
        first(best, new Made());
    }

    @Test
    void theHigherOffsetGoesBeforeTheSmallerRunId() {
        var best = new Made();
        best.offset = 1001;
        best.runId = "z";
        first(best, new Made());
    }

    @Test
    void amongEqualsTheSmallerRunIdGoesFirstWhateverItsCase() {
        var best = new Made();
        best.runId = "A";
        var other = new Made();
        other.runId = "b";
        first(best, other);
    }

    @Test
    void anUnknownRunIdGoesLastAmongEquals() {
        var other = new Made();
        other.runId = "";
        first(new Made(), other);
    }

    @Test
    void whoToldItsOffsetBeforeTheFailureStandsBehind() {
        var other = new Made();
        other.standing = Standing.NOT_FRESH;
        other.offset = 5000;
        other.priority = 1;
        first(new Made(), other);
    }

    @Test
    void aNodeThatSaysMasterWithoutProofStandsLastButIsNotRefused() {
        var other = new Made();
        other.standing = Standing.SAYS_MASTER;
        other.offset = 5000;
        var late = new Made();
        late.standing = Standing.NOT_FRESH;
        first(late, other);
    }

    @Test
    void aReplicaThatIsInASyncAgainStandsBehindAllThatHaveTheirData() {
        var other = new Made();
        other.standing = Standing.SYNCING;
        other.offset = 5000;
        var saysMaster = new Made();
        saysMaster.standing = Standing.SAYS_MASTER;
        first(saysMaster, other);
        var older = new Made();
        older.standing = Standing.OLDER;
        first(other, older);
    }

    @Test
    void aReplicaThatADeadLeaderPromotedStandsFirst() {
        var best = new Made();
        best.standing = Standing.ALREADY_PROMOTED;
        best.offset = 1;
        first(best, new Made());
    }
}
