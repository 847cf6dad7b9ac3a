package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Takes TCP connections and leads them elsewhere: as a door to a daemon that listens on a unix
 * socket, which no fault of the network closes; as a proxy that is slow; or as one that stops.
 */
final class Forwarder implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;

    private final ServerSocketChannel listening;
    private final SocketAddress target;
    private final Duration delay;
    private volatile boolean swallowing;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private Forwarder(InetSocketAddress at, SocketAddress target, Duration delay)
            throws IOException {
        this.target = target;
        this.delay = delay;
        listening = ServerSocketChannel.open().bind(at, 256);
        Thread.ofVirtual().start(this::accept);
    }

    /** To a unix socket that need not be there yet, from a free port of 127.0.0.1. */
    static Forwarder door(Path socket) throws IOException {
        return new Forwarder(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                UnixDomainSocketAddress.of(socket),
                Duration.ZERO);
    }

    /** To an address, from a free port of 127.0.0.1. */
    static Forwarder to(Address target) throws IOException {
        return new Forwarder(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                new InetSocketAddress(InetAddress.ofLiteral(target.host()), target.port()),
                Duration.ZERO);
    }

    /** Nobody is let in any more; who is in stays. */
    void refuse() throws IOException {
        listening.close();
    }

    /** No byte passes any more, but no connection is closed for that. */
    void swallow() {
        swallowing = true;
    }

    /** A slow proxy: address, port to listen on, port to go to, delay in milliseconds. */
    public static void main(String[] args) throws IOException {
        var address = InetAddress.ofLiteral(args[0]);
        try (var _ =
                new Forwarder(
                        new InetSocketAddress(address, Integer.parseInt(args[1])),
                        new InetSocketAddress(address, Integer.parseInt(args[2])),
                        Duration.ofMillis(Long.parseLong(args[3])))) {
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // It ends with its input.
            }
        }
    }

    int port() {
        try {
            return ((InetSocketAddress) listening.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                var client = listening.accept();
                Thread.ofVirtual().start(() -> lead(client));
            }
        } catch (IOException _) {
            // Closed.
            return;
        }
    }

    private void lead(SocketChannel client) {
        try {
            var server = SocketChannel.open(target);
            open.add(client);
            open.add(server);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (target instanceof InetSocketAddress) {
                server.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            Thread.ofVirtual().start(() -> carry(server, client));
            carry(client, server);
        } catch (IOException _) {
            close(client);
        }
    }

    private void carry(SocketChannel from, SocketChannel to) {
        try {
            if (delay.isZero()) {
                var chunk = ByteBuffer.allocate(CHUNK);
                while (from.read(chunk) >= 0) {
                    if (!swallowing) {
                        write(chunk.flip(), to);
                    }
                    chunk.clear();
                }
            } else {
                carryLate(from, to);
            }
        } catch (IOException _) {
            // What follows tells both.
        } finally {
            close(from);
            close(to);
        }
    }

    /** Bytes on their way: due when they have been for long enough. */
    private record Late(ByteBuffer bytes, long dueNanos) {}

    private void carryLate(SocketChannel from, SocketChannel to) throws IOException {
        var underWay = new LinkedBlockingQueue<Late>();
        Thread.ofVirtual().start(() -> deliver(underWay, to));
        var chunk = ByteBuffer.allocate(CHUNK);
        while (from.read(chunk) >= 0) {
            chunk.flip();
            var copy = ByteBuffer.allocate(chunk.remaining()).put(chunk).flip();
            underWay.add(new Late(copy, System.nanoTime() + delay.toNanos()));
            chunk.clear();
        }
    }

    private void deliver(BlockingQueue<Late> underWay, SocketChannel to) {
        try {
            while (to.isOpen()) {
                var late = underWay.take();
                TimeUnit.NANOSECONDS.sleep(late.dueNanos() - System.nanoTime());
                write(late.bytes(), to);
            }
        } catch (IOException | InterruptedException _) {
            close(to);
        }
    }

    private static void write(ByteBuffer bytes, SocketChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private void close(SocketChannel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException _) {
            // It is of no use any more.
            return;
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException _) {
            // Nobody comes any more, either way.
        }
        open.forEach(this::close);
    }
}
