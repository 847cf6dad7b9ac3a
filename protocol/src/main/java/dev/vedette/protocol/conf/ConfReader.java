package dev.vedette.protocol.conf;

import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.daemon.WorkingDirectory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Reads a configuration as Redis does: the file, then standard input, then the options of the
 * command line, as one text whose lines are counted on; {@code include} is followed where it
 * stands.
 */
final class ConfReader {
    private final WorkingDirectory directory;
    private final StatementHandler handler;
    private final Deque<Path> open = new ArrayDeque<>();

    ConfReader(WorkingDirectory directory, StatementHandler handler) {
        this.directory = directory;
        this.handler = handler;
    }

    private record Part(String source, String text) {}

    /** The file is named by the command line, relative to where the process was started. */
    void read(CommandLine commandLine, InputStream standardInput) throws ConfException {
        var parts = new ArrayList<Part>();
        if (commandLine.conf().isPresent()) {
            Path file = directory.resolve(commandLine.conf().get());
            open.push(file);
            parts.add(new Part(file.toString(), textOf(file, file.toString(), "")));
        }
        if (commandLine.readStdin()) {
            parts.add(new Part(ConfLine.STANDARD_INPUT, textOf(standardInput)));
        }
        if (!commandLine.overrides().isEmpty()) {
            parts.add(new Part(ConfLine.COMMAND_LINE, "\n" + commandLine.overrides()));
        }
        read(parts);
    }

    private void read(List<Part> parts) throws ConfException {
        var whole = new StringBuilder();
        parts.forEach(part -> whole.append(part.text()));
        int number = 0;
        int from = 0;
        while (from <= whole.length()) {
            int end = whole.indexOf("\n", from);
            int to = end < 0 ? whole.length() : end;
            number++;
            String text = trim(whole.substring(from, to));
            if (!text.isEmpty() && text.charAt(0) != '#') {
                take(new ConfLine(sourceAt(parts, to - 1), number, text));
            }
            from = to + 1;
        }
    }

    private static String sourceAt(List<Part> parts, int index) {
        int end = 0;
        for (Part part : parts) {
            end += part.text().length();
            if (index < end) {
                return part.source();
            }
        }
        return parts.getLast().source();
    }

    private void take(ConfLine line) throws ConfException {
        try {
            Optional<List<String>> words = Words.split(line.text());
            if (words.isEmpty()) {
                throw new BadDirective(
                        "Unbalanced quotes in configuration line",
                        "every quote needs its partner, and a blank or the line's end behind it");
            }
            if (words.get().isEmpty()) {
                return;
            }
            var statement = new Statement(line, words.get());
            if (statement.name().equals("include") && statement.words().size() == 2) {
                include(statement.words().getLast(), line.location() + ": ");
            } else {
                handler.accept(statement);
            }
        } catch (BadDirective e) {
            throw ConfException.at(line, e);
        }
    }

    /**
     * @param place begins the hint of a file that cannot be read: where it is asked for
     */
    private void include(String name, String place) throws ConfException, BadDirective {
        if (!Glob.isPattern(name)) {
            includeFile(directory.resolve(name), name, place);
            return;
        }
        List<Path> files;
        try {
            files = Glob.expand(directory.path(), name);
        } catch (IOException e) {
            throw ConfException.cannotOpen(
                    Path.of(name), OsError.reason(e), place + "include " + name);
        }
        for (Path file : files) {
            includeFile(file, file.toString(), place);
        }
    }

    private void includeFile(Path file, String name, String place)
            throws ConfException, BadDirective {
        if (open.contains(file)) {
            throw new BadDirective(
                    BadDirective.UNKNOWN, file + " is being read already: it includes itself");
        }
        open.push(file);
        read(List.of(new Part(file.toString(), textOf(file, name, place))));
        open.pop();
    }

    private static String textOf(Path file, String name, String place) throws ConfException {
        if (Files.isDirectory(file)) {
            throw ConfException.cannotOpen(
                    Path.of(name), OsError.IS_A_DIRECTORY, place + "name the conf file in it");
        }
        try {
            return ConfText.decode(Files.readAllBytes(file));
        } catch (IOException e) {
            throw ConfException.cannotOpen(
                    Path.of(name),
                    OsError.reason(e),
                    place + "looked for " + file.toAbsolutePath());
        }
    }

    private static String textOf(InputStream in) throws ConfException {
        try {
            return ConfText.decode(in.readAllBytes());
        } catch (IOException e) {
            throw ConfException.general("can't read standard input: " + OsError.reason(e), "");
        }
    }

    /** Blanks, tabs and line ends go; nothing else. */
    static String trim(String line) {
        int from = 0;
        int to = line.length();
        while (from < to && " \t\r\n".indexOf(line.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && " \t\r\n".indexOf(line.charAt(to - 1)) >= 0) {
            to--;
        }
        return line.substring(from, to);
    }
}
