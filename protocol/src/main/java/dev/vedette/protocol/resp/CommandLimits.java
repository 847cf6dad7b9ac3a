package dev.vedette.protocol.resp;

/**
 * How much one command of a client may cost (Redis networking.c, processInlineBuffer and
 * processMultibulkBuffer).
 *
 * @param inlineBytes the longest inline command, and the longest line that holds a count or length
 * @param words the most words in one command
 * @param bulkBytes the longest word: proto-max-bulk-len
 * @param queryBytes the most bytes of one command as it stands on the wire:
 *     client-query-buffer-limit
 */
public record CommandLimits(int inlineBytes, int words, long bulkBytes, long queryBytes) {
    /** The longest word that a Java array can hold with room for its head. */
    private static final long MAX_BULK_BYTES = Integer.MAX_VALUE - 64;

    /** Redis's defaults. */
    public static final CommandLimits DEFAULT =
            new CommandLimits(64 * 1024, Integer.MAX_VALUE, 512L << 20, 1L << 30);

    /** For a stream that our own master sends: it is trusted as far as memory can be. */
    public static final CommandLimits FROM_MASTER =
            new CommandLimits(64 * 1024, Integer.MAX_VALUE, MAX_BULK_BYTES, Long.MAX_VALUE);

    public CommandLimits {
        if (inlineBytes < 1 || words < 1 || bulkBytes < 0 || queryBytes < 1) {
            throw new IllegalArgumentException("limits must not be negative");
        }
        bulkBytes = Math.min(bulkBytes, MAX_BULK_BYTES);
    }

    public CommandLimits withBulkBytes(long bytes) {
        return new CommandLimits(inlineBytes, words, bytes, queryBytes);
    }

    public CommandLimits withQueryBytes(long bytes) {
        return new CommandLimits(inlineBytes, words, bulkBytes, bytes);
    }
}
