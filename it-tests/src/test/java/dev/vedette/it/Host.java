package dev.vedette.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A machine of its own, as far as the kernel lets processes have one: a network and mounts that
 * nobody else sees. It has no name in the system and is held by one process that ends with its
 * input, so nothing of it is left when the tests end, however they end. Who is not root becomes it
 * in a user namespace.
 */
final class Host implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));
    private static final List<String> UNSHARE =
            List.of("unshare", "--net", "--mount", "--propagation", "private");

    private final String name;
    private final Process holder;

    private Host(String name, List<String> unshare) {
        this.name = name;
        var command = new ArrayList<>(unshare);
        command.addAll(List.of("sh", "-c", "echo up; exec cat"));
        holder =
                Reaper.start(
                        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        awaitUp();
    }

    private void awaitUp() {
        var out =
                new BufferedReader(
                        new InputStreamReader(
                                holder.getInputStream(), StandardCharsets.ISO_8859_1));
        try {
            if (!"up".equals(out.readLine())) {
                throw new IllegalStateException("no namespaces for " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** The first of a lab: where the cables of the others end. */
    static Host hub() {
        if (IS_ROOT) {
            return new Host("hub", UNSHARE);
        }
        var command = new ArrayList<>(UNSHARE);
        command.addAll(List.of("--user", "--map-root-user"));
        return new Host("hub", command);
    }

    /** A further one, whose cables this one may hold. */
    Host another(String other) {
        var command = new ArrayList<String>();
        if (!IS_ROOT) {
            command.addAll(
                    List.of("nsenter", "--target", pid(), "--user", "--preserve-credentials"));
        }
        command.addAll(UNSHARE);
        return new Host(other, command);
    }

    String name() {
        return name;
    }

    String pid() {
        return Long.toString(holder.pid());
    }

    /** The command that runs a command there. */
    List<String> inside(List<String> command) {
        var all = new ArrayList<>(List.of("nsenter", "--target", pid(), "--net", "--mount"));
        if (!IS_ROOT) {
            all.addAll(List.of("--user", "--preserve-credentials"));
        }
        all.add("--");
        all.addAll(command);
        return all;
    }

    /** Runs lines of a shell there, up to the first that fails. */
    void shell(String... lines) {
        String script = String.join("\n", lines);
        var result = Tool.run(Path.of("/"), "", inside(List.of("sh", "-e", "-c", script)));
        if (result.exitCode() != 0) {
            throw new AssertionError("at " + name + ": " + result);
        }
    }

    /** Where the tests find what is mounted there at this path. */
    Path path(Path there) {
        return Path.of("/proc", pid(), "root").resolve(Path.of("/").relativize(there));
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        try {
            if (!holder.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " is still held by " + pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
