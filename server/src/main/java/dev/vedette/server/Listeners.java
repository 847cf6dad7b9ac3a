package dev.vedette.server;

import static dev.vedette.protocol.conf.NetworkDirectives.PORT;
import static dev.vedette.protocol.conf.NetworkDirectives.UNIXSOCKET;
import static dev.vedette.protocol.conf.TlsDirectives.TLS_PORT;

import dev.vedette.protocol.net.AcceptErrors;
import dev.vedette.protocol.net.SocketFile;
import dev.vedette.protocol.net.Transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sockets on which the server listens: one for each address of {@code bind} (server.c,
 * listenToPort). An address with a leading {@code -} may be missing on this machine. Event loop
 * only.
 */
final class Listeners {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private static final String IN_USE = "Address already in use";

    /** Listening failed; the message is Redis's. */
    static final class CannotListen extends Exception {
        private static final long serialVersionUID = 1;

        private final String directive;
        private final String hint;

        /**
         * @param directive the one to change
         */
        CannotListen(String directive, String message, String hint) {
            super(message, null, false, false);
            this.directive = directive;
            this.hint = hint;
        }

        String directive() {
            return directive;
        }

        String hint() {
            return hint;
        }
    }

    private final String kind;
    private final String portDirective;
    private final Transport transport;
    private final EventLoop loop;
    private final ChannelInitializer<Channel> clients;
    private List<Channel> open = List.of();
    private List<String> openAddresses = List.of();
    private int openPort;
    private Optional<Path> socketFile = Optional.empty();

    /**
     * @param kind TCP or TLS, for messages
     */
    Listeners(
            String kind, Transport transport, EventLoop loop, ChannelInitializer<Channel> clients) {
        this.kind = kind;
        this.portDirective = kind.equals("TLS") ? TLS_PORT.name() : PORT.name();
        this.transport = transport;
        this.loop = loop;
        this.clients = clients;
    }

    /**
     * Listens there and nowhere else; when that fails everything stays as it was.
     *
     * @param port 0 to listen nowhere
     */
    void open(List<String> addresses, int port, int backlog) throws CannotListen {
        if (port != 0 && port == openPort) {
            // Some of these sockets may be open already, and cannot be opened twice.
            open.forEach(Channel::close);
            try {
                open = bindAll(addresses, port, backlog);
            } catch (CannotListen e) {
                open = bindAll(openAddresses, port, backlog);
                throw e;
            }
        } else {
            var opened = port == 0 ? List.<Channel>of() : bindAll(addresses, port, backlog);
            open.forEach(Channel::close);
            open = opened;
        }
        openAddresses = List.copyOf(addresses);
        openPort = port;
    }

    private List<Channel> bindAll(List<String> addresses, int port, int backlog)
            throws CannotListen {
        var opened = new ArrayList<Channel>();
        var everywhere = addresses.contains("*") || addresses.contains("-*");
        for (var word : addresses) {
            var optional = word.startsWith("-");
            var name = optional ? word.substring(1) : word;
            // A socket for all addresses takes IPv6 connections as well.
            if (name.isEmpty() || (everywhere && name.equals("::*"))) {
                continue;
            }
            var bound = bind(name, port, backlog);
            if (bound.isSuccess()) {
                opened.add(bound.channel());
                continue;
            }
            var reason = reason(bound.cause());
            if (optional && !reason.equals(IN_USE)) {
                continue;
            }
            opened.forEach(Channel::close);
            log.warn(
                    "Warning: Could not create server TCP listening socket {}:{}: bind: {}",
                    name,
                    port,
                    reason);
            throw new CannotListen(
                    portDirective,
                    "Failed listening on port " + port + " (" + kind + "), aborting.",
                    hint(name, port, reason));
        }
        return opened;
    }

    private static String hint(String name, int port, String reason) {
        if (reason.equals(IN_USE)) {
            return "another program listens on port "
                    + port
                    + " (see ss -ltnp 'sport = :"
                    + port
                    + "'); stop it, or choose another one with --port";
        }
        return "bind " + name + " and port " + port + " cannot be used here: " + reason;
    }

    /** On the event loop registering and binding are done when the calls return. */
    private ChannelFuture bind(String name, int port, int backlog) {
        var registered =
                new ServerBootstrap()
                        .group(loop)
                        .channel(transport.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, backlog)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .handler(new AcceptErrors())
                        .childHandler(clients)
                        .register();
        var channel = registered.channel();
        var bound = channel.bind(address(name, port));
        if (!bound.isDone()) {
            throw new IllegalStateException("listening must be begun on the event loop");
        }
        return bound;
    }

    private static InetSocketAddress address(String name, int port) {
        if (name.equals("*")) {
            return new InetSocketAddress(port);
        }
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(name.equals("::*") ? "::" : name), port);
        } catch (UnknownHostException _) {
            return InetSocketAddress.createUnresolved(name, port);
        }
    }

    private static String reason(@Nullable Throwable cause) {
        var text = cause == null ? "" : String.valueOf(cause.getMessage());
        for (var known : List.of(IN_USE, "Permission denied", "Cannot assign requested address")) {
            if (text.contains(known)) {
                return known;
            }
        }
        return text.isEmpty() ? "Name or service not known" : text;
    }

    /** Listens on a socket file too, until the process ends. */
    void openFile(Path file, int mode, int backlog) throws CannotListen {
        try {
            SocketFile.remove(file);
            var registered =
                    new ServerBootstrap()
                            .group(loop)
                            .channel(transport.fileServerChannel())
                            .option(ChannelOption.SO_BACKLOG, backlog)
                            .handler(new AcceptErrors())
                            .childHandler(clients)
                            .register();
            var bound = registered.channel().bind(transport.address(file));
            if (!bound.isSuccess()) {
                throw new IOException(bound.cause());
            }
            SocketFile.permit(file, mode);
            socketFile = Optional.of(file);
        } catch (IOException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new CannotListen(
                    UNIXSOCKET.name(),
                    "Failed opening Unix socket: bind: " + cause.getMessage(),
                    "the folder of unixsocket must be there, and writable: " + file);
        }
    }

    /** Nobody shall find the file of a process that has ended. */
    void removeFile() {
        if (socketFile.isPresent()) {
            log.info("Removing the unix socket file.");
            try {
                SocketFile.remove(socketFile.get());
            } catch (IOException e) {
                log.warn("Cannot remove the unix socket file: {}", e.getMessage());
            }
        }
    }

    boolean isListening() {
        return !open.isEmpty() || socketFile.isPresent();
    }

    void close() {
        open.forEach(Channel::close);
        open = List.of();
    }
}
