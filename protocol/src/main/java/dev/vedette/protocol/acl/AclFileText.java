package dev.vedette.protocol.acl;

import dev.vedette.protocol.conf.ConfText;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text of an ACL file: one {@code user} line for each user, without comments (Redis acl.c,
 * ACLLoadFromFile). All of it holds, or nothing.
 */
public final class AclFileText {
    private final AccessControl users;
    private final String fileName;
    private final StringBuilder errors = new StringBuilder();

    private AclFileText(AccessControl users, String fileName) {
        this.users = users;
        this.fileName = fileName;
    }

    /**
     * Replaces all users by those of the file.
     *
     * @param fileName as the conf has it, for the errors
     * @throws AclRefusal with every error of the file; nothing has changed then
     */
    public static void load(AccessControl users, String fileName, byte[] content)
            throws AclRefusal {
        new AclFileText(users, fileName).load(ConfText.decode(content));
    }

    private void load(String text) throws AclRefusal {
        var wanted = new LinkedHashMap<String, Rights>();
        var number = 0;
        for (var line : text.split("\n", -1)) {
            number++;
            var trimmed = trim(line);
            if (!trimmed.isEmpty()) {
                read(wanted, number, List.of(trimmed.split(" ", -1)));
            }
        }
        if (!errors.isEmpty()) {
            throw new AclRefusal(
                    "ERR "
                            + errors
                            + "WARNING: ACL errors detected, no change to the previously active ACL"
                            + " rules was performed");
        }
        users.replaceAll(wanted);
    }

    private static String trim(String line) {
        var from = 0;
        var to = line.length();
        while (from < to && " \t\r\n".indexOf(line.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && " \t\r\n".indexOf(line.charAt(to - 1)) >= 0) {
            to--;
        }
        return line.substring(from, to);
    }

    private void read(Map<String, Rights> wanted, int number, List<String> words) {
        if (words.size() < 2 || !words.getFirst().equals("user")) {
            fault(number, " should start with user keyword followed by the username. ");
            return;
        }
        var name = words.get(1);
        if (UserLines.hasBlanks(name)) {
            fault(number, ": username '" + name + "' contains invalid characters. ");
            return;
        }
        if (wanted.containsKey(name)) {
            errors.append("WARNING: Duplicate user '")
                    .append(name)
                    .append("' found on line ")
                    .append(number)
                    .append(". ");
            return;
        }
        var reader = users.rules();
        var reporter = new Reporter(number);
        var start = reader.fresh();
        wanted.put(name, reader.readAll(start, words.subList(2, words.size()), reporter::report));
    }

    private void fault(int number, String text) {
        errors.append(fileName).append(':').append(number).append(text);
    }

    /** Of one line: every unknown name is told, of other mistakes the first. */
    private final class Reporter {
        private final int number;
        private boolean told;

        Reporter(int number) {
            this.number = number;
        }

        void report(BadRule bad) {
            if (bad.isUnknownName()) {
                fault(
                        number,
                        ": Error in applying operation '"
                                + bad.rule()
                                + "': "
                                + bad.reason()
                                + ". ");
            } else if (!told) {
                told = true;
                fault(
                        number,
                        bad.isUnmatched()
                                ? ": Unmatched parenthesis in selector definition. "
                                : ": " + bad.reason() + ". ");
            }
        }
    }
}
