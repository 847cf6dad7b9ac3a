package dev.vedette.protocol.acl;

import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.resp.GlobPattern;

import java.util.Locale;

/** The keys that a pattern allows, and for what. */
record KeyPattern(String pattern, boolean reads, boolean writes) {

    /**
     * @param rule {@code ~pattern}, or {@code %R~}, {@code %W~}, {@code %RW~} before the pattern
     */
    static KeyPattern read(String rule) throws BadRule {
        if (rule.startsWith("~")) {
            return new KeyPattern(Selector.withoutBlanks(rule, rule.substring(1)), true, true);
        }
        var reads = false;
        var writes = false;
        var at = 1;
        for (; at < rule.length() && rule.charAt(at) != '~'; at++) {
            switch (rule.substring(at, at + 1).toUpperCase(Locale.ROOT)) {
                case "R" -> {
                    onlyOnce(rule, reads);
                    reads = true;
                }
                case "W" -> {
                    onlyOnce(rule, writes);
                    writes = true;
                }
                default -> throw BadRule.syntax(rule);
            }
        }
        if (!reads && !writes) {
            throw BadRule.syntax(rule);
        }
        var pattern = rule.substring(Math.min(rule.length(), at + 1));
        return new KeyPattern(Selector.withoutBlanks(rule, pattern), reads, writes);
    }

    private static void onlyOnce(String rule, boolean already) throws BadRule {
        if (already) {
            throw BadRule.syntax(rule);
        }
    }

    KeyPattern or(KeyPattern other) {
        return new KeyPattern(pattern, reads || other.reads, writes || other.writes);
    }

    boolean allows(Access.Key key, byte[] name) {
        return (reads || !key.reads())
                && (writes || !key.writes())
                && GlobPattern.matches(ConfText.encode(pattern), name);
    }

    String text() {
        if (reads && writes) {
            return "~" + pattern;
        }
        return (reads ? "%R~" : "%W~") + pattern;
    }
}
