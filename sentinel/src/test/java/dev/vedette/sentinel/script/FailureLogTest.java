package dev.vedette.sentinel.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Transport;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

@Timeout(60)
class FailureLogTest {
    private final EventLoopGroup loops = Transport.NIO.newEventLoop("failures");
    private final EventLoop loop = loops.next();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private FailureLog log(Duration pause) {
        return new FailureLog(
                loop, pause, (kind, script, times) -> lines.add(kind + " " + script + " " + times));
    }

    private boolean isNews(FailureLog log, String script) throws Exception {
        return loop.submit(() -> log.isNews("-script-error", script)).get();
    }

    @Test
    void theFirstFailureOfEachScriptIsNewsAndThoseBehindItAreCounted() throws Exception {
        var log = log(Duration.ofHours(1));
        assertTrue(isNews(log, "a"));
        assertFalse(isNews(log, "a"));
        assertTrue(isNews(log, "b"));
        assertFalse(isNews(log, "a"));
        assertTrue(lines.isEmpty());
    }

    @Test
    void theirNumberIsToldOnceInAPauseAndAfterAQuietOneTheNextIsNewsAgain() throws Exception {
        int failures = 3;
        var log = log(Duration.ofMillis(20));
        int counted = 0;
        assertTrue(isNews(log, "a"));
        while (counted < failures) {
            counted += isNews(log, "a") ? 0 : 1;
        }
        int told = 0;
        while (told < counted) {
            var line = lines.poll(30, TimeUnit.SECONDS);
            assertTrue(line.startsWith("-script-error a "), line);
            told += Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
        }
        assertEquals(counted, told);
        // Due behind the end of the quiet pause, which the same loop keeps.
        var later =
                loop.schedule(() -> log.isNews("-script-error", "a"), 60, TimeUnit.MILLISECONDS);
        assertTrue(later.get());
    }
}
