package dev.vedette.sentinel.command;

import dev.vedette.protocol.acl.AccessControl;
import dev.vedette.protocol.acl.Denial;
import dev.vedette.protocol.acl.User;
import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.daemon.Version;

import java.util.List;

/** PING, AUTH, HELLO, QUIT and RESET. */
final class ConnectionCommands {
    private static final byte[] DEFAULT_USER = ConfText.encode(User.DEFAULT);

    private final SentinelPort port;
    private final Subscriptions subscriptions;

    ConnectionCommands(SentinelPort port, Subscriptions subscriptions) {
        this.port = port;
        this.subscriptions = subscriptions;
    }

    List<Command> rows() {
        return List.of(
                Command.of("ping", -1, "fast", "@fast @connection", this::ping),
                Command.of(
                        "auth",
                        -2,
                        "noscript loading stale fast no_auth allow_busy",
                        "@fast @connection",
                        this::auth),
                Command.of(
                        "hello",
                        -1,
                        "noscript loading stale fast no_auth allow_busy",
                        "@fast @connection",
                        this::hello),
                // Sentinels of Redis 7 know neither of these; clients say them all the same.
                Command.of(
                        "quit",
                        -1,
                        "noscript loading stale fast no_auth allow_busy",
                        "@fast @connection",
                        this::quit),
                Command.of(
                        "reset",
                        1,
                        "noscript loading stale fast no_auth allow_busy",
                        "@fast @connection",
                        this::reset));
    }

    private void ping(ClientSession client, Words words) {
        if (words.count() > 2) {
            Dispatcher.refuse(client, Dispatcher.wrongArity("ping"));
        } else if (client.isSubscriber() && client.protocol() == 2) {
            var out = client.reply();
            out.array(2);
            out.bulk("pong");
            out.bulk(words.count() == 2 ? words.bytes(1) : new byte[0]);
        } else if (words.count() == 2) {
            client.reply().bulk(words.bytes(1));
        } else {
            client.reply().simple("PONG");
        }
    }

    private void auth(ClientSession client, Words words) {
        if (words.count() > 3) {
            Dispatcher.refuse(client, "ERR syntax error");
        } else if (words.count() == 2 && !port.users().needsPassword()) {
            Dispatcher.refuse(client, AccessControl.NO_PASSWORD_SET);
        } else if (authenticate(client, words, words.count() == 3 ? 1 : -1, words.count() - 1)) {
            client.reply().ok();
        }
    }

    /**
     * @param userAt which word is the user, negative for the default user
     * @return false when it was refused, and said so
     */
    private boolean authenticate(ClientSession client, Words words, int userAt, int passwordAt) {
        var name = userAt < 0 ? DEFAULT_USER : words.bytes(userAt);
        var user = port.users().authenticate(name, words.bytes(passwordAt));
        if (user.isEmpty()) {
            var denial = new Denial(Denial.Reason.AUTH, ConfText.decode(words.bytes(0)));
            port.denied(client, denial, ConfText.decode(name));
            Dispatcher.refuse(client, denial.line());
            return false;
        }
        client.authenticate(user.get());
        return true;
    }

    private void hello(ClientSession client, Words words) {
        var version = client.protocol();
        if (words.count() >= 2) {
            var asked = words.number(1);
            if (asked.isEmpty()) {
                Dispatcher.refuse(client, "ERR Protocol version is not an integer or out of range");
                return;
            }
            if (asked.get() != 2 && asked.get() != 3) {
                Dispatcher.refuse(client, "NOPROTO unsupported protocol version");
                return;
            }
            version = asked.get().intValue();
        }
        if (helloOptions(client, words)) {
            client.protocol(version);
            introduce(client);
        }
    }

    /** Returns false when one was refused, and said so. */
    private boolean helloOptions(ClientSession client, Words words) {
        var name = client.name();
        for (var i = 2; i < words.count(); i++) {
            var more = words.count() - 1 - i;
            if (words.is(i, "AUTH") && more >= 2) {
                if (!authenticate(client, words, i + 1, i + 2)) {
                    return false;
                }
                i += 2;
            } else if (words.is(i, "SETNAME") && more >= 1) {
                if (!ClientCommands.isValidName(words.bytes(i + 1))) {
                    Dispatcher.refuse(client, ClientCommands.BAD_NAME);
                    return false;
                }
                name = words.text(i + 1);
                i++;
            } else {
                Dispatcher.refuse(
                        client, "ERR Syntax error in HELLO option '" + words.raw(i) + "'");
                return false;
            }
        }
        if (!client.mayTalk()) {
            Dispatcher.refuse(
                    client,
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise"
                            + " the HELLO AUTH <user> <pass> option can be used to authenticate the"
                            + " client and select the RESP protocol version at the same time");
            return false;
        }
        client.name(name);
        return true;
    }

    private static void introduce(ClientSession client) {
        var out = client.reply();
        out.map(6);
        out.bulk("server");
        out.bulk("redis");
        out.bulk("version");
        out.bulk(Version.REDIS);
        out.bulk("proto");
        out.integer(client.protocol());
        out.bulk("id");
        out.integer(client.id());
        out.bulk("mode");
        out.bulk("sentinel");
        out.bulk("modules");
        out.array(0);
    }

    private void quit(ClientSession client, Words words) {
        client.reply().ok();
        client.closeAfterReply();
    }

    /** The connection is as it was when it was made. */
    private void reset(ClientSession client, Words words) {
        subscriptions.forget(client);
        client.startAfresh();
        client.reply().simple("RESET");
    }
}
