package dev.vedette.server.replication;

import org.jspecify.annotations.Nullable;

/** How a replica that asked to go on is answered, and what the log says about it. */
sealed interface PsyncDecision {
    String log();

    /** It gets the bytes from its offset on. */
    record Continue(long fromOffset, String log) implements PsyncDecision {}

    /**
     * It gets everything anew.
     *
     * @param asked whether it wanted to go on and could not (INFO: sync_partial_err)
     */
    record Full(boolean asked, String log) implements PsyncDecision {}

    /**
     * Decides as Redis does (replication.c, masterTryPartialResync).
     *
     * @param askedId the replica's history, {@code ?} for none
     * @param askedOffset the first byte that it lacks
     * @param replica how the log names it
     */
    static PsyncDecision decide(
            String askedId,
            long askedOffset,
            String replica,
            ReplicationId ours,
            @Nullable Backlog backlog) {
        if (askedId.startsWith("?")) {
            return new Full(false, "Full resync requested by replica " + replica);
        }
        if (!ours.covers(askedId, askedOffset)) {
            return new Full(true, whyNotOurs(askedId, askedOffset, ours));
        }
        if (backlog == null || !backlog.reaches(askedOffset)) {
            String log =
                    "Unable to partial resync with replica %s for lack of backlog (Replica request was: %d)."
                            .formatted(replica, askedOffset);
            if (backlog != null && askedOffset > backlog.endOffset()) {
                log +=
                        " It asked for an offset that we have not reached: our next byte is "
                                + backlog.endOffset();
            }
            return new Full(true, log);
        }
        return new Continue(
                askedOffset,
                "Partial resynchronization request from %s accepted. Sending %d bytes of backlog starting from offset %d."
                        .formatted(replica, backlog.endOffset() - askedOffset, askedOffset));
    }

    private static String whyNotOurs(String askedId, long askedOffset, ReplicationId ours) {
        if (askedId.equalsIgnoreCase(ours.previous())) {
            return "Partial resynchronization not accepted: Requested offset for second ID was %d, but I can reply up to %d"
                    .formatted(askedOffset, ours.previousEnd());
        }
        return "Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '%s', my replication IDs are '%s' and '%s')"
                .formatted(askedId, ours.id(), ours.previous());
    }
}
