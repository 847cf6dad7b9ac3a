package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.vedette.protocol.client.ConnectionOptions;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.NameResolver;
import dev.vedette.protocol.net.Transport;
import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.InstanceFlag;
import dev.vedette.sentinel.core.MasterOptions;
import dev.vedette.sentinel.core.SentinelCore;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelOptions;
import dev.vedette.sentinel.core.SentinelState;
import dev.vedette.sentinel.link.HostNames;
import dev.vedette.sentinel.link.InstanceLinks;
import dev.vedette.sentinel.script.ScriptLimits;
import dev.vedette.sentinel.script.ScriptQueue;

import io.netty.channel.EventLoopGroup;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The real core and its runner; only the disk is at the test's command. */
@Timeout(30)
class CoreRunnerTest {
    private static final SentinelId CANDIDATE = new SentinelId("c".repeat(SentinelId.CHARS));

    /** Nobody listens on port 1 of the loopback. */
    private static final Address MASTER = new Address("127.0.0.1", 1);

    @TempDir Path folder;

    private final EventLoopGroup loops = Transport.NIO.newEventLoop("runner");
    private final Semaphore disk = new Semaphore(0);
    private volatile boolean diskFails;
    private final BlockingQueue<SentinelState> written = new LinkedBlockingQueue<>();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
    private final CoreRunner runner = newRunner();

    private CoreRunner newRunner() {
        var clock = new MonotonicClock();
        var hurry = MasterOptions.DEFAULTS.toBuilder().downAfter(Duration.ofMillis(200)).build();
        var master = new SentinelState.Master("m", MASTER, 2, hurry, 0, 0, List.of(), List.of());
        var state =
                new SentinelState(
                        new SentinelId("a".repeat(SentinelId.CHARS)),
                        0,
                        SentinelOptions.DEFAULTS,
                        List.of(master));
        var loop = loops.next();
        return new CoreRunner(
                loop,
                new SentinelCore(state, 26379, clock.now()),
                clock,
                this::write,
                made -> {
                    var names = new HostNames(loop, NameResolver.SYSTEM, made::feed);
                    return new CoreRunner.Outside(
                            new InstanceLinks(loop, ConnectionOptions.DEFAULT, names, made::feed),
                            names,
                            events::add,
                            new ScriptQueue(
                                    loop,
                                    clock::now,
                                    () -> ScriptLimits.REDIS,
                                    Path.of("/"),
                                    events::add));
                },
                _ -> {},
                bugs::add);
    }

    private void write(SentinelState state) throws IOException {
        disk.acquireUninterruptibly();
        if (diskFails) {
            throw new IOException("No space left on device");
        }
        written.add(state);
    }

    @BeforeEach
    void start() {
        loops.next().execute(runner::start);
    }

    @AfterEach
    void end() throws Exception {
        disk.release(1000);
        loops.next().submit(runner::stop).get();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        assertEquals(List.of(), List.copyOf(bugs));
    }

    private void askForVote(long epoch) {
        loops.next()
                .execute(
                        () ->
                                runner.ask(
                                        token ->
                                                new Input.MasterDownAsked(
                                                        token,
                                                        MASTER,
                                                        epoch,
                                                        Optional.of(CANDIDATE)),
                                        answers::add));
    }

    private void awaitEvent(String name) throws InterruptedException {
        while (true) {
            var event = events.poll(20, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no event " + name);
            }
            if (event.name().equals(name)) {
                return;
            }
        }
    }

    @Test
    void aVoteIsSpokenOnlyAfterItIsOnDisk() throws Exception {
        askForVote(1);
        assertNull(answers.poll(300, TimeUnit.MILLISECONDS));

        disk.release(1000);
        var answer = (Answer.MasterDown) take(answers);
        assertEquals(Optional.of(CANDIDATE), answer.leader());
        assertEquals(1, answer.leaderEpoch());
        assertEquals(1, take(written).master("m").orElseThrow().leaderEpoch());
        awaitEvent("+vote-for-leader");
    }

    @Test
    void aVoteThatCouldNotBeSavedIsNotSpoken() throws Exception {
        diskFails = true;
        disk.release(1000);
        askForVote(1);

        var answer = (Answer.MasterDown) take(answers);
        assertEquals(Optional.empty(), answer.leader());
    }

    @Test
    void theCoreIsWokenAtItsDeadlinesThoughTheDiskHangs() throws Exception {
        askForVote(1);
        // A master that refuses connections for down-after is down: nothing but time tells it.
        Await.until(
                Duration.ofSeconds(20),
                () -> loops.next().submit(() -> runner.holdsBack() && masterIsDown()).get(),
                () -> "the master is not seen down while the disk hangs");

        disk.release(1000);
        awaitEvent("+sdown");
    }

    private boolean masterIsDown() {
        return runner.core()
                .master("m", runner.now())
                .orElseThrow()
                .instance()
                .has(InstanceFlag.S_DOWN);
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        var next = queue.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }
}
