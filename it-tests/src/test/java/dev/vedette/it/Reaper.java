package dev.vedette.it;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sees to it that no process outlives the tests. In an orderly end a shutdown hook kills what is
 * left; when this JVM is killed itself, a shell that reads the pids from a pipe notices its end and
 * kills them.
 */
final class Reaper {
    private static final String SCRIPT =
            """
            trap '' INT TERM HUP
            pids=' '
            while read -r order pid; do
              case $order in
                guard) pids="$pids$pid " ;;
                release) pids="${pids%% $pid *} ${pids#* $pid }" ;;
              esac
            done
            for pid in $pids; do kill -KILL "$pid"; done
            """;

    private static final Reaper INSTANCE = new Reaper();

    private final Set<Process> alive = ConcurrentHashMap.newKeySet();
    private final OutputStream orders;

    private Reaper() {
        try {
            orders =
                    new ProcessBuilder("/bin/sh", "-c", SCRIPT)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> alive.forEach(Process::destroyForcibly)));
    }

    /** Starts a process that will not outlive this JVM. */
    static Process start(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            INSTANCE.guard(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + builder.command(), e);
        }
    }

    private void guard(Process process) {
        alive.add(process);
        order("guard", process);
        process.onExit().thenAccept(this::release);
    }

    private void release(Process process) {
        alive.remove(process);
        order("release", process);
    }

    private synchronized void order(String order, Process process) {
        try {
            orders.write((order + " " + process.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
            orders.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the reaper's shell is gone", e);
        }
    }
}
