package dev.vedette.protocol.client;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.vedette.protocol.net.Address;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A redis-server of the machine, on a free port, with an empty data set that is never saved. Where
 * none is installed the test is skipped and says how to get one; with {@code
 * VEDETTE_REQUIRE_INTEROP=1} in the environment it fails instead.
 */
public final class RealRedis implements AutoCloseable {
    private static final Duration START_DEADLINE = Duration.ofSeconds(20);

    private final Process process;
    private final Address address;

    private RealRedis(Process process, Address address) {
        this.process = process;
        this.address = address;
    }

    /**
     * @param directives such as {@code --requirepass}, {@code secret}
     */
    public static RealRedis start(String... directives) throws IOException, InterruptedException {
        requireInstalled();
        var address = new Address("127.0.0.1", freePort());
        var command =
                new ArrayList<>(
                        List.of(
                                "redis-server",
                                "--port",
                                Integer.toString(address.port()),
                                "--bind",
                                address.host(),
                                "--save",
                                ""));
        command.addAll(List.of(directives));
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var redis = new RealRedis(process, address);
        redis.awaitReady();
        return redis;
    }

    public Address address() {
        return address;
    }

    public RespClient connect() throws IOException {
        return RespClient.connect(address, Duration.ofSeconds(5));
    }

    /** Skips the test, or fails it, where there is none. */
    public static void requireInstalled() {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, "redis-server"))) {
                return;
            }
        }
        String message = "redis-server is not installed; get it with: apt-get install redis-server";
        if ("1".equals(System.getenv("VEDETTE_REQUIRE_INTEROP"))) {
            fail(message);
        }
        abort(message);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (true) {
            try (var client = connect()) {
                // Any answer will do: with a password it is an error.
                client.call("PING");
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    close();
                    throw new IOException("redis-server did not start on " + address, e);
                }
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
