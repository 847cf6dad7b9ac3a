package dev.vedette.sentinel.script;

import io.netty.channel.EventLoop;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a script that fails at each event from filling the disk with lines: the first failure is
 * told at once, those behind it by their number, once in a pause (redis/redis#4443).
 *
 * <p>Event loop only.
 */
final class FailureLog {
    private final EventLoop loop;
    private final Duration pause;
    private final Summary summary;

    /** How often each failed since it was told last; whoever is not in it may speak. */
    private final Map<Failure, Integer> again = new HashMap<>();

    private record Failure(String kind, String script) {}

    /** Takes how often a script failed in that way since it was told last. */
    interface Summary {
        void failedAgain(String kind, String script, int times);
    }

    FailureLog(EventLoop loop, Duration pause, Summary summary) {
        this.loop = loop;
        this.pause = pause;
        this.summary = summary;
    }

    /** Whether that failure is to be told, and not only counted. */
    boolean isNews(String kind, String script) {
        var failure = new Failure(kind, script);
        if (again.computeIfPresent(failure, (_, times) -> times + 1) != null) {
            return false;
        }
        pause(failure);
        return true;
    }

    private void pause(Failure failure) {
        again.put(failure, 0);
        loop.schedule(() -> summarize(failure), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void summarize(Failure failure) {
        int times = again.getOrDefault(failure, 0);
        again.remove(failure);
        if (times > 0) {
            summary.failedAgain(failure.kind(), failure.script(), times);
            pause(failure);
        }
    }
}
