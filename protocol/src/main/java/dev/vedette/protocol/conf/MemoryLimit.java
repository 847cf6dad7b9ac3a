package dev.vedette.protocol.conf;

/**
 * A limit in bytes or as a part of {@code maxmemory}.
 *
 * @param amount bytes, or percent; 0 is no limit
 */
public record MemoryLimit(long amount, boolean percent) {
    /** In bytes; {@code maxmemory} 0 (unlimited) makes a percentage mean no limit. */
    public long bytes(long maxmemory) {
        return percent ? maxmemory / 100 * amount : amount;
    }
}
