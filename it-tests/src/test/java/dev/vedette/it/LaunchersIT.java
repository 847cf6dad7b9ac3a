package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What an init script, a supervisor or a shell sees of a daemon. */
class LaunchersIT {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"server", "sentinel"})
    void thePidOfTheLauncherIsThatOfTheDaemonAndNothingIsOnStandardError(String kind) {
        try (var daemon = daemon(kind)) {
            daemon.start().awaitPong();
            try (var client = daemon.connect()) {
                assertEquals(
                        daemon.process().pid(),
                        client.info("server").number("process_id").orElse(-1));
            }
            assertEquals("", daemon.stderr());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server TERM", "server INT", "sentinel TERM", "sentinel INT"})
    void aSignalToEndIsObeyedCleanlyAndFreesThePort(String kindAndSignal) {
        String[] words = kindAndSignal.split(" ", -1);
        try (var daemon = daemon(words[0])) {
            daemon.start().awaitPong();
            daemon.signal(words[1]);
            assertEquals(0, daemon.awaitEnd(), daemon::lastLogLines);
            assertTrue(Ports.isFree(daemon.address()), "the port is taken");
            assertEquals("", daemon.stderr());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "sentinel"})
    void aHangUpEndsNeither(String kind) {
        try (var daemon = daemon(kind)) {
            daemon.start().awaitPong();
            daemon.signal("HUP");
            daemon.signal("HUP");
            assertTrue(Client.pongs(daemon.address()), daemon::lastLogLines);
            assertTrue(daemon.isAlive(), daemon::lastLogLines);
        }
    }

    @Test
    void aSymlinkFromAnotherFolderAndARelativeConfWork() throws IOException {
        Address address = Ports.free();
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.write(
                folder.resolve("my.conf"),
                List.of("port " + address.port(), "bind 127.0.0.1", "dir data"));
        Path link =
                Files.createSymbolicLink(
                        folder.resolve("redis-like"), Product.launcher("vedette-server"));
        Process process = start(link.toString(), "my.conf", "--dbfilename", "mine.rdb");
        awaitPong(address, process);
        try (var client = Client.connect(address)) {
            assertEquals("OK", client.text("SET", "a", "1"));
            assertEquals("OK", client.text("SAVE"));
            assertEquals("dir " + data.toRealPath(), client.text("CONFIG", "GET", "dir"));
        }
        assertTrue(Files.exists(data.resolve("mine.rdb")), "SAVE did not write into dir");
        assertEnds(process);
    }

    @Test
    void theServersLauncherStartsASentinelWhenAsked() throws IOException {
        Address address = Ports.free();
        Path conf = folder.resolve("s.conf");
        Files.write(conf, List.of("port " + address.port(), "bind 127.0.0.1"));
        Process process =
                start(Product.launcher("vedette-server").toString(), conf.toString(), "--sentinel");
        awaitPong(address, process);
        try (var client = Client.connect(address)) {
            assertEquals("sentinel", client.text("ROLE").split(" ", -1)[0]);
        }
        assertEnds(process);
    }

    @Test
    void aLogThatWasMovedAwayIsOpenedAnew() throws IOException {
        Path log = folder.resolve("server.log");
        var lines = List.of("logfile " + log, "save \"\"");
        try (var daemon = Daemon.server(Product.VEDETTE, folder, Ports.free(), lines)) {
            daemon.start().awaitPong();
            Files.move(log, folder.resolve("server.log.1"));
            try (var client = daemon.connect()) {
                // It logs this, like Redis: the role changes.
                client.text("REPLICAOF", "127.0.0.1", Integer.toString(Ports.free().port()));
            }
            Await.until("a new log", Duration.ofSeconds(10), () -> Files.exists(log));
        }
    }

    /** A folder that looks like a JDK; what it runs is up to the test. */
    private Path jdk(String implementor, String script) throws IOException {
        Path jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        Files.write(
                jdk.resolve("release"),
                List.of(
                        "IMPLEMENTOR=\"" + implementor + "\"",
                        "JAVA_VERSION=\"25.0.1\"",
                        "MODULES=\"java.base\""));
        Path java = jdk.resolve("bin/java");
        Files.writeString(java, "#!/bin/sh\n" + script);
        assertTrue(java.toFile().setExecutable(true));
        return jdk;
    }

    @ParameterizedTest
    @CsvSource({
        "Oracle Corporation, -XX:+UseZGC, -XX:+UseShenandoahGC",
        "Eclipse Adoptium, -XX:+UseShenandoahGC, -XX:+UseZGC"
    })
    void theCollectorIsOneThatTheJdkHas(String implementor, String wanted, String unwanted)
            throws IOException {
        Path jdk = jdk(implementor, "printf '%s\\n' \"$@\"\n");
        Tool.Result start =
                Tool.run(
                        List.of(
                                "env",
                                "JAVA_HOME=" + jdk,
                                Product.launcher("vedette-server").toString(),
                                "--port",
                                "7"));
        assertEquals(0, start.exitCode(), start::toString);
        List<String> words = start.stdout().lines().toList();
        assertTrue(words.contains(wanted), start::toString);
        assertFalse(words.contains(unwanted), start::toString);
        assertEquals(
                List.of("dev.vedette.server.ServerMain", "--port", "7"),
                words.subList(words.size() - 3, words.size()));
    }

    @Test
    void theServerRunsWithTheCollectorOfOraclesJdk() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path jdk = jdk("Oracle Corporation", "exec " + java + " \"$@\"\n");
        try (var daemon = daemon("server")) {
            daemon.with("JAVA_HOME", jdk.toString()).start().awaitPong();
            assertTrue(commandLine(daemon).contains("-XX:+UseZGC"), commandLine(daemon)::toString);
            assertEquals("", daemon.stderr());
        }
    }

    private static List<String> commandLine(Daemon daemon) throws IOException {
        Path words = Path.of("/proc", Long.toString(daemon.process().pid()), "cmdline");
        return List.of(Files.readString(words).split("\0", -1));
    }

    @Test
    void tenDaemonsStartedAtOnceAllAnswer() {
        List<Daemon> daemons = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                daemons.add(daemon("server"));
                daemons.add(daemon("sentinel"));
            }
            long start = System.nanoTime();
            daemons.forEach(Daemon::start);
            daemons.forEach(Daemon::awaitPong);
            var taken = Duration.ofNanos(System.nanoTime() - start);
            System.out.println("ten daemons answered after " + taken.toMillis() + " ms");
        } finally {
            daemons.forEach(Daemon::close);
        }
    }

    private Daemon daemon(String kind) {
        return kind.equals("server")
                ? Daemon.server(Product.VEDETTE, folder, Ports.free(), List.of("save \"\""))
                : Daemon.sentinel(
                        Product.VEDETTE,
                        folder,
                        Ports.free(),
                        // Nobody is there: the sentinel must not mind.
                        List.of(
                                "sentinel monitor mymaster 127.0.0.1 "
                                        + Ports.free().port()
                                        + " 2"));
    }

    /** Starts a command in the test's folder, as a caller's shell would. */
    private Process start(String... command) {
        return Reaper.start(
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output").toFile()));
    }

    private void awaitPong(Address address, Process process) {
        Await.until(
                "a PONG of " + address,
                Daemon.START_PATIENCE,
                () -> {
                    assertTrue(process.isAlive(), this::output);
                    return Client.pongs(address);
                });
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertEnds(Process process) {
        try {
            process.destroy();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS), this::output);
            assertEquals(0, process.exitValue(), this::output);
            assertFalse(process.isAlive());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
