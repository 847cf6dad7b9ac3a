package dev.vedette.sentinel.core;

import java.time.Instant;

/**
 * The clock of one look at one master. Every rule asks it whether a moment has passed; what has not
 * is remembered, so that the test of a rule and its deadline can never differ: the earliest moment
 * that some rule still waits for is when to look again.
 */
final class Alarm {
    private final Instant now;
    private Instant earliest = Periods.NO_DEADLINE;

    Alarm(Instant now) {
        this.now = now;
    }

    Instant now() {
        return now;
    }

    /** Whether that moment is reached; if not, the alarm is set to it. */
    boolean passed(Instant moment) {
        if (!now.isBefore(moment)) {
            return true;
        }
        if (moment.isBefore(earliest)) {
            earliest = moment;
        }
        return false;
    }

    /** The earliest moment that was asked for and has not passed. */
    Instant earliest() {
        return earliest;
    }
}
