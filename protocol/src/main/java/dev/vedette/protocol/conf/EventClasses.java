package dev.vedette.protocol.conf;

import java.util.List;

/**
 * The classes of keyspace events, a letter each; written again in Redis's order (notify.c,
 * keyspaceEventsFlagsToString).
 */
final class EventClasses extends ScalarSyntax.OneWord<String> {
    /** What {@code A} stands for. */
    private static final String ALL = "g$lshzxetd";

    private static final String NEW_KEYS = "n";
    private static final String WHERE = "KE";
    private static final String MISSES = "m";

    @Override
    String parse(String word) throws BadDirective {
        var known = "A" + ALL + NEW_KEYS + WHERE + MISSES;
        for (var i = 0; i < word.length(); i++) {
            if (known.indexOf(word.charAt(i)) < 0) {
                throw new BadDirective("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
            }
        }
        var named = word.replace("A", ALL);
        var classes = inOrder(ALL, named);
        return (classes.equals(ALL) ? "A" : classes) + inOrder(NEW_KEYS + WHERE + MISSES, named);
    }

    private static String inOrder(String order, String named) {
        var found = new StringBuilder();
        for (var i = 0; i < order.length(); i++) {
            if (named.indexOf(order.charAt(i)) >= 0) {
                found.append(order.charAt(i));
            }
        }
        return found.toString();
    }

    /** As it is, but Redis does not tell of new keys beside all. */
    @Override
    public String show(String value) {
        return value.startsWith("A") ? value.replace(NEW_KEYS, "") : value;
    }

    @Override
    public List<String> lines(String value) {
        return List.of(value);
    }
}
