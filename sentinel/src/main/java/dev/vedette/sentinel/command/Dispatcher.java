package dev.vedette.sentinel.command;

import dev.vedette.protocol.acl.AccessControl;
import dev.vedette.protocol.acl.Denial;
import dev.vedette.protocol.resp.CrossProtocol;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * From words to the command that they name: whether there is one, its arity, whether the client may
 * use it; checked in Redis's order (server.c, processCommand).
 */
final class Dispatcher {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private static final int SHOWN_BYTES = 128;

    private final CommandTable table;

    Dispatcher(CommandTable table) {
        this.table = table;
    }

    CommandTable table() {
        return table;
    }

    void dispatch(ClientSession client, Words words) {
        var found = table.find(words.text(0));
        if (found.isEmpty()) {
            if (CrossProtocol.isHttp(words.bytes(0))) {
                log.warn(CrossProtocol.WARNING, client.describe());
                client.kill();
                return;
            }
            refuse(client, unknownCommand(words));
            return;
        }
        var wanted = found.get();
        if (!wanted.subcommands().isEmpty() && words.count() > 1) {
            var sub = wanted.subcommand(words.text(1));
            if (sub.isEmpty()) {
                refuse(client, unknownSubcommand(words));
                return;
            }
            wanted = sub.get();
        }
        var command = wanted;
        client.lastCommand(command.fullName());
        if (!command.takes(words.count())) {
            refuse(client, wrongArity(command.fullName()));
        } else if (command.has("no_auth")) {
            perform(client, command, words);
        } else if (!client.mayTalk()) {
            refuse(client, AccessControl.LOGIN_REQUIRED);
        } else {
            client.port()
                    .users()
                    .check(client.user(), command.fullName(), words.all())
                    .ifPresentOrElse(
                            denial -> deny(client, denial), () -> perform(client, command, words));
        }
    }

    private static void deny(ClientSession client, Denial denial) {
        client.port().denied(client, denial, client.user().name());
        refuse(client, denial.line());
    }

    private void perform(ClientSession client, Command command, Words words) {
        if (client.protocol() == 2
                && client.isSubscriber()
                && !table.allowedWhileSubscribed(command)) {
            refuse(
                    client,
                    "ERR Can't execute '"
                            + command.fullName()
                            + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                            + " allowed in this context");
        } else {
            command.handler().handle(client, words);
            client.port().stats().commands++;
        }
    }

    static String wrongArity(String fullName) {
        return "ERR wrong number of arguments for '" + fullName + "' command";
    }

    static void refuse(ClientSession client, String line) {
        client.port().stats().countError(line);
        client.reply().error(line.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String unknownCommand(Words words) {
        var arguments = new StringBuilder();
        for (var i = 1; i < words.count() && arguments.length() < SHOWN_BYTES; i++) {
            var shown = cut(words.raw(i), SHOWN_BYTES - arguments.length());
            arguments.append('\'').append(shown).append("' ");
        }
        return "ERR unknown command '"
                + cut(words.raw(0), SHOWN_BYTES)
                + "', with args beginning with: "
                + arguments;
    }

    private static String unknownSubcommand(Words words) {
        return "ERR unknown subcommand '"
                + cut(words.raw(1), SHOWN_BYTES)
                + "'. Try "
                + words.raw(0).toUpperCase(Locale.ROOT)
                + " HELP.";
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
