package dev.vedette.server.replication;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Which history our data belongs to. Two nodes with the same id and the same offset hold the same
 * data. The previous id says which history ours continues, and up to where: it lets the siblings of
 * a promoted replica go on by partial resync.
 *
 * @param id 40 hex digits
 * @param previous the id before a promotion, or {@link #NONE}
 * @param previousEnd the first offset that the previous id does not cover, or -1 (INFO:
 *     second_repl_offset)
 */
public record ReplicationId(String id, String previous, long previousEnd) {
    public static final int DIGITS = 40;

    /** How a missing previous id is written. */
    public static final String NONE = "0".repeat(DIGITS);

    public ReplicationId {
        if (id.length() != DIGITS || previous.length() != DIGITS) {
            throw new IllegalArgumentException("an id has 40 digits: " + id + ", " + previous);
        }
    }

    /** A history of its own, continuing nothing. */
    public static ReplicationId of(String id) {
        return new ReplicationId(id, NONE, -1);
    }

    public static String randomId(RandomGenerator random) {
        byte[] bytes = new byte[DIGITS / 2];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * The history goes on under another id: ours after a promotion, our master's after it was
     * promoted.
     *
     * @param offset the last one written under the present id
     */
    public ReplicationId continuedAs(String next, long offset) {
        // A replica that asks for offset + 1 has everything up to offset (Redis replication.c,
        // shiftReplicationId).
        return new ReplicationId(next, id, offset + 1);
    }

    /** Whether a replica that asks for this byte of that history has a past in common with us. */
    boolean covers(String asked, long offset) {
        return asked.equalsIgnoreCase(id)
                || (asked.equalsIgnoreCase(previous) && offset <= previousEnd);
    }
}
