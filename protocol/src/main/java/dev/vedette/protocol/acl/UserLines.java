package dev.vedette.protocol.acl;

import dev.vedette.protocol.conf.BadDirective;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.Statement;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The {@code user} lines of a conf. Their form is checked while the conf is read; what they name is
 * known only when there is a command table, as in Redis (acl.c, ACLAppendUserForLoading).
 */
public final class UserLines {
    private static final String CRITICAL = "Critical error while loading ACLs. Exiting.";
    private static final RuleReader FORM = new RuleReader(CommandCatalog.ANY_NAME, false);

    private final List<Statement> lines = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    public void take(Statement statement) throws BadDirective {
        var words = statement.arguments();
        if (words.isEmpty()) {
            throw new BadDirective(BadDirective.UNKNOWN, "write: user <name> [<rule> ...]");
        }
        if (!names.add(words.getFirst())) {
            throw refusal(
                    words.getFirst(),
                    "Duplicate user found. A user can only be defined once in config files",
                    "write all rules of user " + words.getFirst() + " into one line");
        }
        var rules = words.subList(1, words.size());
        try {
            FORM.read(FORM.fresh(), rules);
        } catch (BadRule bad) {
            // Redis names the word as many places into the line as the rule is into the rules.
            throw refusal(
                    statement.words().get(bad.index()),
                    bad.reason(),
                    "the rule '" + bad.rule() + "' is wrong");
        }
        lines.add(statement);
    }

    private static BadDirective refusal(String word, String reason, String hint) {
        return new BadDirective("Error in user declaration '" + word + "': " + reason, hint);
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /**
     * Makes the users.
     *
     * @return what to tell the operator
     */
    public List<String> makeUsers(AccessControl users) throws ConfException {
        var notices = new ArrayList<String>();
        for (var line : lines) {
            var name = line.arguments().getFirst();
            if (hasBlanks(name)) {
                throw refused(line, "Spaces not allowed in ACL usernames", "choose another name");
            }
            try {
                var rules = new ArrayList<String>();
                if (name.equals(User.DEFAULT)) {
                    rules.add("reset");
                }
                rules.addAll(line.arguments().subList(1, line.arguments().size()));
                users.set(name, rules);
            } catch (BadRule bad) {
                throw refused(
                        line,
                        "Error loading ACL rule '"
                                + bad.rule()
                                + "' for the user named '"
                                + name
                                + "': "
                                + bad.reason(),
                        "this program has no such command, subcommand or category; ACL CAT shows"
                                + " those that it has");
            }
            if (!users.find(name).orElseThrow().rights().enabled()) {
                notices.add(
                        "The user '"
                                + name
                                + "' is disabled (there is no 'on' modifier in the user"
                                + " description). Make sure this is not a configuration error.");
            }
        }
        return notices;
    }

    private static ConfException refused(Statement line, String text, String hint) {
        return ConfException.logged(text + "\n" + CRITICAL, line.line().location() + ": " + hint);
    }

    static boolean hasBlanks(String name) {
        return name.chars().anyMatch(c -> c == ' ' || (c >= 9 && c <= 13) || c == 0);
    }
}
