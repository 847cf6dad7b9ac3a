package dev.vedette.protocol.daemon;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The process as its supervisor sees it. TERM and INT ask the daemon to stop in order and end the
 * process with 0; HUP is ignored, as Redis ignores it; the pid file goes when the process goes.
 *
 * <pre>{@code
 * var daemon = Daemon.start(pidFile, supervised);
 * daemon.onStopSignal(server::shutDown);   // which ends with daemon.exit(0)
 * daemon.ready();
 * daemon.awaitExit();
 * }</pre>
 */
public final class Daemon {
    private static final Logger log = LoggerFactory.getLogger(Daemon.class);

    private final Optional<Supervisor> supervisor;
    private final CountDownLatch exited = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();
    private volatile @Nullable StopHandler stopHandler;
    private volatile Optional<PidFile> pidFile = Optional.empty();
    private volatile int exitCode;

    private Daemon(Optional<Supervisor> supervisor) {
        this.supervisor = supervisor;
    }

    /**
     * @param pidFile absolute
     * @param supervised whether systemd is told when the daemon is ready and when it stops
     */
    public static Daemon start(Optional<Path> pidFile, boolean supervised) {
        var daemon = new Daemon(supervised ? Supervisor.fromEnvironment() : Optional.empty());
        Signals.handle("HUP", signal -> {});
        Signals.handle("TERM", daemon::stop);
        Signals.handle("INT", daemon::stop);
        // Whoever reads the file may send a signal at once.
        daemon.pidFile = pidFile.map(PidFile::write);
        return daemon;
    }

    /** A daemon that nobody supervises. */
    public static Daemon start(Optional<Path> pidFile) {
        return start(pidFile, false);
    }

    /** Clients are served from now on. */
    public void ready() {
        supervisor.ifPresent(
                systemd -> systemd.tell("STATUS=Ready to accept connections\nREADY=1\n"));
    }

    /**
     * Runs once, on a thread of its own, when TERM or INT comes, and must lead to {@link #exit} or
     * to {@link #stopGivenUp}, however long that takes: a final save is not cut off. Meanwhile TERM
     * changes nothing, and INT ends the process at once with 1, as with Redis (server.c,
     * sigShutdownHandler). A signal that comes before anything was given here ends the process with
     * 0: there is nothing to stop yet.
     */
    public void onStopSignal(StopHandler handler) {
        stopHandler = handler;
    }

    private void stop(String signal) {
        StopHandler handler = stopHandler;
        if (handler == null) {
            endNow(0);
        } else if (stopping.compareAndSet(false, true)) {
            supervisor.ifPresent(systemd -> systemd.tell("STOPPING=1\n"));
            handler.stop(signal);
        } else if (signal.equals("INT")) {
            log.warn("You insist... exiting now.");
            handler.cutShort();
            endNow(1);
        }
    }

    /** The daemon goes on: it could not, or shall not, stop. The next signal is a first one. */
    public void stopGivenUp() {
        if (stopping.compareAndSet(true, false)) {
            ready();
        }
    }

    private void endNow(int code) {
        removePidFile();
        Runtime.getRuntime().halt(code);
    }

    /** Begins the orderly end. */
    @FunctionalInterface
    public interface StopHandler {
        /**
         * @param signal TERM or INT
         */
        void stop(String signal);

        /** The process ends at once, in the middle of the stop: removes what must not stay. */
        default void cutShort() {}
    }

    /** Ends the process soon: whoever waits in {@link #awaitExit} does it. Any thread. */
    public void exit(int code) {
        exitCode = code;
        exited.countDown();
    }

    /** For the main thread: blocks until {@link #exit}, then ends the process. */
    public void awaitExit() throws InterruptedException {
        exited.await();
        removePidFile();
        System.exit(exitCode);
    }

    private void removePidFile() {
        pidFile.ifPresent(PidFile::remove);
    }
}
