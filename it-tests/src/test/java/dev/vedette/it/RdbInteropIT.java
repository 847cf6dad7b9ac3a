package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files of ours that Redis loads, and the other way round. */
@Interop
class RdbInteropIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int WRITES = 20_000;

    @TempDir Path folder;
    private final List<Daemon> daemons = new ArrayList<>();

    @AfterEach
    void endAll() {
        daemons.reversed().forEach(Daemon::close);
    }

    private Daemon server(Product product, String... lines) {
        Daemon daemon = Daemon.server(product, folder, Ports.free(), List.of(lines));
        daemons.add(daemon);
        return daemon;
    }

    private static String say(Daemon daemon, String... words) {
        return Client.ask(daemon.address(), c -> c.text(words)).orElse("(no answer)");
    }

    private static Path dump(Daemon daemon) {
        return daemon.folder().resolve("dump.rdb");
    }

    private static void copy(Daemon from, Daemon to) throws IOException {
        Files.copy(dump(from), dump(to), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Only what does not expire within the test. */
    private static Map<String, String> data(Daemon daemon) throws IOException {
        return SeededWrites.data(daemon.address());
    }

    private void theOtherLoads(Product writer, Product reader) throws IOException {
        Daemon one = server(writer, "save \"\"").start().awaitPong();
        new SeededWrites(99).run(one.address(), WRITES);
        // Short times to live are over before anything is compared.
        Await.until(
                "no key about to expire",
                PATIENCE,
                () -> {
                    try {
                        long soon = System.currentTimeMillis() + 100_000;
                        return data(one).values().stream()
                                .map(v -> Long.parseLong(v.substring(v.indexOf("until ") + 6)))
                                .noneMatch(at -> at > 0 && at < soon);
                    } catch (IOException e) {
                        return false;
                    }
                });
        assertEquals("OK", say(one, "SAVE"));
        Tool.Result check = Tool.run(List.of("redis-check-rdb", dump(one).toString()));
        assertEquals(0, check.exitCode(), check.toString());

        Daemon two = server(reader, "save \"\"");
        copy(one, two);
        two.start().awaitPong();
        assertEquals(data(one), data(two));
        assertTrue(data(one).size() > 1000);
    }

    @Test
    void redisLoadsOurFile() throws IOException {
        theOtherLoads(Product.VEDETTE, Product.REDIS);
    }

    @Test
    void weLoadTheFileOfRedis() throws IOException {
        theOtherLoads(Product.REDIS, Product.VEDETTE);
    }

    @Test
    void aBackgroundSaveIsOfItsMomentWhileWritesGoOn() throws IOException {
        Daemon one = server(Product.VEDETTE, "save \"\"").start().awaitPong();
        try (var client = one.connect()) {
            new SeededWrites(5).run(one.address(), WRITES);
            client.call("SET", "sum:a", "500");
            client.call("SET", "sum:b", "500");
            client.call("BGSAVE");
            for (int i = 0; i < 400; i++) {
                client.call("MULTI");
                client.call("DECR", "sum:a");
                client.call("INCR", "sum:b");
                client.call("EXEC");
            }
            Await.until(
                    "the save",
                    PATIENCE,
                    () ->
                            client.info("persistence")
                                    .field("rdb_bgsave_in_progress")
                                    .equals(Optional.of("0")));
        }
        Daemon two = server(Product.REDIS, "save \"\"");
        copy(one, two);
        two.start().awaitPong();
        assertEquals(
                1000,
                Integer.parseInt(say(two, "GET", "sum:a"))
                        + Integer.parseInt(say(two, "GET", "sum:b")));
    }

    @Test
    void termSavesWhenThereAreSavePoints() {
        Daemon one = server(Product.VEDETTE, "save 3600 1").start().awaitPong();
        say(one, "SET", "kept", "yes");
        one.signal("TERM");
        assertEquals(0, one.awaitEnd());
        one.start().awaitPong();
        assertEquals("yes", say(one, "GET", "kept"));
        say(one, "SET", "kept", "no");
        say(one, "SHUTDOWN", "NOSAVE");
        assertEquals(0, one.awaitEnd());
        one.start().awaitPong();
        assertEquals("yes", say(one, "GET", "kept"));
    }

    @Test
    void aSavePointSaves() {
        Daemon one = server(Product.VEDETTE, "save 1 5").start().awaitPong();
        for (int i = 0; i < 10; i++) {
            say(one, "SET", "k" + i, "v");
        }
        Await.until("the file", PATIENCE, () -> Files.exists(dump(one)));
        Await.until(
                "the count",
                PATIENCE,
                () ->
                        Client.ask(
                                        one.address(),
                                        c ->
                                                c.info("persistence")
                                                        .field("rdb_changes_since_last_save")
                                                        .orElse(""))
                                .equals(Optional.of("0")));
    }

    @Test
    void aDamagedFileIsNotStartedOver() throws IOException {
        Daemon one = server(Product.VEDETTE, "save \"\"").start().awaitPong();
        new SeededWrites(3).run(one.address(), 1000);
        say(one, "SHUTDOWN", "SAVE");
        assertEquals(0, one.awaitEnd());
        byte[] whole = Files.readAllBytes(dump(one));
        byte[] damaged = whole.clone();
        damaged[whole.length / 2] ^= 1;
        for (byte[] bad : List.of(damaged, Arrays.copyOf(whole, whole.length / 2))) {
            Files.write(dump(one), bad);
            one.start();
            assertEquals(1, one.awaitEnd());
            assertTrue(one.stdout().contains("dump.rdb"), one.stdout());
            assertTrue(Arrays.equals(bad, Files.readAllBytes(dump(one))));
        }
    }
}
