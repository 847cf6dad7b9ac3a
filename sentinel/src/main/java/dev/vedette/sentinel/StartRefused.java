package dev.vedette.sentinel;

import java.util.List;

/** A start that cannot go on after the log is open: what Redis logs of it, and our hint. */
final class StartRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String hint;

    /**
     * @param hint for the operator; empty for none
     * @param lines in Redis's words
     */
    StartRefused(String hint, String... lines) {
        super(String.join("\n", lines), null, false, false);
        this.hint = hint;
    }

    List<String> lines() {
        return String.valueOf(getMessage()).lines().toList();
    }

    String hint() {
        return hint;
    }
}
