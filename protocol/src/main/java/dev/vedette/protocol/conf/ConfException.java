package dev.vedette.protocol.conf;

import dev.vedette.protocol.daemon.LogLine;
import dev.vedette.protocol.daemon.Version;

import java.io.PrintStream;
import java.nio.file.Path;

/**
 * A configuration that nobody can start with. What it prints begins with Redis's own text, byte for
 * byte, so that whatever looks for that text still finds it; our hint follows, with the place.
 */
public final class ConfException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean logged;
    private final String hint;

    private ConfException(String redisText, String hint, boolean logged) {
        super(redisText, null, false, false);
        this.hint = hint;
        this.logged = logged;
    }

    /** A line that is wrong. */
    public static ConfException at(ConfLine line, BadDirective cause) {
        String block =
                """

                *** FATAL CONFIG FILE ERROR (Redis %s) ***
                Reading the configuration file, at line %d
                >>> '%s'
                %s
                """
                        .formatted(Version.REDIS, line.number(), line.text(), cause.reason());
        String hint = cause.hint().map(said -> line.location() + ": " + said).orElse("");
        return new ConfException(block, hint.isEmpty() ? "see " + line.location() : hint, false);
    }

    /** Something wrong that no single line is to blame for. */
    public static ConfException general(String reason, String hint) {
        String block =
                """

                *** FATAL CONFIG FILE ERROR (Redis %s) ***
                %s
                """
                        .formatted(Version.REDIS, reason);
        return new ConfException(block, hint, false);
    }

    /** A file that cannot be opened; Redis logs this one instead of printing the block. */
    public static ConfException cannotOpen(Path file, String osError, String hint) {
        return logged("Fatal error, can't open config file '" + file + "': " + osError, hint);
    }

    /**
     * A refusal that Redis words as a log line (on standard output) and not as the block; several
     * lines are several log lines.
     */
    public static ConfException logged(String line, String hint) {
        return new ConfException(line, hint, true);
    }

    /** Redis's text: the whole block with its line ends, or the one log line without its head. */
    public String redisText() {
        return String.valueOf(getMessage());
    }

    public String hint() {
        return hint;
    }

    /** As a server prints it, which has no role yet. */
    public void print(PrintStream out, PrintStream err) {
        print('C', out, err);
    }

    /**
     * Prints Redis's text where Redis prints it, then the hint on standard error.
     *
     * @param role Redis's letter where the text is a log line: X for a sentinel
     */
    public void print(char role, PrintStream out, PrintStream err) {
        if (logged) {
            redisText()
                    .lines()
                    .map(line -> LogLine.format(role, System.currentTimeMillis(), '#', line))
                    .forEach(out::println);
            out.flush();
        } else {
            err.print(redisText());
        }
        if (!hint.isEmpty()) {
            err.println("hint: " + hint);
        }
        err.flush();
    }
}
