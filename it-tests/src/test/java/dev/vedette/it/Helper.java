package dev.vedette.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A main class of these tests that runs on a {@link Host}: it prints a line when it is ready, takes
 * orders by line, and ends with its input. Nothing but the JDK is there for it.
 */
final class Helper implements AutoCloseable {
    private final Process process;

    private Helper(Process process) {
        this.process = process;
    }

    static Helper start(Host host, Class<?> main, String... words) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-UsePerfData",
                                "-Xmx32m",
                                "-cp",
                                Product.home().resolve("it-tests/target/test-classes").toString(),
                                main.getName()));
        command.addAll(List.of(words));
        var builder =
                new ProcessBuilder(host.inside(command))
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        var helper = new Helper(Reaper.start(builder));
        helper.awaitReady(main.getSimpleName() + " at " + host.name());
        return helper;
    }

    private void awaitReady(String what) {
        var out =
                new BufferedReader(
                        new InputStreamReader(
                                process.getInputStream(), StandardCharsets.ISO_8859_1));
        try {
            if (out.readLine() == null) {
                throw new IllegalStateException(what + " did not start");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(what, e);
        }
    }

    void order(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
