package dev.vedette.protocol.conf;

import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.daemon.WorkingDirectory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a command line and its files into {@link Settings}. A daemon says what it serves; a
 * directive that is known but not served stops the start unless it is at its default, and a
 * directive that cannot mean anything on a JVM is named in one notice.
 *
 * <pre>{@code
 * LoadedConf conf = new ConfLoader(TABLE, directory)
 *         .serving(PORT, BIND, DIR)
 *         .on("sentinel", queue::add)
 *         .load(CommandLine.parse(args), System.in);
 * }</pre>
 */
public final class ConfLoader {
    /** Accepted by Redis 7 without any effect, and kept in the file. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("list-max-ziplist-entries", "list-max-ziplist-value", "lua-replicate-commands");

    private static final Set<String> NOT_VALUES =
            Set.of("include", "user", "rename-command", "loadmodule", "sentinel");

    private final DirectiveTable table;
    private final WorkingDirectory directory;
    private final Set<String> served = new HashSet<>();
    private final Map<String, StatementHandler> handlers = new HashMap<>();
    private final Map<String, Statement> last = new LinkedHashMap<>();
    private Settings settings;

    public ConfLoader(DirectiveTable table, WorkingDirectory directory) {
        this.table = table;
        this.directory = directory;
        this.settings = Settings.defaults(table);
        served.add(ProcessDirectives.DIR.name());
    }

    /** Directives whose values this daemon acts on. */
    public ConfLoader serving(Directive<?>... directives) {
        return serving(List.of(directives));
    }

    public ConfLoader serving(Collection<? extends Directive<?>> directives) {
        directives.forEach(directive -> served.add(directive.name()));
        return this;
    }

    /** Statements with this first word, which are no values: {@code sentinel}, {@code user}. */
    public ConfLoader on(String name, StatementHandler handler) {
        handlers.put(name, handler);
        return this;
    }

    public LoadedConf load(CommandLine commandLine, InputStream standardInput)
            throws ConfException {
        Optional<Path> file = commandLine.conf().map(directory::resolve);
        new ConfReader(directory, this::accept).read(commandLine, standardInput);
        var meaningless = new ArrayList<String>();
        for (Map.Entry<String, Statement> entry : last.entrySet()) {
            Directive<?> directive = table.find(entry.getKey()).orElseThrow();
            if (served.contains(directive.name()) || settings.isDefault(directive)) {
                continue;
            }
            if (directive.meaning() == Directive.Meaning.NONE_ON_A_JVM) {
                meaningless.add(directive.name() + " (" + entry.getValue().line().location() + ")");
            } else {
                throw entry.getValue().refuse(notServed(directive));
            }
        }
        List<String> notices =
                meaningless.isEmpty()
                        ? List.of()
                        : List.of(
                                "Without meaning on a JVM and therefore ignored: "
                                        + String.join(", ", meaningless));
        return new LoadedConf(settings, file, notices, last);
    }

    private void accept(Statement statement) throws BadDirective, ConfException {
        String name = statement.name();
        StatementHandler handler = handlers.get(name);
        Optional<Directive<?>> directive = table.find(name);
        if (handler != null) {
            handler.accept(statement);
        } else if (directive.isPresent()) {
            take(directive.get(), statement);
        } else if (NOT_VALUES.contains(name)) {
            refuseNonValue(statement);
        } else if (!(WITHOUT_EFFECT.contains(name) && statement.words().size() == 2)) {
            throw unknown(statement);
        }
    }

    private void take(Directive<?> directive, Statement statement) throws BadDirective {
        if (directive.equals(ProcessDirectives.DIR)) {
            changeDirectory(statement);
        } else {
            settings = settings.withLine(directive, statement.arguments());
        }
        last.put(directive.name(), statement);
    }

    private void changeDirectory(Statement statement) throws BadDirective {
        settings = settings.withLine(ProcessDirectives.DIR, statement.arguments());
        try {
            directory.change(settings.get(ProcessDirectives.DIR));
        } catch (IOException e) {
            String dir = settings.get(ProcessDirectives.DIR);
            throw new BadDirective(
                    OsError.reason(e), "dir is " + directory.resolve(dir) + " when made absolute");
        }
        settings = settings.with(ProcessDirectives.DIR, directory.path().toString());
    }

    private static void refuseNonValue(Statement statement) throws BadDirective {
        switch (statement.name()) {
            case "sentinel" -> {
                if (statement.words().size() > 1) {
                    throw new BadDirective(
                            "sentinel directive while not in sentinel mode",
                            "start it with vedette-sentinel, or add --sentinel");
                }
            }
            case "include" -> throw new BadDirective(BadDirective.UNKNOWN, "one path is expected");
            case "loadmodule" ->
                    throw new BadDirective(
                            "loadmodule is not served by Vedette",
                            "modules are native code for Redis; remove the line");
            default ->
                    throw new BadDirective(
                            statement.name() + " is not served by this version of Vedette",
                            "remove the line; it is refused because ignoring it could do harm");
        }
    }

    private BadDirective unknown(Statement statement) {
        var known = new ArrayList<String>(table.names());
        known.addAll(NOT_VALUES);
        String name = statement.name();
        String hint =
                DidYouMean.among(known, name)
                        .map(
                                near ->
                                        "unknown directive '"
                                                + name
                                                + "'; did you mean '"
                                                + near
                                                + "'?")
                        .orElse("unknown directive '" + name + "'");
        return new BadDirective(BadDirective.UNKNOWN, hint);
    }

    private <T> BadDirective notServed(Directive<T> directive) {
        String usual = directive.syntax().show(directive.defaultValue());
        return new BadDirective(
                "'"
                        + directive.name()
                        + "' with another value than its default is not served by this version of"
                        + " Vedette",
                "remove the line or write the default: "
                        + directive.name()
                        + " "
                        + (usual.isEmpty() ? "\"\"" : usual));
    }
}
