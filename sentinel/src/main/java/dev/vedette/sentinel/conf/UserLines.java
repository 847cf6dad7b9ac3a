package dev.vedette.sentinel.conf;

import dev.vedette.protocol.conf.BadDirective;
import dev.vedette.protocol.conf.Statement;
import dev.vedette.sentinel.command.DefaultUser;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code user} lines as far as this version serves them: the default user, who may do everything,
 * with or without passwords. That is what Redis Sentinel itself writes into its conf.
 */
final class UserLines {
    private static final String NOT_SERVED =
            "users other than an unrestricted default user are not served by this version of"
                    + " Vedette yet";
    private static final String HASH = "#[0-9a-fA-F]{64}";

    private Optional<DefaultUser> defaultUser = Optional.empty();

    void take(Statement statement) throws BadDirective {
        var words = statement.arguments();
        if (words.isEmpty()) {
            throw new BadDirective(BadDirective.WRONG_COUNT, "write: user <name> [<rule> ...]");
        }
        if (!words.getFirst().equals(DefaultUser.NAME)) {
            throw new BadDirective(NOT_SERVED, "remove the line of user " + words.getFirst());
        }
        defaultUser = Optional.of(user(words.subList(1, words.size())));
    }

    Optional<DefaultUser> defaultUser() {
        return defaultUser;
    }

    private static DefaultUser user(List<String> rules) throws BadDirective {
        Set<String> passwords = new HashSet<>();
        Set<String> granted = new HashSet<>();
        for (var rule : rules) {
            switch (rule.toLowerCase(Locale.ROOT)) {
                case "on" -> granted.add("on");
                case "nopass" -> {
                    passwords.clear();
                    granted.add("pass");
                }
                case "resetpass" -> passwords.clear();
                case "~*", "allkeys", "sanitize-payload", "skip-sanitize-payload" -> {}
                case "&*", "allchannels" -> granted.add("channels");
                case "+@all", "allcommands" -> granted.add("commands");
                default -> {
                    passwords.add(password(rule));
                    granted.add("pass");
                }
            }
        }
        if (!granted.containsAll(Set.of("on", "pass", "channels", "commands"))) {
            throw new BadDirective(
                    NOT_SERVED, "write: user default on nopass|>password ~* &* +@all");
        }
        return new DefaultUser(passwords);
    }

    private static String password(String rule) throws BadDirective {
        if (rule.startsWith(">")) {
            return DefaultUser.sha256(rule.substring(1).getBytes(StandardCharsets.UTF_8));
        }
        if (rule.matches(HASH)) {
            return rule.substring(1).toLowerCase(Locale.ROOT);
        }
        throw new BadDirective(NOT_SERVED, "the rule \"" + rule + "\" restricts the default user");
    }

    /** The line that Redis writes for this user. */
    static String line(DefaultUser user) {
        var line = new StringBuilder("user default on ");
        if (user.needsPassword()) {
            user.passwords().stream()
                    .sorted()
                    .forEach(hash -> line.append('#').append(hash).append(' '));
        } else {
            line.append("nopass ");
        }
        return line.append("~* &* +@all").toString();
    }
}
