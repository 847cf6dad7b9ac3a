package dev.vedette.sentinel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.cli.FailoverTimeline.Step;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class FailoverTimelineTest {
    private static final Address OLD = new Address("127.0.0.1", 7379);
    private static final Address SENTINEL = new Address("127.0.0.1", 27379);
    private static final long MILLI = 1_000_000;

    private final FailoverTimeline timeline = new FailoverTimeline(OLD);

    @Test
    void whatWasNotSeenIsMissing() {
        timeline.mark(Step.KILLED, 0, "");
        event(1000, "+sdown", "master mymaster 127.0.0.1 7379");
        event(1100, "+odown", "master mymaster 127.0.0.1 7379 #quorum 2/2");
        assertEquals(
                List.of(Step.ELECTED, Step.PROMOTED, Step.FIRST_WRITE, Step.REJOINED),
                timeline.missing());
    }

    @Test
    void eachStepIsToldOnceAndFromTheKillOn() {
        timeline.mark(Step.KILLED, 5 * MILLI, "");
        var first = event(1005, "+sdown", "master mymaster 127.0.0.1 7379");
        assertEquals(
                "    1000 ms  subjectively down              sentinel 27379 hears nothing from it",
                timeline.line(first.orElseThrow()));
        assertTrue(event(1010, "+sdown", "master mymaster 127.0.0.1 7379").isEmpty());
    }

    @Test
    void eventsOfOtherInstancesAreNoSteps() {
        timeline.mark(Step.KILLED, 0, "");
        assertTrue(
                event(1, "+sdown", "slave 127.0.0.1:7380 127.0.0.1 7380 @ mymaster 127.0.0.1 7379")
                        .isEmpty());
        assertTrue(event(2, "+sdown", "master mymaster 127.0.0.1 7380").isEmpty());
        assertTrue(event(3, "+sdown", "master other 127.0.0.1 7379").isEmpty());
    }

    @Test
    void eventsBeforeTheKillAreNoSteps() {
        assertTrue(event(1, "+sdown", "master mymaster 127.0.0.1 7379").isEmpty());
    }

    @Test
    void anElectionThatCameToNothingDoesNotCount() {
        timeline.mark(Step.KILLED, 0, "");
        event(1, "+elected-leader", "master mymaster 127.0.0.1 7379");
        event(2, "-failover-abort-no-good-slave", "master mymaster 127.0.0.1 7379");
        assertTrue(timeline.missing().contains(Step.ELECTED));
        assertTrue(event(3, "+elected-leader", "master mymaster 127.0.0.1 7379").isPresent());
    }

    /** Two may be elected, in two epochs: one of them sees the other at work and gives way. */
    @Test
    void whoGivesWayToAnotherThatWasElectedLeavesTheStepToIt() {
        var other = new Address("127.0.0.1", 27380);
        timeline.mark(Step.KILLED, 0, "");
        event(1, "+elected-leader", "master mymaster 127.0.0.1 7379");
        assertTrue(event(other, 2, "+elected-leader", "master mymaster 127.0.0.1 7379").isEmpty());
        var entry =
                event(3, "-failover-abort-not-elected", "master mymaster 127.0.0.1 7379")
                        .orElseThrow();
        assertEquals("sentinel 27380 leads the failover", entry.detail());
        assertTrue(timeline.has(Step.ELECTED));
    }

    private Optional<FailoverTimeline.Entry> event(long millis, String channel, String message) {
        return event(SENTINEL, millis, channel, message);
    }

    private Optional<FailoverTimeline.Entry> event(
            Address sentinel, long millis, String channel, String message) {
        return timeline.accept(new SentinelEvent(millis * MILLI, sentinel, channel, message));
    }
}
