package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A redis-server or redis-sentinel of this machine, on a free port of 127.0.0.1. Where none is
 * installed the test is skipped and says how to get one; with {@code VEDETTE_REQUIRE_INTEROP=1} in
 * the environment it fails instead.
 */
final class RealRedis implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final Address address;
    private final Path log;

    private RealRedis(Process process, Address address, Path log) {
        this.process = process;
        this.address = address;
        this.log = log;
    }

    /** A server without persistence; {@code directives} such as {@code --requirepass}. */
    static RealRedis server(Path folder, String... directives) throws IOException {
        return serverAt(freeAddress(), folder, directives);
    }

    /** The same at a given address. */
    static RealRedis serverAt(Address address, Path folder, String... directives)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                "redis-server",
                                "--port",
                                Integer.toString(address.port()),
                                "--bind",
                                address.host(),
                                "--save",
                                "",
                                "--repl-diskless-sync-delay",
                                "0",
                                "--dir",
                                folder.toString()));
        command.addAll(List.of(directives));
        return start(folder, address, command);
    }

    static RealRedis sentinel(Path conf, int port) throws IOException {
        return start(
                conf.toAbsolutePath().resolveSibling("."),
                new Address("127.0.0.1", port),
                List.of("redis-sentinel", conf.toString()));
    }

    private static RealRedis start(Path folder, Address address, List<String> command)
            throws IOException {
        requireInstalled(command.getFirst());
        var log = folder.resolve(command.getFirst() + "-" + address.port() + ".log");
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        var redis = new RealRedis(process, address, log);
        Await.until(PATIENCE, () -> redis.pongs() || !process.isAlive(), redis::log);
        if (!process.isAlive()) {
            fail(command + " ended by itself:\n" + redis.log());
        }
        return redis;
    }

    private boolean pongs() {
        try {
            call("PING");
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    Address address() {
        return address;
    }

    RespValue call(String... words) throws IOException {
        try (var client = RespClient.connect(address, Duration.ofSeconds(2))) {
            return client.call(words);
        }
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /** SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    static Address freeAddress() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    private static void requireInstalled(String program) {
        var path = System.getenv().getOrDefault("PATH", "");
        for (var folder : path.split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return;
            }
        }
        var message =
                program
                        + " is not installed; get it with: apt-get install redis-server"
                        + " redis-sentinel";
        if ("1".equals(System.getenv("VEDETTE_REQUIRE_INTEROP"))) {
            fail(message);
        }
        System.err.println("NOT RUN: " + message);
        abort(message);
    }
}
