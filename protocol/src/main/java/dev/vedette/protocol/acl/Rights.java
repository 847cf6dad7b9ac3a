package dev.vedette.protocol.acl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that the rules of one user say. Immutable: a change gives a new one, so that a list of rules
 * is taken as a whole or not at all.
 *
 * @param selectors the user's own one first, then those in parentheses
 */
public record Rights(
        boolean enabled,
        boolean noPassword,
        Sanitize sanitize,
        List<PasswordHash> passwords,
        List<Selector> selectors) {

    /** Whether payloads of RESTORE are looked through: shown, without a meaning of its own. */
    enum Sanitize {
        UNSAID(""),
        YES("sanitize-payload"),
        NO("skip-sanitize-payload");

        private final String word;

        Sanitize(String word) {
            this.word = word;
        }
    }

    public Rights {
        passwords = List.copyOf(passwords);
        selectors = List.copyOf(selectors);
    }

    /** A user that has just been made: off, without a password, with no right. */
    static Rights none(boolean allChannels) {
        return new Rights(
                false, false, Sanitize.UNSAID, List.of(), List.of(Selector.nothing(allChannels)));
    }

    /** The default user of a conf that says nothing. */
    static Rights everything() {
        return new Rights(true, true, Sanitize.UNSAID, List.of(), List.of(Selector.everything()));
    }

    // ---- changes

    Rights enabled(boolean on) {
        return new Rights(on, noPassword, sanitize, passwords, selectors);
    }

    Rights sanitize(Sanitize how) {
        return new Rights(enabled, noPassword, how, passwords, selectors);
    }

    Rights passwords(boolean none, List<PasswordHash> newPasswords) {
        return new Rights(enabled, none, sanitize, newPasswords, selectors);
    }

    Rights plus(PasswordHash password) {
        var more = new ArrayList<>(passwords);
        if (!more.contains(password)) {
            more.add(password);
        }
        return passwords(false, more);
    }

    Rights minus(String rule, PasswordHash password) throws BadRule {
        var fewer = new ArrayList<>(passwords);
        if (!fewer.remove(password)) {
            throw BadRule.of(
                    rule, "The password you are trying to remove from the user does not exist");
        }
        return passwords(noPassword, fewer);
    }

    Selector own() {
        return selectors.getFirst();
    }

    Rights own(Selector selector) {
        var changed = new ArrayList<>(selectors);
        changed.set(0, selector);
        return selectors(changed);
    }

    Rights plus(Selector selector) {
        var more = new ArrayList<>(selectors);
        more.add(selector);
        return selectors(more);
    }

    Rights selectors(List<Selector> all) {
        return new Rights(enabled, noPassword, sanitize, passwords, all);
    }

    // ---- questions

    boolean accept(byte[] password) {
        if (!enabled) {
            return false;
        }
        if (noPassword) {
            return true;
        }
        var given = PasswordHash.of(password);
        var right = false;
        for (var known : passwords) {
            right |= known.matches(given);
        }
        return right;
    }

    /** Why the command may not pass; of several selectors, the reason that came furthest. */
    Optional<Selector.Refused> check(int id, AclCommand command, byte[][] words) {
        if (own().isUnrestricted()) {
            return Optional.empty();
        }
        var furthest = new Selector.Refused(Denial.Reason.COMMAND, 0);
        for (var selector : selectors) {
            var refused = selector.check(id, command, words);
            if (refused.isEmpty()) {
                return Optional.empty();
            }
            var order = refused.get().reason().compareTo(furthest.reason());
            if (order > 0 || (order == 0 && refused.get().at() > furthest.at())) {
                furthest = refused.get();
            }
        }
        return Optional.of(furthest);
    }

    boolean sameChannelsAs(Rights other) {
        return selectors.stream()
                .map(Selector::channelsText)
                .toList()
                .equals(other.selectors.stream().map(Selector::channelsText).toList());
    }

    boolean allowChannel(byte[] name, boolean isPattern) {
        return selectors.stream().anyMatch(selector -> selector.allowsChannel(name, isPattern));
    }

    // ---- as text

    /** As ACL GETUSER shows them. */
    List<String> flags() {
        var flags = new ArrayList<String>();
        flags.add(enabled ? "on" : "off");
        if (noPassword) {
            flags.add("nopass");
        }
        if (sanitize != Sanitize.UNSAID) {
            flags.add(sanitize.word);
        }
        return flags;
    }

    /** The rules that make these rights out of nothing, as ACL LIST and conf files have them. */
    String text() {
        var words = new ArrayList<>(flags());
        passwords.forEach(password -> words.add("#" + password.hex()));
        words.add(own().text());
        selectors.stream().skip(1).forEach(selector -> words.add("(" + selector.text() + ")"));
        return String.join(" ", words);
    }
}
