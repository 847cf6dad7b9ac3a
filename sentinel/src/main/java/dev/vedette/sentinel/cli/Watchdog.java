package dev.vedette.sentinel.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Ends the demo's processes even when this JVM is killed and can run no shutdown hook. A shell
 * reads the pids from a pipe whose other end only this process holds; when the pipe ends without a
 * word of release, it kills those that are left. Ctrl-C reaches the shell too, so it ignores that.
 */
final class Watchdog implements AutoCloseable {
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

    private final OutputStream orders;

    private Watchdog(OutputStream orders) {
        this.orders = orders;
    }

    static Watchdog start() throws IOException {
        Process shell =
                new ProcessBuilder("/bin/sh", "-c", SCRIPT)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return new Watchdog(shell.getOutputStream());
    }

    void guard(Process process) throws IOException {
        order("guard", process);
    }

    /** To be called once it has ended: its pid may soon be another process's. */
    void release(Process process) throws IOException {
        order("release", process);
    }

    private synchronized void order(String order, Process process) throws IOException {
        orders.write((order + " " + process.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
        orders.flush();
    }

    /** Lets the shell end, with whatever is still guarded. */
    @Override
    public synchronized void close() throws IOException {
        orders.close();
    }
}
