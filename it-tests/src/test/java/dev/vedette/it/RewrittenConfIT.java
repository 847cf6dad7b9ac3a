package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A conf belongs to whom it belonged to, however often a daemon rewrites it. */
class RewrittenConfIT {
    private static final int SOMEBODY = 54321;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "server, rw-r-----",
        "server, rw-rw-rw-",
        "sentinel, rw-r-----",
        "sentinel, rw----r--"
    })
    void ownerAndModeStay(String kind, String mode) throws IOException {
        Daemon daemon =
                kind.equals("server")
                        ? Daemon.server(Product.VEDETTE, folder, Ports.free(), List.of("save \"\""))
                        : Daemon.sentinel(Product.VEDETTE, folder, Ports.free(), List.of());
        Path conf = daemon.conf();
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString(mode));
        giveAway(conf);
        Object uid = Files.getAttribute(conf, "unix:uid");
        Object gid = Files.getAttribute(conf, "unix:gid");
        try (daemon) {
            daemon.start().awaitPong();
            try (var client = daemon.connect()) {
                assertEquals("OK", rewrite(kind, client));
            }
            assertTrue(daemon.confText().contains("12345"), daemon::confText);
            assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(conf)));
            assertEquals(uid, Files.getAttribute(conf, "unix:uid"));
            assertEquals(gid, Files.getAttribute(conf, "unix:gid"));
        }
    }

    private static String rewrite(String kind, Client client) {
        if (kind.equals("sentinel")) {
            return client.text("SENTINEL", "MONITOR", "m", "127.0.0.1", "12345", "1");
        }
        client.text("CONFIG", "SET", "slowlog-log-slower-than", "12345");
        return client.text("CONFIG", "REWRITE");
    }

    private void giveAway(Path conf) throws IOException {
        if (System.getProperty("user.name").equals("root")) {
            Files.setAttribute(conf, "unix:uid", SOMEBODY);
            Files.setAttribute(conf, "unix:gid", SOMEBODY);
        } else {
            System.err.println(
                    "NOT RUN: " + getClass().getSimpleName() + " cannot chown: only root may");
        }
    }
}
