package dev.vedette.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one key after another through a client library, and remembers what was acknowledged and
 * when. A library that throws is asked again.
 */
final class LibraryWriter implements AutoCloseable {
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(5);

    private static final int CONNECT_ATTEMPTS = 5;

    /** One write that was acknowledged; the time is that of this JVM in nanoseconds. */
    record Acknowledged(long number, long nanos) {}

    /** A client library that found its master through sentinels. */
    interface Library extends AutoCloseable {
        /** Returns the number of the next write once it was acknowledged. */
        long writeNext() throws Exception;

        @Override
        void close();
    }

    /** Connects a library that writes keys with this prefix; blocks until it is ready. */
    interface Connector {
        Library connect(String prefix) throws Exception;
    }

    private final String name;
    private final Library library;
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile String lastError = "none";

    LibraryWriter(String name, Connector connector) {
        this.name = name;
        library = connect(connector);
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /** On a busy machine a library's own deadline for its first PING may be too short. */
    private Library connect(Connector connector) {
        for (int attempt = 1; ; attempt++) {
            try {
                return connector.connect(name);
            } catch (Exception e) {
                if (attempt == CONNECT_ATTEMPTS) {
                    throw new AssertionError(name + " does not connect", e);
                }
                lastError = e.toString();
            }
        }
    }

    private void run() {
        while (!stopped) {
            try {
                long number = library.writeNext();
                synchronized (acknowledged) {
                    acknowledged.add(new Acknowledged(number, System.nanoTime()));
                }
                Thread.sleep(BETWEEN_WRITES);
            } catch (InterruptedException _) {
                return;
            } catch (Exception e) {
                lastError = e.toString();
            }
        }
    }

    String name() {
        return name;
    }

    String key(long number) {
        return name + ":" + number;
    }

    /** Those later than this moment of {@link System#nanoTime}. */
    List<Acknowledged> acknowledgedSince(long nanos) {
        synchronized (acknowledged) {
            int from = acknowledged.size();
            while (from > 0 && acknowledged.get(from - 1).nanos() > nanos) {
                from--;
            }
            return List.copyOf(acknowledged.subList(from, acknowledged.size()));
        }
    }

    int count() {
        synchronized (acknowledged) {
            return acknowledged.size();
        }
    }

    String lastError() {
        return lastError;
    }

    @Override
    public void close() {
        stopped = true;
        library.close();
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
