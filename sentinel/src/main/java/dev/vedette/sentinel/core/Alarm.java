package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock of one look at one master. Every rule asks it whether a moment has passed; what has not
 * is remembered, so that the test of a rule and its deadline can never differ: the earliest moment
 * that some rule still waits for is when to look again.
 */
final class Alarm {
    /**
     * What repeats need not be exact: what is due within a 64th of its period is done together, so
     * that thousands of links do not wake us one by one.
     */
    private static final int GRAINS_IN_A_PERIOD = 64;

    private final Instant now;
    private final Instant readUntil;
    private Instant earliest = Periods.NO_DEADLINE;

    /**
     * @param readUntil all that had reached our sockets by then has been taken in
     */
    Alarm(Instant now, Instant readUntil) {
        this.now = now;
        this.readUntil = readUntil;
    }

    Instant now() {
        return now;
    }

    /** Whether that moment is reached; if not, the alarm is set to it. */
    boolean passed(Instant moment) {
        return reached(moment, now);
    }

    /** As {@link #passed} a period after that moment, or up to a 64th of the period later. */
    boolean about(Instant since, Duration period) {
        var moment = since.plus(period);
        if (!now.isBefore(moment)) {
            return true;
        }
        long grain = Math.max(1, period.toNanos() / GRAINS_IN_A_PERIOD);
        long nanos = moment.getEpochSecond() * 1_000_000_000 + moment.getNano();
        set(moment.plusNanos(Math.floorMod(-nanos, grain)));
        return false;
    }

    /**
     * Whether the answer of another is overdue that was due at that moment: what may be waiting in
     * a socket is read before anybody is judged (guard G9).
     */
    boolean overdue(Instant moment) {
        return reached(moment, readUntil);
    }

    private boolean reached(Instant moment, Instant time) {
        if (!time.isBefore(moment)) {
            return true;
        }
        set(moment);
        return false;
    }

    private void set(Instant moment) {
        if (moment.isBefore(earliest)) {
            earliest = moment;
        }
    }

    /** The earliest moment that was asked for and has not passed. */
    Instant earliest() {
        return earliest;
    }
}
