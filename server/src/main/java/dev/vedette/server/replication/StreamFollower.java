package dev.vedette.server.replication;

import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.session.Session;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Obeys the commands of our master's stream, and counts a transaction only when it is whole.
 * Command loop only.
 */
final class StreamFollower {
    private static final Logger log = LoggerFactory.getLogger(StreamFollower.class);

    private final StreamReader reader;
    private final Session session;
    private final Dispatcher dispatcher;
    private final LinkOwner owner;
    private final Runnable acknowledge;
    private boolean ended;

    /**
     * @param acknowledge tells the master how far we are
     */
    StreamFollower(Session session, Dispatcher dispatcher, LinkOwner owner, Runnable acknowledge) {
        this.reader = new StreamReader(Math.max(owner.settings().longestBulk(), 512L << 20));
        this.session = session;
        this.dispatcher = dispatcher;
        this.owner = owner;
        this.acknowledge = acknowledge;
    }

    /** Bytes of the stream that arrived and were not obeyed yet. */
    int held() {
        return reader.held();
    }

    /** The link is over, perhaps by a command of its own: nothing more is obeyed or counted. */
    void end() {
        ended = true;
        session.kill();
    }

    /**
     * @throws StreamReader.Broken when this is no stream that we can follow
     */
    void feed(byte[] bytes, int at, int count) throws StreamReader.Broken {
        reader.feed(bytes, at, count);
        dispatcher.readBegins();
        int complete = 0;
        try {
            byte[][] words = reader.next();
            // A command may end this very link, or replace it.
            while (words.length > 0 && !ended) {
                if (isGetAck(words)) {
                    applied(complete);
                    complete = 0;
                    acknowledge.run();
                } else {
                    obey(words);
                }
                if (session.isClosed()) {
                    break;
                }
                if (session.transaction() == null) {
                    complete = reader.taken();
                }
                words = reader.next();
            }
        } catch (StreamReader.Broken e) {
            applied(complete);
            throw e;
        }
        applied(complete);
    }

    private void applied(int count) {
        if (count > 0 && !ended) {
            owner.applied(reader.takenBytes(), count, session.db());
            reader.release(count);
        }
    }

    private void obey(byte[][] words) throws StreamReader.Broken {
        if (dispatcher.table().find(words[0]) == null) {
            // To pass over it would leave us with other data than the master, unseen.
            owner.syncBegins();
            throw new StreamReader.Broken(
                    "command '"
                            + new String(words[0], StandardCharsets.UTF_8)
                            + "' is not one that this server has; a full resync follows");
        }
        long errors = dispatcher.stats().errorReplies;
        dispatcher.dispatch(session, words);
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
