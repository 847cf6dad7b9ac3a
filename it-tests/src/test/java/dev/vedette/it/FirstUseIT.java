package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The launchers in a checkout that nobody has built. A whole build takes minutes, so the one here
 * brings what this checkout has built already, at the moment that the test chooses.
 */
class FirstUseIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path folder;
    private Path checkout;

    @BeforeEach
    void aCheckoutWithoutBuild() throws IOException {
        checkout = folder.resolve("check out");
        Files.createDirectories(checkout.resolve("bin"));
        Files.createDirectories(checkout.resolve("server/target"));
        Files.createDirectories(checkout.resolve("sentinel/target"));
        Files.writeString(checkout.resolve("pom.xml"), "");
        try (Stream<Path> launchers = Files.list(Product.home().resolve("bin"))) {
            for (Path launcher : launchers.toList()) {
                Files.copy(
                        launcher,
                        checkout.resolve("bin").resolve(launcher.getFileName()),
                        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private void theBuildIs(String script) throws IOException {
        Path mvn = folder.resolve("tools/mvn");
        Files.createDirectories(mvn.getParent());
        Files.writeString(mvn, "#!/bin/sh\n" + script);
        assertTrue(mvn.toFile().setExecutable(true));
    }

    private Process start(String name, Address address) {
        var builder =
                new ProcessBuilder(
                                checkout.resolve("bin/vedette-server").toString(),
                                "--port",
                                Integer.toString(address.port()),
                                "--save",
                                "")
                        .directory(folder.toFile())
                        .redirectOutput(file(name + ".out"))
                        .redirectError(file(name + ".err"));
        builder.environment()
                .merge("PATH", folder.resolve("tools").toString(), (old, own) -> own + ":" + old);
        return Reaper.start(builder);
    }

    private File file(String name) {
        return folder.resolve(name).toFile();
    }

    private String text(String name) {
        try {
            return Files.exists(folder.resolve(name)) ? Files.readString(folder.resolve(name)) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void awaitText(String name, String wanted) {
        Await.noProblem(
                name + " says " + wanted,
                PATIENCE,
                () ->
                        text(name).contains(wanted)
                                ? java.util.Optional.empty()
                                : java.util.Optional.of(text(name)),
                () -> "");
    }

    @Test
    void theFirstStartBuildsAndTheSecondWaitsForIt() throws Exception {
        theBuildIs(
                """
                echo build >>'%1$s/builds'
                while [ ! -e '%1$s/go' ]; do sleep 0.05; done
                for module in server sentinel; do
                    ln -s "%2$s/$module/target/dist" "$module/target/dist"
                done
                """
                        .formatted(folder, Product.home()));
        List<Address> addresses = Ports.free(2);
        Process first = start("first", addresses.getFirst());
        Process second = null;
        try {
            awaitText("first.out", "vedette-server: first use, building Vedette");
            second = start("second", addresses.getLast());
            awaitText("second.out", "vedette-server: another start is building Vedette");
            Files.createFile(folder.resolve("go"));
            for (Address address : addresses) {
                Await.until("PONG of " + address, PATIENCE, () -> Client.pongs(address));
            }
            assertEquals("build\n", text("builds"));
            assertEquals("", text("first.err") + text("second.err"));
        } finally {
            first.destroy();
            assertTrue(first.waitFor(10, TimeUnit.SECONDS));
            if (second != null) {
                second.destroy();
                assertTrue(second.waitFor(10, TimeUnit.SECONDS));
            }
        }
        assertEquals(0, first.exitValue());
    }

    @Test
    void aBuildThatFailsNamesItsLog() throws Exception {
        theBuildIs("echo no network; exit 1\n");
        Process process = start("failing", Ports.free());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(1, process.exitValue());
        Path log = checkout.resolve("target/first-build.log").toRealPath();
        assertEquals("vedette-server: the build failed; see " + log + "\n", text("failing.err"));
        assertEquals("no network\n", Files.readString(log));
    }

    @Test
    void anEndDuringTheBuildEndsTheBuild() throws Exception {
        theBuildIs("echo $$ >'%s/pid'; exec sleep 600\n".formatted(folder));
        Process process = start("ended", Ports.free());
        awaitText("pid", "\n");
        long build = Long.parseLong(text("pid").strip());
        process.destroy();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        Await.until(
                "the build is gone",
                PATIENCE,
                () -> ProcessHandle.of(build).map(handle -> !handle.isAlive()).orElse(true));
    }
}
