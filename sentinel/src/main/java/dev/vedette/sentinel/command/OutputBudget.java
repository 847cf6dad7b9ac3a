package dev.vedette.sentinel.command;

import io.netty.util.internal.PlatformDependent;

/**
 * What all clients together may leave unread. The buffers of a sentinel are few and its memory is
 * small: beyond this the client that reads least is dropped, whatever its own limit says, for
 * running out of memory would end the sentinel. Event loop only.
 */
final class OutputBudget {
    /** A buffer may be twice as large as what is in it, and connections of ours need some too. */
    private static final double SHARE = 0.375;

    private final long limit;
    private long waiting;

    OutputBudget() {
        this((long) (PlatformDependent.maxDirectMemory() * SHARE));
    }

    OutputBudget(long limit) {
        this.limit = limit;
    }

    void add(long bytes) {
        waiting += bytes;
    }

    boolean isExceeded() {
        return waiting > limit;
    }
}
