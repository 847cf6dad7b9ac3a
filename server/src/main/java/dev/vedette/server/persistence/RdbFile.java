package dev.vedette.server.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** Reads a whole RDB file. Blocks; never on the command loop. */
final class RdbFile {
    private static final int PIECE_BYTES = 256 * 1024;

    private RdbFile() {}

    /**
     * @param progress is told how many bytes were read so far
     * @throws RdbException when the file is damaged, ends early, or holds what we do not
     */
    static void read(Path file, RdbSink sink, LongConsumer progress)
            throws IOException, RdbException {
        RdbReader reader = new RdbReader(sink);
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (!reader.finished()) {
                piece.clear();
                int count = channel.read(piece);
                if (count < 0) {
                    throw new RdbException("it ends early, after " + reader.bytesRead() + " bytes");
                }
                reader.feed(piece.array(), 0, count);
                progress.accept(reader.bytesRead());
            }
        }
    }
}
