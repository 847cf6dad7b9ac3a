package dev.vedette.protocol.conf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A configuration that has been read.
 *
 * @param file the conf file, absolute
 * @param notices what the operator should know at the start, one log line each
 */
public record LoadedConf(
        Settings settings,
        Optional<Path> file,
        List<String> notices,
        Map<String, Statement> lastStatements) {

    public LoadedConf {
        notices = List.copyOf(notices);
        lastStatements = Map.copyOf(lastStatements);
    }

    /** A hint about a directive, behind the place that said it last, or the file alone. */
    public String hint(String directive, String text) {
        Statement statement = lastStatements.get(directive);
        return statement != null
                ? statement.line().location() + ": " + text
                : file.map(known -> known + ": ").orElse("") + text;
    }

    /** For a value that turns out to be unusable after the whole file was read. */
    public ConfException refuse(Directive<?> directive, BadDirective cause) {
        Statement statement = lastStatements.get(directive.name());
        return statement == null
                ? ConfException.general(cause.reason(), cause.hint().orElse(""))
                : statement.refuse(cause);
    }
}
