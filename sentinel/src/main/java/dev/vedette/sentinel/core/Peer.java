package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Another sentinel that watches one of our masters, and what it thinks of that master. */
final class Peer extends Instance {
    /** Five hello periods of Redis: two processes with one id have both spoken by then. */
    private static final Duration MOVES_BACK_WITHIN = Duration.ofSeconds(10);

    private final MonitoredMaster master;
    final SentinelId id;

    Instant helloHeardAt;

    /** It holds the master for subjectively down. */
    boolean saysMasterDown;

    /** When the question was asked that it answered with no; never, when that was not the last. */
    Instant saidUpWhenAskedAt = Periods.NEVER;

    Optional<SentinelId> votedFor = Optional.empty();
    long votedInEpoch;

    /** The last epoch in which it asked us for our vote: it had voted for itself by then. */
    private long stoodInEpoch;

    Instant answeredAt;
    Instant askedAt = Periods.NEVER;

    /** How often it was asked again since the master went down (guard G8). */
    int askedAgain;

    /** The questions in flight, oldest first. */
    final Deque<Question> questions = new ArrayDeque<>();

    /** The highest epoch that it named in an answer to us (guard G14). */
    long carriedEpoch;

    /** When SENTINEL MASTER was asked and not answered yet, oldest first. */
    final Deque<Instant> reportsAsked = new ArrayDeque<>();

    /** Its last answer to SENTINEL MASTER, and when it was asked. */
    Optional<Report> report = Optional.empty();

    /** What its last hello names as the master, under which config epoch. */
    Optional<MonitoredMaster.Configuration> named = Optional.empty();

    /** The last epoch in which it answered when we asked for its vote. */
    long answeredForVoteIn;

    /** Where it spoke from before it moved here, and when it did. */
    private Optional<Address> movedFrom = Optional.empty();

    private Instant movedAt = Periods.NEVER;

    /** Until then its id counts as one that two processes have. */
    private Instant sharedUntil = Periods.NEVER;

    /**
     * What we asked.
     *
     * @param address of the master, at that time; empty when it is elsewhere since
     * @param forVote whether we asked for its vote in that epoch, or only whether the master is
     *     down
     */
    record Question(Optional<Address> address, long epoch, boolean forVote) {
        Question outdated() {
            return new Question(Optional.empty(), epoch, forVote);
        }
    }

    /** An answer to SENTINEL MASTER; absent when it was an error. */
    record Report(Instant askedAt, Optional<MasterReport> content) {}

    Peer(MonitoredMaster master, SentinelId id, Address address, Link link, Instant now) {
        super(address, link, now);
        this.master = master;
        this.id = id;
        this.helloHeardAt = now;
        this.answeredAt = now;
    }

    @Override
    MonitoredMaster master() {
        return master;
    }

    @Override
    String kind() {
        return "sentinel";
    }

    @Override
    String name() {
        return id.text();
    }

    boolean live() {
        return !subjectivelyDown && link.command.isOpen();
    }

    /**
     * Connected, or about to be: one that hangs takes connections. Whoever refuses them, or is not
     * there, cannot be asked.
     */
    boolean canBeAsked() {
        return !link.command.unreachable;
    }

    /**
     * The process that spoke under that id, or from that address, before: what it voted stays said.
     * A vote for us does not go over to another id, where it could count twice.
     */
    void continues(Peer before, SentinelId us, Instant now) {
        if (id.equals(before.id)) {
            votedFor = before.votedFor;
            votedInEpoch = before.votedInEpoch;
            movedFrom = Optional.of(before.address);
            movedAt = now;
            boolean isBack =
                    before.movedFrom.equals(Optional.of(address))
                            && before.movedAt.plus(MOVES_BACK_WITHIN).isAfter(now);
            sharedUntil = isBack ? now.plus(MOVES_BACK_WITHIN) : before.sharedUntil;
        } else if (!before.votedFor.equals(Optional.of(us))) {
            votedFor = before.votedFor;
            votedInEpoch = before.votedInEpoch;
        }
        stoodInEpoch = before.stoodInEpoch;
        carriedEpoch = before.carriedEpoch;
    }

    /**
     * Whether it speaks from two addresses in turn: two processes have that id, for a conf was
     * copied. A vote for it would be one for both.
     */
    boolean sharesItsId(Instant now) {
        return sharedUntil.isAfter(now);
    }

    void stoodIn(long epoch) {
        stoodInEpoch = Math.max(stoodInEpoch, epoch);
    }

    /** The last epoch in which it voted, as far as we know. */
    long lastVotedIn() {
        return Math.max(votedInEpoch, stoodInEpoch);
    }

    /** For whom it voted in {@link #lastVotedIn}; absent when that is too old to count. */
    Optional<SentinelId> lastVotedFor() {
        return stoodInEpoch > votedInEpoch ? Optional.of(id) : votedFor;
    }

    /** The master is elsewhere: the answers that are on their way are not about it (guard G10). */
    void masterMoved() {
        forgetOpinion();
        var before = List.copyOf(questions);
        questions.clear();
        before.forEach(question -> questions.addLast(question.outdated()));
    }

    /** What it said is too old, or was about another address. */
    void forgetOpinion() {
        saysMasterDown = false;
        votedFor = Optional.empty();
    }

    /** What it answered to SENTINEL MASTER, if it was asked then or later. */
    Optional<MasterReport> reportSince(Instant moment) {
        return report.filter(r -> !r.askedAt().isBefore(moment)).flatMap(Report::content);
    }

    /** It was asked then or later, and answered, be it with an error. */
    boolean answeredReportSince(Instant moment) {
        return report.filter(r -> !r.askedAt().isBefore(moment)).isPresent();
    }

    /**
     * Which master it names, by its answer if it was asked then, else, of one that cannot be asked,
     * by a hello that came later than {@code heard}.
     */
    Optional<MonitoredMaster.Configuration> namedSince(Instant heard, Instant asked) {
        if (canBeAsked()) {
            return reportSince(asked)
                    .map(
                            told ->
                                    new MonitoredMaster.Configuration(
                                            told.address(), told.configEpoch()));
        }
        var told = reportSince(Periods.later(helloHeardAt, heard));
        return told.isPresent()
                ? told.map(r -> new MonitoredMaster.Configuration(r.address(), r.configEpoch()))
                : named.filter(_ -> !helloHeardAt.isBefore(heard));
    }

    /** It was asked then or later, and did not answer yet. */
    boolean owesReportSince(Instant moment) {
        return !reportsAsked.isEmpty() && !reportsAsked.getLast().isBefore(moment);
    }

    /** Asked then or later, it answered that the master is up. */
    boolean saidUpSince(Instant moment) {
        return !saidUpWhenAskedAt.isBefore(moment);
    }

    boolean hasOpinion() {
        return saysMasterDown || votedFor.isPresent();
    }

    @Override
    void linkLost() {
        questions.clear();
        reportsAsked.clear();
    }
}
