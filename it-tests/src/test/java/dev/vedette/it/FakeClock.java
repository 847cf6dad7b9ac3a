package dev.vedette.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A wall clock of one daemon that the tests can step, by libfaketime: what {@code CLOCK_REALTIME}
 * says moves, as after settimeofday or a step of NTP; {@code CLOCK_MONOTONIC} goes on, as it does
 * then. A step is seen within a second.
 */
final class FakeClock {
    private final Path file;

    FakeClock(Path file) {
        this.file = file;
        step(Duration.ZERO);
    }

    static Optional<Path> library() {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::exists)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The start of a command that lives by this clock. */
    List<String> command() {
        // Without the last its waits by the monotonic clock end at once, and a JVM spins
        // (libfaketime 0.9.10, glibc 2.36).
        return List.of(
                "env",
                "LD_PRELOAD=" + library().orElseThrow(),
                "FAKETIME_TIMESTAMP_FILE=" + file,
                "FAKETIME_CACHE_DURATION=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                "DONT_FAKE_MONOTONIC=1",
                "NO_FAKE_STAT=1",
                "FAKETIME_FORCE_MONOTONIC_FIX=0");
    }

    /** From now on it is ahead of the machine's by this, or behind. */
    void step(Duration ahead) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, "%+d\n".formatted(ahead.toSeconds()));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
