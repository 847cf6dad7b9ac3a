package dev.vedette.server.command;

import dev.vedette.protocol.resp.ReplyWriter;
import dev.vedette.server.keyspace.Database;
import dev.vedette.server.keyspace.Expiry.Asker;
import dev.vedette.server.keyspace.Keyspace;
import dev.vedette.server.replication.Propagation;
import dev.vedette.server.session.Session;
import dev.vedette.server.type.StringValue;
import dev.vedette.server.type.ValueType;

import org.jspecify.annotations.Nullable;

/**
 * What one run of a command has at hand: its words, its client, the data and the time, and the ways
 * to reply and to say what others must be told. Valid during the run only. Event loop only.
 */
public final class CommandContext {
    private final Dispatcher dispatcher;
    private final Session session;
    private final Command command;
    private final byte[][] words;
    private final Database db;
    private final long nowMillis;
    private final boolean insideExec;

    private byte @Nullable [][] instead;
    private boolean force;
    private boolean quiet;
    private boolean failed;

    CommandContext(
            Dispatcher dispatcher,
            Session session,
            Command command,
            byte[][] words,
            long nowMillis,
            boolean insideExec) {
        this.dispatcher = dispatcher;
        this.session = session;
        this.command = command;
        this.words = words;
        this.db = dispatcher.keyspace().database(session.db());
        this.nowMillis = nowMillis;
        this.insideExec = insideExec;
    }

    public Session session() {
        return session;
    }

    public Command command() {
        return command;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    public Keyspace keyspace() {
        return dispatcher.keyspace();
    }

    /** The database that the client has selected. */
    public Database db() {
        return db;
    }

    /** The wall clock when the command began, in milliseconds. */
    public long nowMillis() {
        return nowMillis;
    }

    /** Whether this run is part of an EXEC, and must not block. */
    public boolean isInsideExec() {
        return insideExec;
    }

    public boolean isFromMaster() {
        return session.kind() == Session.Kind.MASTER;
    }

    // ---- words

    public int count() {
        return words.length;
    }

    public byte[] word(int index) {
        return words[index];
    }

    public byte[][] words() {
        return words;
    }

    /** The word as text, a character a byte. */
    public String text(int index) {
        return Words.text(words[index]);
    }

    /** Whether this word of the client is that one, in any case; {@code lower} in lower case. */
    public boolean is(int index, String lower) {
        return Words.matches(words[index], lower);
    }

    public long integer(int index) {
        return integer(index, CommandError.NOT_AN_INTEGER);
    }

    public long integer(int index, String errorLine) {
        try {
            return StringValue.parseLong(words[index]);
        } catch (NumberFormatException _) {
            throw new CommandError(errorLine);
        }
    }

    /** A number between the two, both included. */
    public long integer(int index, long min, long max, String errorLine) {
        var number = integer(index, errorLine);
        if (number < min || number > max) {
            throw new CommandError(errorLine);
        }
        return number;
    }

    // ---- keys

    /** The value to read, or null; counts as a use of the key and as a hit or a miss. */
    public @Nullable Object read(byte[] key) {
        var value = peek(key, Asker.READER);
        var stats = dispatcher.stats();
        if (value == null) {
            stats.keyspaceMisses++;
            dispatcher.notify('m', "keymiss", key, db.number());
            return null;
        }
        stats.keyspaceHits++;
        return session.noTouch() && !command.name().equals("touch") ? value : db.use(key);
    }

    /** The string to read, or null. */
    public @Nullable Object readString(byte[] key) {
        var value = read(key);
        if (value != null) {
            requireString(value);
        }
        return value;
    }

    /** The value that is about to be changed, or null. */
    public @Nullable Object write(byte[] key) {
        var value = peek(key, Asker.WRITER);
        return value == null ? null : db.use(key);
    }

    /** The string that is about to be changed, or null. */
    public @Nullable Object writeString(byte[] key) {
        var value = write(key);
        if (value != null) {
            requireString(value);
        }
        return value;
    }

    /** The value without any trace of the look, or null. */
    public @Nullable Object peek(byte[] key) {
        return peek(key, Asker.READER);
    }

    public @Nullable Object peek(Database where, byte[] key) {
        return peek(where, key, Asker.READER);
    }

    private @Nullable Object peek(byte[] key, Asker asker) {
        return peek(db, key, asker);
    }

    private @Nullable Object peek(Database where, byte[] key, Asker asker) {
        var value = where.get(key);
        if (value == null) {
            return null;
        }
        var who = isFromMaster() ? Asker.MASTER : asker;
        return dispatcher.expiry().expireIfNeeded(where, key, nowMillis, who) ? null : value;
    }

    private static void requireString(Object value) {
        if (ValueType.of(value) != ValueType.STRING) {
            throw CommandError.wrongType();
        }
    }

    // ---- changes

    /** Says that data was changed, so that the command is propagated as it came. */
    public void changed(long changes) {
        dispatcher.keyspace().addDirty(changes);
    }

    /** Lets these words be propagated in place of the command's own. */
    public void propagateAs(byte[]... others) {
        instead = others;
    }

    /** Lets the command be propagated although it changed nothing. */
    public void propagateAnyway() {
        force = true;
    }

    /** Lets nothing of this command be propagated, whatever it changed. */
    public void propagateNothing() {
        quiet = true;
    }

    /** One more command to be propagated, before this one. */
    public void propagateToo(int number, byte[]... others) {
        dispatcher.propagation().command(number, others);
    }

    /** A message to be passed on to replicas, no change of the data. */
    public void propagateMessage() {
        dispatcher.propagation().message(db.number(), words);
    }

    /** Tells subscribers of keyspace events (notify-keyspace-events). */
    public void notify(char type, String event, byte[] key) {
        dispatcher.notify(type, event, key, db.number());
    }

    void propagate(Propagation propagation, boolean changedData) {
        if (!quiet && (changedData || force)) {
            propagation.command(db.number(), instead == null ? words : instead);
        }
    }

    boolean hasFailed() {
        return failed;
    }

    // ---- reply

    public ReplyWriter reply() {
        return session.replies();
    }

    public void ok() {
        session.replies().ok();
    }

    /**
     * @param line without {@code -}
     */
    public void error(String line) {
        failed = true;
        dispatcher.writeError(session, line);
    }
}
