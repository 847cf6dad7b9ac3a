package dev.vedette.protocol.acl;

import dev.vedette.protocol.conf.ConfText;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which commands are allowed, and the rules that said so in their order. The rules are kept as they
 * were given, as Redis 7.2 does: 7.0 guesses categories that fit, and may widen what was meant to
 * commands that a later version adds. Immutable.
 */
final class CommandRights {
    static final CommandRights NONE =
            new CommandRights(false, new BitSet(), Map.of(), List.of(), false);

    static final CommandRights ALL = all();

    /** Whether {@code +@all} stands before the rules, else {@code -@all}. */
    private final boolean fromAll;

    private final BitSet allowed;

    /** Where only some first arguments of a command are allowed. */
    private final Map<Integer, Set<String>> firstArguments;

    private final List<String> rules;
    private final boolean unrestricted;

    private CommandRights(
            boolean fromAll,
            BitSet allowed,
            Map<Integer, Set<String>> firstArguments,
            List<String> rules,
            boolean unrestricted) {
        this.fromAll = fromAll;
        this.allowed = allowed;
        this.firstArguments = firstArguments;
        this.rules = List.copyOf(rules);
        this.unrestricted = unrestricted;
    }

    private static CommandRights all() {
        var everything = new BitSet(CommandCatalog.CAPACITY);
        everything.set(0, CommandCatalog.CAPACITY);
        return new CommandRights(true, everything, Map.of(), List.of(), true);
    }

    /**
     * @param rule {@code +} or {@code -}, then a command, {@code command|subcommand}, {@code
     *     command|first-argument} or {@code @category}
     */
    CommandRights with(CommandCatalog catalog, String rule) throws BadRule {
        var allow = rule.startsWith("+");
        var name = rule.substring(1).toLowerCase(Locale.ROOT);
        if (catalog == CommandCatalog.ANY_NAME) {
            return checkedForm(rule, name);
        }
        if (name.equals("@all")) {
            return allow ? ALL : NONE;
        }
        if (name.startsWith("@")) {
            var members =
                    catalog.grantedBy(name.substring(1))
                            .orElseThrow(() -> BadRule.unknownName(rule));
            return changed(members, allow, name);
        }
        var command = catalog.find(name);
        if (command.isPresent()) {
            return changed(catalog.family(command.get()), allow, name);
        }
        if (allow && name.indexOf('|') >= 0) {
            return withFirstArgument(catalog, rule, name);
        }
        throw BadRule.unknownName(rule);
    }

    private CommandRights checkedForm(String rule, String name) throws BadRule {
        if (name.endsWith("|")) {
            throw BadRule.syntax(rule);
        }
        return this;
    }

    private CommandRights changed(BitSet which, boolean allow, String name) {
        var changed = (BitSet) allowed.clone();
        if (allow) {
            changed.or(which);
        } else {
            changed.andNot(which);
        }
        var arguments = new HashMap<>(firstArguments);
        which.stream().forEach(arguments::remove);
        return new CommandRights(
                fromAll, changed, arguments, ruled(allow, name), unrestricted && allow);
    }

    private CommandRights withFirstArgument(CommandCatalog catalog, String rule, String name)
            throws BadRule {
        var bar = name.indexOf('|');
        var command =
                catalog.find(name.substring(0, bar)).orElseThrow(() -> BadRule.unknownName(rule));
        var argument = name.substring(bar + 1);
        if (argument.isEmpty()) {
            throw BadRule.syntax(rule);
        }
        if (argument.indexOf('|') >= 0) {
            throw BadRule.of(rule, "Allowing first-arg of a subcommand is not supported");
        }
        if (!command.subcommands().isEmpty()) {
            throw BadRule.unknownName(rule);
        }
        Selector.withoutBlanks(rule, argument);
        var arguments = new HashMap<>(firstArguments);
        var more = new LinkedHashSet<>(arguments.getOrDefault(catalog.id(command), Set.of()));
        more.add(argument);
        arguments.put(catalog.id(command), more);
        return new CommandRights(fromAll, allowed, arguments, ruled(true, name), unrestricted);
    }

    /** The new rule at the end, without those that it makes void. */
    private List<String> ruled(boolean allow, String name) {
        var kept = new ArrayList<String>();
        for (var rule : rules) {
            var about = rule.substring(1);
            if (!about.equals(name) && !about.startsWith(name + "|")) {
                kept.add(rule);
            }
        }
        kept.add((allow ? "+" : "-") + name);
        return kept;
    }

    boolean areUnrestricted() {
        return unrestricted;
    }

    boolean allow(int id, AclCommand command, byte[][] words) {
        if (unrestricted || command.open() || (id >= 0 && allowed.get(id))) {
            return true;
        }
        var some = firstArguments.get(id);
        return some != null
                && words.length > 1
                && some.contains(ConfText.decode(words[1]).toLowerCase(Locale.ROOT));
    }

    String text() {
        var text = new StringBuilder(fromAll ? "+@all" : "-@all");
        rules.forEach(rule -> text.append(' ').append(rule));
        return text.toString();
    }
}
