package dev.vedette.server.replication;

import dev.vedette.protocol.resp.CommandWriter;
import dev.vedette.server.replication.MasterLinkState.HandshakeStep;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;

/**
 * What we and the master say to each other before data flows: who we are, and what we have
 * (replication.c, syncWithMaster). It decides; the link does. Command loop only.
 */
final class Handshake {
    private static final Logger log = LoggerFactory.getLogger(Handshake.class);

    /** What the link does now. */
    sealed interface Next {}

    /** Sends this; that step's reply comes next. */
    record Say(HandshakeStep awaiting, ByteBuf bytes) implements Next {}

    record Await(HandshakeStep awaiting) implements Next {}

    /** The master goes on where we are, under this id. */
    record GoOn(String id) implements Next {}

    /** All data of this history and offset comes. */
    record TakeAll(String id, long offset) implements Next {}

    /** Asks as the oldest replicas did: all data comes, of no history that we know. */
    record Sync(ByteBuf bytes) implements Next {}

    record GiveUp(String why) implements Next {}

    private final LinkOwner owner;
    private boolean announcesAddress;
    private int heartbeatMillis;

    Handshake(LinkOwner owner) {
        this.owner = owner;
    }

    /** How often the master promised a sign of life; 0 when it did not. */
    int heartbeatMillis() {
        return heartbeatMillis;
    }

    /** The reply to that question has come: what is next? */
    Next reply(HandshakeStep awaiting, String text) {
        return switch (awaiting) {
            case PING -> pinged(text);
            case AUTH ->
                    text.startsWith("-")
                            ? new GiveUp("Unable to AUTH to MASTER: " + text.substring(1))
                            : introduced(HandshakeStep.AUTH);
            case LISTENING_PORT, ADDRESS, CAPABILITIES -> {
                if (text.startsWith("-")) {
                    log.info(
                            "(Non critical) Master does not understand REPLCONF {}: {}",
                            awaiting,
                            text);
                }
                if (awaiting == HandshakeStep.CAPABILITIES) {
                    heartbeatMillis = Heartbeat.promised(text);
                }
                yield introduced(awaiting);
            }
            case PSYNC -> decided(text);
        };
    }

    private Next pinged(String text) {
        boolean wantsPassword =
                text.startsWith("-NOAUTH")
                        || text.startsWith("-NOPERM")
                        || text.startsWith("-ERR operation not permitted");
        if (!text.startsWith("+") && !wantsPassword) {
            return new GiveUp("Error reply to PING from master: '" + text + "'");
        }
        log.info("Master replied to PING, replication can continue...");
        return introduce();
    }

    /** Everything that we say of ourselves, in one go; the replies come in order. */
    private Next introduce() {
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
        CommandWriter.write(
                out, "REPLCONF", "capa", "eof", "capa", "psync2", "capa", Heartbeat.CAPABILITY);
        announcesAddress = !settings.announceIp().isEmpty();
        return new Say(auth ? HandshakeStep.AUTH : HandshakeStep.LISTENING_PORT, out);
    }

    /** One of the replies to {@link #introduce} has come: what is next? */
    private Next introduced(HandshakeStep done) {
        HandshakeStep next =
                switch (done) {
                    case AUTH -> HandshakeStep.LISTENING_PORT;
                    case LISTENING_PORT ->
                            announcesAddress ? HandshakeStep.ADDRESS : HandshakeStep.CAPABILITIES;
                    case ADDRESS -> HandshakeStep.CAPABILITIES;
                    default -> HandshakeStep.PSYNC;
                };
        if (next != HandshakeStep.PSYNC) {
            return new Await(next);
        }
        // Only now: with replies under way the master would refuse it.
        String id = owner.continuableId();
        if (id.equals("?")) {
            log.info("Partial resynchronization not possible (no cached master)");
            return say(next, "PSYNC", "?", "-1");
        }
        long wanted = owner.offset() + 1;
        log.info("Trying a partial resynchronization (request {}:{}).", id, wanted);
        return say(next, "PSYNC", id, Long.toString(wanted));
    }

    private static Next say(HandshakeStep step, String... words) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(256);
        CommandWriter.write(out, words);
        return new Say(step, out);
    }

    private Next decided(String text) {
        String[] words = text.split(" ", -1);
        if (words[0].equals("+FULLRESYNC")) {
            return fullResync(text, words);
        }
        if (words[0].equals("+CONTINUE")) {
            log.info("Successful partial resynchronization with master.");
            return new GoOn(words.length > 1 && isId(words[1]) ? words[1] : owner.continuableId());
        }
        if (text.startsWith("-NOMASTERLINK") || text.startsWith("-LOADING")) {
            return new GiveUp(
                    "Master is currently unable to PSYNC but should be in the future: "
                            + text.substring(1));
        }
        log.warn(
                "Master does not support PSYNC or is in error state (reply: {}). Retrying with"
                        + " SYNC...",
                text);
        return new Sync(
                ByteBufAllocator.DEFAULT
                        .directBuffer(6)
                        .writeBytes("SYNC\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    private static boolean isId(String word) {
        return word.length() == ReplicationId.DIGITS;
    }

    private static Next fullResync(String text, String[] words) {
        long offset = words.length == 3 && isId(words[1]) ? number(words[2]) : -1;
        if (offset < 0) {
            return new GiveUp("Master replied with wrong +FULLRESYNC syntax: " + text);
        }
        log.info("Full resync from master: {}:{}", words[1], offset);
        return new TakeAll(words[1], offset);
    }

    /** A number that is not negative, or -1. */
    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
