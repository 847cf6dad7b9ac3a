package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What has happened of a failover, and when. Pure: events and observations go in; the demo prints
 * what comes out and asks at the end what is missing.
 */
final class FailoverTimeline {
    /** The steps in the order in which they come about. */
    enum Step {
        KILLED("killed"),
        SUBJECTIVELY_DOWN("subjectively down"),
        OBJECTIVELY_DOWN("objectively down"),
        ELECTED("elected"),
        PROMOTED("promoted"),
        FIRST_WRITE("first write accepted"),
        REJOINED("old master back as a replica");

        private final String label;

        Step(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** One step that happened, and what is worth knowing of it. */
    record Entry(Step step, long nanos, String detail) {}

    private final Address oldMaster;
    private final Map<Step, Entry> entries = new EnumMap<>(Step.class);

    /**
     * Who was elected and did not give up: two may be, in two epochs, and one of them gives way.
     */
    private final Map<Address, Entry> leaders = new LinkedHashMap<>();

    FailoverTimeline(Address oldMaster) {
        this.oldMaster = oldMaster;
    }

    /** Notes what was seen by other means than events; only the first time counts. */
    Optional<Entry> mark(Step step, long nanos, String detail) {
        if (entries.containsKey(step)) {
            return Optional.empty();
        }
        var entry = new Entry(step, nanos, detail);
        entries.put(step, entry);
        return Optional.of(entry);
    }

    /**
     * The step that this event is the first to show, if any. Events before the kill do not count.
     */
    Optional<Entry> accept(SentinelEvent event) {
        if (!entries.containsKey(Step.KILLED)) {
            return Optional.empty();
        }
        if (event.isAbort()) {
            return gaveUp(event.sentinel());
        }
        if (event.channel().equals("+promoted-slave")) {
            return mark(Step.PROMOTED, event.nanos(), event.instance() + " is a master now");
        }
        return isOldMaster(event) ? acceptOfOldMaster(event) : Optional.empty();
    }

    /**
     * What it did is void: another that was elected leads, or the next attempt starts from odown.
     */
    private Optional<Entry> gaveUp(Address sentinel) {
        var given = leaders.remove(sentinel);
        var other = leaders.values().stream().findFirst();
        if (other.isEmpty()) {
            entries.remove(Step.ELECTED);
            entries.remove(Step.PROMOTED);
        } else if (given != null && given.equals(entries.get(Step.ELECTED))) {
            entries.put(Step.ELECTED, other.get());
            return other;
        }
        return Optional.empty();
    }

    private Optional<Entry> acceptOfOldMaster(SentinelEvent event) {
        String who = "sentinel " + event.sentinel().port();
        return switch (event.channel()) {
            case "+sdown" ->
                    mark(Step.SUBJECTIVELY_DOWN, event.nanos(), who + " hears nothing from it");
            case "+odown" -> mark(Step.OBJECTIVELY_DOWN, event.nanos(), who + " has its quorum");
            case "+elected-leader" -> {
                var entry = new Entry(Step.ELECTED, event.nanos(), who + " leads the failover");
                leaders.put(event.sentinel(), entry);
                yield mark(entry.step(), entry.nanos(), entry.detail());
            }
            default -> Optional.empty();
        };
    }

    private boolean isOldMaster(SentinelEvent event) {
        return event.isAboutMaster(DemoPlan.MASTER_NAME) && event.instance().equals(oldMaster);
    }

    boolean has(Step step) {
        return entries.containsKey(step);
    }

    /** The steps that did not happen, in their order. */
    List<Step> missing() {
        return Arrays.stream(Step.values()).filter(step -> !entries.containsKey(step)).toList();
    }

    /** One line of the timeline, in milliseconds from the kill on. */
    String line(Entry entry) {
        return line(entry.nanos(), entry.step().label(), entry.detail());
    }

    /** The same for something that is worth a line and is no step. */
    String line(long nanos, String what, String detail) {
        Entry killed = entries.get(Step.KILLED);
        long millis = killed == null ? 0 : Math.round((nanos - killed.nanos()) / 1e6);
        return String.format(Locale.ROOT, "%8d ms  %-30s %s", millis, what, detail).stripTrailing();
    }
}
