package dev.vedette.protocol.acl;

import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.resp.GlobPattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One set of commands with the keys and channels that they may touch; a user has one of its own and
 * may have more in parentheses. A command passes when one selector lets all of it pass. Immutable.
 */
record Selector(
        CommandRights commands,
        boolean allKeys,
        List<KeyPattern> keys,
        boolean allChannels,
        List<String> channels) {

    Selector {
        keys = List.copyOf(keys);
        channels = List.copyOf(channels);
    }

    /** Nothing at all, but the channels where {@code acl-pubsub-default} says so. */
    static Selector nothing(boolean allChannels) {
        return new Selector(CommandRights.NONE, false, List.of(), allChannels, List.of());
    }

    static Selector everything() {
        return new Selector(CommandRights.ALL, true, List.of(), true, List.of());
    }

    // ---- rules

    Selector with(CommandCatalog catalog, String rule) throws BadRule {
        return switch (rule.toLowerCase(Locale.ROOT)) {
            case "" -> this;
            case "allkeys", "~*" -> withKeys(true, List.of());
            case "resetkeys" -> withKeys(false, List.of());
            case "allchannels", "&*" -> withChannels(true, List.of());
            case "resetchannels" -> withChannels(false, List.of());
            case "allcommands" -> withCommands(commands.with(catalog, "+@all"));
            case "nocommands" -> withCommands(commands.with(catalog, "-@all"));
            default ->
                    switch (rule.charAt(0)) {
                        case '~', '%' -> withKey(rule);
                        case '&' -> withChannel(rule);
                        case '+', '-' -> withCommands(commands.with(catalog, rule));
                        default -> throw BadRule.syntax(rule);
                    };
        };
    }

    private Selector withKey(String rule) throws BadRule {
        if (allKeys) {
            throw BadRule.of(
                    rule,
                    "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and"
                            + " does not have any effect. Try 'resetkeys' to start with an empty"
                            + " list of patterns");
        }
        var added = KeyPattern.read(rule);
        var patterns = new ArrayList<KeyPattern>();
        var merged = false;
        for (var pattern : keys) {
            var same = pattern.pattern().equals(added.pattern());
            patterns.add(same ? pattern.or(added) : pattern);
            merged |= same;
        }
        if (!merged) {
            patterns.add(added);
        }
        return withKeys(false, patterns);
    }

    private Selector withChannel(String rule) throws BadRule {
        if (allChannels) {
            throw BadRule.of(
                    rule,
                    "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid"
                            + " and does not have any effect. Try 'resetchannels' to start with an"
                            + " empty list of channels");
        }
        var pattern = withoutBlanks(rule, rule.substring(1));
        if (channels.contains(pattern)) {
            return this;
        }
        var patterns = new ArrayList<>(channels);
        patterns.add(pattern);
        return withChannels(false, patterns);
    }

    /** Blanks and line ends would break the line that the rule is saved in. */
    static String withoutBlanks(String rule, String text) throws BadRule {
        for (var b : ConfText.encode(text)) {
            if (b == ' ' || (b >= 9 && b <= 13) || b == 0) {
                throw BadRule.syntax(rule);
            }
        }
        return text;
    }

    private Selector withCommands(CommandRights newCommands) {
        return new Selector(newCommands, allKeys, keys, allChannels, channels);
    }

    private Selector withKeys(boolean all, List<KeyPattern> patterns) {
        return new Selector(commands, all, patterns, allChannels, channels);
    }

    private Selector withChannels(boolean all, List<String> patterns) {
        return new Selector(commands, allKeys, keys, all, patterns);
    }

    // ---- questions

    boolean isUnrestricted() {
        return commands.areUnrestricted() && allKeys && allChannels;
    }

    /** Why the command may not pass, and the word that it fails at; empty when it may. */
    Optional<Refused> check(int id, AclCommand command, byte[][] words) {
        if (!commands.allow(id, command, words)) {
            return Optional.of(new Refused(Denial.Reason.COMMAND, 0));
        }
        if (allKeys && allChannels) {
            return Optional.empty();
        }
        for (var access : command.arguments().of(words)) {
            if (access.at() >= words.length) {
                continue;
            }
            var word = words[access.at()];
            switch (access) {
                case Access.Key key when !allowsKey(key, word) -> {
                    return Optional.of(new Refused(Denial.Reason.KEY, access.at()));
                }
                case Access.Channel channel when !allowsChannel(word, channel.pattern()) -> {
                    return Optional.of(new Refused(Denial.Reason.CHANNEL, access.at()));
                }
                case Access.Key _, Access.Channel _ -> {}
            }
        }
        return Optional.empty();
    }

    /**
     * @param at the word that is not allowed
     */
    record Refused(Denial.Reason reason, int at) {}

    private boolean allowsKey(Access.Key key, byte[] name) {
        return allKeys || keys.stream().anyMatch(pattern -> pattern.allows(key, name));
    }

    /** A pattern of a client must be one of ours as it stands: nobody computes inclusions. */
    boolean allowsChannel(byte[] name, boolean isPattern) {
        return allChannels
                || channels.stream()
                        .map(ConfText::encode)
                        .anyMatch(
                                pattern ->
                                        isPattern
                                                ? Arrays.equals(pattern, name)
                                                : GlobPattern.matches(pattern, name));
    }

    // ---- as text

    String keysText() {
        return allKeys
                ? "~*"
                : keys.stream().map(KeyPattern::text).collect(Collectors.joining(" "));
    }

    String channelsText() {
        return allChannels
                ? "&*"
                : channels.stream().map(pattern -> "&" + pattern).collect(Collectors.joining(" "));
    }

    /** The rules that make this selector, as ACL LIST and conf files have them. */
    String text() {
        var text = new StringBuilder(keysText());
        if (!text.isEmpty()) {
            text.append(' ');
        }
        if (!allChannels) {
            text.append("resetchannels ");
        }
        var named = channelsText();
        if (!named.isEmpty()) {
            text.append(named).append(' ');
        }
        return text.append(commands.text()).toString();
    }
}
