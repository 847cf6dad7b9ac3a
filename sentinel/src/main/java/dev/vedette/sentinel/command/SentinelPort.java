package dev.vedette.sentinel.command;

import dev.vedette.protocol.acl.AccessControl;
import dev.vedette.protocol.acl.AclLog;
import dev.vedette.protocol.acl.CommandCatalog;
import dev.vedette.protocol.acl.Denial;
import dev.vedette.protocol.acl.User;
import dev.vedette.protocol.conf.BufferLimits;
import dev.vedette.protocol.conf.BufferLimits.ClientClass;
import dev.vedette.protocol.info.ProcessInfo;
import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.net.AcceptErrors;
import dev.vedette.protocol.net.ProtectedMode;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsDoor;
import dev.vedette.protocol.net.Transport;
import dev.vedette.protocol.resp.CommandLimits;
import dev.vedette.sentinel.core.Event;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The RESP port of the sentinel: listens, holds the connections and their limits, and hands events
 * to subscribers. Event loop only, but for {@link #listen}.
 */
public final class SentinelPort {
    private static final Logger log = LoggerFactory.getLogger(SentinelPort.class);

    /**
     * A client may announce what Redis lets it announce. What really comes of one command is held
     * to 1 MiB, where Redis takes 1 GiB: no command of a sentinel needs more, and its heap is
     * small.
     */
    static final CommandLimits COMMAND_LIMITS = CommandLimits.DEFAULT.withQueryBytes(1024 * 1024);

    /** Rates are means over so many sweeps. */
    private static final int RATE_SAMPLES = 2;

    private static final Duration SWEEP = Duration.ofSeconds(1);

    /**
     * What the port takes from the conf.
     *
     * @param protectedMode whether only the loopback is let in while there is no password
     * @param idle a client that sends nothing for so long is closed; zero is never
     * @param commandNames what each command is called; one that is missing nobody may call
     */
    public record Settings(
            int port,
            boolean protectedMode,
            int maxClients,
            Duration idle,
            Duration keepAlive,
            int backlog,
            BufferLimits outputLimits,
            Map<String, String> commandNames) {}

    private final EventLoop loop;
    private final Settings settings;
    private final Subscriptions subscriptions = new Subscriptions();
    private final Dispatcher dispatcher;
    private final Map<Long, ClientSession> sessions = new LinkedHashMap<>();
    private final List<Channel> listeners = new ArrayList<>();
    private final ReservedPlaces reserved;
    private final OutputBudget budget = new OutputBudget();
    private final Stats stats = new Stats(RATE_SAMPLES);
    private final ClientPause pause;
    private final TlsDoor tlsDoor = new TlsDoor();
    private final long startNanos = System.nanoTime();
    private AccessControl users;
    private AclLog accessLog = new AclLog(0);
    private long lastId = 2;

    public SentinelPort(EventLoop loop, Settings settings, Sentinel sentinel, ProcessInfo process) {
        this.loop = loop;
        this.settings = settings;
        this.reserved = new ReservedPlaces(settings.maxClients());
        this.pause = new ClientPause(loop);
        this.dispatcher =
                new Dispatcher(
                        CommandTable.create(
                                sentinel, this, subscriptions, process, settings.commandNames()));
        this.users = new AccessControl(commands(), false);
        loop.scheduleAtFixedRate(
                this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What rules of users can name. */
    public CommandCatalog commands() {
        return dispatcher.table().catalog();
    }

    /** Who may come in, and where it is noted who may not; before the port listens. */
    public void admit(AccessControl newUsers, AclLog newLog) {
        users = newUsers;
        accessLog = newLog;
        users.listener(new Doorkeeper());
    }

    /** Shows those out who lost their rights. */
    private final class Doorkeeper implements AccessControl.Listener {
        @Override
        public void channelsChanged(User user) {
            List.copyOf(sessions.values()).stream()
                    .filter(session -> session.user() == user && !session.mayListen())
                    .forEach(ClientSession::dismiss);
        }

        @Override
        public void deleted(User user) {
            for (var session : List.copyOf(sessions.values())) {
                if (session.user() == user) {
                    session.logOut();
                    session.dismiss();
                }
            }
        }
    }

    /**
     * Listens on one address; accepts as soon as it returns.
     *
     * @param tls what is spoken there; absent for plain text
     * @throws IOException when the address cannot be had
     */
    public void listen(EventLoopGroup loops, InetSocketAddress address, Optional<Tls> tls)
            throws IOException {
        var bootstrap =
                new ServerBootstrap()
                        .channel(Transport.of(loop).serverChannel())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true);
        listen(bootstrap.group(loops), address, tls);
    }

    /** Listens on a socket file, which must not be there. */
    public void listen(EventLoopGroup loops, Path file) throws IOException {
        var transport = Transport.of(loop);
        var bootstrap = new ServerBootstrap().channel(transport.fileServerChannel());
        listen(bootstrap.group(loops), transport.address(file), Optional.empty());
    }

    private void listen(ServerBootstrap bootstrap, SocketAddress address, Optional<Tls> tls)
            throws IOException {
        var bound =
                bootstrap
                        .option(ChannelOption.SO_BACKLOG, settings.backlog())
                        .handler(new AcceptErrors())
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accepted(channel, tls);
                                    }
                                })
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw bound.cause() instanceof IOException io ? io : new IOException(bound.cause());
        }
        listeners.add(bound.channel());
    }

    private void accepted(Channel channel, Optional<Tls> tls) {
        if (tls.isPresent() && !tlsDoor.guard(tls.get(), channel)) {
            stats.rejectedConnections++;
            return;
        }
        if (reserved.areTaken(sessions.size())) {
            reject(channel, "-" + ReservedPlaces.REFUSAL + "\r\n");
            return;
        }
        if (settings.protectedMode() && !users.needsPassword() && !ProtectedMode.isLocal(channel)) {
            reject(channel, ProtectedMode.REFUSAL);
            return;
        }
        stats.connections++;
        if (channel instanceof SocketChannel) {
            Transport.of(loop).keepAlive(channel, settings.keepAlive());
        }
        var session = new ClientSession(++lastId, this, channel);
        sessions.put(session.id(), session);
        reserved.opened(session, sessions.size());
        channel.pipeline().addLast(new InputCount(stats), session.decoder(), session);
    }

    private void reject(Channel channel, String line) {
        stats.rejectedConnections++;
        channel.writeAndFlush(Unpooled.copiedBuffer(line, StandardCharsets.US_ASCII))
                .addListener(_ -> channel.close());
    }

    void closed(ClientSession session) {
        if (sessions.remove(session.id()) != null) {
            subscriptions.forget(session);
            pause.forget(session);
            reserved.closed(session);
        }
    }

    /** Closes the port and every connection. */
    public void close() {
        listeners.forEach(Channel::close);
        List.copyOf(sessions.values()).forEach(ClientSession::kill);
    }

    /** Hands an event to those who subscribed to it. */
    public void publish(Event event) {
        if (event.level() != Event.Level.DEBUG) {
            subscriptions.publish(event.name(), event.payload());
        }
    }

    // ---- for sessions and commands

    AccessControl users() {
        return users;
    }

    AclLog accessLog() {
        return accessLog;
    }

    /** Notes that somebody was turned away. */
    void denied(ClientSession client, Denial denial, String user) {
        stats.countDenied(denial.reason());
        accessLog.add(denial, "toplevel", user, client.describe(), nowMillis());
    }

    Settings settings() {
        return settings;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    OutputBudget budget() {
        return budget;
    }

    Stats stats() {
        return stats;
    }

    ClientPause pause() {
        return pause;
    }

    /** Returns whether the command may be done; if not the client was told, and is sent away. */
    boolean admits(ClientSession session, Words words) {
        return reserved.admits(session, words, sessions.size());
    }

    boolean postpones(ClientSession session) {
        return pause.holds(session);
    }

    Collection<ClientSession> sessions() {
        return sessions.values();
    }

    /** A buffer that forgets what is written into it. */
    ByteBuf nowhere() {
        return Unpooled.buffer(64);
    }

    long nowMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    // ---- limits

    /** Drops a client that takes its output too slowly (client-output-buffer-limit). */
    void checkOutput(ClientSession session) {
        var limit =
                settings.outputLimits()
                        .of(session.isSubscriber() ? ClientClass.PUBSUB : ClientClass.NORMAL);
        var waiting = session.output().waitingBytes();
        var soft = limit.softBytes() > 0 && waiting >= limit.softBytes();
        var since = session.overSoftLimitSinceMillis();
        if (!soft) {
            session.overSoftLimitSinceMillis(0);
        } else if (since == 0) {
            session.overSoftLimitSinceMillis(Math.max(1, nowMillis()));
        }
        var softFor = soft && since > 0 ? nowMillis() - since : 0;
        if ((limit.hardBytes() > 0 && waiting >= limit.hardBytes())
                || softFor > limit.softSeconds() * 1000L) {
            drop(session);
        }
        if (budget.isExceeded()) {
            dropLeastRead();
        }
    }

    private void dropLeastRead() {
        var worst =
                sessions.values().stream()
                        .filter(session -> !session.isClosing())
                        .max(Comparator.comparingLong(session -> session.output().waitingBytes()));
        worst.ifPresent(this::drop);
    }

    private void drop(ClientSession session) {
        stats.outputLimitDisconnections++;
        log.warn(
                "Client {} scheduled to be closed ASAP for overcoming of output buffer limits.",
                session.describe());
        session.kill();
    }

    private void sweep() {
        var now = System.nanoTime();
        stats.sample(now);
        reserved.sweep(sessions.size());
        for (var session : List.copyOf(sessions.values())) {
            stats.bufferPeaks.note(
                    session.decoder().waitingBytes(), session.output().waitingBytes(), now);
            if (session.output().waitingBytes() > 0) {
                checkOutput(session);
            }
            var idle = settings.idle().toMillis();
            if (idle > 0 && !session.isSubscriber() && session.idleMillis() > idle) {
                log.debug("Closing idle client");
                session.kill();
            }
        }
    }
}
