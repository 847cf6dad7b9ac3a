package dev.vedette.protocol.daemon;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * The directory that relative paths start from. A JVM cannot chdir, so whoever opens a file named
 * by the operator asks here first. Any thread may resolve; {@code dir} changes it.
 */
public final class WorkingDirectory {
    private volatile Path path;

    private WorkingDirectory(Path path) {
        this.path = path;
    }

    /** Where the process was started. */
    public static WorkingDirectory ofProcess() {
        return of(Path.of(System.getProperty("user.dir", "/")));
    }

    public static WorkingDirectory of(Path start) {
        return new WorkingDirectory(start.toAbsolutePath().normalize());
    }

    public Path path() {
        return path;
    }

    public Path resolve(String name) {
        return path.resolve(name).normalize();
    }

    /**
     * What chdir would do.
     *
     * @throws IOException with the reason that chdir would give; nothing has changed then
     */
    public void change(String dir) throws IOException {
        if (dir.isEmpty()) {
            throw new NoSuchFileException(dir);
        }
        Path wanted = resolve(dir);
        if (!Files.exists(wanted)) {
            throw new NoSuchFileException(dir);
        }
        if (!Files.isDirectory(wanted)) {
            throw new NotDirectoryException(dir);
        }
        if (!Files.isExecutable(wanted)) {
            throw new AccessDeniedException(dir);
        }
        path = wanted.toRealPath();
    }
}
