package dev.vedette.sentinel.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Votes: ours for others, ours for ourselves, and those of others for us. A vote is spoken only
 * when the disk knows it (guard G13).
 */
final class Election {
    /** For how many ask periods the last answer of a peer counts. */
    private static final int OPINION_PERIODS = 5;

    /** When a peer that does not agree is asked again; then after twice as long each time. */
    private static final Duration FIRST_ASK_AGAIN = Duration.ofMillis(10);

    /** So often that the period is longer than any that is used. */
    private static final int ASK_DOUBLINGS = 20;

    private static final Duration SHORTEST_STEP = Duration.ofMillis(20);
    private static final Duration LONGEST_STEP = Duration.ofMillis(100);
    private static final int ROUND_TRIPS = 3;

    /** How many elections a candidate begins in one step. */
    private static final int MASTERS_IN_A_STEP = 4;

    /** Masters that went down within this time went down together. */
    private static final Duration MASS_FAILURE = Duration.ofSeconds(10);

    /** More elections than there ever were: a higher epoch is a mistake, or a lie (guard G14). */
    private static final long LARGEST_JUMP = 1L << 32;

    private static final Duration JUMP_ALARM_PAUSE = Duration.ofMinutes(1);

    private final Deployment deployment;
    private final Outbox out;
    private final Requests requests;

    Election(Deployment deployment, Outbox out, Requests requests) {
        this.deployment = deployment;
        this.out = out;
        this.requests = requests;
    }

    // ---- we are asked

    /** SENTINEL IS-MASTER-DOWN-BY-ADDR: also in TILT votes are given. */
    void asked(Input.MasterDownAsked question, Instant now) {
        var known = deployment.masterAt(question.master());
        known.ifPresent(master -> askWhoeverDoesNotAgree(master, now));
        if (known.isEmpty() || question.candidate().isEmpty()) {
            out.reply(
                    question.client(),
                    new Answer.MasterDown(
                            known.filter(this::holdForDown).isPresent(), Optional.empty(), 0));
            return;
        }
        var master = known.get();
        if (master.restartedAt != null) {
            // We may have voted in that epoch; whoever asks asks again (guard G16).
            hearOfCandidate(master, question.epoch(), question.candidate().get(), now);
            out.reply(
                    question.client(),
                    new Answer.MasterDown(holdForDown(master), Optional.empty(), 0));
            return;
        }
        vote(master, question.epoch(), question.candidate().get(), now);
        speakOnceSaved(question.client(), master);
    }

    /**
     * Only who holds a master for down asks about it: so a question tells, unasked, that its sender
     * does, and if we do too it is time to ask back (guard G8): as often as there are peers, lest
     * two ask each other without end.
     */
    private void askWhoeverDoesNotAgree(MonitoredMaster master, Instant now) {
        if (!holdForDown(master)
                || master.objectivelyDown
                || master.askedBack >= master.peers.size()) {
            return;
        }
        master.askedBack++;
        for (var peer : master.peers.values()) {
            if (!peer.saysMasterDown && peer.questions.isEmpty() && peer.link.writable()) {
                ask(peer, now);
            }
        }
    }

    private void speakOnceSaved(ClientToken client, MonitoredMaster master) {
        var ledger = master.ledger;
        var candidate = ledger.candidate();
        long epoch = ledger.epoch();
        long vote = ledger.savedBy();
        if (out.durable(vote)) {
            out.reply(client, new Answer.MasterDown(holdForDown(master), candidate, epoch));
            return;
        }
        // A write that failed is tried once more for whoever asks; until it is well there is no
        // vote to speak of, and none for another in that epoch either.
        long write = out.attempted(vote) ? out.persist() : vote;
        out.whenAttempted(
                write,
                _ ->
                        out.reply(
                                client,
                                out.durable(vote)
                                        ? new Answer.MasterDown(
                                                holdForDown(master), candidate, epoch)
                                        : new Answer.MasterDown(
                                                holdForDown(master), Optional.empty(), 0)));
    }

    private boolean holdForDown(MonitoredMaster master) {
        return !deployment.tilt.active() && master.subjectivelyDown;
    }

    /** Votes for that candidate if the ledger allows it (Redis {@code sentinelVoteLeader}). */
    private void vote(MonitoredMaster master, long epoch, SentinelId candidate, Instant now) {
        if (!hearOfCandidate(master, epoch, candidate, now)) {
            return;
        }
        if (!master.ledger.mayVoteIn(epoch)
                || epoch <= master.configEpoch
                || (leadsUnannounced(master) && !candidate.equals(deployment.myId))
                || sharesItsId(master, candidate, now)) {
            return;
        }
        master.ledger.vote(candidate, epoch, out.persist(), now);
        out.publish(Events.voted(master, candidate, epoch));
        if (!candidate.equals(deployment.myId)) {
            // The one whom we voted for is at work: no attempt of ours for a while.
            master.retryAt = null;
            master.attemptedAt = deployment.desynchronised(master, epoch, now);
        }
    }

    /** Two processes would be elected by one vote. */
    private static boolean sharesItsId(MonitoredMaster master, SentinelId candidate, Instant now) {
        var peer = master.peers.get(candidate);
        return peer != null && peer.sharesItsId(now);
    }

    /**
     * Whoever asks for votes gave its own to itself: if it forgets that, we know it (guard G16).
     *
     * @return whether that epoch is one to believe
     */
    private boolean hearOfCandidate(
            MonitoredMaster master, long epoch, SentinelId candidate, Instant now) {
        boolean believed = adoptEpoch(master, epoch, candidate, now);
        var peer = master.peers.get(candidate);
        if (believed && peer != null) {
            peer.stoodIn(epoch);
        }
        return believed;
    }

    /**
     * Whoever leads votes for nobody else until it announced the new master or gave up: a second
     * leader would promote a second node (guard G2).
     */
    private static boolean leadsUnannounced(MonitoredMaster master) {
        return switch (master.failover) {
            case Failover.SelectSlave _, Failover.SendSlaveofNoOne _, Failover.WaitPromotion _ ->
                    true;
            case Failover.Idle _, Failover.WaitStart _ -> false;
        };
    }

    /**
     * A higher epoch of another becomes ours.
     *
     * @return whether it is one to believe
     */
    boolean adoptEpoch(MonitoredMaster master, long epoch, SentinelId by, Instant now) {
        if (!believes(master, epoch, by, now)) {
            return false;
        }
        if (epoch > deployment.currentEpoch) {
            deployment.currentEpoch = epoch;
            out.persist();
            out.publish(Events.newEpoch(master, epoch));
        }
        return true;
    }

    /**
     * An epoch that is higher by more than 2^32 is believed only when a majority of the known
     * sentinels, asked over our own connections to them, named such an epoch too: a single liar
     * must not take us to where no epoch is left (guard G14).
     */
    boolean believes(MonitoredMaster master, long epoch, SentinelId by, Instant now) {
        boolean believed = !leaps(epoch) || carriedByMajority(master);
        if (!believed && !master.epochAlarmAt.plus(JUMP_ALARM_PAUSE).isAfter(now)) {
            master.epochAlarmAt = now;
            out.publish(Events.epochJump(master, epoch, by));
        }
        return believed;
    }

    private boolean leaps(long epoch) {
        return epoch - deployment.currentEpoch > LARGEST_JUMP;
    }

    private boolean carriedByMajority(MonitoredMaster master) {
        return master.peers.values().stream().filter(peer -> leaps(peer.carriedEpoch)).count()
                >= QuorumRule.majority(master);
    }

    // ---- we ask

    /** An epoch that nobody voted in as far as we know, and our own vote in it. */
    long candidacy(MonitoredMaster master, Event beginning, Instant now) {
        out.persist();
        long epoch = nextEpoch(master);
        out.publish(beginning);
        master.attemptedAt = deployment.desynchronised(master, epoch, now);
        vote(master, epoch, deployment.myId, now);
        return epoch;
    }

    private long nextEpoch(MonitoredMaster master) {
        long epoch =
                master.peers.values().stream()
                                .mapToLong(peer -> peer.votedInEpoch)
                                .reduce(
                                        Math.max(deployment.currentEpoch, master.configEpoch),
                                        Math::max)
                        + 1;
        deployment.currentEpoch = epoch;
        out.publish(Events.newEpoch(master, epoch));
        return epoch;
    }

    /** As {@link #candidacy}, in the middle of an attempt whose epoch went to another. */
    long anotherEpoch(MonitoredMaster master, Instant now) {
        out.persist();
        long epoch = nextEpoch(master);
        vote(master, epoch, deployment.myId, now);
        return epoch;
    }

    /** Our own vote in an epoch that others began: for the favourite of those who voted, or us. */
    void voteOwn(MonitoredMaster master, long epoch, Instant now) {
        vote(master, epoch, QuorumRule.favourite(master, epoch).orElse(deployment.myId), now);
    }

    /** Whether we voted for ourselves in that epoch, and the disk knows it. */
    boolean stands(MonitoredMaster master, long epoch) {
        var ledger = master.ledger;
        return ledger.epoch() == epoch
                && ledger.candidate().filter(deployment.myId::equals).isPresent()
                && out.durable(ledger.savedBy());
    }

    /** How many votes we have in that epoch, our own included. */
    int votes(MonitoredMaster master, long epoch) {
        return QuorumRule.votesFor(master, deployment.myId, epoch)
                + (stands(master, epoch) ? 1 : 0);
    }

    boolean elected(MonitoredMaster master, long epoch) {
        return stands(master, epoch)
                && QuorumRule.leader(master, epoch, master.ledger.candidate())
                        .filter(deployment.myId::equals)
                        .isPresent();
    }

    /** Somebody answered to our request for its vote in that epoch, and gave none in it. */
    boolean refusedIn(MonitoredMaster master, long epoch) {
        return master.peers.values().stream()
                .anyMatch(peer -> peer.answeredForVoteIn >= epoch && peer.votedInEpoch < epoch);
    }

    /** Nobody who can answer soon is left who could elect us in that epoch. */
    boolean hopeless(MonitoredMaster master, long epoch) {
        long awaited = live(master).filter(peer -> peer.answeredForVoteIn < epoch).count();
        return votes(master, epoch) + awaited < QuorumRule.needed(master);
    }

    /**
     * Asks every peer at once, as at the start of a failover, and behind the question for its vote
     * how far a failover of its own is: a later leader must not work beside an earlier one (guards
     * G2, G20).
     */
    void askAll(MonitoredMaster master, Instant now) {
        for (var peer : master.peers.values()) {
            ask(peer, now);
            requests.askMaster(peer, now);
        }
    }

    /** Our own vote in that epoch, or a later one, is for another. */
    boolean votedForAnother(MonitoredMaster master, long epoch) {
        var ledger = master.ledger;
        return ledger.epoch() >= epoch
                && ledger.candidate().filter(id -> !id.equals(deployment.myId)).isPresent();
    }

    /** Somebody gave its vote in that epoch, or a later one, to another candidate. */
    boolean lost(MonitoredMaster master, long epoch) {
        return votedForAnother(master, epoch)
                || master.peers.values().stream()
                        .anyMatch(
                                peer ->
                                        peer.votedInEpoch >= epoch
                                                && peer.votedFor
                                                        .filter(id -> !id.equals(deployment.myId))
                                                        .isPresent());
    }

    /**
     * Some peer says that its own failover may promote a node any moment, or that one is done whose
     * hello is on its way to us. Whoever was ordered to fail over, and needs nobody's vote, takes
     * any such word since the order, also one that was asked for in an epoch before.
     */
    boolean anotherLeads(MonitoredMaster master, Attempt the, Instant now) {
        var since = the.forced() ? the.freshSince() : the.askedAt().orElse(now);
        return master.peers.values().stream()
                .flatMap(peer -> peer.reportSince(since).stream())
                .anyMatch(told -> told.leadsUnannounced() || told.configEpoch() >= the.epoch());
    }

    /** Some peer that could answer for its vote in that epoch, or its failover, did not yet. */
    boolean awaitsAnswers(MonitoredMaster master, long epoch, Instant askedAt) {
        boolean stands = stands(master, epoch);
        return master.peers.values().stream()
                .filter(Peer::live)
                .anyMatch(
                        peer ->
                                (stands && peer.answeredForVoteIn < epoch)
                                        || peer.owesReportSince(askedAt));
    }

    /**
     * Asks every peer a period after its last answer, while the master is subjectively down. Others
     * see it go down in the same moment, but not in the same millisecond: until they agree they are
     * asked sooner, at first after 10 ms and each time after twice as long (guard G8).
     */
    void askInTurn(MonitoredMaster master, Alarm alarm) {
        if (!master.subjectivelyDown && !asksUnprompted(master)) {
            return;
        }
        for (var peer : master.peers.values()) {
            if (peer.link.writable()
                    && alarm.passed(
                            Periods.later(peer.answeredAt, peer.askedAt)
                                    .plus(askPeriod(peer, master)))) {
                peer.askedAgain = peer.askedAt.isBefore(master.downSince) ? 0 : peer.askedAgain + 1;
                ask(peer, alarm.now());
            }
        }
    }

    private Duration askPeriod(Peer peer, MonitoredMaster master) {
        var usual = deployment.pace.of(Period.ASK);
        if (!master.subjectivelyDown || master.objectivelyDown || !peer.questions.isEmpty()) {
            return usual;
        }
        return peer.askedAt.isBefore(master.downSince)
                ? Duration.ZERO
                : Periods.shorter(
                        usual,
                        Periods.times(
                                FIRST_ASK_AGAIN, 1 << Math.min(peer.askedAgain, ASK_DOUBLINGS)));
    }

    private static boolean asksUnprompted(MonitoredMaster master) {
        return master.failover instanceof Failover.WaitStart(var the)
                && the.askedAt().isPresent()
                && the.asksUnprompted();
    }

    private void ask(Peer peer, Instant now) {
        var master = peer.master();
        var attempt = master.failover.attempt();
        // Without our own vote on disk we are no candidate.
        boolean candidate = attempt.filter(a -> stands(master, a.epoch())).isPresent();
        requests.askMasterDown(
                peer,
                candidate ? attempt.get().epoch() : deployment.savedEpoch,
                candidate ? Optional.of(deployment.myId) : Optional.empty(),
                now);
    }

    // ---- they answer

    void answered(Peer peer, Input.MasterDownAnswered answer, Instant now) {
        var question = peer.questions.pollFirst();
        peer.answeredAt = now;
        var master = peer.master();
        if (question == null
                || question.address()
                        .filter(at -> deployment.names.same(at, master.address))
                        .isEmpty()) {
            // An answer about the address before a switch says nothing of the present one.
            return;
        }
        if (question.forVote()) {
            peer.answeredForVoteIn = question.epoch();
        }
        peer.saysMasterDown = answer.down();
        peer.saidUpWhenAskedAt = answer.down() ? Periods.NEVER : peer.askedAt;
        peer.carriedEpoch = Math.max(peer.carriedEpoch, answer.leaderEpoch());
        answer.leader()
                .filter(_ -> !leaps(answer.leaderEpoch()))
                .ifPresent(
                        leader -> {
                            if (peer.votedInEpoch != answer.leaderEpoch()) {
                                out.log(
                                        Event.Level.NOTICE,
                                        peer.id
                                                + " voted for "
                                                + leader
                                                + " "
                                                + answer.leaderEpoch());
                            }
                            peer.votedFor = Optional.of(leader);
                            peer.votedInEpoch = answer.leaderEpoch();
                        });
    }

    void refused(Peer peer, String error, Instant now) {
        peer.questions.pollFirst();
        peer.answeredAt = now;
        out.log(
                Event.Level.VERBOSE,
                "sentinel refused a question about its master peer="
                        + peer.id
                        + " error=\""
                        + error
                        + "\"");
    }

    /** Forgets what a peer said when its last answer is 5 ask periods old. */
    void forgetOldOpinions(MonitoredMaster master, Alarm alarm) {
        for (var peer : master.peers.values()) {
            if (peer.hasOpinion()
                    && alarm.passed(
                            peer.answeredAt.plus(
                                    deployment.pace.times(Period.ASK, OPINION_PERIODS)))) {
                peer.forgetOpinion();
                out.changed();
            }
        }
    }

    // ---- who begins

    /**
     * How long we let others begin: sentinels start one after the other, so that first elections do
     * not collide (guard G11). One step is what a candidate needs to be heard: three round trips
     * and one write, and more when many masters are down at once, for whoever begins has them all
     * to do. The order changes with each vote, so a silent first does not hold up for ever. Who
     * answered us that the master is up has no verdict to begin with, and is not waited for; when
     * others are down too it will have one before we are done, and then it is.
     */
    Duration stagger(MonitoredMaster master, boolean choiceExists, Instant now) {
        var order = order(master);
        long together =
                lately(now, m -> m.objectivelyDown ? m.objectivelyDownSince : Periods.NEVER)
                        .count();
        var step = Periods.times(step(master), 1 + (int) together / MASTERS_IN_A_STEP);
        if (!choiceExists) {
            return Periods.times(step, order.size());
        }
        boolean alone =
                lately(now, m -> m.subjectivelyDown ? m.downSince : Periods.NEVER)
                        .allMatch(master::equals);
        Predicate<Peer> standsBack =
                peer -> alone && master.objectivelyDown && peer.saidUpSince(master.downSince);
        long before =
                order.stream()
                        .takeWhile(id -> !id.equals(deployment.myId))
                        .map(master.peers::get)
                        .filter(Predicate.not(standsBack))
                        .count();
        return Periods.times(step, (int) before);
    }

    /**
     * Who lives, in the order in which they begin: all reckon it alike, for they voted together.
     */
    private List<SentinelId> order(MonitoredMaster master) {
        var ids =
                Stream.concat(live(master).map(peer -> peer.id), Stream.of(deployment.myId))
                        .sorted()
                        .collect(Collectors.toCollection(ArrayList::new));
        Collections.rotate(ids, Math.floorMod(master.ledger.epoch(), ids.size()));
        return ids;
    }

    /** The masters that went down in the last ten seconds. */
    private Stream<MonitoredMaster> lately(
            Instant now, Function<MonitoredMaster, Instant> downSince) {
        var since = now.minus(MASS_FAILURE);
        return deployment.masters.values().stream()
                .filter(master -> downSince.apply(master).isAfter(since));
    }

    /** How many of the peers that live have smaller ids. */
    int rank(MonitoredMaster master) {
        return (int) live(master).filter(p -> p.id.compareTo(deployment.myId) < 0).count();
    }

    private static Stream<Peer> live(MonitoredMaster master) {
        return master.peers.values().stream().filter(Peer::live);
    }

    /** How long a candidate needs to be heard and answered. */
    Duration step(MonitoredMaster master) {
        var roundTrip =
                master.peers.values().stream()
                        .map(peer -> peer.link.roundTrip)
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO);
        var wanted =
                out.longestWrite()
                        .map(write -> write.plus(Periods.times(roundTrip, ROUND_TRIPS)))
                        .orElse(LONGEST_STEP);
        return Periods.longer(SHORTEST_STEP, Periods.shorter(wanted, LONGEST_STEP));
    }
}
