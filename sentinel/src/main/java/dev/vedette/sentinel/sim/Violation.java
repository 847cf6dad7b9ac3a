package dev.vedette.sentinel.sim;

/**
 * A rule was broken, or an expectation was not met. The message names the rule, says how to replay
 * the run, and tells the story that led there.
 */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String rule;
    private final long seed;

    Violation(String rule, String what, long seed, String transcript) {
        super(
                "%s: %s%nreplay it with -Dvedette.sim.seed=%d%n%s"
                        .formatted(rule, what, seed, transcript));
        this.rule = rule;
        this.seed = seed;
    }

    /** The name of the rule, such as {@code one leader per epoch}. */
    public String rule() {
        return rule;
    }

    public long seed() {
        return seed;
    }
}
