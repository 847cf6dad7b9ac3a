package dev.vedette.protocol.conf;

import java.util.Collection;
import java.util.Optional;

/** The nearest of some known words, when it is near enough to have been meant. */
public final class DidYouMean {
    private DidYouMean() {}

    public static Optional<String> among(Collection<String> known, String written) {
        int atMost = Math.max(1, Math.min(3, written.length() / 3));
        String nearest = "";
        int least = atMost + 1;
        for (String candidate : known) {
            if (Math.abs(candidate.length() - written.length()) >= least) {
                continue;
            }
            int distance = distance(candidate, written);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
    }

    /**
     * Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
     */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
