package dev.vedette.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vedette.protocol.acl.UserLines;
import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfLoader;
import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.daemon.WorkingDirectory;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real redis-server and ours, for tests that say the same to both. */
abstract class SideBySide {
    private static final Path REDIS = Path.of("/usr/bin/redis-server");

    @TempDir Path directory = Path.of(".");

    private @Nullable Process redis;
    private @Nullable Server ours;
    int redisPort;
    int ourPort;

    @BeforeEach
    void startBoth() throws Exception {
        var there = Files.isExecutable(REDIS);
        if (System.getenv("VEDETTE_REQUIRE_INTEROP") == null) {
            assumeTrue(there, "no redis-server here: apt-get install redis-server");
        }
        redisPort = freePort();
        ourPort = freePort();
        var command = new ArrayList<>(List.of(REDIS.toString(), "--dir", directory.toString()));
        command.addAll(arguments(redisPort));
        redis =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("redis.log").toFile())
                        .start();
        ours = startOurs(ourPort);
    }

    /** One of ours beside that one; the test closes it. */
    Server startOurs(int port) throws Exception {
        var work = WorkingDirectory.of(directory);
        var conf =
                new ConfLoader(GeneralDirectives.TABLE, work)
                        .serving(ServedDirectives.all())
                        .load(CommandLine.parse(arguments(port)), InputStream.nullInputStream());
        var server = new Server(conf, new UserLines(), work, () -> {}, () -> {});
        server.start(() -> {}, () -> {});
        return server;
    }

    private static List<String> arguments(int port) {
        return List.of(
                "--port",
                Integer.toString(port),
                "--save",
                "",
                "--enable-debug-command",
                "yes",
                "--repl-diskless-sync-delay",
                "0");
    }

    @AfterEach
    void stopBoth() throws Exception {
        if (redis != null) {
            redis.destroyForcibly().waitFor();
        }
        if (ours != null) {
            ours.close();
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Every line to both: each reply is the same, byte for byte. */
    void compare(List<String> script) throws IOException {
        try (var one = new Peer(redisPort);
                var other = new Peer(ourPort)) {
            for (var line : script) {
                same(line, one, other);
            }
        }
    }

    static void same(String line, Peer one, Peer other) throws IOException {
        assertEquals(one.call(line), other.call(line), line);
    }
}
