package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Confs as containers have them: a single file that is mounted, with or without the right to write.
 */
@Timeout(180)
class ReadOnlyConfIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;

    @BeforeEach
    void mountsMustBeAllowed() {
        if (Tool.run(List.of("unshare", "-m", "true")).exitCode() != 0) {
            var message = "mounts of its own are not allowed here: run it as root";
            System.err.println("NOT RUN: " + message);
            abort(message);
        }
    }

    /** A sentinel that sees {@code conf} mounted over itself. */
    private Daemon sentinel(Address address, List<String> lines, String mountOptions) {
        return Daemon.sentinelBy(
                folder,
                address,
                lines,
                conf ->
                        List.of(
                                "unshare",
                                "-m",
                                "sh",
                                "-c",
                                "mount --bind \"$1\" \"$1\" && mount -o remount,bind,"
                                        + mountOptions
                                        + " \"$1\" && exec \"$2\" \"$1\"",
                                "sh",
                                conf,
                                Product.launcher("vedette-sentinel").toString()));
    }

    private static String text(Daemon sentinel, String... words) {
        try (var client = sentinel.connect()) {
            return shown(client.call(words));
        } catch (UncheckedIOException notNow) {
            return notNow.toString();
        }
    }

    private static String shown(RespValue reply) {
        return reply.asList().isEmpty()
                ? reply.asText()
                : reply.asList().stream().map(RespValue::asText).toList().toString();
    }

    private void failOver(Daemon sentinel, Address to) {
        Await.until(
                "a failover begins",
                PATIENCE,
                () -> text(sentinel, "SENTINEL", "FAILOVER", "m").equals("OK"));
        awaitMaster(sentinel, to);
    }

    private static void awaitMaster(Daemon sentinel, Address at) {
        Await.until(
                "the master is " + at,
                PATIENCE,
                () ->
                        text(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m")
                                .equals("[" + at.host() + ", " + at.port() + "]"));
    }

    @Test
    void aMountedFileThatCannotBeReplacedIsWrittenInPlaceAndRead() throws Exception {
        var at = Ports.free();
        try (var master = Daemon.server(Product.VEDETTE, folder, Ports.free(), List.of()).start();
                var replica = replica(master).start();
                var sentinel = sentinel(at, List.of(monitor(master, 1)), "rw")) {
            master.awaitPong();
            replica.awaitPong();
            sentinel.start().awaitPong();
            failOver(sentinel, replica.address());
            var line = monitor(replica, 1);
            Await.until("it is saved", PATIENCE, () -> sentinel.confText().contains(line));
            // One that is killed in the middle of a write leaves a file behind, as Redis does.
            sentinel.end();
            assertEquals(List.of(), leftovers(sentinel));
            assertTrue(sentinel.stdout().contains("written in place"), sentinel.stdout());
            sentinel.start().awaitPong();
            awaitMaster(sentinel, replica.address());
        }
    }

    @Test
    void aReadOnlyConfKeepsItsStateInDirAndTakesNewOptions() throws Exception {
        var at = Ports.free();
        try (var master = Daemon.server(Product.VEDETTE, folder, Ports.free(), List.of()).start();
                var replica = replica(master).start();
                var sentinel = sentinel(at, List.of(monitor(master, 1)), "ro")) {
            master.awaitPong();
            replica.awaitPong();
            var before = sentinel.confText();
            sentinel.start().awaitPong();
            var id = text(sentinel, "SENTINEL", "MYID");
            failOver(sentinel, replica.address());
            assertEquals("OK", text(sentinel, "SENTINEL", "SET", "m", "parallel-syncs", "7"));
            sentinel.kill();
            assertEquals(before, sentinel.confText());

            sentinel.start().awaitPong();
            awaitMaster(sentinel, replica.address());
            assertEquals(id, text(sentinel, "SENTINEL", "MYID"));
            assertEquals("7", field(sentinel, "parallel-syncs"));
            sentinel.kill();

            // The operator's word is newer now; what was learned stays.
            Files.writeString(
                    sentinel.conf(), before + "sentinel down-after-milliseconds m 4321\n");
            sentinel.start().awaitPong();
            awaitMaster(sentinel, replica.address());
            assertEquals(id, text(sentinel, "SENTINEL", "MYID"));
            assertEquals("4321", field(sentinel, "down-after-milliseconds"));
            assertEquals("1", field(sentinel, "parallel-syncs"));
            sentinel.kill();

            var state = sentinel.folder().resolve("conf.vedette-state");
            Files.writeString(state, Files.readString(state).replace("myid", "myld"));
            sentinel.start();
            assertEquals(1, sentinel.awaitEnd());
            assertTrue(sentinel.stdout().contains(state + " is damaged"), sentinel.stdout());
        }
    }

    private Daemon replica(Daemon master) {
        return Daemon.server(
                Product.VEDETTE,
                folder,
                Ports.free(),
                List.of("replicaof " + master.address().host() + " " + master.address().port()));
    }

    private static String monitor(Daemon master, int quorum) {
        return "sentinel monitor m "
                + master.address().host()
                + " "
                + master.address().port()
                + " "
                + quorum;
    }

    private static String field(Daemon sentinel, String name) {
        try (var client = sentinel.connect()) {
            var words =
                    client.call("SENTINEL", "MASTER", "m").asList().stream()
                            .map(RespValue::asText)
                            .toList();
            return words.get(words.indexOf(name) + 1);
        }
    }

    private static List<String> leftovers(Daemon sentinel) throws IOException {
        try (var files = Files.list(sentinel.folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("conf."))
                    .toList();
        }
    }
}
