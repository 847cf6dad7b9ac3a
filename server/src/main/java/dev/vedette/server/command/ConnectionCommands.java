package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.protocol.acl.AccessControl;
import dev.vedette.protocol.daemon.Version;
import dev.vedette.server.pubsub.PubSub;
import dev.vedette.server.session.Session;

import java.util.List;

/** What a connection says about itself: who it is, how it talks, whether anybody is there. */
public final class ConnectionCommands {
    private static final byte[] DEFAULT_USER = Words.of("default");

    private final Credentials credentials;
    private final PubSub pubSub;

    public ConnectionCommands(Credentials credentials, PubSub pubSub) {
        this.credentials = credentials;
        this.pubSub = pubSub;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row(
                                "auth",
                                -2,
                                "noscript loading stale fast no_auth allow_busy",
                                "@fast @connection",
                                "1.0.0")
                        .about("Authenticates the connection.")
                        .does(this::auth),
                row("echo", 2, "loading stale fast", "@fast @connection", "1.0.0")
                        .about("Returns its argument.")
                        .does(ctx -> ctx.reply().bulk(ctx.word(1))),
                row(
                                "hello",
                                -1,
                                "noscript loading stale fast no_auth allow_busy",
                                "@fast @connection",
                                "6.0.0")
                        .about("Shakes hands: protocol, authentication, name.")
                        .does(this::hello),
                row("ping", -1, "fast", "@fast @connection", "1.0.0")
                        .tips("request_policy:all_shards response_policy:all_succeeded")
                        .about("Answers, if somebody is there.")
                        .does(ConnectionCommands::ping),
                row(
                                "quit",
                                -1,
                                "noscript loading stale fast no_auth allow_busy",
                                "@fast @connection",
                                "1.0.0")
                        .deprecated("7.2.0")
                        .about("Closes the connection.")
                        .does(ConnectionCommands::quit),
                row(
                                "reset",
                                1,
                                "noscript loading stale fast no_auth allow_busy",
                                "@fast @connection",
                                "6.2.0")
                        .about("Makes the connection as it was at first.")
                        .does(this::reset),
                row("select", 2, "loading stale fast", "@fast @connection", "1.0.0")
                        .about("Chooses a database.")
                        .does(ConnectionCommands::select));
    }

    private static void ping(CommandContext ctx) {
        if (ctx.count() > 2) {
            throw new CommandError(Dispatcher.wrongCount(ctx.command()));
        }
        var session = ctx.session();
        if (session.isSubscriber() && session.protocol() == 2) {
            ctx.reply().array(2);
            ctx.reply().bulk("pong");
            ctx.reply().bulk(ctx.count() == 2 ? ctx.word(1) : new byte[0]);
        } else if (ctx.count() == 2) {
            ctx.reply().bulk(ctx.word(1));
        } else {
            ctx.reply().simple("PONG");
        }
    }

    private static void quit(CommandContext ctx) {
        ctx.ok();
        ctx.session().closeAfterReplies();
    }

    private static void select(CommandContext ctx) {
        ctx.session().select(databaseNumber(ctx, 1));
        ctx.ok();
    }

    /** The database that a word names; refuses one that does not exist. */
    static int databaseNumber(CommandContext ctx, int index) {
        var number = ctx.integer(index);
        if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
            throw new CommandError(
                    "ERR value is out of range, value must between -2147483648 and 2147483647");
        }
        if (number < 0 || number >= ctx.keyspace().count()) {
            throw new CommandError("ERR DB index is out of range");
        }
        return (int) number;
    }

    private void auth(CommandContext ctx) {
        if (ctx.count() > 3) {
            throw CommandError.syntax();
        }
        if (ctx.count() == 2 && !credentials.hasPassword()) {
            throw new CommandError(AccessControl.NO_PASSWORD_SET);
        }
        var user = ctx.count() == 3 ? ctx.word(1) : DEFAULT_USER;
        if (!credentials.authenticate(
                ctx.session(), ctx.word(0), user, ctx.word(ctx.count() - 1))) {
            throw new CommandError(AccessControl.WRONG_PASSWORD);
        }
        ctx.ok();
    }

    private void hello(CommandContext ctx) {
        var session = ctx.session();
        var version = 0L;
        if (ctx.count() > 1) {
            version = ctx.integer(1, "ERR Protocol version is not an integer or out of range");
            if (version < 2 || version > 3) {
                throw new CommandError("NOPROTO unsupported protocol version");
            }
        }
        byte[] name = null;
        for (var i = 2; i < ctx.count(); i++) {
            if (ctx.is(i, "auth") && i + 2 < ctx.count()) {
                if (!credentials.authenticate(
                        session, ctx.word(0), ctx.word(i + 1), ctx.word(i + 2))) {
                    throw new CommandError(AccessControl.WRONG_PASSWORD);
                }
                i += 2;
            } else if (ctx.is(i, "setname") && i + 1 < ctx.count()) {
                name = ctx.word(++i);
                ClientCommands.checkName(name, "Client names");
            } else {
                throw new CommandError(
                        "ERR Syntax error in HELLO option '"
                                + Words.printed(ctx.word(i), Integer.MAX_VALUE)
                                + "'");
            }
        }
        if (!credentials.mayTalk(session)) {
            throw new CommandError(
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise"
                            + " the HELLO <proto> AUTH <user> <pass> option can be used to"
                            + " authenticate the client and select the RESP protocol version at"
                            + " the same time");
        }
        if (name != null) {
            session.name(name);
        }
        if (version != 0) {
            session.protocol((int) version);
        }
        replyHello(ctx);
    }

    private static void replyHello(CommandContext ctx) {
        var out = ctx.reply();
        out.map(7);
        out.bulk("server");
        out.bulk("redis");
        out.bulk("version");
        out.bulk(Version.REDIS);
        out.bulk("proto");
        out.integer(ctx.session().protocol());
        out.bulk("id");
        out.integer(ctx.session().id());
        out.bulk("mode");
        out.bulk("standalone");
        out.bulk("role");
        out.bulk(ctx.dispatcher().expiry().isReplica() ? "replica" : "master");
        out.bulk("modules");
        out.array(0);
    }

    private void reset(CommandContext ctx) {
        var session = ctx.session();
        if (session.kind() != Session.Kind.NORMAL) {
            throw new CommandError("ERR can only reset normal client connections");
        }
        session.endTransaction();
        pubSub.unsubscribeAll(session);
        session.select(0);
        session.protocol(2);
        session.name(new byte[0]);
        session.replyMode(Session.ReplyMode.ON);
        session.readOnlyMode(false);
        credentials.greet(session);
        ctx.reply().simple("RESET");
    }
}
