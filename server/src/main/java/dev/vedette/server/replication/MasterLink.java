package dev.vedette.server.replication;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.NameResolver;
import dev.vedette.protocol.net.SocketShortage;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsFailure;
import dev.vedette.protocol.net.Transport;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.persistence.KeyspaceLoader;
import dev.vedette.server.persistence.RdbException;
import dev.vedette.server.persistence.RdbTypeRefusedException;
import dev.vedette.server.replication.MasterLinkState.Connecting;
import dev.vedette.server.replication.MasterLinkState.Disconnected;
import dev.vedette.server.replication.MasterLinkState.HandshakeStep;
import dev.vedette.server.replication.MasterLinkState.Handshaking;
import dev.vedette.server.replication.MasterLinkState.Streaming;
import dev.vedette.server.replication.MasterLinkState.Syncing;
import dev.vedette.server.session.Session;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The link to the master that we follow: connects, shakes hands, takes its data set or goes on
 * where the last link ended, then obeys its commands; and again, until it is closed. The data that
 * we hold stays as it is until a new data set is complete and verified. Command loop only.
 */
final class MasterLink {
    private static final Logger log = LoggerFactory.getLogger(MasterLink.class);

    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final byte[] NEWLINE = {'\n'};

    /** What the link asks of, and tells, the one who owns the data. */
    interface Owner {
        ReplicationSettings settings();

        /** What is spoken to the master below the protocol; empty for plain text. */
        Optional<Tls> tls();

        /** The id under which we could go on, or {@code ?}. */
        String continuableId();

        /** The last offset that we have. */
        long offset();

        /** The database that the master had selected when the last link ended. */
        int selectedDatabase();

        KeyspaceLoader newLoader();

        /** A full sync begins: what we hold can no longer be continued from this master. */
        void syncBegins();

        /** A new data set is complete and verified. */
        void synced(KeyspaceLoader loaded, String id, long offset);

        /** The master goes on with us; under this id. */
        void continued(String id);

        /** These bytes were obeyed. */
        void applied(byte[] bytes, int count, int selectedDatabase);

        Session openSession(Channel channel);

        /** The state has changed between being in sync and not. */
        void linkChanged(boolean up);
    }

    private final Owner owner;
    private final Dispatcher dispatcher;
    private final EventLoop loop;
    private final Address master;

    private MasterLinkState state = new Disconnected(0);
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> retry;
    private boolean closed;

    /** When the link was last lost, also one to another master; -1 when none was ever up. */
    private long downSinceNanos;

    private long lastUpNanos;
    private boolean wasUp;

    private final Handshake handshake;
    private final ReplyLines lines = new ReplyLines();
    private @Nullable SnapshotTransfer transfer;
    private @Nullable StreamFollower stream;
    private final byte[] piece = new byte[PIECE_BYTES];

    /** Whether the master knows ids and offsets; those that only know SYNC get no ACK. */
    private boolean acknowledges;

    MasterLink(
            Owner owner,
            Dispatcher dispatcher,
            EventLoop loop,
            Address master,
            long downSinceNanos) {
        this.owner = owner;
        this.handshake = new Handshake(owner);
        this.downSinceNanos = downSinceNanos;
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.master = master;
    }

    Address master() {
        return master;
    }

    MasterLinkState state() {
        return state;
    }

    boolean isUp() {
        return state instanceof Streaming;
    }

    /** When the link was lost, or -1 if none was ever up. */
    long downSinceNanos() {
        return isUp() ? System.nanoTime() : downSinceNanos;
    }

    /** Bytes of the stream that arrived and were not obeyed yet. */
    int unappliedBytes() {
        return stream == null ? 0 : stream.held();
    }

    // ---- connect

    /** Begins to connect, now. */
    void start() {
        connect();
    }

    private void connect() {
        if (closed) {
            return;
        }
        log.info("Connecting to MASTER {}", master);
        state = new Connecting(System.nanoTime());
        Duration deadline = Duration.ofSeconds(owner.settings().timeoutSeconds());
        NameResolver.SYSTEM
                .resolve(loop, master.host(), deadline)
                .addListener((Future<List<InetAddress>> answer) -> resolved(answer, deadline));
    }

    private void resolved(Future<List<InetAddress>> answer, Duration deadline) {
        if (closed || !(state instanceof Connecting)) {
            return;
        }
        if (!answer.isSuccess()) {
            lost("Unable to connect to MASTER: " + answer.cause().getMessage(), false);
            return;
        }
        Optional<Tls> tls = owner.tls();
        Bootstrap bootstrap = new Bootstrap();
        String source = owner.settings().sourceAddress();
        if (!source.isEmpty()) {
            bootstrap.localAddress(source, 0);
        }
        ChannelFuture connecting =
                bootstrap
                        .group(loop)
                        .channel(Transport.of(loop).channel())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) Math.min(deadline.toMillis(), Integer.MAX_VALUE))
                        .handler(new Beginning(tls, deadline))
                        .connect(new InetSocketAddress(answer.getNow().getFirst(), master.port()));
        if (connecting.isDone()) {
            // Where not even a socket can be had, Netty would tell us on a thread of its own.
            connected(connecting);
        } else {
            connecting.addListener((Future<Void> connected) -> connected(connected));
        }
    }

    private void connected(Future<Void> connected) {
        if (!connected.isSuccess() && !closed && state instanceof Connecting) {
            lost("Error condition on socket for SYNC: " + reason(connected.cause()), false);
        }
    }

    private static String reason(Throwable cause) {
        if (TlsFailure.is(cause)) {
            return TlsFailure.describe(cause, false);
        }
        if (cause instanceof ChannelException) {
            return SocketShortage.reason(cause);
        }
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        String text = String.valueOf(root.getMessage());
        return text.toLowerCase(Locale.ROOT).contains("refused") ? "Connection refused" : text;
    }

    /** Puts the handlers of one attempt into its channel. */
    private final class Beginning extends ChannelInitializer<Channel> {
        private final Optional<Tls> tls;
        private final Duration deadline;

        Beginning(Optional<Tls> tls, Duration deadline) {
            this.tls = tls;
            this.deadline = deadline;
        }

        @Override
        protected void initChannel(Channel created) {
            tls.ifPresent(spoken -> created.pipeline().addLast(spoken.clientHandler(deadline)));
            created.pipeline().addLast(new Reading(tls.isPresent()));
        }
    }

    /** What comes from the channel of one attempt. */
    private final class Reading extends ChannelInboundHandlerAdapter {
        private final boolean throughTls;

        Reading(boolean throughTls) {
            this.throughTls = throughTls;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (!throughTls) {
                begin(context);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    begin(context);
                } else if (!closed && state instanceof Connecting) {
                    context.close();
                    lost("Error condition on socket for SYNC: " + reason(handshake.cause()), false);
                }
            }
        }

        private void begin(ChannelHandlerContext context) {
            if (closed || !(state instanceof Connecting)) {
                context.close();
                return;
            }
            channel = context.channel();
            Transport.of(loop).keepAlive(context.channel(), Duration.ofSeconds(60));
            log.info("MASTER <-> REPLICA sync started");
            log.info("Non blocking connect for SYNC fired the event.");
            ask(HandshakeStep.PING, "PING");
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                while (in.isReadable() && context.channel().equals(channel)) {
                    int count = Math.min(in.readableBytes(), piece.length);
                    in.readBytes(piece, 0, count);
                    received(piece, count);
                }
            } finally {
                in.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (context.channel().equals(channel)) {
                lost(whyItEnded(), true);
            }
        }

        // Not deprecated for inbound handlers: only ChannelHandler's own declaration is.
        @Override
        @SuppressWarnings("deprecation")
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!context.channel().equals(channel)) {
                context.close();
                return;
            }
            if (cause instanceof java.io.IOException || TlsFailure.is(cause)) {
                lost("Connection with master lost: " + reason(cause), true);
            } else {
                log.error("master link failed master={}", master, cause);
                lost("Connection with master given up after an error of our own", false);
            }
        }
    }

    private String whyItEnded() {
        return switch (state) {
            case Streaming _ -> "Connection with master lost.";
            case Syncing _ -> "I/O error trying to sync with MASTER: connection lost";
            default -> "Error reading from MASTER during the handshake: connection lost";
        };
    }

    // ---- lose and close

    /** The link is over; another is made at once or, if that would be a loop, in a second. */
    private void lost(String why, boolean atOnce) {
        if (closed) {
            return;
        }
        log.warn("{} master={}", why, master);
        boolean up = isUp();
        dropChannel();
        long now = System.nanoTime();
        if (up) {
            downSinceNanos = now;
            owner.linkChanged(false);
        }
        // A link that served a while is made anew at once, as in Redis; one that ends as soon as it
        // begins is not.
        boolean soon = atOnce && wasUp && now - lastUpNanos > RETRY_NANOS;
        wasUp = false;
        long delay = soon ? 0 : RETRY_NANOS;
        state = new Disconnected(now + delay);
        retry = loop.schedule(this::connect, delay, TimeUnit.NANOSECONDS);
    }

    private void dropChannel() {
        Channel gone = channel;
        StreamFollower over = stream;
        channel = null;
        transfer = null;
        stream = null;
        lines.forget();
        if (over != null) {
            over.end();
        }
        if (gone != null) {
            gone.close();
        }
    }

    /** Ends the link for good; nothing is told to the owner any more. */
    void close() {
        closed = true;
        if (retry != null) {
            retry.cancel(false);
        }
        dropChannel();
    }

    /** To be called every second: ends a link on which nothing happens, and acknowledges. */
    void cron(long nowNanos) {
        long limit = owner.settings().timeoutNanos();
        switch (state) {
            case Disconnected _ -> {}
            case Connecting(long since) -> {
                if (nowNanos - since > limit) {
                    lost("Timeout connecting to the MASTER...", false);
                }
            }
            case Handshaking(HandshakeStep awaiting, long heard) -> {
                if (nowNanos - heard > limit) {
                    lost("Timeout connecting to the MASTER... awaiting=" + awaiting, false);
                }
            }
            case Syncing(MasterLinkState.Transfer _, long heard) -> {
                if (nowNanos - heard > limit) {
                    lost(
                            "Timeout receiving bulk data from MASTER... If the problem persists try"
                                    + " to set the 'repl-timeout' parameter in redis.conf to a"
                                    + " larger value.",
                            false);
                } else {
                    // So that the master sees that we live while a large value is on its way.
                    write(ByteBufAllocator.DEFAULT.directBuffer(1).writeBytes(NEWLINE));
                }
            }
            case Streaming(long heard) -> {
                if (nowNanos - heard > limit) {
                    lost("MASTER timeout: no data nor PING received...", false);
                } else {
                    acknowledge();
                }
            }
        }
    }

    // ---- send

    private void write(ByteBuf bytes) {
        Channel to = channel;
        if (to == null) {
            bytes.release();
        } else {
            to.writeAndFlush(bytes, to.voidPromise());
        }
    }

    private void command(String... words) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(256);
        CommandWriter.write(out, words);
        write(out);
    }

    private void ask(HandshakeStep step, String... words) {
        command(words);
        state = new Handshaking(step, System.nanoTime());
    }

    /** Tells the master how far we are. */
    void acknowledge() {
        if (acknowledges && isUp()) {
            command("REPLCONF", "ACK", Long.toString(owner.offset()));
        }
    }

    // ---- read

    private void received(byte[] bytes, int count) {
        long now = System.nanoTime();
        int at = 0;
        while (at < count && channel != null) {
            at +=
                    switch (state) {
                        case Handshaking(HandshakeStep awaiting, long _) -> {
                            state = new Handshaking(awaiting, now);
                            yield line(bytes, at, count);
                        }
                        case Syncing(MasterLinkState.Transfer t, long _) -> {
                            state = new Syncing(t, now);
                            yield data(bytes, at, count);
                        }
                        case Streaming _ -> {
                            state = new Streaming(now);
                            yield commands(bytes, at, count);
                        }
                        case Disconnected _, Connecting _ -> count - at;
                    };
        }
    }

    private int line(byte[] bytes, int at, int end) {
        int used = lines.feed(bytes, at, end);
        if (used == ReplyLines.TOO_LONG) {
            lost("Protocol error from MASTER: a line of more than " + ReplyLines.LONGEST, false);
            return end - at;
        }
        String text = lines.take();
        // An empty line only says that the master lives.
        if (!text.isEmpty()) {
            if (state instanceof Syncing) {
                header(text);
            } else if (state instanceof Handshaking(HandshakeStep awaiting, long _)) {
                doNext(handshake.reply(awaiting, text));
            }
        }
        return used;
    }

    private void doNext(Handshake.Next next) {
        switch (next) {
            case Handshake.Say(HandshakeStep awaiting, ByteBuf bytes) -> {
                write(bytes);
                state = new Handshaking(awaiting, System.nanoTime());
            }
            case Handshake.Await(HandshakeStep awaiting) ->
                    state = new Handshaking(awaiting, System.nanoTime());
            case Handshake.GoOn(String id) -> {
                owner.continued(id);
                acknowledges = true;
                streaming();
            }
            case Handshake.TakeAll(String id, long offset) -> {
                acknowledges = true;
                syncing(id, offset);
            }
            case Handshake.Sync(ByteBuf bytes) -> {
                acknowledges = false;
                write(bytes);
                syncing(ReplicationId.NONE, -1);
            }
            case Handshake.GiveUp(String why) -> lost(why, false);
        }
    }

    // ---- the data set

    private void syncing(String id, long offset) {
        owner.syncBegins();
        SnapshotTransfer begun = new SnapshotTransfer(id, offset, owner.newLoader());
        transfer = begun;
        state = new Syncing(begun, System.nanoTime());
    }

    private void header(String text) {
        SnapshotTransfer current = transfer;
        if (current == null) {
            return;
        }
        if (text.startsWith("-")) {
            lost("MASTER aborted replication with an error: " + text.substring(1), true);
        } else if (!current.header(text)) {
            lost(
                    "Bad protocol from MASTER, the first byte is not '$' (we received '"
                            + text
                            + "'), are you sure the host and port are right?",
                    false);
        }
    }

    private int data(byte[] bytes, int at, int end) {
        SnapshotTransfer current = transfer;
        if (current == null) {
            return end - at;
        }
        if (!current.isHeaderSeen()) {
            return line(bytes, at, end);
        }
        try {
            int used = current.feed(bytes, at, end);
            if (current.isComplete()) {
                loaded(current);
            }
            return used;
        } catch (RdbTypeRefusedException e) {
            lost(
                    "Failed trying to load the MASTER synchronization DB: "
                            + e.getMessage()
                            + "; our own data stays as it is.",
                    false);
        } catch (RdbException e) {
            lost(
                    "Failed trying to load the MASTER synchronization DB, it is damaged or not what"
                            + " was announced: "
                            + e.getMessage()
                            + "; our own data stays as it is.",
                    false);
        }
        return end - at;
    }

    private void loaded(SnapshotTransfer current) {
        log.info(
                "MASTER <-> REPLICA sync: Loading DB in memory: keys={} bytes={}",
                current.loader().keysLoaded(),
                current.reader().bytesRead());
        owner.synced(current.loader(), current.id(), Math.max(0, current.offset()));
        log.info("MASTER <-> REPLICA sync: Finished with success");
        streaming();
    }

    // ---- the stream

    private void streaming() {
        Channel on = channel;
        if (on == null) {
            return;
        }
        transfer = null;
        Session opened = owner.openSession(on);
        opened.becomes(Session.Kind.MASTER);
        opened.authenticated(true);
        opened.select(owner.selectedDatabase());
        stream = new StreamFollower(opened, dispatcher, owner, this::acknowledge);
        state = new Streaming(System.nanoTime());
        lastUpNanos = System.nanoTime();
        wasUp = true;
        downSinceNanos = -1;
        owner.linkChanged(true);
        acknowledge();
    }

    private int commands(byte[] bytes, int at, int end) {
        StreamFollower follower = stream;
        if (follower != null) {
            try {
                follower.feed(bytes, at, end - at);
            } catch (StreamReader.Broken e) {
                lost("Protocol error from MASTER's stream: " + e.getMessage(), true);
            }
        }
        return end - at;
    }
}
