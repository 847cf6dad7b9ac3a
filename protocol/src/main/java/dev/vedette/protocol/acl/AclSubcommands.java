package dev.vedette.protocol.acl;

import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.daemon.SystemRandom;
import dev.vedette.protocol.resp.ReplyWriter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * What ACL and its subcommands answer, the same for every daemon; ACL LOAD and ACL SAVE, which wait
 * for a disk, are the daemon's.
 */
public final class AclSubcommands {
    /** For ACL LOAD and ACL SAVE without an {@code aclfile}. */
    public static final String NO_FILE =
            "ERR This Redis instance is not configured to use an ACL file. You may want to specify"
                + " users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you"
                + " have a Redis configuration file set) in order to store users in the Redis"
                + " configuration.";

    public static final String NOT_SAVED =
            "ERR There was an error trying to save the ACLs. Please check the server logs for more"
                    + " information";

    /** The body of ACL HELP: what each subcommand is for. */
    public static final List<String> HELP =
            List.of(
                    "CAT [<category>]",
                    "    The categories, or the commands of one.",
                    "DELUSER <username> [<username> ...]",
                    "    Delete users and close their connections.",
                    "DRYRUN <username> <command> [<arg> ...]",
                    "    Whether a user may say this command; it is not carried out.",
                    "GETUSER <username>",
                    "    What a user may do.",
                    "GENPASS [<bits>]",
                    "    A random password, of 256 bits unless told otherwise.",
                    "LIST",
                    "    All users as lines of a configuration file.",
                    "LOAD",
                    "    Take the users from the ACL file.",
                    "LOG [<count> | RESET]",
                    "    Who was turned away lately; or forget it.",
                    "SAVE",
                    "    Write the users into the ACL file.",
                    "SETUSER <username> <attribute> [<attribute> ...]",
                    "    Make or change a user.",
                    "USERS",
                    "    The names of all users.",
                    "WHOAMI",
                    "    The user of this connection.");

    private static final int DEFAULT_BITS = 256;
    private static final int MAX_BITS = 4096;
    private static final long SHOWN_ENTRIES = 10;

    private final AccessControl users;
    private final AclLog log;
    private final LongSupplier nowMillis;

    public AclSubcommands(AccessControl users, AclLog log, LongSupplier nowMillis) {
        this.users = users;
        this.log = log;
        this.nowMillis = nowMillis;
    }

    private static String text(byte[] word) {
        return ConfText.decode(word);
    }

    private static void bulk(ReplyWriter out, String text) {
        out.bulk(ConfText.encode(text));
    }

    private static AclRefusal wrongArguments(byte[][] words) {
        return new AclRefusal(
                "ERR unknown subcommand or wrong number of arguments for '"
                        + text(words[1])
                        + "'. Try ACL HELP.");
    }

    // ---- who there is

    public void whoAmI(User caller, ReplyWriter out) {
        bulk(out, caller.name());
    }

    public void names(ReplyWriter out) {
        out.array(users.users().size());
        users.users().forEach(user -> bulk(out, user.name()));
    }

    public void list(ReplyWriter out) {
        out.array(users.users().size());
        users.users().forEach(user -> bulk(out, user.line()));
    }

    public void getUser(byte[][] words, ReplyWriter out) {
        var user = users.find(text(words[2]));
        if (user.isEmpty()) {
            out.nullBulk();
            return;
        }
        var rights = user.get().rights();
        out.map(6);
        out.bulk("flags");
        out.set(rights.flags().size());
        rights.flags().forEach(out::bulk);
        out.bulk("passwords");
        out.array(rights.passwords().size());
        rights.passwords().forEach(password -> out.bulk(password.hex()));
        selector(out, rights.own());
        out.bulk("selectors");
        out.array(rights.selectors().size() - 1L);
        rights.selectors().stream()
                .skip(1)
                .forEach(
                        selector -> {
                            out.map(3);
                            selector(out, selector);
                        });
    }

    private static void selector(ReplyWriter out, Selector selector) {
        out.bulk("commands");
        bulk(out, selector.commands().text());
        out.bulk("keys");
        bulk(out, selector.keysText());
        out.bulk("channels");
        bulk(out, selector.channelsText());
    }

    // ---- changes

    public void setUser(byte[][] words, ReplyWriter out) throws AclRefusal {
        var name = text(words[2]);
        if (UserLines.hasBlanks(name)) {
            throw new AclRefusal("ERR Usernames can't contain spaces or null characters");
        }
        var rules = Arrays.stream(words).skip(3).map(AclSubcommands::text).toList();
        try {
            users.set(name, rules);
        } catch (BadRule bad) {
            throw new AclRefusal(
                    bad.isUnmatched()
                            ? "ERR " + bad.reason()
                            : "ERR Error in ACL SETUSER modifier '"
                                    + bad.rule()
                                    + "': "
                                    + bad.reason());
        }
        out.ok();
    }

    public void deleteUsers(byte[][] words, ReplyWriter out) throws AclRefusal {
        var names = Arrays.stream(words).skip(2).map(AclSubcommands::text).toList();
        if (names.contains(User.DEFAULT)) {
            throw new AclRefusal("ERR The 'default' user cannot be removed");
        }
        out.integer(names.stream().filter(users::delete).count());
    }

    // ---- questions

    public void categories(byte[][] words, ReplyWriter out) throws AclRefusal {
        if (words.length > 3) {
            throw wrongArguments(words);
        }
        List<String> answer = CommandCatalog.CATEGORIES;
        if (words.length == 3) {
            var category = text(words[2]);
            if (!CommandCatalog.CATEGORIES.contains(category.toLowerCase(Locale.ROOT))) {
                throw new AclRefusal("ERR Unknown category '" + category + "'");
            }
            answer = users.catalog().namesIn(category);
        }
        out.array(answer.size());
        answer.forEach(out::bulk);
    }

    public void dryRun(byte[][] words, ReplyWriter out) throws AclRefusal {
        var user = users.find(text(words[2]));
        if (user.isEmpty()) {
            throw new AclRefusal("ERR User '" + text(words[2]) + "' not found");
        }
        var said = Arrays.copyOfRange(words, 3, words.length);
        var command = command(said);
        if (!command.takes(said.length)) {
            throw new AclRefusal(
                    "ERR wrong number of arguments for '" + command.name() + "' command");
        }
        users.check(user.get().rights(), command, said)
                .ifPresentOrElse(denial -> bulk(out, denial.explained()), out::ok);
    }

    private AclCommand command(byte[][] said) throws AclRefusal {
        var unknown = new AclRefusal("ERR Command '" + text(said[0]) + "' not found");
        var name = text(said[0]);
        var command =
                users.catalog()
                        .find(name)
                        .filter(_ -> name.indexOf('|') < 0)
                        .orElseThrow(() -> unknown);
        if (command.subcommands().isEmpty() || said.length == 1) {
            return command;
        }
        return users.catalog()
                .find(command.name() + "|" + text(said[1]))
                .orElseThrow(() -> unknown);
    }

    public void generatePassword(byte[][] words, ReplyWriter out) throws AclRefusal {
        if (words.length > 3) {
            throw wrongArguments(words);
        }
        var bits = words.length == 3 ? integer(words[2]) : DEFAULT_BITS;
        if (bits <= 0 || bits > MAX_BITS) {
            throw new AclRefusal(
                    "ERR ACL GENPASS argument must be the number of bits for the output password, a"
                            + " positive number up to "
                            + MAX_BITS);
        }
        var password = new StringBuilder();
        for (var digits = (bits + 3) / 4; digits > 0; digits--) {
            password.append(Character.forDigit(SystemRandom.get().nextInt(16), 16));
        }
        out.bulk(password.toString());
    }

    private static long integer(byte[] word) throws AclRefusal {
        return wholeNumber(text(word))
                .orElseThrow(() -> new AclRefusal("ERR value is not an integer or out of range"));
    }

    /** As Redis takes them: no blanks, no plus, no leading zeros. */
    private static OptionalLong wholeNumber(String text) {
        try {
            var number = Long.parseLong(text);
            return Long.toString(number).equals(text)
                    ? OptionalLong.of(number)
                    : OptionalLong.empty();
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }

    // ---- the log

    public void log(byte[][] words, ReplyWriter out) throws AclRefusal {
        if (words.length > 3) {
            throw wrongArguments(words);
        }
        if (words.length == 3 && text(words[2]).equalsIgnoreCase("reset")) {
            log.clear();
            out.ok();
            return;
        }
        var entries =
                new ArrayList<>(log.newest(words.length == 3 ? integer(words[2]) : SHOWN_ENTRIES));
        out.array(entries.size());
        entries.forEach(entry -> entry(out, entry));
    }

    private void entry(ReplyWriter out, AclLog.Entry entry) {
        out.map(7);
        out.bulk("count");
        out.integer(entry.count());
        out.bulk("reason");
        out.bulk(entry.denial().reason().word());
        out.bulk("context");
        out.bulk(entry.context());
        out.bulk("object");
        bulk(out, entry.denial().object());
        out.bulk("username");
        bulk(out, entry.user());
        out.bulk("age-seconds");
        out.doubleValue((nowMillis.getAsLong() - entry.atMillis()) / 1000.0);
        out.bulk("client-info");
        bulk(out, entry.client());
    }
}
