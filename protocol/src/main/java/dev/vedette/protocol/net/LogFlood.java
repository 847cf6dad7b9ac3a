package dev.vedette.protocol.net;

import java.time.Duration;

/** Lets so many lines through in a while and counts the others. One thread. */
final class LogFlood {
    private final long whileNanos;
    private final int most;
    private long sinceNanos;
    private int said;
    private long kept;

    LogFlood(Duration span, int most) {
        this.whileNanos = span.toNanos();
        this.most = most;
    }

    sealed interface Verdict {
        /**
         * @param keptBefore how many lines were kept back since the last one that was said
         */
        record Say(long keptBefore) implements Verdict {}

        record Keep() implements Verdict {}
    }

    Verdict admit(long nowNanos) {
        if (said == 0 || nowNanos - sinceNanos > whileNanos) {
            sinceNanos = nowNanos;
            said = 0;
        }
        if (said >= most) {
            kept++;
            return new Verdict.Keep();
        }
        said++;
        var before = kept;
        kept = 0;
        return new Verdict.Say(before);
    }
}
