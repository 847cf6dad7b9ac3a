package dev.vedette.server.session;

import dev.vedette.server.command.Command;

import java.util.ArrayList;
import java.util.List;

/** What a client queued between MULTI and EXEC. Event loop only. */
public final class Transaction {
    /** One command, as the client sent it. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, only run.
    public record Queued(Command command, byte[][] words) {}

    private final List<Queued> queue = new ArrayList<>();
    private boolean broken;
    private int anyFlags;
    private int allFlags = -1;
    private long bytes;

    public void add(Command command, byte[][] words) {
        // Redis forgets commands of a transaction that cannot run any more.
        if (broken) {
            return;
        }
        queue.add(new Queued(command, words));
        anyFlags |= command.flags();
        allFlags &= command.flags();
        for (var word : words) {
            bytes += word.length;
        }
    }

    public List<Queued> queue() {
        return queue;
    }

    /** A command was refused when it was to be queued: EXEC will refuse the whole. */
    public void breakUp() {
        broken = true;
    }

    public boolean isBroken() {
        return broken;
    }

    /** The flags that any of the queued commands has. */
    public int anyFlags() {
        return anyFlags;
    }

    /** The flags that all of the queued commands have. */
    public int allFlags() {
        return allFlags;
    }

    /** The size of the queued words. */
    public long bytes() {
        return bytes;
    }
}
