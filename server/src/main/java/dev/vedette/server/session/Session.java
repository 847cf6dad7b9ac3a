package dev.vedette.server.session;

import dev.vedette.protocol.acl.User;
import dev.vedette.protocol.net.SocketFile;
import dev.vedette.protocol.resp.CommandDecoder;
import dev.vedette.protocol.resp.ReplyWriter;
import dev.vedette.server.keyspace.Database;
import dev.vedette.server.type.Bytes;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One connection that sends commands: an ordinary client, a replica that we feed, or the master
 * that we follow. Event loop only.
 *
 * <p>Replies gather in one buffer and leave with {@link #flush}, once for all commands of a read.
 */
public final class Session {
    /** Who is at the other end. */
    public enum Kind {
        NORMAL,
        /** Became one by PSYNC or SYNC. */
        REPLICA,
        /** The link to the master that we follow: its commands are obeyed without a reply. */
        MASTER
    }

    /** What CLIENT REPLY has asked for. */
    public enum ReplyMode {
        ON,
        OFF,
        /** The next command will have no reply. */
        SKIP_NEXT,
        /** The present command has no reply. */
        SKIP
    }

    private static final int FIRST_OUT_BYTES = 512;

    /** When replies of one read get longer than this they leave before the read is complete. */
    private static final int EARLY_FLUSH_BYTES = 64 * 1024;

    private static final ByteBuf NOTHING = Unpooled.EMPTY_BUFFER;

    private final long id;
    private final Channel channel;
    private final Sessions sessions;
    private final CommandDecoder decoder;
    private final ReplyWriter writer = new ReplyWriter(NOTHING);
    private final long createdNanos;

    /** Whether the writer has a buffer of ours. */
    private boolean hasOut;

    private Kind kind = Kind.NORMAL;
    private int db;
    private boolean authenticated;
    private @Nullable User user;
    private byte[] name = {};
    private byte[] libName = {};
    private byte[] libVersion = {};
    private ReplyMode replyMode = ReplyMode.ON;
    private boolean noEvict;
    private boolean noTouch;
    private boolean readOnlyMode;
    private long lastUsedNanos;
    private String lastCommand = "NULL";

    private @Nullable Transaction transaction;
    private List<WatchedKey> watched = List.of();
    private boolean watchedKeyChanged;
    private @Nullable Set<Bytes> channels;
    private @Nullable Set<Bytes> patterns;

    private byte @Nullable [][] postponed;
    private @Nullable Blocking blocking;
    private boolean closing;
    private boolean closed;
    private boolean flushQueued;
    private long softLimitSince = -1;
    private long lastWriteOffset;
    private List<Runnable> closeListeners = List.of();

    Session(long id, Channel channel, Sessions sessions, CommandDecoder decoder, long nanos) {
        this.id = id;
        this.channel = channel;
        this.sessions = sessions;
        this.decoder = decoder;
        this.createdNanos = nanos;
        this.lastUsedNanos = nanos;
    }

    public long id() {
        return id;
    }

    public Channel channel() {
        return channel;
    }

    /** Where this session's commands come from; a taker of the stream replaces this handler. */
    public CommandDecoder decoder() {
        return decoder;
    }

    public Kind kind() {
        return kind;
    }

    /** Makes the session a replica's or the master's. */
    public void becomes(Kind newKind) {
        this.kind = newKind;
    }

    // ---- who and where

    /** {@code host:port} of the peer, as CLIENT LIST shows it. */
    public String remoteAddress() {
        return throughFile().orElseGet(() -> text(channel.remoteAddress()));
    }

    public String localAddress() {
        return throughFile().orElseGet(() -> text(channel.localAddress()));
    }

    /** The peer's IP address without port, or an empty text. */
    public String remoteHost() {
        return channel.remoteAddress() instanceof InetSocketAddress inet
                        && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }

    /** A connection through a socket file is shown by it on both sides, with a port of 0. */
    Optional<String> throughFile() {
        return SocketFile.of(channel).map(file -> file + ":0");
    }

    public boolean isFromLoopback() {
        return throughFile().isPresent() || isFromLoopback(channel);
    }

    private static boolean isFromLoopback(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
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

    public long createdNanos() {
        return createdNanos;
    }

    public long lastUsedNanos() {
        return lastUsedNanos;
    }

    /** Something came from the peer. */
    public void used(long nanos) {
        this.lastUsedNanos = nanos;
    }

    public String lastCommand() {
        return lastCommand;
    }

    public void lastCommand(String fullName) {
        this.lastCommand = fullName;
    }

    public byte[] name() {
        return name;
    }

    public void name(byte[] newName) {
        this.name = newName;
    }

    public byte[] libName() {
        return libName;
    }

    public void libName(byte[] newName) {
        this.libName = newName;
    }

    public byte[] libVersion() {
        return libVersion;
    }

    public void libVersion(byte[] newVersion) {
        this.libVersion = newVersion;
    }

    public int db() {
        return db;
    }

    public void select(int number) {
        this.db = number;
    }

    public boolean isAuthenticated() {
        return authenticated;
    }

    /** Null for a session of our own. */
    public @Nullable User user() {
        return user;
    }

    public void user(User newUser) {
        this.user = newUser;
    }

    /** Whether its user may still listen to all that it subscribed to. */
    public boolean mayListen() {
        var listener = user;
        return listener == null
                || (channels().stream().allMatch(c -> listener.mayListenTo(c.content(), false))
                        && patterns().stream()
                                .allMatch(p -> listener.mayListenTo(p.content(), true)));
    }

    public void authenticated(boolean is) {
        this.authenticated = is;
        decoder.authenticated(is);
    }

    public boolean noEvict() {
        return noEvict;
    }

    public void noEvict(boolean on) {
        this.noEvict = on;
    }

    public boolean noTouch() {
        return noTouch;
    }

    public void noTouch(boolean on) {
        this.noTouch = on;
    }

    /** Whether READONLY was sent; only clusters care. */
    public boolean readOnlyMode() {
        return readOnlyMode;
    }

    public void readOnlyMode(boolean on) {
        this.readOnlyMode = on;
    }

    /** The replication offset right after this client's last command, for WAIT. */
    public long lastWriteOffset() {
        return lastWriteOffset;
    }

    public void lastWriteOffset(long offset) {
        this.lastWriteOffset = offset;
    }

    // ---- transaction

    public @Nullable Transaction transaction() {
        return transaction;
    }

    public void begin() {
        transaction = new Transaction();
    }

    /** Ends the transaction, run or not, and every watch with it. */
    public void endTransaction() {
        transaction = null;
        unwatch();
    }

    public void watch(Database database, Bytes key, long nowMillis) {
        for (var already : watched) {
            if (already.isFor(database, key)) {
                return;
            }
        }
        if (watched.isEmpty()) {
            watched = new ArrayList<>(2);
        }
        watched.add(new WatchedKey(this, database, key, nowMillis));
    }

    public void unwatch() {
        watched.forEach(WatchedKey::end);
        watched = List.of();
        watchedKeyChanged = false;
    }

    void watchedKeyChanged() {
        watchedKeyChanged = true;
    }

    boolean isChangedUnderWatch() {
        return watchedKeyChanged;
    }

    /** Whether EXEC must not run because of a watched key. */
    public boolean mayNotExecute(long nowMillis) {
        if (watchedKeyChanged) {
            return true;
        }
        for (var key : watched) {
            if (key.hasExpired(nowMillis)) {
                return true;
            }
        }
        return false;
    }

    // ---- subscriptions

    public Set<Bytes> channels() {
        return channels == null ? Set.of() : channels;
    }

    public Set<Bytes> patterns() {
        return patterns == null ? Set.of() : patterns;
    }

    /** For {@code PubSub} only. */
    public Set<Bytes> channelsToChange() {
        if (channels == null) {
            channels = new LinkedHashSet<>();
        }
        return channels;
    }

    /** For {@code PubSub} only. */
    public Set<Bytes> patternsToChange() {
        if (patterns == null) {
            patterns = new LinkedHashSet<>();
        }
        return patterns;
    }

    public int subscriptions() {
        return channels().size() + patterns().size();
    }

    public boolean isSubscriber() {
        return subscriptions() > 0;
    }

    // ---- replies

    public int protocol() {
        return writer.protocol();
    }

    public void protocol(int version) {
        writer.protocol(version);
    }

    /** Where replies are written; valid until the next {@link #flush}. */
    public ReplyWriter replies() {
        if (!hasOut) {
            hasOut = true;
            writer.out(closed ? Unpooled.buffer() : channel.alloc().directBuffer(FIRST_OUT_BYTES));
        }
        return writer;
    }

    public ReplyMode replyMode() {
        return replyMode;
    }

    public void replyMode(ReplyMode mode) {
        this.replyMode = mode;
    }

    /** Whether replies to commands are dropped. */
    public boolean isSilent() {
        return kind == Kind.MASTER || replyMode == ReplyMode.OFF || replyMode == ReplyMode.SKIP;
    }

    /** How many bytes of replies wait here, unsent. */
    public int gatheredBytes() {
        return writer.out().readableBytes();
    }

    /** Forgets the replies behind this mark of {@link #gatheredBytes}. */
    public void forgetRepliesAfter(int mark) {
        if (gatheredBytes() > mark) {
            writer.out().writerIndex(writer.out().readerIndex() + mark);
        }
    }

    /** How many bytes wait to be taken by the network, gathered ones included. */
    public long outputBytes() {
        var pending = channel.unsafe().outboundBuffer();
        return gatheredBytes() + (pending == null ? 0 : pending.totalPendingWriteBytes());
    }

    /** Sends bytes behind everything that was written before; takes over the buffer. */
    public void send(ByteBuf bytes) {
        hand();
        if (closed) {
            bytes.release();
            return;
        }
        sessions.stats().netOutputBytes += bytes.readableBytes();
        channel.write(bytes, channel.voidPromise());
        flushSoon();
    }

    private void hand() {
        if (!hasOut) {
            return;
        }
        var out = writer.out();
        writer.out(NOTHING);
        hasOut = false;
        if (closed || !out.isReadable()) {
            out.release();
            return;
        }
        sessions.stats().netOutputBytes += out.readableBytes();
        channel.write(out, channel.voidPromise());
    }

    /** Gives everything to the network. */
    public void flush() {
        flushQueued = false;
        hand();
        if (closed) {
            return;
        }
        channel.flush();
        sessions.outputLimits().check(this);
        if (closing) {
            closeWhenSent();
        }
    }

    /** Has {@link #flush} called when the loop has done its present work. */
    public void flushSoon() {
        if (!flushQueued && !closed) {
            flushQueued = true;
            sessions.flushSoon(this);
        }
    }

    /** After each command: long output leaves early, and too much output ends the session. */
    public void afterCommand() {
        if (gatheredBytes() > EARLY_FLUSH_BYTES) {
            flush();
        }
    }

    long softLimitSince() {
        return softLimitSince;
    }

    void softLimitSince(long nanos) {
        this.softLimitSince = nanos;
    }

    // ---- blocked and postponed

    /** Holds back all further commands until {@link #unblock}. */
    public void block(Blocking why) {
        blocking = why;
        sessions.blocked(this, true);
        decoder.pause();
    }

    /** What the session waits for, or null. */
    public @Nullable Blocking blocking() {
        return blocking;
    }

    /** Goes on with the commands that came meanwhile; the caller has replied. */
    public void unblock() {
        if (blocking != null) {
            blocking = null;
            sessions.blocked(this, false);
            flushSoon();
            if (!closing && !closed) {
                decoder.resume();
            }
        }
    }

    /** Keeps a command for later; everything behind it waits too. */
    public void postpone(byte[][] words) {
        postponed = words;
        sessions.blocked(this, true);
        decoder.pause();
    }

    public boolean isPostponed() {
        return postponed != null;
    }

    /** The command that was postponed, which the caller must dispatch now. */
    public byte @Nullable [][] takePostponed() {
        var words = postponed;
        forgetPostponed();
        return words;
    }

    private void forgetPostponed() {
        if (postponed != null) {
            postponed = null;
            sessions.blocked(this, false);
        }
    }

    // ---- the end

    /** Closes when all replies have been sent; nothing that comes is read any more. */
    public void closeAfterReplies() {
        closing = true;
        decoder.stop();
        flushSoon();
    }

    public boolean isClosing() {
        return closing;
    }

    public boolean isClosed() {
        return closed;
    }

    private void closeWhenSent() {
        closing = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes now; unsent replies are lost. */
    public void kill() {
        decoder.stop();
        channel.close();
        ended();
    }

    /** Is told once when the session is over, whoever ended it. */
    public void onClose(Runnable listener) {
        if (closeListeners.isEmpty()) {
            closeListeners = new ArrayList<>(1);
        }
        closeListeners.add(listener);
    }

    /** The channel is gone, or as good as gone: everything that others keep of us ends. */
    void ended() {
        if (closed) {
            return;
        }
        closed = true;
        hand();
        if (blocking != null) {
            var why = blocking;
            blocking = null;
            sessions.blocked(this, false);
            why.cancelled();
        }
        forgetPostponed();
        endTransaction();
        sessions.ended(this);
        closeListeners.forEach(Runnable::run);
        closeListeners = List.of();
    }

    @Override
    public String toString() {
        return "client id=" + id + " addr=" + remoteAddress();
    }
}
