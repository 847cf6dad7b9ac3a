package dev.vedette.sentinel.command;

import dev.vedette.sentinel.command.ClientSession.ReplyMode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** CLIENT and its subcommands. */
final class ClientCommands {
    static final String BAD_NAME =
            "ERR Client names cannot contain spaces, newlines or special characters.";
    private static final String SYNTAX = "ERR syntax error";
    private static final String COMMON = "noscript loading stale";
    private static final String CONNECTION = "@slow @connection";
    private static final String ADMIN = "admin noscript loading stale";
    private static final String DANGEROUS = "@admin @slow @dangerous @connection";

    private final SentinelPort port;

    ClientCommands(SentinelPort port) {
        this.port = port;
    }

    Command row() {
        return Command.group(
                        "client",
                        -2,
                        "",
                        "@slow",
                        sub(
                                "id",
                                2,
                                COMMON,
                                CONNECTION,
                                (client, _) -> client.reply().integer(client.id())),
                        sub("setname", 3, COMMON, CONNECTION, this::setName),
                        sub("getname", 2, COMMON, CONNECTION, this::getName),
                        sub("setinfo", 4, COMMON, CONNECTION, this::setInfo),
                        sub("list", -2, ADMIN, DANGEROUS, this::list),
                        sub("info", 2, COMMON, CONNECTION, this::info),
                        sub("kill", -3, ADMIN, DANGEROUS, this::kill),
                        sub("reply", 3, COMMON, CONNECTION, this::reply),
                        sub("no-evict", 3, ADMIN, DANGEROUS, this::noEvict),
                        sub("pause", -3, ADMIN, DANGEROUS, this::pause),
                        sub("unpause", 2, ADMIN, DANGEROUS, this::unpause),
                        sub("unblock", -3, ADMIN, DANGEROUS, this::unblock),
                        sub("help", 2, "loading stale", CONNECTION, this::help))
                .with(new TrackingCommands(port).rows());
    }

    private static Command sub(
            String name, int arity, String flags, String categories, Command.Handler handler) {
        return Command.of("client|" + name, arity, flags, categories, handler);
    }

    // ---- names

    /** Printable and without blanks; empty takes the name away. */
    static boolean isValidName(byte[] name) {
        for (var b : name) {
            if (b < '!' || b > '~') {
                return false;
            }
        }
        return true;
    }

    private void setName(ClientSession client, Words words) {
        if (isValidName(words.bytes(2))) {
            client.name(words.text(2));
            client.reply().ok();
        } else {
            Dispatcher.refuse(client, BAD_NAME);
        }
    }

    private void getName(ClientSession client, Words words) {
        if (client.name().isEmpty()) {
            client.reply().nullBulk();
        } else {
            client.reply().bulk(client.name());
        }
    }

    private void setInfo(ClientSession client, Words words) {
        var library = words.is(2, "lib-name");
        if (!library && !words.is(2, "lib-ver")) {
            Dispatcher.refuse(client, "ERR Unrecognized option '" + words.raw(2) + "'");
        } else if (!isValidName(words.bytes(3))) {
            Dispatcher.refuse(
                    client,
                    "ERR "
                            + words.lower(2)
                            + " cannot contain spaces, newlines or special characters.");
        } else {
            if (library) {
                client.libraryName(words.text(3));
            } else {
                client.libraryVersion(words.text(3));
            }
            client.reply().ok();
        }
    }

    // ---- who is there

    private void info(ClientSession client, Words words) {
        client.reply().verbatim("txt", client.describe() + "\n");
    }

    private void list(ClientSession client, Words words) {
        Predicate<ClientSession> wanted;
        if (words.count() == 4 && words.is(2, "TYPE")) {
            var type = ofType(client, words, 3);
            if (type.isEmpty()) {
                return;
            }
            wanted = type.get();
        } else if (words.count() > 3 && words.is(2, "ID")) {
            var ids = new ArrayList<Long>();
            for (var i = 3; i < words.count(); i++) {
                var id = words.number(i);
                if (id.isEmpty()) {
                    Dispatcher.refuse(client, "ERR Invalid client ID");
                    return;
                }
                ids.add(id.get());
            }
            wanted = session -> ids.contains(session.id());
        } else if (words.count() == 2) {
            wanted = _ -> true;
        } else {
            Dispatcher.refuse(client, SYNTAX);
            return;
        }
        client.reply()
                .verbatim(
                        "txt",
                        port.sessions().stream()
                                .filter(session -> !session.isClosing())
                                .filter(wanted)
                                .map(session -> session.describe() + "\n")
                                .collect(Collectors.joining()));
    }

    private static Optional<Predicate<ClientSession>> ofType(
            ClientSession client, Words words, int at) {
        Predicate<ClientSession> subscriber = ClientSession::isSubscriber;
        return switch (words.lower(at)) {
            case "normal" -> Optional.of(subscriber.negate());
            case "pubsub" -> Optional.of(subscriber);
            // Nobody replicates from a sentinel.
            case "master", "replica", "slave" -> Optional.of(_ -> false);
            default -> {
                Dispatcher.refuse(client, "ERR Unknown client type '" + words.raw(at) + "'");
                yield Optional.empty();
            }
        };
    }

    // ---- KILL

    private void kill(ClientSession client, Words words) {
        if (words.count() == 3) {
            killAddress(client, words.text(2));
            return;
        }
        if (words.count() % 2 != 0) {
            Dispatcher.refuse(client, SYNTAX);
            return;
        }
        Predicate<ClientSession> wanted = _ -> true;
        var skipMe = true;
        for (var i = 2; i < words.count(); i += 2) {
            if (words.is(i, "SKIPME") && (words.is(i + 1, "yes") || words.is(i + 1, "no"))) {
                skipMe = words.is(i + 1, "yes");
            } else {
                var filter = killFilter(client, words, i);
                if (filter.isEmpty()) {
                    return;
                }
                wanted = wanted.and(filter.get());
            }
        }
        var victims = port.sessions().stream().filter(wanted).toList();
        var killed = 0;
        for (var victim : victims) {
            if ((victim == client && skipMe) || victim.isClosing()) {
                continue;
            }
            killed++;
            if (victim != client) {
                victim.kill();
            }
        }
        client.reply().integer(killed);
        if (!skipMe && wanted.test(client)) {
            client.closeAfterReply();
        }
    }

    /** Empty when the option was refused, and the client told. */
    private static Optional<Predicate<ClientSession>> killFilter(
            ClientSession client, Words words, int at) {
        var value = words.text(at + 1);
        return switch (words.lower(at)) {
            case "id" -> {
                var id = words.number(at + 1).filter(number -> number > 0);
                if (id.isEmpty()) {
                    Dispatcher.refuse(client, "ERR client-id should be greater than 0");
                }
                yield id.map(number -> session -> session.id() == number);
            }
            case "addr" -> Optional.of(session -> session.remoteAddress().equals(value));
            case "laddr" -> Optional.of(session -> session.localAddress().equals(value));
            case "type" -> ofType(client, words, at + 1);
            case "user" -> {
                var user = client.port().users().find(value);
                if (user.isEmpty()) {
                    Dispatcher.refuse(client, "ERR No such user '" + words.raw(at + 1) + "'");
                }
                yield user.map(wanted -> session -> session.user() == wanted);
            }
            default -> {
                Dispatcher.refuse(client, SYNTAX);
                yield Optional.empty();
            }
        };
    }

    private void killAddress(ClientSession client, String address) {
        var victim =
                port.sessions().stream()
                        .filter(session -> session.remoteAddress().equals(address))
                        .findFirst();
        if (victim.isEmpty()) {
            Dispatcher.refuse(client, "ERR No such client");
            return;
        }
        client.reply().ok();
        if (victim.get() == client) {
            client.closeAfterReply();
        } else {
            victim.get().kill();
        }
    }

    // ---- modes

    private void reply(ClientSession client, Words words) {
        switch (words.lower(2)) {
            case "on" -> {
                client.replyMode(ReplyMode.ON);
                client.reply().ok();
            }
            case "off" -> client.replyMode(ReplyMode.OFF);
            case "skip" -> {
                if (client.replyMode() != ReplyMode.OFF) {
                    client.replyMode(ReplyMode.SKIP_NEXT);
                }
            }
            default -> Dispatcher.refuse(client, SYNTAX);
        }
    }

    private void noEvict(ClientSession client, Words words) {
        switch (words.lower(2)) {
            case "on", "off" -> {
                client.noEvict(words.is(2, "on"));
                client.reply().ok();
            }
            default -> Dispatcher.refuse(client, SYNTAX);
        }
    }

    private void pause(ClientSession client, Words words) {
        var mode = words.count() > 3 ? words.text(3).toUpperCase(Locale.ROOT) : "ALL";
        if (words.count() > 4 || !(mode.equals("ALL") || mode.equals("WRITE"))) {
            Dispatcher.refuse(
                    client,
                    words.count() > 4
                            ? "ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try"
                                    + " CLIENT HELP."
                            : "ERR CLIENT PAUSE mode must be WRITE or ALL");
            return;
        }
        var millis = words.number(2);
        if (millis.isEmpty()) {
            Dispatcher.refuse(client, "ERR timeout is not an integer or out of range");
        } else if (millis.get() < 0) {
            Dispatcher.refuse(client, "ERR timeout is negative");
        } else {
            if (mode.equals("ALL")) {
                port.pause().begin(millis.get());
            }
            client.reply().ok();
        }
    }

    private void unpause(ClientSession client, Words words) {
        port.pause().end();
        client.reply().ok();
    }

    /** No command of a sentinel blocks its client. */
    private void unblock(ClientSession client, Words words) {
        if (words.count() > 4) {
            Dispatcher.refuse(
                    client,
                    "ERR unknown subcommand or wrong number of arguments for 'UNBLOCK'. Try CLIENT"
                            + " HELP.");
        } else if (words.count() == 4 && !words.is(3, "TIMEOUT") && !words.is(3, "ERROR")) {
            Dispatcher.refuse(client, "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
        } else if (words.number(2).isEmpty()) {
            Dispatcher.refuse(client, "ERR value is not an integer or out of range");
        } else {
            client.reply().integer(0);
        }
    }

    private void help(ClientSession client, Words words) {
        Help.write(
                client,
                "CLIENT",
                List.of(
                        "CACHING (YES|NO)",
                        "    Whether the next command counts for tracking.",
                        "GETNAME",
                        "    The name of this connection.",
                        "GETREDIR",
                        "    Whom tracking is redirected to.",
                        "ID",
                        "    The number of this connection.",
                        "INFO",
                        "    This connection as CLIENT LIST shows it.",
                        "KILL <ip:port> | <option> <value> [<option> <value> ...]",
                        "    Close connections: ID, ADDR, LADDR, TYPE, USER, SKIPME.",
                        "LIST [TYPE <type> | ID <id> ...]",
                        "    All connections, one a line.",
                        "NO-EVICT (ON|OFF)",
                        "    Mark this connection as one to keep.",
                        "PAUSE <timeout> [WRITE|ALL]",
                        "    Let the commands of all clients wait.",
                        "REPLY (ON|OFF|SKIP)",
                        "    Whether commands are answered.",
                        "SETINFO (LIB-NAME|LIB-VER) <value>",
                        "    Name the client library.",
                        "SETNAME <name>",
                        "    Name this connection.",
                        "TRACKING (ON|OFF) [<option> ...]",
                        "    Accepted for clients that cache; a sentinel has no keys to track.",
                        "TRACKINGINFO",
                        "    What this connection tracks.",
                        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
                        "    Wake a client that waits in a command.",
                        "UNPAUSE",
                        "    End a pause."));
    }
}
