package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class VoteLedgerTest {
    private static final Instant NOW = CoreDriver.T0;
    private static final SentinelId A = CoreDriver.PEER_A;
    private static final SentinelId C = CoreDriver.PEER_C;

    @Test
    void thereIsOneVoteInAnEpoch() {
        var ledger = new VoteLedger(0, NOW);
        ledger.vote(A, 5, 1, NOW);
        assertFalse(ledger.mayVoteIn(5));
        assertFalse(ledger.mayVoteIn(4));
        assertTrue(ledger.mayVoteIn(6));
        assertThrows(IllegalStateException.class, () -> ledger.vote(C, 5, 2, NOW));
    }

    @Test
    void anEpochWithoutAVoteMayHaveOneWhateverTheEpochOfOtherMasters() {
        assertFalse(new VoteLedger(4, NOW).mayVoteIn(3));
        assertTrue(new VoteLedger(2, NOW).mayVoteIn(3));
    }

    @Test
    void whoGotTheVoteMayBeForgottenTheEpochMayNot() {
        var ledger = new VoteLedger(0, NOW);
        ledger.vote(A, 5, 1, NOW);
        ledger.forgetCandidate();
        assertEquals(Optional.empty(), ledger.candidate());
        assertEquals(5, ledger.epoch());
        assertFalse(ledger.mayVoteIn(5));
    }

    @Test
    void aVoteIsOpenUntilItsConfigurationIsHeardOrItsTimeIsOver() {
        var ledger = new VoteLedger(0, NOW);
        var longest = Duration.ofSeconds(20);
        assertFalse(ledger.isOpen(0, longest, NOW));
        ledger.vote(A, 5, 1, NOW);
        assertTrue(ledger.isOpen(4, longest, NOW.plusSeconds(19)));
        assertFalse(ledger.isOpen(5, longest, NOW));
        assertFalse(ledger.isOpen(4, longest, NOW.plusSeconds(20)));
        assertTrue(new VoteLedger(7, NOW).isOpen(4, longest, NOW.plusSeconds(19)));
    }

    @Test
    void afterARestartTheVotedEpochsStayClosed() {
        var ledger = new VoteLedger(7, NOW);
        assertFalse(ledger.mayVoteIn(7));
        assertTrue(ledger.mayVoteIn(8));
    }
}
