package dev.vedette.protocol.conf;

import dev.vedette.protocol.daemon.Version;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The command line of redis-server and redis-sentinel: {@code [conf] [--directive value ...] [-]}
 * (Redis server.c, main).
 *
 * @param conf the file as it was named; the first argument that does not start with {@code -}
 * @param readStdin {@code -} as first or last argument
 * @param overrides the options as lines of a conf file; they win over the file
 * @param sentinel whether any argument is {@code --sentinel}
 */
public record CommandLine(
        Action action,
        Optional<String> conf,
        boolean readStdin,
        String overrides,
        boolean sentinel) {

    /** What is asked for. */
    public enum Action {
        RUN,
        /** Print {@link #versionText} and exit with 0. */
        VERSION,
        /** Print {@link #usage} on standard error and exit with 1, as Redis does. */
        HELP
    }

    public static CommandLine parse(List<String> arguments) {
        boolean sentinel = arguments.contains("--sentinel");
        if (arguments.isEmpty()) {
            return new CommandLine(Action.RUN, Optional.empty(), false, "", false);
        }
        String first = arguments.getFirst();
        switch (first) {
            case "-v", "--version" -> {
                return new CommandLine(Action.VERSION, Optional.empty(), false, "", sentinel);
            }
            case "-h", "--help" -> {
                return new CommandLine(Action.HELP, Optional.empty(), false, "", sentinel);
            }
            default -> {}
        }
        Optional<String> conf = first.startsWith("-") ? Optional.empty() : Optional.of(first);
        List<String> rest = arguments.subList(conf.isPresent() ? 1 : 0, arguments.size());
        boolean stdinFirst = !rest.isEmpty() && conf.isEmpty() && rest.getFirst().equals("-");
        if (stdinFirst) {
            rest = rest.subList(1, rest.size());
        }
        boolean stdinLast = !rest.isEmpty() && rest.getLast().equals("-");
        if (stdinLast) {
            rest = rest.subList(0, rest.size() - 1);
        }
        return new CommandLine(
                Action.RUN, conf, stdinFirst || stdinLast, overrides(rest), sentinel);
    }

    /**
     * {@code --name value value} becomes the line {@code name "value" "value"}. A word that starts
     * with two dashes right behind a name is that name's value, except behind {@code --save} and
     * {@code --sentinel}, which may stand alone; a name and its value may share one argument.
     */
    private static String overrides(List<String> arguments) {
        var lines = new StringBuilder();
        boolean hasValue = true;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--") || !hasValue) {
                lines.append(Words.quote(argument)).append(' ');
                hasValue = true;
                continue;
            }
            if (!lines.isEmpty()) {
                lines.append('\n');
            }
            lines.append(argument, 2, argument.length()).append(' ');
            boolean alone = i == arguments.size() - 1 || arguments.get(i + 1).startsWith("--");
            hasValue = Words.split(argument).map(words -> words.size() != 1).orElse(true);
            if (!hasValue && alone) {
                switch (argument.toLowerCase(Locale.ROOT)) {
                    case "--save" -> {
                        lines.append("\"\"");
                        hasValue = true;
                    }
                    case "--sentinel" -> hasValue = true;
                    default -> {}
                }
            }
        }
        return lines.toString();
    }

    /** The first words are Redis's: scripts cut the version out of them. */
    public static String versionText() {
        return "Redis server v=%s sha=00000000:0 malloc=jvm-%s bits=64 build=vedette-%s"
                .formatted(Version.REDIS, Runtime.version().feature(), Version.VEDETTE);
    }

    /**
     * @param program as it is called, such as {@code vedette-server}
     */
    public static String usage(String program) {
        if (program.contains("sentinel")) {
            return """
            Usage: %1$s /path/to/sentinel.conf [options] [-]
                   %1$s -v or --version
                   %1$s -h or --help

            Examples:
                   %1$s /etc/redis/sentinel.conf
                   %1$s /etc/redis/sentinel.conf --port 26380
            """
                    .formatted(program);
        }
        return """
        Usage: %1$s [/path/to/redis.conf] [options] [-]
               %1$s - (read config from stdin)
               %1$s -v or --version
               %1$s -h or --help

        Examples:
               %1$s (run the server with default conf)
               echo 'maxmemory 128mb' | %1$s -
               %1$s /etc/redis/6379.conf
               %1$s --port 7777
               %1$s --port 7777 --replicaof 127.0.0.1 8888
               %1$s /etc/myredis.conf --loglevel verbose

        Sentinel mode:
               %1$s /etc/sentinel.conf --sentinel
        """
                .formatted(program);
    }
}
