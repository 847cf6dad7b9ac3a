package dev.vedette.sentinel.command;

import dev.vedette.protocol.acl.User;
import dev.vedette.protocol.net.SocketFile;
import dev.vedette.protocol.resp.CommandDecoder;
import dev.vedette.protocol.resp.CommandSink;
import dev.vedette.protocol.resp.ProtocolError;
import dev.vedette.protocol.resp.ReplyWriter;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.NetUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * One client connection: its protocol version, its user, what it subscribed to, and its output.
 * Event loop only.
 */
final class ClientSession extends ChannelInboundHandlerAdapter implements CommandSink {
    private static final Logger log = LoggerFactory.getLogger(ClientSession.class);

    /**
     * How many replies may be kept behind an awaited one, or be awaited, before no further command
     * is read. With the longest of them, SENTINEL MASTER, that is 150 KB.
     */
    private static final int MOST_KEPT = 128;

    /** What CLIENT REPLY asked for. */
    enum ReplyMode {
        ON,
        OFF,
        /** The next command is not answered. */
        SKIP_NEXT,
        /** This one is not. */
        SKIPPING
    }

    private final long id;
    private final SentinelPort port;
    private final Channel channel;
    private final CommandDecoder decoder;
    private final Output output;
    private final String remoteAddress;
    private final String localAddress;
    private final boolean throughFile;
    private final long openedMillis;

    private int protocol = 2;
    private User user;
    private boolean authenticated;
    private boolean executing;
    private boolean dismissed;
    private boolean noEvict;
    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";
    private ReplyMode replyMode = ReplyMode.ON;
    private final Set<ChannelName> channels = new LinkedHashSet<>();
    private final Set<ChannelName> patterns = new LinkedHashSet<>();

    private long lastCommandMillis;
    private String lastCommand = "NULL";
    private long overSoftLimitSinceMillis;
    private boolean closing;
    private final ReplyPlaces places;
    private boolean waitsForAnswer;
    private boolean full;
    private @Nullable Words postponed;
    private @Nullable Tracking tracking;

    ClientSession(long id, SentinelPort port, Channel channel) {
        this.id = id;
        this.port = port;
        this.channel = channel;
        this.decoder = new CommandDecoder(this, SentinelPort.COMMAND_LIMITS);
        this.output = new Output(channel, port.budget(), port.stats());
        this.places = new ReplyPlaces(this::write);
        this.user = port.users().defaultUser();
        this.authenticated = port.users().isOpen();
        this.openedMillis = port.nowMillis();
        this.lastCommandMillis = openedMillis;
        // Redis shows a socket file on both sides, with a port of 0.
        var file = SocketFile.of(channel).map(path -> path + ":0");
        this.throughFile = file.isPresent();
        this.remoteAddress = file.orElseGet(() -> shown(channel.remoteAddress()));
        this.localAddress = file.orElseGet(() -> shown(channel.localAddress()));
        decoder.authenticated(authenticated);
    }

    CommandDecoder decoder() {
        return decoder;
    }

    // ---- commands

    @Override
    public void command(byte[][] words) {
        var command = new Words(words);
        if (port.postpones(this) || !(places.isEmpty() || overtakes(command))) {
            postponed = command;
            decoder.pause();
        } else {
            execute(command);
        }
    }

    private void execute(Words words) {
        lastCommandMillis = port.nowMillis();
        if (replyMode == ReplyMode.SKIP_NEXT) {
            replyMode = ReplyMode.SKIPPING;
        }
        if (port.admits(this, words)) {
            executing = true;
            places.begin();
            port.dispatcher().dispatch(this, words);
            places.end();
            if (places.count() >= MOST_KEPT) {
                full = true;
                decoder.pause();
            }
            executing = false;
        }
        if (!waitsForAnswer) {
            commandDone();
        }
    }

    private void commandDone() {
        if (replyMode == ReplyMode.SKIPPING) {
            replyMode = ReplyMode.ON;
        }
        if (dismissed && places.isEmpty()) {
            closeAfterReply();
        }
    }

    /**
     * Only what peers ask and say is taken while the answers to some of it wait for the disk: what
     * else there is may change how this connection is answered. A candidate asks behind each
     * question for a vote how far the failover is; waiting there, fifty votes would take fifty
     * writes, one after the other.
     */
    private static boolean overtakes(Words words) {
        return switch (lower(words, 0)) {
            case "ping", "publish" -> true;
            case "sentinel" ->
                    switch (lower(words, 1)) {
                        case "is-master-down-by-addr", "master" -> true;
                        default -> false;
                    };
            default -> false;
        };
    }

    private static String lower(Words words, int index) {
        return index < words.count() ? words.text(index).toLowerCase(Locale.ROOT) : "";
    }

    /** A pause of all clients, or the wait for an answer, is over: what came in it is done now. */
    void goOn() {
        var words = postponed;
        if (words != null && places.isEmpty()) {
            postponed = null;
            execute(words);
            flush();
            readOn();
        }
    }

    private void readOn() {
        if (!waitsForAnswer && !full && postponed == null) {
            decoder.resume();
        }
    }

    /** The answer of the command in hand comes later: no other command is read before it. */
    ReplyPlaces.Place waitForAnswer() {
        waitsForAnswer = true;
        decoder.pause();
        return places.await();
    }

    /**
     * The answer of the command in hand comes later; the commands behind it go on, and their
     * replies wait for it.
     */
    ReplyPlaces.Place goOnBeforeAnswer() {
        if (replyMode != ReplyMode.ON) {
            return waitForAnswer();
        }
        return places.await();
    }

    /** That answer is there. */
    void answered(ReplyPlaces.Place place, Runnable writing) {
        places.answer(place, writing);
        full &= places.count() > MOST_KEPT / 2;
        if (places.isEmpty()) {
            waitsForAnswer = false;
            commandDone();
        }
        flush();
        if (places.isEmpty() && postponed != null && !port.postpones(this)) {
            goOn();
        } else {
            readOn();
        }
    }

    @Override
    public void readComplete() {
        flush();
    }

    @Override
    public void protocolError(ProtocolError error) {
        log.debug("Protocol error ({}) from client: {}", error.reason(), describe());
        if (error.reply().isEmpty()) {
            port.stats().queryLimitDisconnections++;
        }
        error.reply()
                .ifPresent(
                        line -> {
                            port.stats().countError(line);
                            reply().error(line);
                        });
        closeAfterReply();
    }

    // ---- output

    private void write(ByteBuf reply) {
        if (!closing) {
            output.buffer().writeBytes(reply);
        }
    }

    /** Where a reply goes; nowhere when the client wants none. */
    ReplyWriter reply() {
        if (replyMode == ReplyMode.OFF || replyMode == ReplyMode.SKIPPING || closing) {
            return new ReplyWriter(port.nowhere(), protocol);
        }
        var kept = places.buffer();
        return new ReplyWriter(kept == null ? output.buffer() : kept, protocol);
    }

    /** Where messages go that no command asked for: they come whatever CLIENT REPLY says. */
    ReplyWriter push() {
        return new ReplyWriter(closing ? port.nowhere() : output.buffer(), protocol);
    }

    void flush() {
        output.flush();
        port.checkOutput(this);
    }

    void closeAfterReply() {
        decoder.stop();
        if (!places.isEmpty()) {
            dismissed = true;
            return;
        }
        output.closeWhenSent();
        closing = true;
    }

    /** Ends the connection at once: a client that reads nothing would never take the rest. */
    void kill() {
        if (!closing || output.waitingBytes() > 0) {
            closing = true;
            decoder.stop();
            output.release();
            channel.close();
        }
    }

    /** Ends the connection, but lets the command that asked for it have its reply. */
    void dismiss() {
        if (executing || !places.isEmpty()) {
            dismissed = true;
            if (!executing) {
                decoder.stop();
            }
        } else {
            kill();
        }
    }

    Output output() {
        return output;
    }

    // ---- the channel

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        output.release();
        port.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("Reading from client: {}", cause.getMessage());
        } else {
            log.error("a command failed; closing client {}", describe(), cause);
        }
        context.close();
    }

    // ---- what CLIENT shows

    long id() {
        return id;
    }

    SentinelPort port() {
        return port;
    }

    int protocol() {
        return protocol;
    }

    void protocol(int version) {
        protocol = version;
    }

    /** The default user until somebody logs in. */
    User user() {
        return user;
    }

    /** Whether it logged in, or need not. */
    boolean mayTalk() {
        return authenticated || port.users().isOpen();
    }

    void authenticate(User newUser) {
        user = newUser;
        authenticated = true;
        decoder.authenticated(true);
    }

    /** What RESET leaves: nothing of what the client has asked for. */
    void startAfresh() {
        protocol = 2;
        name = "";
        noEvict = false;
        replyMode = ReplyMode.ON;
        user = port.users().defaultUser();
        authenticated = port.users().isOpen();
        decoder.authenticated(authenticated);
    }

    /** Its user is no more. */
    void logOut() {
        user = port.users().defaultUser();
        authenticated = false;
    }

    /** Whether its user may still listen to all that it subscribed to. */
    boolean mayListen() {
        return channels.stream().allMatch(channel -> user.mayListenTo(channel.bytes(), false))
                && patterns.stream().allMatch(pattern -> user.mayListenTo(pattern.bytes(), true));
    }

    String name() {
        return name;
    }

    void name(String newName) {
        name = newName;
    }

    void libraryName(String newName) {
        libraryName = newName;
    }

    void libraryVersion(String newVersion) {
        libraryVersion = newVersion;
    }

    void noEvict(boolean on) {
        noEvict = on;
    }

    /** Null while it does not track. */
    @Nullable Tracking tracking() {
        return tracking;
    }

    void tracking(@Nullable Tracking asked) {
        tracking = asked;
    }

    ReplyMode replyMode() {
        return replyMode;
    }

    void replyMode(ReplyMode mode) {
        replyMode = mode;
    }

    Set<ChannelName> channels() {
        return channels;
    }

    Set<ChannelName> patterns() {
        return patterns;
    }

    int subscriptions() {
        return channels.size() + patterns.size();
    }

    boolean isSubscriber() {
        return subscriptions() > 0;
    }

    void lastCommand(String fullName) {
        lastCommand = fullName;
    }

    String remoteAddress() {
        return remoteAddress;
    }

    String localAddress() {
        return localAddress;
    }

    long ageMillis() {
        return port.nowMillis() - openedMillis;
    }

    long idleMillis() {
        return port.nowMillis() - lastCommandMillis;
    }

    long overSoftLimitSinceMillis() {
        return overSoftLimitSinceMillis;
    }

    /**
     * @param millis 0 when it is below the limit
     */
    void overSoftLimitSinceMillis(long millis) {
        overSoftLimitSinceMillis = millis;
    }

    boolean isClosing() {
        return closing;
    }

    /** The line of CLIENT LIST, without its end. Memory that a JVM does not count is shown as 0. */
    String describe() {
        var flags =
                (isSubscriber() ? "P" : "")
                        + (waits() ? "b" : "")
                        + (throughFile ? "U" : "")
                        + (noEvict ? "e" : "");
        return "id="
                + id
                + " addr="
                + remoteAddress
                + " laddr="
                + localAddress
                + " fd="
                + (id + 7)
                + " name="
                + name
                + " age="
                + ageMillis() / 1000
                + " idle="
                + idleMillis() / 1000
                + " flags="
                + (flags.isEmpty() ? "N" : flags)
                + " db=0 sub="
                + channels.size()
                + " psub="
                + patterns.size()
                + " ssub=0 multi=-1 qbuf="
                + decoder.waitingBytes()
                + " qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0"
                + " oll="
                + output.chunks()
                + " omem="
                + output.waitingBytes()
                + " tot-mem="
                + output.waitingBytes()
                + " events=r cmd="
                + lastCommand
                + " user="
                + user
                + " redir=-1 resp="
                + protocol
                + " lib-name="
                + libraryName
                + " lib-ver="
                + libraryVersion;
    }

    /** Whether a command of it waits: for an answer, or for the end of a pause. */
    boolean waits() {
        return !places.isEmpty() || postponed != null;
    }

    private static String shown(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            var host = NetUtil.toAddressString(inet.getAddress());
            return host.indexOf(':') >= 0
                    ? "[" + host + "]:" + inet.getPort()
                    : host + ":" + inet.getPort();
        }
        return "?:0";
    }
}
