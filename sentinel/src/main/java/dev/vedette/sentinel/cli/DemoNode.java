package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One process of the demo, with a folder of its own for its conf, its log and what it writes. */
final class DemoNode {
    private final String name;
    private final Address address;
    private final Path folder;
    private final CommandTemplate command;
    private @Nullable Process process;

    DemoNode(String kind, Address address, Path clusterFolder, CommandTemplate command) {
        this.name = kind + "-" + address.port();
        this.address = address;
        this.folder = clusterFolder.resolve(name);
        this.command = command;
    }

    String name() {
        return name;
    }

    Address address() {
        return address;
    }

    Path folder() {
        return folder;
    }

    Path log() {
        return folder.resolve("log");
    }

    void writeConf(List<String> lines) throws IOException {
        Files.createDirectories(folder);
        Files.write(conf(), lines);
    }

    private Path conf() {
        return folder.resolve("conf");
    }

    /** Starts it; what it prints goes to the end of its log. */
    synchronized Process start() throws IOException {
        var started =
                new ProcessBuilder(command.words(conf()))
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                        .redirectErrorStream(true)
                        .start();
        process = started;
        return started;
    }

    synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    synchronized boolean wasStarted() {
        return process != null;
    }

    synchronized long pid() {
        return process == null ? 0 : process.pid();
    }

    /** SIGKILL, as a power cut; returns when the process is gone. */
    synchronized Process kill() throws InterruptedException {
        if (process == null) {
            throw new IllegalStateException(name + " was never started");
        }
        process.destroyForcibly().waitFor();
        return process;
    }

    /** SIGTERM. */
    synchronized void askToEnd() {
        if (process != null) {
            process.destroy();
        }
    }

    /** Waits for the end that was asked for, then kills. */
    synchronized void end(Duration patience) throws InterruptedException {
        if (process != null && !process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    List<String> lastLogLines(int count) {
        try {
            List<String> lines = Files.readAllLines(log(), StandardCharsets.ISO_8859_1);
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException e) {
            return List.of("(no log: " + e.getMessage() + ")");
        }
    }
}
