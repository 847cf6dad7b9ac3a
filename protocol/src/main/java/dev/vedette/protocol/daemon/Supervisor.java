package dev.vedette.protocol.daemon;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * systemd, told by sd_notify's protocol: datagrams to the Unix socket that NOTIFY_SOCKET names. The
 * JDK has no such datagrams; Netty's native transport has.
 */
final class Supervisor {
    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private final String socketName;

    private Supervisor(String socketName) {
        this.socketName = socketName;
    }

    /** Present where a supervisor listens. */
    static Optional<Supervisor> fromEnvironment() {
        String name = System.getenv("NOTIFY_SOCKET");
        return name == null || name.isEmpty()
                ? Optional.empty()
                : Optional.of(new Supervisor(name));
    }

    /** A supervisor that cannot be told is reported and forgiven. */
    void tell(String state) {
        try {
            Epoll.ensureAvailability();
            Socket socket = Socket.newSocketDomainDgram();
            try {
                // A leading @ stands for the abstract namespace, whose names begin with a NUL.
                String path =
                        socketName.startsWith("@") ? "\0" + socketName.substring(1) : socketName;
                socket.connect(new DomainSocketAddress(path));
                byte[] text = state.getBytes(StandardCharsets.UTF_8);
                ByteBuffer datagram = ByteBuffer.allocateDirect(text.length).put(text).flip();
                socket.write(datagram, 0, text.length);
            } finally {
                socket.close();
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            log.warn("cannot tell the supervisor at {}: {}", socketName, String.valueOf(e));
        }
    }
}
