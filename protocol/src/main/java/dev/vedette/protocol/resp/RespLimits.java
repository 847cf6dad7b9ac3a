package dev.vedette.protocol.resp;

/**
 * How much one reply of a peer may cost before it is taken for a mistake.
 *
 * @param lineBytes the longest line (a status, an error, a length), without its end
 * @param bulkBytes the longest bulk string
 * @param items the most items in one array, set or push; a map has half as many pairs
 * @param depth how deeply arrays may stand in arrays
 * @param valueBytes what one whole value may cost: its bytes, and {@value RespParser#ITEM_COST} for
 *     each item, which is about what an object costs us
 */
public record RespLimits(int lineBytes, int bulkBytes, int items, int depth, long valueBytes) {

    /** For tools and data: Redis's own limits. */
    public static final RespLimits DATA =
            new RespLimits(64 * 1024, 512 * 1024 * 1024, 16 * 1024 * 1024, 64, 1L << 30);

    /** For links that carry status only, such as those of a sentinel. */
    public static final RespLimits STATUS =
            new RespLimits(64 * 1024, 4 * 1024 * 1024, 256 * 1024, 16, 16L * 1024 * 1024);

    public RespLimits {
        if (lineBytes < 1 || bulkBytes < 0 || items < 0 || depth < 0 || valueBytes < 1) {
            throw new IllegalArgumentException("limits must not be negative");
        }
    }
}
