package dev.vedette.protocol.acl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads the rules of a user one after the other (Redis acl.c, ACLSetUser).
 *
 * @param newSelectorsHaveAllChannels what {@code acl-pubsub-default} says
 */
record RuleReader(CommandCatalog catalog, boolean newSelectorsHaveAllChannels) {

    /** What a user has before its first rule. */
    Rights fresh() {
        return Rights.none(newSelectorsHaveAllChannels);
    }

    /** The rights after these rules; a selector may be spread over several words. */
    Rights read(Rights before, List<String> words) throws BadRule {
        var rights = before;
        var rules = joined(words);
        for (var i = 0; i < rules.size(); i++) {
            try {
                rights = read(rights, rules.get(i));
            } catch (BadRule bad) {
                throw bad.within(rules.get(i), i);
            }
        }
        return rights;
    }

    /** The same, going on behind a bad rule: each one is reported. */
    Rights readAll(Rights before, List<String> words, Consumer<BadRule> report) {
        var rights = before;
        try {
            for (var rule : joined(words)) {
                try {
                    rights = read(rights, rule);
                } catch (BadRule bad) {
                    report.accept(bad.within(rule, 0));
                }
            }
        } catch (BadRule unmatched) {
            report.accept(unmatched);
        }
        return rights;
    }

    /** The words of a selector in parentheses as one rule. */
    private static List<String> joined(List<String> words) throws BadRule {
        var rules = new ArrayList<String>();
        for (var i = 0; i < words.size(); i++) {
            var first = i;
            var rule = new StringBuilder(words.get(i));
            while (words.get(first).startsWith("(") && !words.get(i).endsWith(")")) {
                if (++i == words.size()) {
                    throw BadRule.unmatched(words.get(first), rules.size());
                }
                rule.append(' ').append(words.get(i));
            }
            rules.add(rule.toString());
        }
        return rules;
    }

    private Rights read(Rights rights, String rule) throws BadRule {
        return switch (rule.toLowerCase(Locale.ROOT)) {
            case "on" -> rights.enabled(true);
            case "off" -> rights.enabled(false);
            case "nopass" -> rights.passwords(true, List.of());
            case "resetpass" -> rights.passwords(false, List.of());
            case "sanitize-payload" -> rights.sanitize(Rights.Sanitize.YES);
            case "skip-sanitize-payload" -> rights.sanitize(Rights.Sanitize.NO);
            case "clearselectors" -> rights.selectors(List.of(rights.own()));
            case "reset" -> fresh().sanitize(Rights.Sanitize.YES);
            default -> readSigned(rights, rule);
        };
    }

    private Rights readSigned(Rights rights, String rule) throws BadRule {
        return switch (rule.isEmpty() ? ' ' : rule.charAt(0)) {
            case '>' -> rights.plus(PasswordHash.ofText(rule.substring(1)));
            case '#' -> rights.plus(PasswordHash.read(rule));
            case '<' -> rights.minus(rule, PasswordHash.ofText(rule.substring(1)));
            case '!' -> rights.minus(rule, PasswordHash.read(rule));
            case '(' -> rights.plus(selector(rule));
            default -> rights.own(rights.own().with(catalog, rule));
        };
    }

    private Selector selector(String rule) throws BadRule {
        var selector = Selector.nothing(newSelectorsHaveAllChannels);
        for (var word : rule.substring(1, rule.length() - 1).split(" ", -1)) {
            selector = selector.with(catalog, word);
        }
        return selector;
    }
}
