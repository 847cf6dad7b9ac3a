package dev.vedette.it;

/**
 * How often a scenario is repeated: a few times in CI, and as often as {@code VEDETTE_IT_ROUNDS} in
 * the environment says when figures are wanted.
 */
final class Rounds {
    private Rounds() {}

    static int orInCi(int few) {
        String wanted = System.getenv("VEDETTE_IT_ROUNDS");
        return wanted == null || wanted.isEmpty() ? few : Integer.parseInt(wanted);
    }
}
