package dev.vedette.sentinel.core;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where SENTINEL SIMULATE-FAILURE lets this sentinel crash, in the order of its flags in INFO. */
public enum SimulatedFailure {
    CRASH_AFTER_ELECTION(
            1, "crash-after-election", "after being successfully elected as failover leader"),
    CRASH_AFTER_PROMOTION(
            2, "crash-after-promotion", "after promoting the selected replica to master");

    /** What the process ends with. */
    static final int EXIT_CODE = 99;

    private final int flag;
    private final String word;
    private final String moment;

    SimulatedFailure(int flag, String word, String moment) {
        this.flag = flag;
        this.word = word;
        this.moment = moment;
    }

    /** As operators type it, in any case. */
    public String word() {
        return word;
    }

    /** When it crashes, for the log. */
    String moment() {
        return moment;
    }

    /** Its bit in sentinel_simulate_failure_flags. */
    public int flag() {
        return flag;
    }

    public static Optional<SimulatedFailure> named(String word) {
        var name = word.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(failure -> failure.word.equals(name)).findFirst();
    }
}
