package dev.vedette.it;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program that ends by itself, such as redis-cli, and has what it printed. */
final class Tool {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Tool() {}

    record Result(List<String> command, int exitCode, String stdout, String stderr) {
        @Override
        public String toString() {
            return String.join(" ", command)
                    + "\nexit code "
                    + exitCode
                    + "\nstdout:\n"
                    + stdout
                    + "\nstderr:\n"
                    + stderr;
        }
    }

    static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> new File(folder, program).canExecute());
    }

    static Result run(List<String> command) {
        return run(Product.home(), "", command);
    }

    /** {@code bin/vedette} with these words. */
    static Result vedette(String... words) {
        var command = new ArrayList<>(List.of(Product.launcher("vedette").toString()));
        command.addAll(List.of(words));
        return run(command);
    }

    static Result run(Path folder, String stdin, List<String> command) {
        Process process = Reaper.start(new ProcessBuilder(command).directory(folder.toFile()));
        try {
            CompletableFuture<String> out = readAll(process.getInputStream());
            CompletableFuture<String> err = readAll(process.getErrorStream());
            try (OutputStream in = process.getOutputStream()) {
                in.write(stdin.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        "no end within "
                                + PATIENCE
                                + ": "
                                + new Result(command, -1, out.join(), err.join()));
            }
            return new Result(command, process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static CompletableFuture<String> readAll(InputStream stream) {
        var text = new CompletableFuture<String>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (stream) {
                                text.complete(
                                        new String(stream.readAllBytes(), StandardCharsets.UTF_8));
                            } catch (IOException e) {
                                text.completeExceptionally(e);
                            }
                        });
        return text;
    }
}
