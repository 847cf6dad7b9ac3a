package dev.vedette.protocol.conf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Writes a file that cannot be replaced, such as a single file that is mounted into a container. A
 * crash in the middle would leave a mixture of old and new, so a whole copy with a checksum is made
 * durable first; {@link #recover} brings it back (guard G13). Blocks for a disk.
 */
public final class InPlaceFile {
    private static final String SUFFIX = ".vedette-copy";

    private InPlaceFile() {}

    /** Where the copy of that file is, in a folder that can be written. */
    public static Path copyOf(Path file, Path folder) {
        return folder.resolve(file.getFileName() + SUFFIX);
    }

    /**
     * @throws IOException when the copy cannot be made, with the file intact; or in the middle of
     *     the file, with the copy intact
     */
    public static void write(Path file, byte[] content, Path copy) throws IOException {
        AtomicFile.replace(copy, SealedText.seal(content), file);
        overwrite(file, content);
        Files.deleteIfExists(copy);
    }

    /** The old bytes go only as new ones come. */
    private static void overwrite(Path file, byte[] content) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.truncate(content.length);
            out.force(true);
        }
    }

    /**
     * Finishes a write that a crash has cut off. A copy that is not whole was never written from,
     * and goes.
     *
     * @return whether the file was brought back
     */
    public static boolean recover(Path file, Path copy) throws IOException {
        if (!Files.isRegularFile(copy) || !Files.exists(file)) {
            return false;
        }
        var content = SealedText.open(Files.readAllBytes(copy));
        boolean torn =
                content.isPresent() && !Arrays.equals(content.get(), Files.readAllBytes(file));
        if (torn) {
            overwrite(file, content.get());
        }
        Files.deleteIfExists(copy);
        return torn;
    }
}
