package dev.vedette.protocol.acl;

/** A rule that cannot be taken, with Redis's reason. */
public final class BadRule extends Exception {
    private static final long serialVersionUID = 1L;

    static final String SYNTAX = "Syntax error";

    private final String rule;
    private final int index;
    private final Kind kind;

    private enum Kind {
        /** It may be right where the commands are known. */
        UNKNOWN_NAME,
        UNMATCHED,
        OTHER
    }

    private BadRule(String rule, int index, String reason, Kind kind) {
        super(reason, null, false, false);
        this.rule = rule;
        this.index = index;
        this.kind = kind;
    }

    static BadRule of(String rule, String reason) {
        return new BadRule(rule, 0, reason, Kind.OTHER);
    }

    static BadRule syntax(String rule) {
        return of(rule, SYNTAX);
    }

    static BadRule unknownName(String rule) {
        return new BadRule(rule, 0, "Unknown command or category name in ACL", Kind.UNKNOWN_NAME);
    }

    static BadRule unmatched(String rule, int index) {
        return new BadRule(
                rule,
                index,
                "Unmatched parenthesis in acl selector starting at '" + rule + "'.",
                Kind.UNMATCHED);
    }

    /** The same, as the fault of the rule that it stands in. */
    BadRule within(String outer, int at) {
        return new BadRule(outer, at, reason(), kind);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }

    /** As it was written; of a selector, all of it. */
    public String rule() {
        return rule;
    }

    /** Which rule, from 0, the words of a selector counted as one. */
    int index() {
        return index;
    }

    boolean isUnknownName() {
        return kind == Kind.UNKNOWN_NAME;
    }

    boolean isUnmatched() {
        return kind == Kind.UNMATCHED;
    }
}
