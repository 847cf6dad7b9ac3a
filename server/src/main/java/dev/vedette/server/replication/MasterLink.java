package dev.vedette.server.replication;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.persistence.RdbException;
import dev.vedette.server.persistence.RdbTypeRefusedException;
import dev.vedette.server.replication.MasterLinkState.Connecting;
import dev.vedette.server.replication.MasterLinkState.Disconnected;
import dev.vedette.server.replication.MasterLinkState.HandshakeStep;
import dev.vedette.server.replication.MasterLinkState.Handshaking;
import dev.vedette.server.replication.MasterLinkState.Streaming;
import dev.vedette.server.replication.MasterLinkState.Syncing;
import dev.vedette.server.session.Session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The link to the master that we follow: connects, shakes hands, takes its data set or goes on
 * where the last link ended, then obeys its commands; and again, until it is closed. The data that
 * we hold stays as it is until a new data set is complete and verified. Command loop only.
 */
final class MasterLink {
    private static final Logger log = LoggerFactory.getLogger(MasterLink.class);

    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final byte[] NEWLINE = {'\n'};

    private final LinkOwner owner;
    private final Dispatcher dispatcher;
    private final EventLoop loop;
    private final Address master;

    private MasterLinkState state = new Disconnected(0);
    private @Nullable MasterConnection connection;
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

    /** Whether the master knows ids and offsets; those that only know SYNC get no ACK. */
    private boolean acknowledges;

    MasterLink(
            LinkOwner owner,
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

    /** How often the master promised a sign of life; 0 when it did not. */
    int heartbeatMillis() {
        return isUp() ? handshake.heartbeatMillis() : 0;
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
        ReplicationSettings settings = owner.settings();
        MasterConnection next =
                new MasterConnection(
                        loop,
                        master,
                        settings.sourceAddress(),
                        owner.tls(),
                        Duration.ofSeconds(settings.timeoutSeconds()),
                        new Hearing());
        connection = next;
        next.open();
    }

    /** What comes from the connection that we have. */
    private final class Hearing implements MasterConnection.Listener {
        @Override
        public void opened() {
            log.info("MASTER <-> REPLICA sync started");
            log.info("Non blocking connect for SYNC fired the event.");
            command("PING");
            state = new Handshaking(HandshakeStep.PING, System.nanoTime());
        }

        @Override
        public void received(byte[] bytes, int count) {
            MasterLink.this.received(bytes, count);
        }

        @Override
        public void failed(String why) {
            lost(why, false);
        }

        @Override
        public void broken(String why) {
            lost(why, true);
        }

        @Override
        public void ended() {
            lost(whyItEnded(), true);
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
        dropConnection();
        long now = System.nanoTime();
        if (up) {
            downSinceNanos = now;
        }
        // A link that served a while is made anew at once, as in Redis; one that ends as soon as it
        // begins is not.
        boolean soon = atOnce && wasUp && now - lastUpNanos > RETRY_NANOS;
        wasUp = false;
        long delay = soon ? 0 : RETRY_NANOS;
        state = new Disconnected(now + delay);
        retry = loop.schedule(this::connect, delay, TimeUnit.NANOSECONDS);
    }

    private void dropConnection() {
        MasterConnection gone = connection;
        StreamFollower over = stream;
        connection = null;
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
        dropConnection();
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
        MasterConnection to = connection;
        if (to == null) {
            bytes.release();
        } else {
            to.write(bytes);
        }
    }

    private void command(String... words) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(256);
        CommandWriter.write(out, words);
        write(out);
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
        while (at < count && connection != null) {
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
        Channel on = connection == null ? null : connection.channel();
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
