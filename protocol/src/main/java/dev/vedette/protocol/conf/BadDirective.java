package dev.vedette.protocol.conf;

import java.util.Optional;

/** A directive's value that cannot be taken: Redis's reason, and what was probably meant. */
public final class BadDirective extends Exception {
    private static final long serialVersionUID = 1L;

    public static final String UNKNOWN = "Bad directive or wrong number of arguments";
    public static final String WRONG_COUNT = "wrong number of arguments";

    private final String hint;

    /**
     * @param reason in Redis's words, byte for byte, where Redis has some
     */
    public BadDirective(String reason) {
        this(reason, "");
    }

    /**
     * @param hint a sentence for the operator, without the place; empty for none
     */
    public BadDirective(String reason, String hint) {
        super(reason, null, false, false);
        this.hint = hint;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }

    public Optional<String> hint() {
        return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
    }
}
