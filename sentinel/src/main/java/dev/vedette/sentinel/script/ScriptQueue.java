package dev.vedette.sentinel.script;

import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.Event.Level;

import io.netty.channel.EventLoop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs notification and reconfiguration scripts by Redis's rules: at most 256 jobs, of which 16 run
 * at once, started in the order of the queue; exit code 1 or death by a signal is tried again, with
 * a delay that doubles, 10 runs at most; after 60 seconds a script is killed. A full queue drops
 * its oldest job that does not run. Scripts are executed directly, without a shell, in the daemon's
 * folder and with its environment and outputs. The queue dies with the process.
 *
 * <p>Every failure is an event for subscribers; of those that repeat, the log tells the number,
 * once a minute.
 *
 * <p>Event loop only; each running script is waited for on a virtual thread of its own.
 */
public final class ScriptQueue {
    private static final Logger log = LoggerFactory.getLogger(ScriptQueue.class);

    private static final Duration LOG_PAUSE = Duration.ofMinutes(1);

    private final EventLoop loop;
    private final Supplier<Instant> clock;
    private final Supplier<ScriptLimits> limits;
    private final Path directory;
    private final Consumer<Event> events;
    private final FailureLog failures;
    private final List<ScriptJob> jobs = new ArrayList<>();

    /**
     * @param limits asked anew for each start and each end of a script
     * @param directory where scripts run, and what a relative path of one starts from
     * @param events takes what becomes of the scripts
     */
    public ScriptQueue(
            EventLoop loop,
            Supplier<Instant> clock,
            Supplier<ScriptLimits> limits,
            Path directory,
            Consumer<Event> events) {
        this.loop = loop;
        this.clock = clock;
        this.limits = limits;
        this.directory = directory;
        this.events = events;
        this.failures =
                new FailureLog(
                        loop,
                        LOG_PAUSE,
                        (kind, script, times) ->
                                log.warn(
                                        "script failed again event={} script={} times={} in_s={}",
                                        kind,
                                        script,
                                        times,
                                        LOG_PAUSE.toSeconds()));
    }

    /** Queues one script with its arguments, the path first. */
    public void schedule(List<String> argv) {
        if (jobs.size() == limits.get().queued()) {
            dropOldest();
        }
        jobs.add(new ScriptJob(argv, clock.get()));
        startDue();
    }

    /** What PENDING-SCRIPTS shows, in the order of the queue. */
    public List<Pending> pending() {
        var now = clock.get();
        return jobs.stream()
                .map(
                        job ->
                                new Pending(
                                        job.argv,
                                        job.running ? Optional.of(job.pid) : Optional.empty(),
                                        job.running
                                                ? Duration.between(job.due, now)
                                                : Duration.between(now, job.due),
                                        job.runs))
                .toList();
    }

    public int running() {
        return (int) jobs.stream().filter(job -> job.running).count();
    }

    public int queued() {
        return jobs.size();
    }

    /**
     * @param pid absent for a job that waits
     * @param time how long it runs, or how long it waits still (not above zero when only the number
     *     of running scripts holds it up)
     * @param runs how often it was started
     */
    public record Pending(List<String> argv, Optional<Long> pid, Duration time, int runs) {}

    private void dropOldest() {
        for (var i = 0; i < jobs.size(); i++) {
            if (!jobs.get(i).running) {
                var dropped = jobs.remove(i);
                if (failures.isNews("dropped", dropped.argv.getFirst())) {
                    log.warn(
                            "script dropped, the queue is full script={} queued={}",
                            dropped.argv,
                            limits.get().queued());
                }
                return;
            }
        }
    }

    private void startDue() {
        var now = clock.get();
        var free = limits.get().running() - running();
        for (var job : List.copyOf(jobs)) {
            if (free > 0 && !job.running && !job.due.isAfter(now)) {
                start(job, now);
                free--;
            }
        }
    }

    private void start(ScriptJob job, Instant now) {
        job.running = true;
        job.due = now;
        job.runs++;
        var runtime = limits.get().runtime();
        Thread.ofVirtual().name("script").start(() -> run(job, runtime));
    }

    /** On a thread of its own. */
    private void run(ScriptJob job, Duration runtime) {
        Process process;
        try {
            process = launch(job.argv);
        } catch (IOException failure) {
            var exit =
                    Files.isExecutable(directory.resolve(job.argv.getFirst()))
                            ? ScriptExit.NOT_STARTED
                            : ScriptExit.NOT_EXECUTABLE;
            loop.execute(() -> ended(job, exit));
            return;
        }
        loop.execute(() -> started(job, process.pid()));
        try {
            if (!process.waitFor(runtime.toMillis(), TimeUnit.MILLISECONDS)) {
                loop.execute(() -> timedOut(job));
                process.destroyForcibly();
            }
            var exit = ScriptExit.ofExitValue(process.waitFor());
            loop.execute(() -> ended(job, exit));
        } catch (InterruptedException neverInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Process launch(List<String> argv) throws IOException {
        var command = new ArrayList<>(argv);
        command.set(0, directory.resolve(argv.getFirst()).toString());
        return new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start();
    }

    private void started(ScriptJob job, long pid) {
        job.pid = pid;
        tell(Level.DEBUG, "+script-child", Long.toString(pid));
    }

    private void timedOut(ScriptJob job) {
        tellFailure(job, "-script-timeout", Long.toString(job.pid));
    }

    private void ended(ScriptJob job, ScriptExit exit) {
        tell(Level.DEBUG, "-script-child", job.pid + " " + exit.code() + " " + exit.signal());
        job.running = false;
        job.pid = ScriptJob.NOT_RUNNING;
        if (exit.mayRetry() && job.runs < limits.get().runs()) {
            var delay = limits.get().delayAfterRun(job.runs);
            job.due = clock.get().plus(delay);
            loop.schedule(this::startDue, delay.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            jobs.remove(job);
            if (!exit.success()) {
                tellFailure(job, "-script-error", exit.signal() + " " + exit.code());
            }
        }
        startDue();
    }

    /** Subscribers hear of each one; at this level the log of most confs is silent. */
    private void tellFailure(ScriptJob job, String name, String what) {
        var script = job.argv.getFirst();
        var level = failures.isNews(name, script) ? Level.WARNING : Level.VERBOSE;
        tell(level, name, script + " " + what);
    }

    private void tell(Level level, String name, String payload) {
        events.accept(new Event(level, name, payload, Optional.empty()));
    }
}
