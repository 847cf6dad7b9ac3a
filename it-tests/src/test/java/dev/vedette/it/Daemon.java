package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One server or sentinel in a folder of its own: {@code conf} there, and what it prints in {@code
 * stdout} and {@code stderr}.
 */
final class Daemon implements AutoCloseable {
    /** Ten daemons at once on two busy cores answer well within this. */
    static final Duration START_PATIENCE = Duration.ofSeconds(30);

    static final Duration END_PATIENCE = Duration.ofSeconds(10);
    private static final int LOG_LINES_SHOWN = 25;

    private final String name;
    private final Address address;
    private final Path folder;
    private final Path conf;
    private final List<String> command;
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable Process process;

    private Daemon(String name, Address address, Path folder, Path conf, List<String> command) {
        this.name = name;
        this.address = address;
        this.folder = folder;
        this.conf = conf;
        this.command = command;
    }

    /** A server that is not started yet; lines about its port, address and folder come first. */
    static Daemon server(Product product, Path parent, Address address, List<String> lines) {
        return create("server", parent, address, lines, conf -> product.server(List.of(conf)));
    }

    static Daemon sentinel(Product product, Path parent, Address address, List<String> lines) {
        return create("sentinel", parent, address, lines, conf -> product.sentinel(List.of(conf)));
    }

    /** A sentinel of ours that is started by a command made from the path of its conf. */
    static Daemon sentinelBy(
            Path parent,
            Address address,
            List<String> lines,
            Function<String, List<String>> command) {
        return create("sentinel", parent, address, lines, command);
    }

    /** A server of ours, likewise. */
    static Daemon serverBy(
            Path parent,
            Address address,
            List<String> lines,
            Function<String, List<String>> command) {
        return create("server", parent, address, lines, command);
    }

    /**
     * One that lives elsewhere.
     *
     * @param address where the tests reach it, whatever its conf says
     * @param folder is there already
     * @param conf where the tests find what the command reads
     * @param lines the whole conf
     */
    static Daemon elsewhere(
            String name,
            Address address,
            Path folder,
            Path conf,
            List<String> lines,
            List<String> command) {
        try {
            Files.write(conf, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Daemon(name, address, folder, conf, command);
    }

    private static Daemon create(
            String kind,
            Path parent,
            Address address,
            List<String> lines,
            Function<String, List<String>> command) {
        String name = kind + "-" + address.port();
        Path folder = parent.resolve(name);
        Path conf = folder.resolve("conf");
        try {
            Files.createDirectories(folder);
            var all = new ArrayList<String>();
            // The address is that of TLS where there is one and the lines name it.
            boolean byTls = lines.contains("tls-port " + address.port());
            all.add("port " + (byTls ? 0 : address.port()));
            all.add("bind " + address.host());
            all.add("dir " + folder);
            all.addAll(lines);
            Files.write(conf, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Daemon(name, address, folder, conf, command.apply(conf.toString()));
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

    Path conf() {
        return conf;
    }

    String confText() {
        return read(conf());
    }

    /** To be called before {@link #start}. */
    Daemon with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Daemon start() {
        var builder =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(appendTo("stdout"))
                        .redirectError(appendTo("stderr"));
        builder.environment().putAll(environment);
        process = Reaper.start(builder);
        return this;
    }

    private ProcessBuilder.Redirect appendTo(String name) {
        return ProcessBuilder.Redirect.appendTo(folder.resolve(name).toFile());
    }

    /** Until it answers PING, or fails with what it printed. */
    Daemon awaitPong() {
        Await.noProblem(
                name + " answers",
                START_PATIENCE,
                () -> {
                    if (!isAlive()) {
                        throw new AssertionError(name + " ended by itself\n" + lastLogLines());
                    }
                    return Client.pongs(address) ? Optional.empty() : Optional.of("no PONG");
                },
                this::lastLogLines);
        return this;
    }

    Client connect() {
        try {
            return Client.connect(address);
        } catch (IOException e) {
            throw new UncheckedIOException(name + "\n" + lastLogLines(), e);
        }
    }

    Process process() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        waitFor(process().destroyForcibly(), END_PATIENCE);
    }

    /** SIGTERM; returns when it is gone. */
    void end() {
        close();
    }

    /** What it holds of the machine's memory: VmRSS. */
    long residentKilobytes() {
        return read(Path.of("/proc", Long.toString(process().pid()), "status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Sends a signal by its name, such as {@code INT}. */
    void signal(String signal) {
        Tool.Result result =
                Tool.run(List.of("kill", "-" + signal, Long.toString(process().pid())));
        if (result.exitCode() != 0) {
            throw new AssertionError(result.toString());
        }
    }

    /** The exit code, once it has ended by itself. */
    int awaitEnd() {
        waitFor(process(), END_PATIENCE);
        return process().exitValue();
    }

    private void waitFor(Process ending, Duration patience) {
        try {
            if (!ending.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        name + " has not ended within " + patience + "\n" + lastLogLines());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    String stdout() {
        return read(folder.resolve("stdout"));
    }

    String stderr() {
        return read(folder.resolve("stderr"));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String lastLogLines() {
        List<String> lines = (stdout() + stderr()).lines().toList();
        int from = Math.max(0, lines.size() - LOG_LINES_SHOWN);
        return "--- "
                + name
                + (isAlive() ? " (running), " : " (ended), ")
                + folder
                + "\n"
                + String.join("\n", lines.subList(from, lines.size()));
    }

    @Override
    public void close() {
        if (isAlive()) {
            process().destroy();
            try {
                if (!process().waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    kill();
                }
            } catch (InterruptedException e) {
                process().destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
