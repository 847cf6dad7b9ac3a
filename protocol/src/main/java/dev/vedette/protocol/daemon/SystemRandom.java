package dev.vedette.protocol.daemon;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * The random bytes of the system, which nobody can guess. {@link java.security.SecureRandom} reads
 * the same device behind the JDK's security providers, whose loading is a tenth of the time that a
 * daemon needs to start. Any thread.
 */
public final class SystemRandom implements RandomGenerator {
    private static final Path DEVICE = Path.of("/dev/urandom");
    private static final int AT_A_TIME = 256;

    private static final SystemRandom INSTANCE = new SystemRandom(open());

    private final DataInputStream bytes;

    private SystemRandom(DataInputStream bytes) {
        this.bytes = bytes;
    }

    private static DataInputStream open() {
        try {
            return new DataInputStream(
                    new BufferedInputStream(Files.newInputStream(DEVICE), AT_A_TIME));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + DEVICE, unreadable);
        }
    }

    public static SystemRandom get() {
        return INSTANCE;
    }

    @Override
    public synchronized long nextLong() {
        try {
            return bytes.readLong();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + DEVICE, unreadable);
        }
    }
}
