package dev.vedette.server.replication;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.NameResolver;
import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.net.TlsFailure;
import dev.vedette.protocol.net.Transport;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.persistence.KeyspaceLoader;
import dev.vedette.server.persistence.RdbException;
import dev.vedette.server.persistence.RdbReader;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
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
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MARK_BYTES = 40;
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
    private @Nullable Session session;
    private @Nullable ScheduledFuture<?> retry;
    private boolean closed;

    /** When the link was last lost, also one to another master; -1 when none was ever up. */
    private long downSinceNanos;

    private long lastUpNanos;
    private boolean wasUp;

    /** A reply line that has not ended. */
    private byte[] line = new byte[128];

    private int lineLength;

    private @Nullable SnapshotTransfer transfer;
    private @Nullable StreamReader stream;
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
        this.downSinceNanos = downSinceNanos;
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.master = master;
    }

    /** The data set on its way to us. */
    private static final class SnapshotTransfer implements MasterLinkState.Transfer {
        final String id;
        final long offset;
        final KeyspaceLoader loader;
        final RdbReader reader;
        long totalBytes = UNKNOWN;
        boolean headerSeen;
        byte[] mark = {};
        int markSeen;

        SnapshotTransfer(String id, long offset, KeyspaceLoader loader) {
            this.id = id;
            this.offset = offset;
            this.loader = loader;
            this.reader = new RdbReader(loader);
        }

        @Override
        public long totalBytes() {
            return totalBytes;
        }

        @Override
        public RdbReader reader() {
            return reader;
        }
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
        bootstrap
                .group(loop)
                .channel(Transport.of(loop).channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) Math.min(deadline.toMillis(), Integer.MAX_VALUE))
                .handler(new Beginning(tls, deadline))
                .connect(new InetSocketAddress(answer.getNow().getFirst(), master.port()))
                .addListener((Future<Void> connected) -> connected(connected));
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
        Session over = session;
        channel = null;
        session = null;
        transfer = null;
        stream = null;
        lineLength = 0;
        if (over != null) {
            over.kill();
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

    /** Takes bytes up to the end of a line and acts on a line that has ended. */
    private int line(byte[] bytes, int at, int end) {
        int stop = at;
        while (stop < end && bytes[stop] != '\n') {
            stop++;
        }
        int length = stop - at;
        if (lineLength + length > LONGEST_LINE) {
            lost("Protocol error from MASTER: a line of more than " + LONGEST_LINE, false);
            return end - at;
        }
        if (line.length < lineLength + length) {
            line = Arrays.copyOf(line, (lineLength + length) * 2);
        }
        System.arraycopy(bytes, at, line, lineLength, length);
        lineLength += length;
        if (stop == end) {
            return length;
        }
        String text = new String(line, 0, lineLength, StandardCharsets.UTF_8).stripTrailing();
        lineLength = 0;
        // An empty line only says that the master lives.
        if (!text.isEmpty()) {
            if (state instanceof Syncing) {
                header(text);
            } else if (state instanceof Handshaking(HandshakeStep awaiting, long _)) {
                reply(awaiting, text);
            }
        }
        return length + 1;
    }

    // ---- handshake

    private void reply(HandshakeStep awaiting, String text) {
        switch (awaiting) {
            case PING -> pinged(text);
            case AUTH -> {
                if (text.startsWith("-")) {
                    lost("Unable to AUTH to MASTER: " + text.substring(1), false);
                } else {
                    introduced(HandshakeStep.AUTH);
                }
            }
            case LISTENING_PORT, ADDRESS, CAPABILITIES -> {
                if (text.startsWith("-")) {
                    log.info(
                            "(Non critical) Master does not understand REPLCONF {}: {}",
                            awaiting,
                            text);
                }
                introduced(awaiting);
            }
            case PSYNC -> decided(text);
        }
    }

    private void pinged(String text) {
        boolean wantsPassword =
                text.startsWith("-NOAUTH")
                        || text.startsWith("-NOPERM")
                        || text.startsWith("-ERR operation not permitted");
        if (!text.startsWith("+") && !wantsPassword) {
            lost("Error reply to PING from master: '" + text + "'", false);
            return;
        }
        log.info("Master replied to PING, replication can continue...");
        introduce();
    }

    /** Everything that we say of ourselves, in one go; the replies come in order. */
    private void introduce() {
        ReplicationSettings settings = owner.settings();
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(256);
        boolean auth = !settings.masterPassword().isEmpty();
        if (auth && settings.masterUser().isEmpty()) {
            CommandWriter.write(out, "AUTH", settings.masterPassword());
        } else if (auth) {
            CommandWriter.write(out, "AUTH", settings.masterUser(), settings.masterPassword());
        }
        int port = settings.announcePort() > 0 ? settings.announcePort() : settings.port();
        CommandWriter.write(out, "REPLCONF", "listening-port", Integer.toString(port));
        if (!settings.announceIp().isEmpty()) {
            CommandWriter.write(out, "REPLCONF", "ip-address", settings.announceIp());
        }
        CommandWriter.write(out, "REPLCONF", "capa", "eof", "capa", "psync2");
        write(out);
        announcesAddress = !settings.announceIp().isEmpty();
        state =
                new Handshaking(
                        auth ? HandshakeStep.AUTH : HandshakeStep.LISTENING_PORT,
                        System.nanoTime());
    }

    private boolean announcesAddress;

    /** One of the replies to {@link #introduce} has come: what is next? */
    private void introduced(HandshakeStep done) {
        HandshakeStep next =
                switch (done) {
                    case AUTH -> HandshakeStep.LISTENING_PORT;
                    case LISTENING_PORT ->
                            announcesAddress ? HandshakeStep.ADDRESS : HandshakeStep.CAPABILITIES;
                    case ADDRESS -> HandshakeStep.CAPABILITIES;
                    default -> HandshakeStep.PSYNC;
                };
        if (next != HandshakeStep.PSYNC) {
            state = new Handshaking(next, System.nanoTime());
            return;
        }
        // Only now: with replies under way the master would refuse it.
        String id = owner.continuableId();
        if (id.equals("?")) {
            log.info("Partial resynchronization not possible (no cached master)");
            ask(next, "PSYNC", "?", "-1");
        } else {
            long wanted = owner.offset() + 1;
            log.info("Trying a partial resynchronization (request {}:{}).", id, wanted);
            ask(next, "PSYNC", id, Long.toString(wanted));
        }
    }

    private void decided(String text) {
        String[] words = text.split(" ", -1);
        if (words[0].equals("+FULLRESYNC")) {
            fullResync(text, words);
        } else if (words[0].equals("+CONTINUE")) {
            log.info("Successful partial resynchronization with master.");
            String id = owner.continuableId();
            owner.continued(words.length > 1 && isId(words[1]) ? words[1] : id);
            acknowledges = true;
            streaming();
        } else if (text.startsWith("-NOMASTERLINK") || text.startsWith("-LOADING")) {
            lost(
                    "Master is currently unable to PSYNC but should be in the future: "
                            + text.substring(1),
                    false);
        } else {
            log.warn(
                    "Master does not support PSYNC or is in error state (reply: {}). Retrying with"
                            + " SYNC...",
                    text);
            acknowledges = false;
            write(
                    ByteBufAllocator.DEFAULT
                            .directBuffer(6)
                            .writeBytes("SYNC\r\n".getBytes(StandardCharsets.US_ASCII)));
            syncing(ReplicationId.NONE, -1);
        }
    }

    private static boolean isId(String word) {
        return word.length() == ReplicationId.DIGITS;
    }

    private void fullResync(String text, String[] words) {
        long offset = words.length == 3 && isId(words[1]) ? offset(words[2]) : -1;
        if (offset < 0) {
            lost("Master replied with wrong +FULLRESYNC syntax: " + text, false);
            return;
        }
        log.info("Full resync from master: {}:{}", words[1], offset);
        acknowledges = true;
        syncing(words[1], offset);
    }

    private static long offset(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
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
        } else if (text.startsWith("$EOF:") && text.length() == 5 + MARK_BYTES) {
            current.mark = text.substring(5).getBytes(StandardCharsets.UTF_8);
            current.headerSeen = true;
            log.info(
                    "MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to"
                            + " parser");
        } else if (text.startsWith("$") && offset(text.substring(1)) >= 0) {
            current.totalBytes = offset(text.substring(1));
            current.headerSeen = true;
            log.info(
                    "MASTER <-> REPLICA sync: receiving {} bytes from master to parser",
                    current.totalBytes);
        } else {
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
        if (!current.headerSeen) {
            return line(bytes, at, end);
        }
        try {
            int used = current.reader.finished() ? 0 : snapshot(current, bytes, at, end);
            if (current.reader.finished()) {
                used += mark(current, bytes, at + used, end);
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

    private static int snapshot(SnapshotTransfer current, byte[] bytes, int at, int end)
            throws RdbException {
        int count = end - at;
        if (current.mark.length == 0) {
            count = (int) Math.min(count, current.totalBytes - current.reader.bytesRead());
        }
        int used = current.reader.feed(bytes, at, count);
        if (current.mark.length == 0) {
            boolean whole = current.reader.bytesRead() == current.totalBytes;
            if (whole != current.reader.finished()) {
                throw new RdbException(
                        "%d bytes were announced, and the RDB %s after %d"
                                .formatted(
                                        current.totalBytes,
                                        whole ? "has not ended" : "ends",
                                        current.reader.bytesRead()));
            }
        }
        return used;
    }

    /** Behind the RDB comes nothing, or the mark; then the stream. */
    private int mark(SnapshotTransfer current, byte[] bytes, int at, int end) throws RdbException {
        int used = 0;
        while (current.markSeen < current.mark.length && at + used < end) {
            if (bytes[at + used] != current.mark[current.markSeen]) {
                throw new RdbException("the end mark of the transfer does not follow the RDB");
            }
            current.markSeen++;
            used++;
        }
        if (current.markSeen == current.mark.length) {
            loaded(current);
        }
        return used;
    }

    private void loaded(SnapshotTransfer current) {
        log.info(
                "MASTER <-> REPLICA sync: Loading DB in memory: keys={} bytes={}",
                current.loader.keysLoaded(),
                current.reader.bytesRead());
        owner.synced(current.loader, current.id, Math.max(0, current.offset));
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
        stream = new StreamReader(Math.max(owner.settings().longestBulk(), 512L << 20));
        Session opened = owner.openSession(on);
        opened.becomes(Session.Kind.MASTER);
        opened.authenticated(true);
        opened.select(owner.selectedDatabase());
        session = opened;
        state = new Streaming(System.nanoTime());
        lastUpNanos = System.nanoTime();
        wasUp = true;
        downSinceNanos = -1;
        owner.linkChanged(true);
        acknowledge();
    }

    private int commands(byte[] bytes, int at, int end) {
        StreamReader reader = stream;
        Session from = session;
        if (reader == null || from == null) {
            return end - at;
        }
        reader.feed(bytes, at, end - at);
        dispatcher.readBegins();
        int complete = 0;
        try {
            byte[][] words = reader.next();
            // A command may end this very link, or replace it.
            while (words.length > 0 && reader.equals(stream)) {
                if (isGetAck(words)) {
                    applied(reader, from, complete);
                    complete = 0;
                    acknowledge();
                } else {
                    obey(from, words);
                }
                if (from.isClosed()) {
                    break;
                }
                if (from.transaction() == null) {
                    complete = reader.taken();
                }
                words = reader.next();
            }
        } catch (StreamReader.Broken e) {
            applied(reader, from, complete);
            complete = 0;
            lost("Protocol error from MASTER's stream: " + e.getMessage(), true);
        }
        if (reader.equals(stream)) {
            applied(reader, from, complete);
        }
        return end - at;
    }

    private void applied(StreamReader reader, Session from, int count) {
        if (count > 0 && reader.equals(stream)) {
            owner.applied(reader.takenBytes(), count, from.db());
            reader.release(count);
        }
    }

    private void obey(Session from, byte[][] words) throws StreamReader.Broken {
        if (dispatcher.table().find(words[0]) == null) {
            // To pass over it would leave us with other data than the master, unseen.
            owner.syncBegins();
            throw new StreamReader.Broken(
                    "command '"
                            + new String(words[0], StandardCharsets.UTF_8)
                            + "' is not one that this server has; a full resync follows");
        }
        long errors = dispatcher.stats().errorReplies;
        dispatcher.dispatch(from, words);
        if (dispatcher.stats().errorReplies != errors) {
            dispatcher.stats().unexpectedErrorReplies++;
            log.error(
                    "== CRITICAL == This replica is sending an error to its master after processing"
                            + " the command '{}'",
                    new String(words[0], StandardCharsets.UTF_8));
        }
    }

    private static boolean isGetAck(byte[][] words) {
        return words.length >= 2 && is(words[0], "replconf") && is(words[1], "getack");
    }

    private static boolean is(byte[] word, String lower) {
        return new String(word, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT).equals(lower);
    }
}
