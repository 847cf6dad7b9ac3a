package dev.vedette.server.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PsyncDecisionTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final String C = "c".repeat(40);

    /** A history under B since offset 100, before that under A. */
    private static final ReplicationId PROMOTED = ReplicationId.of(A).continuedAs(B, 100);

    private static Backlog backlog() {
        Backlog backlog = new Backlog(1 << 20, 51);
        backlog.append(Unpooled.wrappedBuffer(new byte[150]));
        return backlog;
    }

    private static String decide(String id, long offset, @Nullable Backlog backlog) {
        return switch (PsyncDecision.decide(id, offset, "r:1", PROMOTED, backlog)) {
            case PsyncDecision.Continue(long from, String log) -> "continue " + from;
            case PsyncDecision.Full(boolean asked, String log) -> asked ? "refused" : "full";
        };
    }

    @Test
    void aNewReplicaGetsEverything() {
        assertEquals("full", decide("?", -1, backlog()));
    }

    @Test
    void theSameHistoryGoesOnWithinTheBacklog() {
        assertEquals("refused", decide(B, 50, backlog()));
        assertEquals("continue 51", decide(B, 51, backlog()));
        assertEquals("continue 201", decide(B, 201, backlog()));
        assertEquals("refused", decide(B, 202, backlog()));
        assertEquals("continue 60", decide("B".repeat(40), 60, backlog()));
    }

    @Test
    void theHistoryBeforeThePromotionGoesOnUpToIt() {
        assertEquals("continue 101", decide(A, 101, backlog()));
        assertEquals("refused", decide(A, 102, backlog()));
    }

    @Test
    void strangersAndNodesWithoutBacklogSyncInFull() {
        assertEquals("refused", decide(C, 60, backlog()));
        assertEquals("refused", decide(B, 60, null));
        assertEquals("refused", decide(ReplicationId.NONE, 60, backlog()));
    }
}
