package dev.vedette.server.session;

import dev.vedette.protocol.acl.User;
import dev.vedette.protocol.resp.CommandDecoder;
import dev.vedette.protocol.resp.ReplyWriter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

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

    /** When replies of one read get longer than this they leave before the read is complete. */
    private static final int EARLY_FLUSH_BYTES = 64 * 1024;

    private final long id;
    private final Channel channel;
    private final Sessions sessions;
    private final CommandDecoder decoder;
    private final Endpoints endpoints;
    private final Output output;
    private final Subscriptions subscriptions = new Subscriptions();
    private final Watches watches = new Watches();
    private final long createdNanos;

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
    private byte @Nullable [][] postponed;
    private @Nullable Blocking blocking;
    private boolean closing;
    private boolean closed;
    private boolean flushQueued;
    private long lastWriteOffset;
    private List<Runnable> closeListeners = List.of();

    Session(long id, Channel channel, Sessions sessions, CommandDecoder decoder, long nanos) {
        this.id = id;
        this.channel = channel;
        this.endpoints = new Endpoints(channel);
        this.output = new Output(channel, sessions.stats());
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

    public Endpoints endpoints() {
        return endpoints;
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
        watches.end();
    }

    public Watches watches() {
        return watches;
    }

    // ---- subscriptions

    public Subscriptions subscriptions() {
        return subscriptions;
    }

    public boolean isSubscriber() {
        return subscriptions.count() > 0;
    }

    /** Whether its user may still listen to all that it subscribed to. */
    public boolean mayListen() {
        return user == null || subscriptions.areOpenTo(user);
    }

    // ---- replies

    public int protocol() {
        return output.protocol();
    }

    public void protocol(int version) {
        output.protocol(version);
    }

    /** Where replies are written; valid until the next {@link #flush}. */
    public ReplyWriter replies() {
        return output.replies();
    }

    /** What waits to go to the peer. */
    public Output output() {
        return output;
    }

    public ReplyMode replyMode() {
        return replyMode;
    }

    public void replyMode(ReplyMode mode) {
        this.replyMode = mode;
    }

    /** The command that CLIENT REPLY SKIP was about is over. */
    public void endSkip() {
        if (replyMode == ReplyMode.SKIP) {
            replyMode = ReplyMode.ON;
        }
    }

    /** Whether replies to commands are dropped. */
    public boolean isSilent() {
        return kind == Kind.MASTER || replyMode == ReplyMode.OFF || replyMode == ReplyMode.SKIP;
    }

    /** Sends bytes behind everything that was written before; takes over the buffer. */
    public void send(ByteBuf bytes) {
        output.hand(bytes);
        flushSoon();
    }

    /** Gives everything to the network. */
    public void flush() {
        flushQueued = false;
        output.hand();
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
        if (output.gatheredBytes() > EARLY_FLUSH_BYTES) {
            flush();
        }
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
            endSkip();
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
        output.end();
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
        return "client id=" + id + " addr=" + endpoints.remote();
    }
}
