package dev.vedette.sentinel.script;

import java.time.Instant;
import java.util.List;

/**
 * One script that runs or waits to run. Event loop only.
 *
 * <p>Waiting: {@code pid} is {@link #NOT_RUNNING} and {@code due} is when it may start; running:
 * {@code due} is when it was started.
 */
final class ScriptJob {
    static final long NOT_RUNNING = 0;

    final List<String> argv;
    Instant due;
    boolean running;
    long pid = NOT_RUNNING;
    int runs;

    ScriptJob(List<String> argv, Instant due) {
        this.argv = List.copyOf(argv);
        this.due = due;
    }
}
