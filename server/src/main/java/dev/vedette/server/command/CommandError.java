package dev.vedette.server.command;

import java.util.Locale;

/**
 * A client's mistake, found while its command runs: thrown before anything was changed, answered by
 * the dispatcher, never logged. It carries no stack trace, for a client can make many.
 */
public final class CommandError extends RuntimeException {
    private static final long serialVersionUID = 1;

    public static final String SYNTAX = "ERR syntax error";
    public static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    public static final String NOT_A_FLOAT = "ERR value is not a valid float";
    public static final String NO_SUCH_KEY = "ERR no such key";
    public static final String INDEX_OUT_OF_RANGE = "ERR index out of range";
    public static final String WRONG_TYPE =
            "WRONGTYPE Operation against a key holding the wrong kind of value";

    /**
     * @param line the whole error line without {@code -}, in Redis's words
     */
    public CommandError(String line) {
        super(line, null, false, false);
    }

    public static CommandError syntax() {
        return new CommandError(SYNTAX);
    }

    /** A subcommand got a number of words that it cannot mean. */
    public static CommandError subcommand(Command command) {
        var name = command.name();
        var bar = name.indexOf('|');
        return new CommandError(
                "ERR unknown subcommand or wrong number of arguments for '"
                        + name.substring(bar + 1)
                        + "'. Try "
                        + name.substring(0, bar).toUpperCase(Locale.ROOT)
                        + " HELP.");
    }

    public static CommandError wrongType() {
        return new CommandError(WRONG_TYPE);
    }

    public String line() {
        return String.valueOf(getMessage());
    }
}
