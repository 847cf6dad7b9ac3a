package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.protocol.conf.ConfText;
import dev.vedette.server.session.ClientLine;
import dev.vedette.server.session.Session;
import dev.vedette.server.session.Sessions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;

/** CLIENT: who is connected, and what becomes of them (Redis networking.c). */
public final class ClientCommands {
    private static final String ANYBODY = "noscript loading stale";
    private static final String ADMIN = "admin noscript loading stale";
    private static final String ADMIN_ACL = "@admin @slow @dangerous @connection";
    private static final String ACL = "@slow @connection";

    private final Sessions sessions;

    public ClientCommands(Sessions sessions) {
        this.sessions = sessions;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("client", -2, "", "@slow", "2.4.0")
                        .about("Asks about connections and steers them.")
                        .subcommands(
                                row("client|kill", -3, ADMIN, ADMIN_ACL, "2.4.0")
                                        .about("Closes connections.")
                                        .does(this::kill),
                                row("client|setname", 3, ANYBODY, ACL, "2.6.9")
                                        .about("Gives the connection a name.")
                                        .does(ClientCommands::setName),
                                row("client|setinfo", 4, ANYBODY, ACL, "7.2.0")
                                        .about("Says which client library is at work.")
                                        .does(ClientCommands::setInfo),
                                row("client|no-evict", 3, ADMIN, ADMIN_ACL, "7.0.0")
                                        .about("Keeps the connection when memory is short.")
                                        .does(ClientCommands::noEvict),
                                row("client|no-touch", 3, ANYBODY, ACL, "7.2.0")
                                        .about("Lets the connection's reads count as no use.")
                                        .does(ClientCommands::noTouch),
                                row("client|info", 2, ANYBODY, ACL, "6.2.0")
                                        .tips("nondeterministic_output")
                                        .about("Describes this connection.")
                                        .does(ClientCommands::info),
                                row("client|reply", 3, ANYBODY, ACL, "3.2.0")
                                        .about("Switches replies on or off.")
                                        .does(ClientCommands::reply),
                                row("client|help", 2, "loading stale", ACL, "5.0.0")
                                        .about("Lists the subcommands.")
                                        .does(ClientCommands::help),
                                row("client|id", 2, ANYBODY, ACL, "5.0.0")
                                        .about("Returns the number of this connection.")
                                        .does(ctx -> ctx.reply().integer(ctx.session().id())),
                                row("client|getname", 2, ANYBODY, ACL, "2.6.9")
                                        .about("Returns the name of this connection.")
                                        .does(ClientCommands::getName),
                                row("client|unblock", -3, ADMIN, ADMIN_ACL, "5.0.0")
                                        .about("Lets a connection go that waits.")
                                        .does(this::unblock),
                                row("client|pause", -3, ADMIN, ADMIN_ACL, "3.0.0")
                                        .about("Holds commands back for a time.")
                                        .does(ClientCommands::pause),
                                row("client|unpause", 2, ADMIN, ADMIN_ACL, "6.2.0")
                                        .about("Ends a pause.")
                                        .does(ClientCommands::unpause),
                                row("client|list", -2, ADMIN, ADMIN_ACL, "2.4.0")
                                        .tips("nondeterministic_output")
                                        .about("Describes all connections.")
                                        .does(this::list)));
    }

    // ---- names

    /** Refuses a name with anything that would break the lines of CLIENT LIST. */
    static void checkName(byte[] name, String what) {
        for (var letter : name) {
            if (letter < '!' || letter > '~') {
                throw new CommandError(
                        "ERR " + what + " cannot contain spaces, newlines or special characters.");
            }
        }
    }

    private static void setName(CommandContext ctx) {
        checkName(ctx.word(2), "Client names");
        ctx.session().name(ctx.word(2));
        ctx.ok();
    }

    private static void getName(CommandContext ctx) {
        var name = ctx.session().name();
        if (name.length == 0) {
            ctx.reply().nullBulk();
        } else {
            ctx.reply().bulk(name);
        }
    }

    private static void setInfo(CommandContext ctx) {
        if (ctx.is(2, "lib-name")) {
            checkName(ctx.word(3), "lib-name");
            ctx.session().libName(ctx.word(3));
        } else if (ctx.is(2, "lib-ver")) {
            checkName(ctx.word(3), "lib-ver");
            ctx.session().libVersion(ctx.word(3));
        } else {
            throw new CommandError(
                    "ERR Unrecognized option '"
                            + Words.printed(ctx.word(2), Integer.MAX_VALUE)
                            + "'");
        }
        ctx.ok();
    }

    // ---- switches

    private static boolean onOrOff(CommandContext ctx) {
        if (ctx.is(2, "on")) {
            return true;
        }
        if (ctx.is(2, "off")) {
            return false;
        }
        throw CommandError.syntax();
    }

    private static void noEvict(CommandContext ctx) {
        ctx.session().noEvict(onOrOff(ctx));
        ctx.ok();
    }

    private static void noTouch(CommandContext ctx) {
        ctx.session().noTouch(onOrOff(ctx));
        ctx.ok();
    }

    private static void reply(CommandContext ctx) {
        var session = ctx.session();
        if (ctx.is(2, "on")) {
            session.replyMode(Session.ReplyMode.ON);
            ctx.ok();
        } else if (ctx.is(2, "off")) {
            session.replyMode(Session.ReplyMode.OFF);
        } else if (ctx.is(2, "skip")) {
            if (session.replyMode() != Session.ReplyMode.OFF) {
                session.replyMode(Session.ReplyMode.SKIP_NEXT);
            }
        } else {
            throw CommandError.syntax();
        }
    }

    // ---- pause

    private static void pause(CommandContext ctx) {
        if (ctx.count() > 4) {
            throw CommandError.subcommand(ctx.command());
        }
        var all = true;
        if (ctx.count() == 4 && ctx.is(3, "write")) {
            all = false;
        } else if (ctx.count() == 4 && !ctx.is(3, "all")) {
            throw new CommandError("ERR CLIENT PAUSE mode must be WRITE or ALL");
        }
        var millis = ctx.integer(2, "ERR timeout is not an integer or out of range");
        if (millis < 0) {
            throw new CommandError("ERR timeout is negative");
        }
        if (millis > Long.MAX_VALUE - ctx.nowMillis()) {
            throw new CommandError("ERR timeout is out of range");
        }
        ctx.dispatcher().pause().begin(Pause.Reason.CLIENT_PAUSE, all, ctx.nowMillis() + millis);
        ctx.ok();
    }

    private static void unpause(CommandContext ctx) {
        ctx.dispatcher().pause().end(Pause.Reason.CLIENT_PAUSE);
        ctx.ok();
    }

    private void unblock(CommandContext ctx) {
        if (ctx.count() > 4) {
            throw CommandError.subcommand(ctx.command());
        }
        var error = false;
        if (ctx.count() == 4 && ctx.is(3, "error")) {
            error = true;
        } else if (ctx.count() == 4 && !ctx.is(3, "timeout")) {
            throw new CommandError("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
        }
        var session = sessions.find(ctx.integer(2));
        var blocking = session == null ? null : session.blocking();
        if (blocking == null) {
            ctx.reply().integer(0);
            return;
        }
        blocking.force(error ? "UNBLOCKED client unblocked via CLIENT UNBLOCK" : "");
        ctx.reply().integer(1);
    }

    // ---- list

    private static void info(CommandContext ctx) {
        var line = ClientLine.of(ctx.session(), ctx.dispatcher().nowNanos());
        ctx.reply().verbatim("txt", bytes(line + "\n"));
    }

    private void list(CommandContext ctx) {
        Predicate<Session> wanted = session -> true;
        if (ctx.count() == 4 && ctx.is(2, "type")) {
            wanted = ofType(ctx, 3);
        } else if (ctx.count() > 3 && ctx.is(2, "id")) {
            var ids = new HashSet<Long>();
            for (var i = 3; i < ctx.count(); i++) {
                ids.add(ctx.integer(i, "ERR Invalid client ID"));
            }
            wanted = session -> ids.contains(session.id());
        } else if (ctx.count() != 2) {
            throw CommandError.syntax();
        }
        var text = new StringBuilder();
        for (var session : sessions.all()) {
            if (wanted.test(session)) {
                text.append(ClientLine.of(session, ctx.dispatcher().nowNanos())).append('\n');
            }
        }
        ctx.reply().verbatim("txt", bytes(text.toString()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Predicate<Session> ofType(CommandContext ctx, int index) {
        if (ctx.is(index, "normal")) {
            return s -> s.kind() == Session.Kind.NORMAL && !s.isSubscriber();
        }
        if (ctx.is(index, "pubsub")) {
            return s -> s.kind() == Session.Kind.NORMAL && s.isSubscriber();
        }
        if (ctx.is(index, "slave") || ctx.is(index, "replica")) {
            return s -> s.kind() == Session.Kind.REPLICA;
        }
        if (ctx.is(index, "master")) {
            return s -> s.kind() == Session.Kind.MASTER;
        }
        throw new CommandError(
                "ERR Unknown client type '"
                        + Words.printed(ctx.word(index), Integer.MAX_VALUE)
                        + "'");
    }

    // ---- kill

    private void kill(CommandContext ctx) {
        if (ctx.count() == 3) {
            killOldForm(ctx);
            return;
        }
        var wanted = new ArrayList<Predicate<Session>>();
        var skipMe = true;
        for (var i = 2; i < ctx.count(); i += 2) {
            if (i + 1 >= ctx.count()) {
                throw CommandError.syntax();
            }
            var value = ctx.text(i + 1);
            if (ctx.is(i, "id")) {
                var id =
                        ctx.integer(
                                i + 1, 1, Long.MAX_VALUE, "ERR client-id should be greater than 0");
                wanted.add(session -> session.id() == id);
            } else if (ctx.is(i, "type")) {
                wanted.add(ofType(ctx, i + 1));
            } else if (ctx.is(i, "addr")) {
                wanted.add(session -> session.endpoints().remote().equals(value));
            } else if (ctx.is(i, "laddr")) {
                wanted.add(session -> session.endpoints().local().equals(value));
            } else if (ctx.is(i, "user")) {
                var user =
                        ctx.dispatcher()
                                .credentials()
                                .users()
                                .find(ConfText.decode(ctx.word(i + 1)))
                                .orElseThrow(
                                        () -> new CommandError("ERR No such user '" + value + "'"));
                wanted.add(session -> session.user() == user);
            } else if (ctx.is(i, "skipme") && ctx.is(i + 1, "yes")) {
                skipMe = true;
            } else if (ctx.is(i, "skipme") && ctx.is(i + 1, "no")) {
                skipMe = false;
            } else {
                throw CommandError.syntax();
            }
        }
        var killed = 0L;
        for (var session : sessions.snapshot()) {
            var isMe = session.equals(ctx.session());
            if (!(isMe && skipMe) && wanted.stream().allMatch(w -> w.test(session))) {
                end(ctx, session);
                killed++;
            }
        }
        ctx.reply().integer(killed);
    }

    private void killOldForm(CommandContext ctx) {
        var address = ctx.text(2);
        for (var session : sessions.snapshot()) {
            if (session.endpoints().remote().equals(address)) {
                end(ctx, session);
                ctx.ok();
                return;
            }
        }
        throw new CommandError("ERR No such client");
    }

    private static void end(CommandContext ctx, Session session) {
        if (session.equals(ctx.session())) {
            session.closeAfterReplies();
        } else {
            session.kill();
        }
    }

    private static void help(CommandContext ctx) {
        Help.reply(
                ctx,
                "GETNAME",
                "    The name of this connection.",
                "ID",
                "    The number of this connection.",
                "INFO",
                "    What is known of this connection.",
                "KILL <ip:port>",
                "    Closes the connection from that address.",
                "KILL <option> <value> [<option> <value> ...]",
                "    Closes all connections that all of these fit:",
                "    ADDR <ip:port>, LADDR <ip:port>, ID <id>, USER <name>,",
                "    TYPE (normal|master|replica|pubsub), SKIPME (yes|no)",
                "LIST [TYPE (normal|master|replica|pubsub)|ID <id> [<id> ...]]",
                "    What is known of the connections.",
                "NO-EVICT (on|off)",
                "    Keeps this connection when memory for clients is short.",
                "NO-TOUCH (on|off)",
                "    Lets reads of this connection count as no use of keys.",
                "PAUSE <milliseconds> [WRITE|ALL]",
                "    Holds back all commands, or those that write, for that time.",
                "REPLY (on|off|skip)",
                "    Whether this connection wants replies.",
                "SETINFO (lib-name|lib-ver) <value>",
                "    Which client library uses this connection.",
                "SETNAME <name>",
                "    Gives this connection a name.",
                "UNBLOCK <id> [TIMEOUT|ERROR]",
                "    Lets a connection go that waits in a command.",
                "UNPAUSE",
                "    Ends a pause.");
    }
}
