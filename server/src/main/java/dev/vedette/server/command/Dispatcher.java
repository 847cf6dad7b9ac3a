package dev.vedette.server.command;

import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.resp.CrossProtocol;
import dev.vedette.server.admin.SlowLog;
import dev.vedette.server.keyspace.Expiry;
import dev.vedette.server.keyspace.Keyspace;
import dev.vedette.server.pubsub.KeyspaceEvents;
import dev.vedette.server.replication.Propagation;
import dev.vedette.server.session.Session;
import dev.vedette.server.session.Transaction;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The one place where a command is refused, postponed, queued or run (Redis server.c,
 * processCommand and call). Event loop only.
 */
public final class Dispatcher {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private static final int ANY_TRANSACTION_MAY = 0;

    private static final String PROTECTED =
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\","
                + " you can run it from a local connection, otherwise you need to set this option"
                + " in the configuration file, and then restart the server.";

    private final CommandTable table;
    private final Keyspace keyspace;
    private final Expiry expiry;
    private final Propagation propagation;
    private final KeyspaceEvents events;
    private final Stats stats;
    private final SlowLog slowLog;
    private final Pause pause;
    private final Credentials credentials;
    private final Map<Gate.Place, List<Gate>> gates = new EnumMap<>(Gate.Place.class);
    private Gate[] gatesInOrder = {};
    private LongSupplier offset = () -> 0;
    private boolean tracksLatency = true;
    private Predicate<Session> protectedAllowed = session -> false;
    private int depth;
    private @Nullable Session current;

    // The time of the present read, from which the time of each of its commands is told.
    private long readMillis;
    private long readNanos;
    private long nanos;

    public Dispatcher(
            CommandTable table,
            Keyspace keyspace,
            Expiry expiry,
            Propagation propagation,
            KeyspaceEvents events,
            Stats stats,
            SlowLog slowLog,
            Pause pause,
            Credentials credentials) {
        this.table = table;
        this.keyspace = keyspace;
        this.expiry = expiry;
        this.propagation = propagation;
        this.events = events;
        this.stats = stats;
        this.slowLog = slowLog;
        this.pause = pause;
        this.credentials = credentials;
        gate(Gate.Place.SUBSCRIBER, Dispatcher::refuseSubscriber);
    }

    public CommandTable table() {
        return table;
    }

    public Keyspace keyspace() {
        return keyspace;
    }

    public Expiry expiry() {
        return expiry;
    }

    public Propagation propagation() {
        return propagation;
    }

    public Stats stats() {
        return stats;
    }

    public Pause pause() {
        return pause;
    }

    /** The session whose command runs now, if any. */
    public @Nullable Session current() {
        return current;
    }

    /** Adds a reason to refuse commands. */
    public void gate(Gate.Place place, Gate gate) {
        gates.computeIfAbsent(place, _ -> new ArrayList<>(1)).add(gate);
        gatesInOrder = gates.values().stream().flatMap(List::stream).toList().toArray(new Gate[0]);
    }

    /** Where the replication offset can be asked that a client's WAIT is about. */
    public void offset(LongSupplier source) {
        this.offset = source;
    }

    /** Who may use protected commands (directive enable-debug-command). */
    public void allowProtected(Predicate<Session> who) {
        this.protectedAllowed = who;
    }

    /** Whether INFO can tell how long commands take (directive latency-tracking). */
    public void trackLatency(boolean on) {
        this.tracksLatency = on;
    }

    Credentials credentials() {
        return credentials;
    }

    /** A read begins: its commands take their time from here. */
    public void readBegins() {
        readMillis = System.currentTimeMillis();
        readNanos = System.nanoTime();
        nanos = readNanos;
    }

    /** The wall clock of the present command. */
    public long nowMillis() {
        return readMillis + (nanos - readNanos) / 1_000_000;
    }

    public long nowNanos() {
        return nanos;
    }

    // ---- refuse, postpone, queue

    /** Takes one command of a client, or of our master. */
    public void dispatch(Session session, byte[][] words) {
        var mark = session.output().gatheredBytes();
        current = session;
        session.used(nanos);
        try {
            process(session, words);
        } finally {
            current = null;
        }
        if (session.isSilent()) {
            session.output().forgetAfter(mark);
        }
        if (!session.isPostponed() && session.blocking() == null) {
            // A command that waits has its reply still before it.
            switch (session.replyMode()) {
                case SKIP_NEXT -> session.replyMode(Session.ReplyMode.SKIP);
                case SKIP -> session.endSkip();
                case ON, OFF -> {}
            }
        }
        session.afterCommand();
    }

    private void process(Session session, byte[][] words) {
        var command = find(words[0]);
        if (command == null) {
            if (CrossProtocol.isHttp(words[0])) {
                log.warn(CrossProtocol.WARNING, session);
                session.kill();
                return;
            }
            refuse(session, null, unknown(words));
            return;
        }
        if (command.isContainer() && words.length > 1) {
            var sub = command.subcommand(words[1]);
            if (sub == null) {
                refuse(session, command, unknownSubcommand(words));
                return;
            }
            command = sub;
        }
        session.lastCommand(command.name());
        if (!command.canRun() || !command.takes(words.length)) {
            refuse(session, command, wrongCount(command));
            return;
        }
        if (command.has(Flag.PROTECTED) && !protectedAllowed.test(session)) {
            refuse(session, command, PROTECTED);
            return;
        }
        var refusal =
                session.kind() == Session.Kind.MASTER ? null : refusal(session, command, words);
        if (refusal != null) {
            refuse(session, command, refusal);
            return;
        }
        var transaction = session.transaction();
        if (pause.holdsBack(session, command, transaction)) {
            session.postpone(words);
            pause.postponed(session);
            return;
        }
        if (transaction != null && !runsInsideMulti(command)) {
            transaction.add(command, words);
            session.replies().simple("QUEUED");
            return;
        }
        propagation.beginUnit();
        try {
            call(session, command, words, false);
        } finally {
            propagation.endUnit();
        }
        session.lastWriteOffset(offset.getAsLong());
    }

    private @Nullable Command find(byte[] name) {
        return table.find(name);
    }

    private @Nullable String refusal(Session session, Command command, byte[][] words) {
        var transaction = session.transaction();
        var loggedIn = command.has(Flag.NO_AUTH) || credentials.mayTalk(session);
        if (loggedIn && transaction != null && command.has(Flag.NO_MULTI)) {
            return "ERR Command not allowed inside a transaction";
        }
        var denial = credentials.refusal(session, command, words);
        if (denial != null) {
            return denial;
        }
        var exec = transaction != null && command.name().equals("exec") ? transaction : null;
        var anyFlags = command.flags() | (exec == null ? ANY_TRANSACTION_MAY : exec.anyFlags());
        var allFlags = command.flags() & (exec == null ? -1 : exec.allFlags());
        for (var gate : gatesInOrder) {
            var refusal = gate.refuse(session, command, anyFlags, allFlags);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /** Commands that MULTI does not queue. */
    private static boolean runsInsideMulti(Command command) {
        return switch (command.name()) {
            case "exec", "discard", "multi", "watch", "quit", "reset" -> true;
            default -> false;
        };
    }

    private static @Nullable String refuseSubscriber(
            Session session, Command command, int anyFlags, int allFlags) {
        if (!session.isSubscriber() || session.protocol() != 2) {
            return null;
        }
        return switch (command.name()) {
            case "ping",
                    "subscribe",
                    "ssubscribe",
                    "unsubscribe",
                    "sunsubscribe",
                    "psubscribe",
                    "punsubscribe",
                    "quit",
                    "reset" ->
                    null;
            default ->
                    "ERR Can't execute '"
                            + command.name()
                            + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                            + " allowed in this context";
        };
    }

    private void refuse(Session session, @Nullable Command command, String line) {
        var transaction = session.transaction();
        if (command != null) {
            command.rejected();
        }
        if (transaction != null) {
            transaction.breakUp();
        }
        if (command != null && command.name().equals("exec")) {
            session.endTransaction();
            var reason = line.startsWith("ERR ") ? line.substring(4) : line;
            writeError(session, "EXECABORT Transaction discarded because of: " + reason);
        } else {
            writeError(session, line);
        }
    }

    private static String unknown(byte[][] words) {
        var text = new StringBuilder("ERR unknown command '");
        text.append(Words.printed(words[0], 128)).append("', with args beginning with: ");
        var shown = new StringBuilder();
        for (var i = 1; i < words.length && shown.length() < 128; i++) {
            var word = Words.printed(words[i], 128 - shown.length());
            shown.append('\'').append(word).append("' ");
        }
        return text.append(shown).toString();
    }

    private static String unknownSubcommand(byte[][] words) {
        var container = new StringBuilder();
        for (var letter : words[0]) {
            var small = letter >= 'a' && letter <= 'z';
            container.append((char) ((small ? letter - 32 : letter) & 0xff));
        }
        return "ERR unknown subcommand '"
                + Words.printed(words[1], 128)
                + "'. Try "
                + container
                + " HELP.";
    }

    static String wrongCount(Command command) {
        return "ERR wrong number of arguments for '" + command.name() + "' command";
    }

    // ---- run

    /** Runs a command that nothing stands against; EXEC and others may run one inside another. */
    void call(Session session, Command command, byte[][] words, boolean insideExec) {
        var began = nanos;
        var context = new CommandContext(this, session, command, words, nowMillis(), insideExec);
        var dirty = keyspace.dirty();
        depth++;
        try {
            command.run(context);
        } catch (CommandError e) {
            context.error(e.line());
        } finally {
            depth--;
        }
        // A save makes the count smaller: it changes no data (Redis server.c, call).
        context.propagate(propagation, keyspace.dirty() > dirty);
        nanos = System.nanoTime();
        var taken = nanos - began;
        stats.commands++;
        command.called(taken);
        if (tracksLatency && session.blocking() == null) {
            command.latencies().record(taken);
        }
        if (context.hasFailed()) {
            command.failed();
        }
        if (slowLog.isSlow(taken) && !command.has(Flag.SKIP_SLOWLOG)) {
            slowLog.add(session, words, taken, nowMillis());
        }
    }

    /** Whether a command runs just now: no moment for a snapshot. */
    public boolean isRunning() {
        return depth > 0;
    }

    /** Runs work of the server's own that may change data, as a unit. */
    public void unit(Runnable work) {
        propagation.beginUnit();
        try {
            work.run();
        } finally {
            propagation.endUnit();
        }
    }

    /** Goes on with commands that were held back by a pause that is over. */
    public void resume(Session session) {
        var words = session.takePostponed();
        if (words == null || session.isClosed()) {
            return;
        }
        readBegins();
        dispatch(session, words);
        session.flushSoon();
        if (!session.isPostponed() && session.blocking() == null) {
            session.decoder().resume();
        }
    }

    /** Ends an EXEC's part: for the transaction itself. */
    static void require(@Nullable Transaction transaction, String errorLine) {
        if (transaction == null) {
            throw new CommandError(errorLine);
        }
    }

    // ---- replies and events

    void writeError(Session session, String line) {
        stats.countError(line);
        session.replies().error(line.getBytes(StandardCharsets.ISO_8859_1));
    }

    void notify(char type, String event, byte[] key, int db) {
        if (events.isOn()) {
            events.publish(type, event, key, db);
        }
    }
}
