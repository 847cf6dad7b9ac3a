package dev.vedette.protocol.conf;

import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.daemon.SystemRandom;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Replaces a small file so that a crash at any moment leaves the old or the new content, whole: a
 * temporary file in the same directory, fsync, rename, fsync of the directory. Mode and owner of
 * the old file stay where the system lets us; a link keeps pointing where it points. Blocks for a
 * disk.
 */
public final class AtomicFile {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    private AtomicFile() {}

    /** The place does not let a file be replaced; the file itself may be writable. */
    public static final class NotReplaceable extends FileSystemException {
        private static final long serialVersionUID = 1L;

        private NotReplaceable(FileSystemException cause) {
            super(cause.getFile(), cause.getOtherFile(), OsError.reason(cause));
            initCause(cause);
        }
    }

    /**
     * @throws NotReplaceable when no file can be made beside it, or none be put in its place
     * @throws IOException with the old file intact and no temporary file left
     */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(file, content, file);
    }

    /**
     * The same; a file that is new gets the owner and mode of another, because it holds the same
     * secrets.
     */
    public static void replace(Path file, byte[] content, Path model) throws IOException {
        Path target = behindLinks(file.toAbsolutePath());
        Path directory = directory(target);
        Path temporary = createBeside(target);
        try {
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                var rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
                keepOwnerAndMode(Files.exists(target) ? target : model, temporary);
                out.force(true);
            }
            move(temporary, target);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static Path directory(Path target) throws IOException {
        Path directory = target.getParent();
        if (directory == null) {
            throw new NoSuchFileException(target.toString());
        }
        return directory;
    }

    private static void move(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            throw new NotReplaceable(e);
        }
    }

    private static Path behindLinks(Path file) throws IOException {
        return Files.isSymbolicLink(file) && Files.exists(file) ? file.toRealPath() : file;
    }

    /** Nobody else may read it before it has the old file's mode: it may hold passwords. */
    private static Path createBeside(Path target) throws IOException {
        for (int attempt = 0; ; attempt++) {
            var suffix = new StringBuilder(".");
            for (int i = 0; i < 6; i++) {
                suffix.append(LETTERS.charAt(SystemRandom.get().nextInt(LETTERS.length())));
            }
            Path temporary = target.resolveSibling(target.getFileName() + suffix.toString());
            try {
                return Files.createFile(
                        temporary,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException e) {
                if (attempt == 100) {
                    throw e;
                }
            } catch (FileSystemException e) {
                if (Files.isWritable(directory(target))) {
                    throw e;
                }
                throw new NotReplaceable(e);
            }
        }
    }

    private static void keepOwnerAndMode(Path old, Path temporary) throws IOException {
        Optional<Set<PosixFilePermission>> mode = modeOf(old);
        if (mode.isEmpty()) {
            Files.setPosixFilePermissions(temporary, modeOfNewFiles());
            return;
        }
        for (String id : new String[] {"unix:gid", "unix:uid"}) {
            keepId(old, temporary, id);
        }
        Files.setPosixFilePermissions(temporary, mode.get());
    }

    private static Optional<Set<PosixFilePermission>> modeOf(Path file) throws IOException {
        try {
            return Optional.of(Files.getPosixFilePermissions(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static void keepId(Path old, Path temporary, String id) throws IOException {
        Object wanted = Files.getAttribute(old, id, LinkOption.NOFOLLOW_LINKS);
        if (wanted.equals(Files.getAttribute(temporary, id, LinkOption.NOFOLLOW_LINKS))) {
            return;
        }
        try {
            Files.setAttribute(temporary, id, wanted, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            // Only root may give files away; the content matters more than the owner.
            return;
        }
    }

    /** 0644 less the umask, which Linux tells in /proc. */
    private static Set<PosixFilePermission> modeOfNewFiles() throws IOException {
        int mode = 0644 & ~umask();
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromHighest = {
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE
        };
        for (int bit = 0; bit < fromHighest.length; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                permissions.add(fromHighest[bit]);
            }
        }
        return permissions;
    }

    private static int umask() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.isReadable(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("Umask:")) {
                    return Integer.parseInt(line.substring("Umask:".length()).strip(), 8);
                }
            }
        }
        return 022;
    }
}
