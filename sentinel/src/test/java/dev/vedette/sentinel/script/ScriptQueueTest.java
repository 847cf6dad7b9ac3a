package dev.vedette.sentinel.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Transport;
import dev.vedette.sentinel.core.Event;

import io.netty.channel.EventLoopGroup;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Real scripts, under limits that hurry. */
@Timeout(60)
class ScriptQueueTest {
    private static final ScriptLimits HURRY =
            new ScriptLimits(4, 2, 3, Duration.ofSeconds(20), Duration.ofMillis(10));

    @TempDir Path folder;

    private final EventLoopGroup loops = Transport.NIO.newEventLoop("scripts");
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private ScriptQueue queue(ScriptLimits limits) {
        return new ScriptQueue(loops.next(), Instant::now, () -> limits, folder, events::add);
    }

    private String script(String name, String body) throws IOException {
        var file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertTrue(file.toFile().setExecutable(true));
        return file.toString();
    }

    private <T> T onLoop(Callable<T> work) throws Exception {
        return loops.next().submit(work).get();
    }

    private void schedule(ScriptQueue queue, String... argv) throws Exception {
        onLoop(
                () -> {
                    queue.schedule(List.of(argv));
                    return true;
                });
    }

    private Event await(String name) throws InterruptedException {
        while (true) {
            var event = events.poll(30, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no event " + name);
            }
            if (event.name().equals(name)) {
                return event;
            }
        }
    }

    @Test
    void aScriptGetsItsArgumentsAndRunsInTheFolder() throws Exception {
        var queue = queue(HURRY);
        var script = script("notify.sh", "pwd > out; printf '%s\\n' \"$#\" \"$@\" >> out");
        schedule(queue, script, "+sdown", "master m 127.0.0.1 6379");
        await("-script-child");

        assertEquals(
                List.of(folder.toRealPath().toString(), "2", "+sdown", "master m 127.0.0.1 6379"),
                Files.readAllLines(folder.resolve("out")));
        assertEquals(0, onLoop(queue::queued));
    }

    @Test
    void aScriptIsADirectChildWithNoDescriptorsButTheFirstThree() throws Exception {
        var queue = queue(HURRY);
        var open = Files.createFile(folder.resolve("open"));
        try (var held = Files.newByteChannel(open)) {
            assertTrue(held.isOpen());
            // The fourth is the listing itself.
            var script = script("fds.sh", "echo $PPID > parent; exec ls /proc/self/fd > fds");
            schedule(queue, script);
            await("-script-child");
        }
        assertEquals(List.of("0", "1", "2", "3"), Files.readAllLines(folder.resolve("fds")));
        assertEquals(
                Long.toString(ProcessHandle.current().pid()),
                Files.readString(folder.resolve("parent")).strip());
    }

    @Test
    void exitCodeOneIsTriedAgainUntilTheRunsAreUsedUp() throws Exception {
        var queue = queue(HURRY);
        var script = script("again.sh", "echo x >> runs; exit 1");
        schedule(queue, script);

        assertEquals(script + " 0 1", await("-script-error").payload());
        assertEquals(3, Files.readAllLines(folder.resolve("runs")).size());
        assertEquals(0, onLoop(queue::queued));
    }

    @Test
    void anyOtherExitCodeIsFinal() throws Exception {
        var queue = queue(HURRY);
        var script = script("final.sh", "echo x >> runs; exit 3");
        schedule(queue, script);

        assertEquals(script + " 0 3", await("-script-error").payload());
        assertEquals(1, Files.readAllLines(folder.resolve("runs")).size());
    }

    @Test
    void aScriptThatCannotBeExecutedIsAnErrorAtOnce() throws Exception {
        var missing = folder.resolve("missing.sh").toString();
        schedule(queue(HURRY), missing);
        assertEquals(missing + " 0 2", await("-script-error").payload());
    }

    /** redis/redis#4443: the log grew until the disk was full. */
    @Test
    void aScriptThatIsMissingIsToldToSubscribersEachTimeAndToTheLogOnce() throws Exception {
        var missing = folder.resolve("missing").toString();
        var other = folder.resolve("other").toString();
        var queue = queue(HURRY);
        for (int event = 0; event < 5; event++) {
            schedule(queue, missing, "+sdown");
            assertEquals(
                    event == 0 ? Event.Level.WARNING : Event.Level.VERBOSE,
                    await("-script-error").level());
        }
        schedule(queue, other, "+sdown");
        assertEquals(Event.Level.WARNING, await("-script-error").level());
    }

    @Test
    void aScriptThatHangsIsKilledAndCountsAsKilledBySignal() throws Exception {
        var limits = new ScriptLimits(4, 2, 1, Duration.ofMillis(300), Duration.ofMillis(10));
        var script = script("hang.sh", "exec sleep 600");
        schedule(queue(limits), script);

        assertTrue(await("-script-timeout").payload().startsWith(script + " "));
        assertEquals(script + " 9 0", await("-script-error").payload());
    }

    @Test
    void onlySoManyRunAtOnceAndAFullQueueDropsTheOldestThatWaits() throws Exception {
        var queue = queue(HURRY);
        var gate = folder.resolve("gate");
        var script = script("wait.sh", "while [ ! -e gate ]; do sleep 0.02; done; echo $1 >> done");
        for (var i = 1; i <= 5; i++) {
            schedule(queue, script, Integer.toString(i));
        }
        var pending = onLoop(queue::pending);
        assertEquals(4, pending.size());
        assertEquals(2, onLoop(queue::running));
        // 1 and 2 run, 3 was dropped for 5.
        assertEquals(
                List.of("1", "2", "4", "5"), pending.stream().map(p -> p.argv().get(1)).toList());

        Files.createFile(gate);
        for (var i = 0; i < 4; i++) {
            await("-script-child");
        }
        assertFalse(Files.readAllLines(folder.resolve("done")).contains("3"));
        assertEquals(0, onLoop(queue::queued));
    }

    @Test
    void theDelayDoublesWithEachRun() {
        assertEquals(Duration.ofSeconds(30), ScriptLimits.REDIS.delayAfterRun(1));
        assertEquals(Duration.ofMinutes(1), ScriptLimits.REDIS.delayAfterRun(2));
        assertEquals(Duration.ofMinutes(2), ScriptLimits.REDIS.delayAfterRun(3));
    }
}
