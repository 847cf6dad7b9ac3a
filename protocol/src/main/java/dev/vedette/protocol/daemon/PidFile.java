package dev.vedette.protocol.daemon;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that holds the process id while the daemon runs. */
final class PidFile {
    private static final Logger log = LoggerFactory.getLogger(PidFile.class);

    private final Path path;

    private PidFile(Path path) {
        this.path = path;
    }

    /** A file that cannot be written is reported and forgiven, as Redis does. */
    static PidFile write(Path path) {
        try {
            Files.writeString(path, ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            log.warn("Failed to write PID file: {} ({})", OsError.reason(e), path);
        }
        return new PidFile(path);
    }

    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("cannot remove the PID file {}: {}", path, OsError.reason(e));
        }
    }
}
