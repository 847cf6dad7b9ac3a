package dev.vedette.protocol.acl;

import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.conf.Words;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The users of one daemon: who comes in, with what rights, and whether a command passes. The owner
 * of the connections hears when somebody loses rights. One thread at a time, but for {@link
 * #confLines}.
 */
public final class AccessControl {
    public static final String WRONG_PASSWORD =
            "WRONGPASS invalid username-password pair or user is disabled.";
    public static final String LOGIN_REQUIRED = "NOAUTH Authentication required.";
    public static final String NO_PASSWORD_SET =
            "ERR AUTH <password> called without any password configured for the default user. Are"
                    + " you sure your configuration is correct?";

    /** The owner of the connections. */
    public interface Listener {
        Listener NOBODY =
                new Listener() {
                    @Override
                    public void channelsChanged(User user) {}

                    @Override
                    public void deleted(User user) {}
                };

        /** Those who listen where this user may not listen any more must go. */
        void channelsChanged(User user);

        /** Nobody is this user any more. */
        void deleted(User user);
    }

    private final CommandCatalog catalog;
    private RuleReader rules;
    private final Map<String, User> users =
            new TreeMap<>(Comparator.comparing(ConfText::encode, Arrays::compareUnsigned));
    private final User defaultUser;
    private Listener listener = Listener.NOBODY;
    private volatile List<String> confLines = List.of();

    /**
     * With the default user alone, who may do everything.
     *
     * @param newUsersHaveAllChannels what {@code acl-pubsub-default} says
     */
    public AccessControl(CommandCatalog catalog, boolean newUsersHaveAllChannels) {
        this.catalog = catalog;
        this.rules = new RuleReader(catalog, newUsersHaveAllChannels);
        this.defaultUser = new User(User.DEFAULT, Rights.everything());
        users.put(User.DEFAULT, defaultUser);
        changed();
    }

    /** What {@code acl-pubsub-default} says from now on. */
    public void newUsersHaveAllChannels(boolean allChannels) {
        rules = new RuleReader(catalog, allChannels);
    }

    public void listener(Listener owner) {
        this.listener = owner;
    }

    CommandCatalog catalog() {
        return catalog;
    }

    RuleReader rules() {
        return rules;
    }

    // ---- who

    public User defaultUser() {
        return defaultUser;
    }

    public Optional<User> find(String name) {
        return Optional.ofNullable(users.get(name));
    }

    /** In the order of their names. */
    public Collection<User> users() {
        return users.values();
    }

    /** Whether a connection is the default user's without a login. */
    public boolean isOpen() {
        return defaultUser.rights().enabled() && !needsPassword();
    }

    /** Whether the default user has no free entry: the word of AUTH with a password alone. */
    public boolean needsPassword() {
        return !defaultUser.rights().noPassword();
    }

    public Optional<User> authenticate(byte[] name, byte[] password) {
        var user = users.get(ConfText.decode(name));
        // An unknown name costs a hash too, so that the time does not tell who exists.
        var rights = user == null ? Rights.none(false).enabled(true) : user.rights();
        return rights.accept(password) ? Optional.ofNullable(user) : Optional.empty();
    }

    // ---- may they

    /** Why this command may not pass; empty when it may. */
    public Optional<Denial> check(User user, String commandName, byte[][] words) {
        var rights = user.rights();
        if (rights.own().isUnrestricted()) {
            return Optional.empty();
        }
        var command = catalog.find(commandName);
        if (command.isEmpty()) {
            return Optional.of(new Denial(Denial.Reason.COMMAND, commandName));
        }
        return check(rights, command.get(), words);
    }

    Optional<Denial> check(Rights rights, AclCommand command, byte[][] words) {
        return rights.check(catalog.id(command), command, words)
                .map(
                        refused ->
                                new Denial(
                                        refused.reason(),
                                        refused.reason() == Denial.Reason.COMMAND
                                                ? command.name()
                                                : ConfText.decode(words[refused.at()])));
    }

    // ---- changes

    /** Makes or changes a user; all of the rules hold, or none. */
    void set(String name, List<String> words) throws BadRule {
        var user = users.get(name);
        var before = user == null ? rules.fresh() : user.rights();
        var after = rules.read(before, words);
        if (user == null) {
            users.put(name, new User(name, after));
        } else {
            become(user, after);
        }
        changed();
    }

    private void become(User user, Rights after) {
        var before = user.rights();
        user.rights(after);
        if (!before.sameChannelsAs(after)) {
            listener.channelsChanged(user);
        }
    }

    /** The default user cannot be deleted. */
    boolean delete(String name) {
        if (name.equals(User.DEFAULT)) {
            throw new IllegalArgumentException("the default user stays");
        }
        var user = users.remove(name);
        if (user == null) {
            return false;
        }
        changed();
        listener.deleted(user);
        return true;
    }

    /** Replaces all users; a default user that is not among them may do everything. */
    void replaceAll(Map<String, Rights> wanted) {
        for (var old : List.copyOf(users.values())) {
            if (wanted.containsKey(old.name())) {
                become(old, wanted.get(old.name()));
            } else if (old == defaultUser) {
                become(old, Rights.everything());
            } else {
                delete(old.name());
            }
        }
        wanted.forEach((name, rights) -> users.computeIfAbsent(name, _ -> new User(name, rights)));
        changed();
    }

    /**
     * The default user's one password.
     *
     * @param password empty for none
     */
    public void requirePassword(String password) {
        var before = defaultUser.rights();
        defaultUser.rights(
                password.isEmpty()
                        ? before.passwords(true, List.of())
                        : before.passwords(false, List.of(PasswordHash.ofText(password))));
        changed();
    }

    // ---- as text

    private void changed() {
        confLines = users.values().stream().map(AccessControl::confLine).toList();
    }

    /** The {@code user} lines for a conf; any thread. */
    public List<String> confLines() {
        return confLines;
    }

    private static String confLine(User user) {
        var rules =
                Arrays.stream(user.rights().text().split(" ", -1))
                        .map(AccessControl::quotedWhereNeeded)
                        .collect(Collectors.joining(" "));
        return "user " + quotedWhereNeeded(user.name()) + " " + rules;
    }

    /** Redis quotes nothing here, and so could not read a quote in a pattern back. */
    private static String quotedWhereNeeded(String word) {
        var plain =
                word.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"'\\".indexOf(c) < 0)
                        && !word.isEmpty();
        return plain ? word : Words.quote(word);
    }

    /** What ACL SAVE writes. */
    public String fileText() {
        return users.values().stream()
                .map(user -> user.line() + "\n")
                .collect(Collectors.joining());
    }
}
