package dev.vedette.sentinel.link;

import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.ErrorReply;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Recognizes an instance that does not let us say a command. */
final class Denials {
    private static final Set<String> CODES = Set.of("NOPERM", "NOAUTH", "WRONGPASS");

    /** What an EXEC that is itself refused is answered with. */
    private static final String OF_A_TRANSACTION = "EXECABORT Transaction discarded because of: ";

    private static final Set<String> WITH_SUBCOMMANDS =
            Set.of("client", "config", "script", "sentinel");

    private Denials() {}

    /**
     * @param command in lower case, with its subcommand
     * @param error from its code on
     */
    record Denial(String command, String error) {
        /** Who is not logged in hears the same of every command. */
        String key() {
            return error.startsWith("NOPERM") ? command : code(error);
        }
    }

    static Optional<Denial> of(String[] words, RespValue reply) {
        if (!(reply instanceof ErrorReply(var line))) {
            return Optional.empty();
        }
        var error =
                line.startsWith(OF_A_TRANSACTION)
                        ? line.substring(OF_A_TRANSACTION.length())
                        : line;
        return CODES.contains(code(error))
                ? Optional.of(new Denial(command(words), error))
                : Optional.empty();
    }

    private static String code(String line) {
        var blank = line.indexOf(' ');
        return blank < 0 ? line : line.substring(0, blank);
    }

    private static String command(String[] words) {
        var name = words[0].toLowerCase(Locale.ROOT);
        return WITH_SUBCOMMANDS.contains(name) && words.length > 1
                ? name + "|" + words[1].toLowerCase(Locale.ROOT)
                : name;
    }
}
