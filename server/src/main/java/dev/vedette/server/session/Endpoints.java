package dev.vedette.server.session;

import dev.vedette.protocol.net.SocketFile;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * Where the two ends of a connection are, as CLIENT LIST shows them. A connection through a socket
 * file is shown by it on both sides, with a port of 0. Event loop only.
 */
public final class Endpoints {
    private final Channel channel;

    Endpoints(Channel channel) {
        this.channel = channel;
    }

    /** {@code host:port} of the peer. */
    public String remote() {
        return throughFile().orElseGet(() -> text(channel.remoteAddress()));
    }

    /** {@code host:port} that the peer connected to. */
    public String local() {
        return throughFile().orElseGet(() -> text(channel.localAddress()));
    }

    /** The peer's IP address without port, or an empty text. */
    public String remoteHost() {
        return channel.remoteAddress() instanceof InetSocketAddress inet
                        && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }

    /** How a socket file is shown, if the connection goes through one. */
    Optional<String> throughFile() {
        return SocketFile.of(channel).map(file -> file + ":0");
    }

    /** Whether the peer can only be on this machine. */
    public boolean isLoopback() {
        return throughFile().isPresent()
                || (channel.remoteAddress() instanceof InetSocketAddress inet
                        && inet.getAddress() != null
                        && inet.getAddress().isLoopbackAddress());
    }

    private static String text(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "?:0";
        }
        var host = inet.getAddress().getHostAddress();
        return host.indexOf(':') >= 0
                ? "[" + host + "]:" + inet.getPort()
                : host + ":" + inet.getPort();
    }
}
