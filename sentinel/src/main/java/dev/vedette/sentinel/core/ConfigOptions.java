package dev.vedette.sentinel.core;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * SENTINEL CONFIG SET: checks all pairs before any of them holds (Redis 7.2 {@code
 * sentinelConfigSetCommand}).
 */
final class ConfigOptions {
    private static final int MAX_PORT = 65_535;
    private static final Set<String> NAMES =
            Set.of(
                    "announce-ip",
                    "announce-port",
                    "sentinel-user",
                    "sentinel-pass",
                    "resolve-hostnames",
                    "announce-hostnames",
                    "loglevel");

    /** Nobody can connect to one of these. */
    private static final Set<String> WILDCARDS = Set.of("*", "0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private static final Set<String> LOG_LEVELS =
            Set.of("debug", "verbose", "notice", "warning", "nothing");

    /** What came of the pairs. */
    sealed interface Outcome {
        /**
         * @param newCredentials the links to the other sentinels must log in anew
         */
        record Applied(SentinelOptions options, boolean newCredentials) implements Outcome {}

        record Refused(String line) implements Outcome {}
    }

    private ConfigOptions() {}

    /** The options after these pairs of names and values. */
    static Outcome apply(SentinelOptions options, List<String> words) {
        var changed = options.toBuilder();
        var seen = new HashSet<String>();
        for (int i = 0; i < words.size(); i += 2) {
            var typed = words.get(i);
            var name = typed.toLowerCase(Locale.ROOT);
            if (!NAMES.contains(name)) {
                return refused("Invalid argument '" + typed + "' to SENTINEL CONFIG SET");
            }
            if (!seen.add(name)) {
                return refused("Duplicate argument '" + typed + "' to SENTINEL CONFIG SET");
            }
            if (i + 1 == words.size()) {
                return refused("Missing argument '" + typed + "' value");
            }
            var value = words.get(i + 1);
            if (!set(changed, name, value)) {
                return refused(
                        "Invalid value '" + value + "' to SENTINEL CONFIG SET '" + typed + "'");
            }
        }
        return new Outcome.Applied(
                changed.build(), seen.contains("sentinel-user") || seen.contains("sentinel-pass"));
    }

    private static Outcome refused(String line) {
        return new Outcome.Refused("ERR " + line);
    }

    /** False for a value that the option cannot have. */
    private static boolean set(SentinelOptions.Builder options, String name, String value) {
        if (Texts.holdsControls(value)) {
            return false;
        }
        switch (name) {
            case "announce-ip" -> {
                // It stands between commas in every hello.
                if (value.indexOf(',') >= 0
                        || value.indexOf(' ') >= 0
                        || WILDCARDS.contains(value)) {
                    return false;
                }
                options.announceHost(text(value));
            }
            case "announce-port" -> {
                var port = port(value);
                port.ifPresent(
                        number -> options.announcePort(Optional.of(number).filter(p -> p != 0)));
                return port.isPresent();
            }
            case "sentinel-user" -> options.peerUser(text(value));
            case "sentinel-pass" -> options.peerPass(text(value));
            case "resolve-hostnames" -> {
                yesNo(value).ifPresent(options::resolveHostnames);
                return yesNo(value).isPresent();
            }
            case "announce-hostnames" -> {
                yesNo(value).ifPresent(options::announceHostnames);
                return yesNo(value).isPresent();
            }
            default -> {
                var level = value.toLowerCase(Locale.ROOT);
                options.logLevel(level);
                return LOG_LEVELS.contains(level);
            }
        }
        return true;
    }

    /** An empty word clears. */
    private static Optional<String> text(String value) {
        return Optional.of(value).filter(word -> !word.isEmpty());
    }

    private static Optional<Integer> port(String value) {
        if (value.equals("0")) {
            return Optional.of(0);
        }
        var number = Numbers.positive(value);
        return number.isPresent() && number.getAsLong() <= MAX_PORT
                ? Optional.of((int) number.getAsLong())
                : Optional.empty();
    }

    private static Optional<Boolean> yesNo(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "yes" -> Optional.of(true);
            case "no" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
