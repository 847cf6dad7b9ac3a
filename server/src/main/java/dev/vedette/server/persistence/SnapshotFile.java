package dev.vedette.server.persistence;

import dev.vedette.protocol.daemon.OsError;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Writes a snapshot beside the old file and takes its place only when all of it is on disk: fsync
 * of the file, rename, fsync of the directory. A thread of its own does that; the command loop only
 * hands bytes over.
 */
final class SnapshotFile implements SnapshotTarget {
    private static final Logger log = LoggerFactory.getLogger(SnapshotFile.class);

    /** Above this many bytes not yet written the walk over the keyspace rests. */
    private static final long FULL_BYTES = 8L << 20;

    private static final long ROOM_BYTES = 2L << 20;
    private static final byte[] END = {};

    private final EventLoop loop;
    private final Path file;
    private final Path temporary;
    private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final CompletableFuture<Optional<IOException>> outcome = new CompletableFuture<>();
    private @Nullable SnapshotRun run;
    private volatile boolean cancelled;

    /**
     * @param number of the saves of this process: one that was given up may still be ending while
     *     the next one writes
     */
    SnapshotFile(EventLoop loop, Path file, long number) {
        this.loop = loop;
        this.file = file.toAbsolutePath();
        long pid = ProcessHandle.current().pid();
        this.temporary = this.file.resolveSibling("temp-" + pid + "-" + number + ".rdb");
    }

    /** Opens the temporary file and begins to write what comes. */
    void start(SnapshotRun source) throws IOException {
        run = source;
        FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        Thread.ofPlatform().name("rdb-writer").daemon(true).start(() -> write(channel));
    }

    /**
     * Gives up: behind this nothing takes the place of the file any more, since what would is gone.
     * Any thread.
     */
    void cancel() {
        cancelled = true;
        queue.add(END);
        deleteTemporary();
    }

    /** Removes what was written so far. Any thread. */
    void deleteTemporary() {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            log.warn("cannot remove {}: {}", temporary, OsError.reason(e));
        }
    }

    /** Waits until the file is in its place, or could not be. */
    Optional<IOException> await() {
        return outcome.join();
    }

    /** Has the outcome told on the command loop; empty means that the file is in its place. */
    void whenDone(Consumer<Optional<IOException>> listener) {
        var _ = outcome.thenAcceptAsync(listener, loop);
    }

    @Override
    public void chunk(byte[] bytes) {
        queuedBytes.addAndGet(bytes.length);
        queue.add(bytes);
    }

    @Override
    public boolean full() {
        return queuedBytes.get() > FULL_BYTES;
    }

    @Override
    public void complete(SnapshotRun finished) {
        queue.add(END);
    }

    private void write(FileChannel opened) {
        try {
            try (FileChannel channel = opened) {
                writeQueue(channel);
                if (cancelled) {
                    throw new IOException("given up");
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
            outcome.complete(Optional.empty());
        } catch (IOException e) {
            deleteTemporary();
            outcome.complete(Optional.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcome.complete(Optional.of(new IOException("interrupted", e)));
        }
    }

    private void writeQueue(FileChannel channel) throws IOException, InterruptedException {
        while (!cancelled) {
            byte[] chunk = queue.take();
            if (chunk.length == 0) {
                return;
            }
            ByteBuffer rest = ByteBuffer.wrap(chunk);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            long before = queuedBytes.getAndAdd(-chunk.length);
            if (before >= ROOM_BYTES && before - chunk.length < ROOM_BYTES) {
                loop.execute(this::room);
            }
        }
    }

    private void room() {
        if (run != null) {
            run.resume();
        }
    }

    private void syncDirectory() throws IOException {
        Path directory = file.getParent();
        if (directory != null) {
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }
}
