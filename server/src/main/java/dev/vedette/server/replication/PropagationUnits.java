package dev.vedette.server.replication;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what a unit yields and hands it on when the unit ends: one command as it is, several
 * between MULTI and EXEC, so that nobody applies half of them (Redis server.c,
 * propagatePendingCommands). Event loop only.
 */
public final class PropagationUnits implements Propagation {
    private static final byte[][] MULTI = {"MULTI".getBytes(StandardCharsets.ISO_8859_1)};
    private static final byte[][] EXEC = {"EXEC".getBytes(StandardCharsets.ISO_8859_1)};

    @SuppressWarnings("ArrayRecordComponent") // Never compared, only handed on.
    private record Pending(int db, byte[][] words, boolean message) {}

    private final List<PropagationSink> sinks = new ArrayList<>(2);
    private final List<Pending> pending = new ArrayList<>();
    private int depth;

    public void addSink(PropagationSink sink) {
        sinks.add(sink);
    }

    @Override
    public void beginUnit() {
        depth++;
    }

    @Override
    public void command(int db, byte[][] words) {
        add(new Pending(db, words, false));
    }

    @Override
    public void message(int db, byte[][] words) {
        add(new Pending(db, words, true));
    }

    private void add(Pending entry) {
        if (sinks.isEmpty()) {
            return;
        }
        if (depth == 0) {
            throw new IllegalStateException("a change outside of any unit");
        }
        pending.add(entry);
    }

    /** Whether the present unit has changed something already. */
    boolean hasPending() {
        return !pending.isEmpty();
    }

    @Override
    public void endUnit() {
        depth--;
        if (depth == 0 && !pending.isEmpty()) {
            for (var sink : sinks) {
                if (sink.wantsCommands()) {
                    feed(sink);
                }
            }
            pending.clear();
        }
    }

    private void feed(PropagationSink sink) {
        var wanted = 0;
        for (var entry : pending) {
            if (isWanted(sink, entry)) {
                wanted++;
            }
        }
        if (wanted > 1) {
            sink.command(PropagationSink.NO_DB, MULTI);
        }
        for (var entry : pending) {
            if (isWanted(sink, entry)) {
                sink.command(entry.db(), entry.words());
            }
        }
        if (wanted > 1) {
            sink.command(PropagationSink.NO_DB, EXEC);
        }
    }

    private static boolean isWanted(PropagationSink sink, Pending entry) {
        return !entry.message() || sink.wantsMessages();
    }
}
