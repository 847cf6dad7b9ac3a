package dev.vedette.sentinel;

import dev.vedette.protocol.daemon.DaemonLog;
import dev.vedette.protocol.daemon.LogLevel;
import dev.vedette.protocol.daemon.OsError;
import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.ClientToken;
import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.EffectGate;
import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelCore;
import dev.vedette.sentinel.link.HostNames;
import dev.vedette.sentinel.link.InstanceLinks;
import dev.vedette.sentinel.script.ScriptQueue;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Runs the core on one event loop: feeds it what happens, performs its effects in their order, and
 * wakes it at the deadline that it names.
 *
 * <pre>
 *   links, commands ──► feed ──► SentinelCore.step ──► EffectGate ──► links, subscribers, clients,
 *   deadline ─────────►  ▲                                │           scripts, log
 *                        └────── StateWriter ◄────────────┘ Persist
 * </pre>
 *
 * <p>Changes of state are logged here and nowhere else. An exception out of the core, or out of
 * performing an effect, is our own mistake: the process ends rather than go on in doubt. Event loop
 * only, but for the constructor.
 */
final class CoreRunner {
    private static final Logger log = LoggerFactory.getLogger(CoreRunner.class);

    /** The number of a write of ours, before all that the core orders. */
    private static final long OWN_SAVE = 0;

    private static final long NOTHING = -1;

    /** What the core is told of; the clock is slewed by less between two steps. */
    private static final long SMALLEST_CLOCK_STEP_MILLIS = 500;

    private final EventLoop loop;
    private final SentinelCore core;
    private final MonotonicClock clock;
    private final Outside outside;
    private final IntConsumer exit;
    private final Consumer<Throwable> bugs;

    private final StateWriter writer;
    private final CompletableFuture<Void> firstWrite = new CompletableFuture<>();
    private final EffectGate gate = new EffectGate(this::perform);
    private final Deque<Input> inbox = new ArrayDeque<>();
    private final Map<ClientToken, Consumer<Answer>> askers = new HashMap<>();
    private long lastToken;
    private boolean draining;

    /** The last write that was asked for and has not begun. */
    private long wanted = NOTHING;

    private boolean writing;
    private boolean stopped;

    private @Nullable ScheduledFuture<?> wakeUp;
    private Instant wakeUpAt = Instant.MAX;

    /**
     * Who carries effects out.
     *
     * @param links made with {@link #feed} as the taker of their inputs
     * @param subscribers of events
     */
    record Outside(
            InstanceLinks links,
            HostNames names,
            Consumer<Event> subscribers,
            ScriptQueue scripts) {}

    /**
     * @param outside given the runner, so that what it makes can feed it
     * @param exit ends the process with that code, as the core orders
     * @param bugs takes what must end the process
     */
    CoreRunner(
            EventLoop loop,
            SentinelCore core,
            MonotonicClock clock,
            StateWriter.Store store,
            Function<CoreRunner, Outside> outside,
            IntConsumer exit,
            Consumer<Throwable> bugs) {
        this.loop = loop;
        this.core = core;
        this.clock = clock;
        this.exit = exit;
        this.bugs = bugs;
        this.writer = new StateWriter(store, this::written);
        this.outside = outside.apply(this);
    }

    SentinelCore core() {
        return core;
    }

    Instant now() {
        return clock.now();
    }

    /** Performs the core's first effects. */
    void start() {
        guarded(() -> gate.admit(core.start(clock.now())));
        drain();
    }

    /**
     * Writes what a restart would need now. By the writer of all states, lest it takes the place of
     * a newer one: clients and peers may have been heard already. On the event loop.
     *
     * @return done when that write, or a later one, has ended
     */
    CompletableFuture<Void> save() {
        persist(OWN_SAVE);
        return firstWrite;
    }

    /** Hands a fact to the core; from within an effect it waits its turn. */
    void feed(Input input) {
        inbox.add(input);
        drain();
    }

    /** Hands a question to the core and its answer to the asker, who may have gone meanwhile. */
    void ask(Function<ClientToken, Input> question, Consumer<Answer> onAnswer) {
        var token = new ClientToken(++lastToken);
        askers.put(token, onAnswer);
        feed(question.apply(token));
    }

    /** An event that is not the core's, such as those of scripts. */
    void tell(Event event) {
        publish(event);
    }

    /** Whether anything waits for the disk. */
    boolean holdsBack() {
        return !gate.isEmpty();
    }

    /** Nothing is performed any more; waits for the state that is being written. */
    void stop() {
        stopped = true;
        outside.links().closeAll();
        if (wanted != NOTHING) {
            write();
        }
        writer.close();
    }

    // ---- one step after the other

    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            for (var input = inbox.poll(); input != null && !stopped; input = inbox.poll()) {
                step(input);
            }
        } finally {
            draining = false;
        }
        planWakeUp();
    }

    private void step(Input input) {
        try {
            noticeMovedClock();
            var effects = core.step(input, clock.now());
            log.trace("step input={} effects={}", input, effects.size());
            gate.admit(effects);
        } catch (RuntimeException | Error bug) {
            end(bug);
        }
    }

    /** NTP moves it by less than this at a time. */
    private void noticeMovedClock() {
        long byMillis = clock.movedMillis();
        if (Math.abs(byMillis) > SMALLEST_CLOCK_STEP_MILLIS) {
            gate.admit(core.step(new Input.ClockMoved(Duration.ofMillis(byMillis)), clock.now()));
        }
    }

    private void guarded(Runnable work) {
        if (stopped) {
            return;
        }
        try {
            work.run();
        } catch (RuntimeException | Error bug) {
            end(bug);
        }
    }

    private void end(Throwable bug) {
        stopped = true;
        bugs.accept(bug);
    }

    // ---- deadlines

    private void planWakeUp() {
        if (stopped) {
            return;
        }
        var deadline = core.nextDeadline();
        if (!deadline.isBefore(wakeUpAt)) {
            // The timer that runs comes early enough; when it fires it looks again.
            return;
        }
        var planned = wakeUp;
        if (planned != null) {
            planned.cancel(false);
        }
        wakeUpAt = deadline;
        wakeUp = loop.schedule(this::due, nanosUntil(deadline), TimeUnit.NANOSECONDS);
    }

    private long nanosUntil(Instant deadline) {
        var now = clock.now();
        if (!deadline.isAfter(now)) {
            return 0;
        }
        // Far deadlines overflow nanoseconds; an hour is as good.
        var left = Duration.between(now, deadline);
        return left.toHours() > 0 ? TimeUnit.HOURS.toNanos(1) : left.toNanos();
    }

    /**
     * The deadline has come. What reached our sockets before it must be read first, however long
     * this thread was held up: so the core is woken one turn of the loop later, behind a full read
     * pass (guard G9).
     */
    private void due() {
        wakeUp = null;
        loop.schedule(this::wake, 1, TimeUnit.NANOSECONDS);
    }

    private void wake() {
        wakeUpAt = Instant.MAX;
        if (!core.nextDeadline().isAfter(clock.now())) {
            feed(new Input.WakeUp());
        } else {
            planWakeUp();
        }
    }

    // ---- effects

    private void perform(Effect effect) {
        if (stopped) {
            return;
        }
        switch (effect) {
            case Effect.OpenLink(var link, var spec) -> outside.links().open(link, spec);
            case Effect.CloseLink(var link, var discard) -> outside.links().close(link, discard);
            case Effect.Resolve(var name) -> outside.names().find(name);
            case Effect.Send(var link, var request) -> send(link, request);
            case Effect.Persist(var sequence) -> persist(sequence);
            case Effect.Publish(var event) -> publish(event);
            case Effect.Log(var level, var text) -> log(level, text);
            case Effect.LogTime(var level, var text, var at) ->
                    log(level, text + " " + clock.wallTime(at));
            case Effect.SetLogLevel(var level) ->
                    DaemonLog.changeLevel(LogLevel.valueOf(level.toUpperCase(Locale.ROOT)));
            case Effect.Reply(var client, var answer) -> reply(client, answer);
            case Effect.RunReconfigScript script -> runReconfigScript(script);
            case Effect.Exit(var code) -> exit(code);
        }
    }

    private void send(LinkId link, Request request) {
        if (core.mayLeave(link, request, clock.now())) {
            outside.links().send(link, request);
            return;
        }
        log.warn("not sent, it waited too long for the disk: {}", request);
        outside.links().close(link, true);
        feed(new Input.LinkClosed(link, Input.LinkClosed.Cause.RESET, "an order came too late"));
    }

    private void exit(int code) {
        stopped = true;
        exit.accept(code);
    }

    /** One write at a time; all that is asked for meanwhile is one write behind it. */
    private void persist(long sequence) {
        wanted = Math.max(wanted, sequence);
        if (!writing) {
            write();
        }
    }

    private void write() {
        writing = true;
        writer.submit(wanted, core.state());
        wanted = NOTHING;
    }

    /** On the writer's thread. */
    private void written(long sequence, Optional<Exception> error) {
        loop.execute(() -> persisted(sequence, error));
    }

    private void persisted(long sequence, Optional<Exception> error) {
        error.ifPresentOrElse(CoreRunner::logNotSaved, CoreRunner::logSaved);
        writing = false;
        guarded(
                () -> {
                    if (wanted != NOTHING) {
                        write();
                    }
                    gate.persisted(sequence);
                });
        if (sequence != OWN_SAVE) {
            feed(new Input.Persisted(sequence, error.map(CoreRunner::reason)));
        }
        firstWrite.complete(null);
    }

    private static void logSaved() {
        log.info("Sentinel new configuration saved on disk");
    }

    private static void logNotSaved(Exception error) {
        log.warn(
                "WARNING: Sentinel was not able to save the new configuration on disk!!!: {}",
                reason(error));
    }

    private static String reason(Exception error) {
        return error instanceof IOException io ? OsError.reason(io) : error.toString();
    }

    private void publish(Event event) {
        log(
                event.level(),
                event.payload().isEmpty() ? event.name() : event.name() + " " + event.payload());
        outside.subscribers().accept(event);
        if (event.level() == Event.Level.WARNING) {
            event.notificationScript()
                    .ifPresent(
                            path ->
                                    outside.scripts()
                                            .schedule(
                                                    List.of(path, event.name(), event.payload())));
        }
    }

    private static void log(Event.Level level, String text) {
        switch (level) {
            case DEBUG -> log.trace(text);
            case VERBOSE -> log.debug(text);
            case NOTICE -> log.info(text);
            case WARNING -> log.warn(text);
        }
    }

    private void reply(ClientToken client, Answer answer) {
        var asker = askers.remove(client);
        if (asker != null) {
            asker.accept(answer);
        }
    }

    private void runReconfigScript(Effect.RunReconfigScript script) {
        outside.scripts()
                .schedule(
                        List.of(
                                script.path(),
                                script.masterName(),
                                script.role().name().toLowerCase(Locale.ROOT),
                                "start",
                                script.from().host(),
                                Integer.toString(script.from().port()),
                                script.to().host(),
                                Integer.toString(script.to().port())));
    }
}
