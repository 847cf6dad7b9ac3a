package dev.vedette.server;

import dev.vedette.protocol.conf.BadDirective;
import dev.vedette.protocol.conf.NetworkDirectives;
import dev.vedette.protocol.conf.Settings;
import dev.vedette.protocol.conf.TlsConf;
import dev.vedette.protocol.conf.TlsDirectives;
import dev.vedette.protocol.daemon.OpenFiles;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.net.ProtectedMode;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsDoor;
import dev.vedette.protocol.net.TlsException;
import dev.vedette.protocol.net.Transport;
import dev.vedette.protocol.resp.CommandLimits;
import dev.vedette.server.admin.Config;
import dev.vedette.server.command.Credentials;
import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.session.SessionChannel;
import dev.vedette.server.session.Sessions;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Where clients come in: the ports, TLS, the unix socket, and who is turned away at the door. All
 * of it follows CONFIG SET. Event loop only.
 */
final class Entrance {
    private static final Logger log = LoggerFactory.getLogger(Entrance.class);

    private static final String TOO_MANY = "-ERR max number of clients reached\r\n";

    private final Transport transport;
    private final Config config;
    private final WorkingDirectory directory;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Credentials credentials;
    private final Stats stats;
    private final Listeners listeners;
    private final Listeners tlsListeners;
    private final TlsDoor tlsDoor = new TlsDoor();
    private Optional<Tls> tls = Optional.empty();
    private CommandLimits limits = CommandLimits.DEFAULT;
    private Duration keepAlive = Duration.ZERO;

    Entrance(
            Transport transport,
            EventLoop loop,
            Config config,
            WorkingDirectory directory,
            Dispatcher dispatcher,
            Sessions sessions,
            Credentials credentials,
            Stats stats) {
        this.transport = transport;
        this.config = config;
        this.directory = directory;
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.credentials = credentials;
        this.stats = stats;
        this.listeners = new Listeners("TCP", transport, loop, new Clients(false));
        this.tlsListeners = new Listeners("TLS", transport, loop, new Clients(true));
    }

    /** What our own links to others speak as well. */
    Optional<Tls> tls() {
        return tls;
    }

    long maxBulkBytes() {
        return limits.bulkBytes();
    }

    // ---- open and close

    /** Reads what TLS needs; blocks for files. */
    void configureTls() throws TlsException {
        configureTls(config.settings());
    }

    void open() throws Listeners.CannotListen {
        listen(config.settings());
        listenOnFile();
        if (!listeners.isListening() && !tlsListeners.isListening()) {
            throw new Listeners.CannotListen(
                    NetworkDirectives.PORT.name(),
                    "Configured to not listen anywhere, exiting.",
                    "port and tls-port are 0 without a unixsocket, or no address of bind can be"
                            + " had");
        }
    }

    /** The file of the unix socket goes with the process. */
    void removeSocketFile() {
        listeners.removeFile();
    }

    void close() {
        listeners.close();
        tlsListeners.close();
    }

    private void listen(Settings settings) throws Listeners.CannotListen {
        listenInPlainText(settings);
        listenByTls(settings);
    }

    private void listenInPlainText(Settings settings) throws Listeners.CannotListen {
        listenOn(listeners, settings, settings.get(NetworkDirectives.PORT));
    }

    private void listenByTls(Settings settings) throws Listeners.CannotListen {
        listenOn(tlsListeners, settings, settings.get(TlsDirectives.TLS_PORT));
    }

    private static void listenOn(Listeners listeners, Settings settings, int port)
            throws Listeners.CannotListen {
        listeners.open(
                settings.get(NetworkDirectives.BIND),
                port,
                settings.get(NetworkDirectives.TCP_BACKLOG));
    }

    private void listenOnFile() throws Listeners.CannotListen {
        var name = config.get(NetworkDirectives.UNIXSOCKET);
        if (!name.isEmpty()) {
            listeners.openFile(
                    directory.resolve(name),
                    config.get(NetworkDirectives.UNIXSOCKETPERM),
                    config.get(NetworkDirectives.TCP_BACKLOG));
        }
    }

    // ---- configuration

    void followDirectives() {
        config.follow(NetworkDirectives.PROTO_MAX_BULK_LEN, this::setLimits);
        config.follow(NetworkDirectives.CLIENT_QUERY_BUFFER_LIMIT, this::setLimits);
        config.followValue(
                NetworkDirectives.TCP_KEEPALIVE,
                seconds -> keepAlive = Duration.ofSeconds(seconds));
        config.note(
                NetworkDirectives.MAXCLIENTS,
                (long) OpenFiles.clientsAtStart(maxClients(config.settings())));
        config.onChange(NetworkDirectives.MAXCLIENTS, Entrance::checkMaxClients);
        config.onChange(NetworkDirectives.PORT, now -> listenAnew(this::listenInPlainText, now));
        config.onChange(NetworkDirectives.BIND, now -> listenAnew(this::listen, now));
        TlsConf.MATERIAL.forEach(row -> config.onChange(row, this::configureTlsAnew));
        config.onChange(TlsDirectives.TLS_PORT, this::configureTlsAnew);
        config.onChange(TlsDirectives.TLS_PORT, now -> listenAnew(this::listenByTls, now));
    }

    private void setLimits(Settings settings) {
        limits =
                CommandLimits.DEFAULT
                        .withBulkBytes(settings.get(NetworkDirectives.PROTO_MAX_BULK_LEN))
                        .withQueryBytes(settings.get(NetworkDirectives.CLIENT_QUERY_BUFFER_LIMIT));
    }

    private static int maxClients(Settings settings) {
        return (int) Math.min(Integer.MAX_VALUE, settings.get(NetworkDirectives.MAXCLIENTS));
    }

    /** Redis's words when more clients are wanted than there can be open files. */
    private static void checkMaxClients(Settings settings) throws BadDirective {
        var wanted = maxClients(settings);
        var possible = OpenFiles.clients(wanted);
        if (possible < wanted) {
            throw new BadDirective(
                    "The operating system is not able to handle the specified number of clients,"
                            + " try with "
                            + possible);
        }
    }

    private interface Listening {
        void begin(Settings settings) throws Listeners.CannotListen;
    }

    private static void listenAnew(Listening listening, Settings settings) throws BadDirective {
        try {
            listening.begin(settings);
        } catch (Listeners.CannotListen e) {
            throw new BadDirective("Unable to listen on this port. Check server logs.", e.hint());
        }
    }

    /** What the directives say of TLS, if anything is to speak it. */
    private void configureTls(Settings settings) throws TlsException {
        boolean isFirst = tls.isEmpty();
        tls =
                TlsConf.isWanted(settings)
                        ? Optional.of(TlsConf.configure(settings, directory::resolve))
                        : Optional.empty();
        if (isFirst) {
            tls.ifPresent(Tls::rehearse);
        }
    }

    private void configureTlsAnew(Settings settings) throws BadDirective {
        try {
            configureTls(settings);
        } catch (TlsException e) {
            log.warn("{} hint=\"{}\"", e.line(), e.hint());
            throw new BadDirective(
                    "Unable to update TLS configuration. Check server logs.", e.hint());
        }
    }

    // ---- who comes in

    private final class Clients extends ChannelInitializer<Channel> {
        private final boolean throughTls;

        Clients(boolean throughTls) {
            this.throughTls = throughTls;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (throughTls && !tlsDoor.guard(tls.orElseThrow(), channel)) {
                stats.rejectedConnections++;
                return;
            }
            if (sessions.count() >= config.get(NetworkDirectives.MAXCLIENTS)) {
                refuse(channel, TOO_MANY);
                return;
            }
            if (isForbidden(channel)) {
                refuse(channel, ProtectedMode.REFUSAL);
                return;
            }
            stats.connections++;
            if (channel instanceof SocketChannel) {
                transport.keepAlive(channel, keepAlive);
            }
            var sink = new SessionChannel(dispatcher, stats);
            var session = sessions.open(channel, sink, () -> limits, System.nanoTime());
            credentials.greet(session);
            sink.session(session);
            channel.pipeline().addLast(sink, session.decoder());
        }
    }

    private boolean isForbidden(Channel channel) {
        return config.get(NetworkDirectives.PROTECTED_MODE)
                && !credentials.hasPassword()
                && !ProtectedMode.isLocal(channel);
    }

    private void refuse(Channel channel, String text) {
        stats.rejectedConnections++;
        channel.writeAndFlush(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
